# shellcheck shell=bash
# What the files in scripts/checks/ share. Each is run in the tree, by
#
#   prepare  on the base, once, where there is something to prepare
#   check    on a commit of the series, HEAD, whose stored patch is $PATCH: prints
#            what is wrong. Ends with status 77 where it can't judge, and says why;
#            any other status means that the check itself failed
#   control  on top of the series: does something wrong, to the tree, to a copy of the patch,
#            $SERIES_CONTROL, or to the message, $SERIES_MESSAGE, of the one commit that is
#            made of all controls; and prints a word a line that the findings must have. A
#            tool that has become blind is noticed so
#
# by the name of the function as the argument: the file's last line is "$@".

. "${BASH_SOURCE[0]%/*}/all.sh"
WORK=$SERIES_WORK
# shellcheck disable=SC2034 # for the checks
PATCH=${SERIES_PATCH:-}
# What is built is the configuration of the series' own lane, unless the check says another.
LANE=$(own_lane)

prepare() { :; }

# add_code WORD CODE: the word and C code at the end of a file of the series, where other
# checks have theirs.
add_code()
{
	printf '\n%s\n' "$2" >>"$(code_file 1)"
	echo "$1"
}

# new_since_parent FUNCTION...: what it prints on HEAD, but not on HEAD's parent.
new_since_parent()
{
	local before after
	before=$("$@" HEAD~1)
	after=$("$@" HEAD)
	comm -13 <(sort <<<"$before") <(sort <<<"$after")
}

# touched COMMIT DIRECTORY GLOB...: the files of that kind that the patch touches, as they
# are there, into DIRECTORY. Prints their names.
touched()
{
	local commit=$1 copy=$2 file
	shift 2
	rm -rf "$copy"
	mkdir -p "$copy"
	git diff --name-only HEAD~1 HEAD -- "$@" | while read -r file; do
		git cat-file -e "$commit:$file" 2>/dev/null || continue
		mkdir -p "$copy/${file%/*}"
		git show "$commit:$file" >"$copy/$file"
		echo "$file"
	done
}

# fixes: the commits that the message names, and their titles.
fixes()
{
	git log -1 --format=%B | sed -n 's/^Fixes: //p'
}

### Building

# make_in DIRECTORY LOG ARGUMENT...
make_in()
{
	local out=$1 log=$2
	shift 2
	rm -f "$log"
	run_logged "$log" 30 make O="$out" ARCH="$(lane_field Arch)" \
		CROSS_COMPILE="$(lane_field Cross)" -j"$JOBS" "$@" || {
		echo "the build failed, see ${log#"$TOP/"}"
		why_it_failed "$log" 2>&1
	}
}

# must_build COMMAND...: what make_in() says of a failure is no warning of the base's, or the same
# words for a patch would count as that.
must_build()
{
	local said
	said=$("$@")
	if grep -A 6 '^the build failed' <<<"$said" >&2; then
		return 1
	fi
	[ -z "$said" ] || echo "$said"
}

# objects: of the series' C files, as far as they exist. What is compiled is the file that
# includes one that no makefile names.
objects()
{
	local file dir
	for file in $(patches_of "$BASE" | xargs sed -n 's,^+++ b/\(.*\)\.c$,\1,p' | sort -u); do
		[ -f "$file.c" ] || continue
		dir=${file%/*}
		if grep -qw -- "${file##*/}.o" "$dir/Makefile"; then
			echo "$file.o"
		else
			(cd "${dir%/*}" && grep -lE "^#include \"${dir##*/}/${file##*/}\.c\"" -- *.c) |
				sed "s,\(.*\)\.c\$,${dir%/*}/\1.o," ||
				echo "$file.o"
		fi
	done
}

# code_file LINE: one of these files, 1 or $ for the first or the last.
code_file()
{
	objects | sed -n "$1s/o\$/c/p"
}

# lines PATTERNS [FILE]: those that match. None is no failure, a grep that was killed is.
lines()
{
	grep -E "$@" || [ $? -eq 1 ]
}

# warnings LOG [everywhere]: of the series' files, and of any, without line numbers.
warnings()
{
	local files
	files=$(patches_of "$BASE" | xargs sed -n 's,^+++ b/,,p' | sort -u)
	[ "${2:-}" != everywhere ] || files+=$'\n:[0-9]+:[0-9]+: '
	lines 'warning|error|ERROR|FATAL|undefined' "$1" | lines modpost$'\n'"$files" |
		sed "s,^$WORK/tree/,,; s/:[0-9]*:[0-9]*:/:/" | sort
}

# build OUT ARGUMENT...: the series' objects, as far as they have changed, and what the compiler
# says.
build()
{
	local out=$1 list
	shift
	mapfile -t list < <(objects)
	make_in "$out" "$out.log" "$@" "${list[@]}"
	warnings "$out.log"
}

# compiled: whether the patch has anything that a compiler reads.
compiled()
{
	! git diff --quiet HEAD~1 HEAD -- . ':!Documentation/*.rst'
}

# check_build OUT ARGUMENT...: what the base did not warn of.
check_build()
{
	! compiled || build "$@" | sort | comm -13 "$1.base-warnings" -
}

# configure_lane OUT: by kunit.py. What the base itself warns of is not to end it.
configure_lane()
{
	local configs
	mkdir -p "$1"
	configs=$(kunitconfigs "$1")
	mapfile -t configs <<<"$configs"
	rm -f "$1.log"
	kunit_config "$1" "$1.log" "${configs[@]}" || {
		why_it_failed "$1.log"
		return 1
	}
	scripts/config --file "$1/.config" -d WERROR
}

# begin OUT: what is the same for all that build the series' own lane is made once a run: its
# configuration, and what a build begins with. Who comes meanwhile waits.
begin()
{
	local first=$WORK/out-lint lock
	exec {lock}>"$first.lock"
	flock "$lock"
	if [ ! -e "$WORK/lint.said/.begun" ]; then
		configure_lane "$first"
		must_build make_in "$first" "$first.log" CC="ccache gcc" olddefconfig prepare
		touch "$WORK/lint.said/.begun"
	fi
	exec {lock}>&-
	if [ ! -e "$1" ]; then
		rm -rf "$1.part"
		cp -a "$first" "$1.part"
		mv "$1.part" "$1"
	fi
	cp "$first/.config" "$1/.config"
}

# configure_build OUT TESTS ARGUMENT...: the lane's configuration, with what the series says
# that it can be a module, DRM and its tests or KUnit and its own, y or m.
configure_build()
{
	local out=$1 tests=$2 log=$1.log modules module
	shift 2
	if [ "$LANE" = "$(own_lane)" ]; then
		begin "$out"
	else
		configure_lane "$out"
	fi
	modules=$(field "series/$BASE" Modules)
	for module in ${modules:=DRM DRM_KUNIT_TEST}; do
		[ "$tests" = y ] || scripts/config --file "$out/.config" -e MODULES -m "$module"
	done
	must_build make_in "$out" "$log" "$@" olddefconfig prepare
	# A lane for another machine may lack them; the objects are compiled all the same.
	if [ "$LANE" = "$(own_lane)" ] && ! grep -qx "CONFIG_${modules##* }=$tests" "$out/.config"; then
		echo "no CONFIG_${modules##* }=$tests in ${out#"$TOP/"}/.config" >&2
		return 1
	fi
}

# prepare_build OUT TESTS ARGUMENT...: configured, and what the compiler says of the base.
prepare_build()
{
	configure_build "$@"
	# Of what an earlier run has compiled nothing would be said.
	objects | (cd "$1" && xargs rm -f)
	must_build build "$1" "${@:3}" >"$1.base-warnings"
}
