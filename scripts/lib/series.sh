# shellcheck shell=bash
# The series as files.

# field FILE NAME: what the comment of a series or a lane says.
field()
{
	sed -n "s/^# $2: *//p" "$TOP/$1"
}

bases()
{
	(cd "$TOP/series" && ls)
}

known_base()
{
	[ -f "$TOP/series/$1" ] ||
		die "BASE=$1: no such series" "There are: $(bases | xargs)."
}

# patches_of BASE: the series' patch files, in order. A series that is being made
# has none.
patches_of()
{
	local patch
	while read -r patch _ || [ -n "$patch" ]; do
		printf '%s\n' "$TOP/patches/$patch"
	done < <(sed 's/#.*//; /^[[:space:]]*$/d' "$TOP/series/$1")
}
