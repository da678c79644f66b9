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

# patches_of BASE: the series' patch files, in order.
patches_of()
{
	local patch found=
	while read -r patch _ || [ -n "$patch" ]; do
		printf '%s\n' "$TOP/patches/$patch"
		found=yes
	done < <(sed 's/#.*//; /^[[:space:]]*$/d' "$TOP/series/$1")
	[ -n "$found" ] || die "series/$1 names no patch"
}
