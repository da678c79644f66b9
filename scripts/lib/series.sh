# shellcheck shell=bash
# The series as files.

# read_field FILE NAME: sets FIELD to what the comment of a series or a lane says. Asked a hundred
# times in a run, so without a process.
read_field()
{
	local line
	FIELD=
	while read -r line || [ -n "$line" ]; do
		[[ ! $line =~ ^"# $2:"\ *(.*) ]] || FIELD+=${FIELD:+$'\n'}${BASH_REMATCH[1]}
	done <"$TOP/$1"
}

# field FILE NAME: prints it.
field()
{
	local FIELD
	read_field "$@"
	[ -z "$FIELD" ] || printf '%s\n' "$FIELD"
}

# known_fields FILE NAME...: it has no other, like one that is misspelt, which would count for
# nothing.
known_fields()
{
	local name file=$1
	shift
	while read -r name; do
		[[ " $* " == *" $name "* ]] || die "$file: '# $name:' is no field that is known here" "There are: $*."
	done < <(sed -n 's/^# \([A-Z][A-Za-z-]*\):.*/\1/p' "$TOP/$file")
}

# bases: the series for DRM, one for each kind of tree. Another one says which of these it
# is beside, and is taken by name alone.
bases()
{
	(cd "$TOP/series" && grep -L '^# Beside: ' -- * | sort)
}

# beside BASE: the other series for that base's tree.
beside()
{
	(cd "$TOP/series" && { grep -lx "# Beside: $1" -- * || true; })
}

# suite: of BASE, that has the tests of its series.
suite()
{
	local suite
	suite=$(field "series/$BASE" Suite)
	echo "${suite:-drm_register}"
}

known_base()
{
	[ -f "$TOP/series/$1" ] ||
		die "BASE=$1: no such series" "There are: $(cd "$TOP/series" && echo *)."
	known_fields "series/$1" Tree Beside Suite Tests Lane Delayed Modules Letter Defects Recipients Package
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
