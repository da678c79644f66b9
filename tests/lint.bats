#!/usr/bin/env bats
# lint, as far as it goes without building: a tool that does not run, or no longer
# sees, is no clean bill. What builds is in kernel.bats.

load helpers

setup_file()
{
	miniature_files "$BASE_UNDER_TEST"
	DESTINATION=$BATS_FILE_TMPDIR/tools
	mkdir "$DESTINATION"
	source_files MAINTAINERS COPYING CREDITS Kbuild README LICENSES kernel/sched/Makefile \
		Documentation/Makefile Documentation/dev-tools \
		scripts/checkpatch.pl scripts/const_structs.checkpatch scripts/spelling.txt \
		scripts/spdxcheck.py scripts/get_maintainer.pl scripts/kernel-doc \
		scripts/checkincludes.pl scripts/config scripts/coccicheck scripts/coccinelle/null/deref_null.cocci
	# What tells checkpatch.pl and get_maintainer.pl where they are.
	(cd "$DESTINATION" && mkdir -p arch fs init ipc lib kernel mm net drivers include &&
		touch arch/x fs/x init/x ipc/x lib/x kernel/x mm/x net/x drivers/x include/x)
}

setup()
{
	copy_project
	tree=$BATS_TEST_TMPDIR/linux
	export KDIR=$tree
	miniature "$tree"
	cp -r "$BATS_FILE_TMPDIR/tools/." "$tree"
	as_developer git -C "$tree" init -q
	rm scripts/checks/gcc scripts/checks/sparse scripts/checks/clang scripts/checks/big-endian \
		scripts/checks/coccicheck
	# Two patches do, and the others take checkpatch.pl long.
	sed -i '/00\(0[3-9]\|10\)-/d' series/linux-6.12.y
}

# lint COMMAND...: with the tree as COMMAND leaves it.
lint()
{
	(cd "$tree" && "$@" && git add -f -A && as_developer git commit -q -m tree)
	run scripts/lint
}

# has_found CHECK TEXT
has_found()
{
	[ "$status" -eq 1 ]
	[[ $output == *"FOUND   $1"*"$2"* ]]
	[[ ${lines[-1]} =~ \ [1-9][0-9]*\ failed ]]
}

# cannot_be_prepared CHECK
cannot_be_prepared()
{
	[ "$status" -eq 1 ]
	[[ $output == *"error: the check $1 can't be prepared on the base"* ]]
}

@test "the series is clean, and each check sees its control" {
	lint true
	echo "$output"
	[ "$status" -eq 0 ]
	patches=2
	checks=$(ls scripts/checks | wc -l)
	[ "${lines[-1]}" = "$((checks * (patches + 1))) passed, 0 failed" ]
}

@test "a tree without checkpatch.pl is not clean" {
	lint rm scripts/checkpatch.pl
	has_found checkpatch "checkpatch.pl said nothing"
}

@test "a checkpatch.pl that dies is not clean" {
	lint sed -i '2i die "control";' scripts/checkpatch.pl
	has_found checkpatch "checkpatch.pl said nothing"
}

@test "a get_maintainer.pl that dies, or names nobody, is not clean" {
	lint sed -i '2i die "control";' scripts/get_maintainer.pl
	has_found recipients "did not run to its end"
	lint sed -i '2i exit 0;' scripts/get_maintainer.pl
	has_found recipients "names nobody"
}

@test "a tree without kernel-doc is not clean" {
	lint rm scripts/kernel-doc
	has_found kernel-doc "did not run to its end"
}

@test "a kernel-doc whose words are not understood is noticed by its control" {
	lint sed -i '1a exit 0;' scripts/kernel-doc
	has_found "kernel-doc  (its control)" "a patch that is wrong was not found to be"
}

@test "a kernel-doc with the words of newer kernels is understood" {
	printf '%s\n' '#!/bin/sh' 'for file; do :; done' \
		'! grep -q "@parnt:" "$file" || echo "Warning: $file:486 function parameter '"'parent' not described in 'control_doc'"'" >&2' \
		>"$tree/scripts/kernel-doc"
	lint true
	[ "$status" -eq 0 ]
}

@test "configuration files in HOME waive nothing" {
	printf -- '--ignore SPACING\n--no-tree\n' >"$BATS_TEST_TMPDIR/.checkpatch.conf"
	printf -- '--no-m\n--no-l\n--no-r\n' >"$BATS_TEST_TMPDIR/.get_maintainer.conf"
	export HOME=$BATS_TEST_TMPDIR
	lint true
	[ "$status" -eq 0 ]
}

@test "an address that only looks like one in the cover letter is missed" {
	sed -i 's/^To: Simona.*/To: Simona Vetter <simona@ffwllxch>/' COVER_LETTER.txt
	lint true
	has_found recipients "no To: or Cc: simona@ffwll.ch"
	sed -i 's/^To: Simona.*/To: Simona Vetter <not-simona@ffwll.ch>/' COVER_LETTER.txt
	run scripts/lint
	has_found recipients "no To: or Cc: simona@ffwll.ch"
}

@test "a check without a control has failed" {
	printf '#!/bin/bash\ncheck() { :; }\ncontrol() { :; }\nprepare() { :; }\n"$@"\n' >scripts/checks/blind
	chmod +x scripts/checks/blind
	lint true
	has_found "blind       (its control)" "it has no control"
}

@test "a check that is killed has not passed" {
	printf '#!/bin/bash\ncheck() { kill -9 $PPID; }\ncontrol() { echo x; }\nprepare() { :; }\n"$@"\n' >scripts/checks/blind
	chmod +x scripts/checks/blind
	lint true
	has_found blind "the check blind did not run to its end"
}

@test "a check whose status is lost has not passed" {
	printf '#!/bin/bash\ncheck() { ln -s /dev/null $SERIES_WORK/lint.said/blind.status; }\ncontrol() { echo x; }\nprepare() { :; }\n"$@"\n' >scripts/checks/blind
	chmod +x scripts/checks/blind
	lint true
	has_found "blind" "the check blind did not run to its end: status 1"
}

@test "a control that dies is no control, though the check dies with the same words" {
	printf '#!/bin/bash\nset -e\ntool() { nosuchtool; }\ncheck() { [ -z "${SERIES_CONTROL:-}" ] || tool; }\ncontrol() { tool; }\nprepare() { :; }\n"$@"\n' >scripts/checks/blind
	chmod +x scripts/checks/blind
	lint true
	has_found "blind       (its control)" "did not run to its end"
}

@test "a control that can't be judged is no control" {
	printf '#!/bin/bash\ncheck() { :; }\ncontrol() { exit 77; }\nprepare() { :; }\n"$@"\n' >scripts/checks/blind
	chmod +x scripts/checks/blind
	lint true
	has_found "blind       (its control)" "its control is not judged"
	printf '#!/bin/bash\ncheck() { [ -z "${SERIES_CONTROL:-}" ] || { echo why; exit 77; }; }\ncontrol() { echo x; }\nprepare() { :; }\n"$@"\n' >scripts/checks/blind
	run scripts/lint
	has_found "blind       (its control)" "it did not judge its control: why"
	printf '#!/bin/bash\ncheck() { git log -1 --format=%%s | grep refused >&2 || { echo why; exit 77; }; }\ncontrol() { echo x; }\nprepare() { :; }\n"$@"\n' >scripts/checks/blind
	run scripts/lint
	has_found "blind       (its control)" "it did not judge its control: why"
}

@test "each of several checks that can't judge is named" {
	for check in one other; do
		printf '#!/bin/bash\ncheck() { echo "%s: why"; exit 77; }\ncontrol() { echo x; }\nprepare() { :; }\n"$@"\n' $check >scripts/checks/$check
		chmod +x scripts/checks/$check
	done
	lint true
	[ "$status" -eq 0 ]
	[[ $output == *"not covered: one: why"* ]]
	[[ $output == *"not covered: other: why"* ]]
}

@test "a misspelling in a line that is not UTF-8 is not overlooked" {
	sed -i "s|'/\* recieve \*/'|\$'/* Caf\\\\xe9 recieve */'|" scripts/checks/spelling
	grep -F "recieve $'/* Caf\xe9 recieve" scripts/checks/spelling
	lint true
	echo "$output"
	[[ $output != *"'recieve' is missing"* ]]
	[[ $output == *"ok      spelling    (its control)"* ]]
}

@test "a check that can't be prepared ends lint" {
	printf '#!/bin/bash\nprepare() { echo why >&2; false; }\n"$@"\n' >scripts/checks/broken
	chmod +x scripts/checks/broken
	lint true
	cannot_be_prepared broken
	[[ $output == *why* ]]
}

# two_compilers: checks that compile what a make compiles that only looks into the files.
two_compilers()
{
	local check
	rm scripts/checks/*
	for check in one two; do
		cat >"scripts/checks/$check" <<-'END'
			#!/bin/bash -p
			. "${0%/*}/../lib/check.sh"
			arguments=("$WORK/out-lint-${0##*/}")
			prepare() { prepare_build "${arguments[0]}" y; }
			check() { check_build "${arguments[@]}"; }
			control() { add_code "control_${0##*/}" "int control_${0##*/};"; }
			"$@"
		END
		chmod +x "scripts/checks/$check"
	done
	cat >>"$tree/Makefile" <<-'END'
		olddefconfig: ; @:
		prepare: ; @echo prepared >>$(O)/prepared
		%.o: ; @sed -n 's,^int control,$*.c:1:1: warning: &,p' $*.c
	END
	cp "$BATS_FILE_TMPDIR/tools/scripts/config" "$tree/scripts/"
	printf 'CONFIG_%s=y\n' DRM_KUNIT_TEST WERROR >"$tree/asked"
	sed -i 's,echo "# CONFIG_X [^"]*",echo asked >>'"$BATS_TEST_TMPDIR"'/times; cat asked,' \
		"$tree/$TESTS_KUNIT/kunit.py"
}

@test "checks that compile are configured once a run" {
	local check
	two_compilers
	lint true
	[[ ${lines[-1]} == "6 passed, 0 failed" ]]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/times")" -eq 1 ]
	for check in one two; do
		[ "$(head -n 1 build/linux-*/out-lint-"$check"/prepared)" = prepared ]
		printf '%s\n' CONFIG_DRM_KUNIT_TEST=y "# CONFIG_WERROR is not set" |
			diff - <(cat build/linux-*/out-lint-"$check"/.config)
	done
	# Another run does not count on an earlier one's.
	echo CONFIG_WERROR=y >>"$(echo build/linux-*/out-lint-one/.config)"
	run scripts/lint
	[ "$(wc -l <"$BATS_TEST_TMPDIR/times")" -eq 2 ]
	cmp "$(echo build/linux-*/out-lint)"{,-one}/.config
}

# modules_made RULE...: the check gcc alone, with these lines of the rule that makes the modules.
# $(this) is the title of the commit.
modules_made()
{
	two_compilers
	rm scripts/checks/*
	cp "$TOP/scripts/checks/gcc" scripts/checks/
	cat >>"$tree/Makefile" <<-'END'
		this = git log -1 --format=%s
		files: ; @mkdir -p $(O)/scripts/mod && cp /bin/true $(O)/scripts/mod/modpost && \
			as -o $(O)/x.o /dev/null && echo x.ko >$(O)/modules.order && touch $(O)/modules-only.symvers
	END
	printf '%s\n' "modules: $1" "${@:2}" >>"$tree/Makefile"
}

@test "what a header of the series makes gcc say of another file is found" {
	modules_made 'files ; @echo "other.c:1:2: warning: as ever"; $(this) | \' \
		"	sed -n 's/.* a refused .*/other.c:1:2: warning: anew/p'"
	lint true
	[[ $output == *"FOUND   gcc         drm/drv: Don't leak a refused"*"other.c: warning: anew"* ]]
	[[ $output == *"ok      gcc         drm/drv: Keep error pointers"* ]]
	[[ $output != *"as ever"* ]]
}

@test "what make says of a file of the series without a column is found" {
	modules_made "files ; @\$(this) | sed -n 's,.* a refused .*,drivers/gpu/drm/drm_drv.c:12: warning: no column,p'"
	lint true
	[[ $output == *"FOUND   gcc         drm/drv: Don't leak a refused"*"drm_drv.c:12: warning: no column"* ]]
}

@test "a modpost that dies is not clean" {
	modules_made 'files ; @! $(this) | grep " a refused " >/dev/null || \' \
		'	printf "#!/bin/sh\nkill -9 \$$\$$\n" >$(O)/scripts/mod/modpost'
	lint true
	has_found gcc "did not run to its end"
	[[ $output == *"ok      gcc         drm/drv: Keep error pointers"* ]]
	lint sed -i 's/kill -9 .*" >/echo FATAL: modpost: no room; exit 1" >/' Makefile
	has_found gcc "FATAL: modpost: no room"
}

@test "modules that can't be built on the base end lint, with the reason" {
	modules_made '; @echo "x.c:1:1: error: what is wrong"; exit 1'
	lint true
	cannot_be_prepared gcc
	[[ $output == *"x.c:1:1: error: what is wrong"* ]]
	# nor is it clean if there are some of an earlier run
	sed -i "/^modules:/s/; /files ; /" "$tree/Makefile"
	lint true
	cannot_be_prepared gcc
	[[ $output == *"x.c:1:1: error: what is wrong"* ]]
}

@test "a base that does not build ends lint, with the reason" {
	two_compilers
	lint sed -i 's/^%.o: ; @/&echo "other.c:9:9: error: broken"; exit 1; /' Makefile
	cannot_be_prepared one
	[[ $output == *"other.c:9:9: error: broken"* ]]
	lint sed -i 's/exit 1; //; s/^prepare: ; @/&echo "error: unprepared"; exit 1; /' Makefile
	cannot_be_prepared one
	[[ $output == *"error: unprepared"* ]]
}

@test "a configuration for the checks that compile that fails ends lint" {
	two_compilers
	lint sed -i '3i echo "Error: no such option"; exit 1' "$TESTS_KUNIT/kunit.py"
	cannot_be_prepared one
	[[ $output == *"Error: no such option"* ]]
	lint sed -i '3d; s/cat asked/grep -v KUNIT asked/' "$TESTS_KUNIT/kunit.py"
	cannot_be_prepared one
	[[ $output == *"no CONFIG_DRM_KUNIT_TEST=y in build/linux-"*"/out-lint-one/.config" ]]
}

@test "what can't be judged is named in the last lines" {
	echo "# Recipients: somebody else" >>series/linux-6.12.y
	export BASE=linux-6.12.y
	lint true
	[[ ${lines[-2]} == "not covered: recipients: those of linux-6.12.y are somebody else"* ]]
	[[ ${lines[-1]} == *", 2 skipped" ]]
}

@test "configuration files in the tree waive nothing" {
	printf '[codespell]\nignore-words-list = recieve\n' >"$tree/.codespellrc"
	printf '[codespell]\nignore-words-list = recieve\n' >"$tree/setup.cfg"
	mkdir "$tree/.scripts"
	printf -- '--ignore SPACING\n' | tee "$tree/.checkpatch.conf" >"$tree/.scripts/.checkpatch.conf"
	lint true
	[ "$status" -eq 0 ]
}

@test "a tree without checkincludes.pl is not clean" {
	lint rm scripts/checkincludes.pl
	has_found includecheck "did not run to its end"
}

@test "a checkincludes.pl that says nothing is noticed by its control" {
	lint sed -i '1a exit 0;' scripts/checkincludes.pl
	has_found "includecheck (its control)" "linux/stringify.h is included more than once"
}

# only_coccicheck: of the checks, with one semantic patch.
only_coccicheck()
{
	local folder
	rm scripts/checks/*
	cp "$TOP/scripts/checks/coccicheck" scripts/checks/
	for folder in free iterators locks tests; do
		mkdir -p "$tree/scripts/coccinelle/$folder"
		touch "$tree/scripts/coccinelle/$folder/none"
	done
}

@test "a tree without coccicheck, or with a semantic patch that is broken, is not clean" {
	only_coccicheck
	lint sed -i '1i control control' scripts/coccinelle/null/deref_null.cocci
	cannot_be_prepared coccicheck
	lint rm scripts/coccicheck
	cannot_be_prepared coccicheck
}

@test "a semantic patch that is lost is noticed by the control" {
	only_coccicheck
	lint true
	has_found "coccicheck  (its control)" "'duplicated argument' is missing in"
	[[ $output == *"drivers/gpu/drm/drm_drv.c: ERROR: x is NULL but dereferenced"* ]]
	[[ $output == *"ok      coccicheck  drm/drv: Keep error pointers out of a DRM minor"* ]]
}

@test "a function that spatch can't parse is not clean" {
	rm scripts/checks/*
	cp "$TOP/scripts/checks/coccicheck" scripts/checks/
	(DESTINATION=$tree && source_files scripts/coccinelle)
	as_developer git -C "$tree" init -q; git -C "$tree" add -f -A; as_developer git -C "$tree" commit -q -m tree
	cat >>"$tree/drivers/gpu/drm/drm_drv.c" <<'END'

int control_unparsed(struct drm_device *x)
{
	if (!x)
		return x->open_count;
	for_each_thing(a) with(b) {
	}
	return 0;
}
END
	series_beside "Suite: drm_base" "Lane: uml"
	BASE=beside run scripts/lint
	echo "$output"
	has_found coccicheck "spatch can't parse"
}

# compiled_anew HEADER: whether its other users are, after a commit of the header as it is.
compiled_anew()
{
	as_developer git -C "$tree" commit -q -a -m header
	# shellcheck disable=SC2016 # it is for the other shell
	(cd "$tree" && SERIES_WORK=$tree/.. bash -pc 'source <(sed "\$d" "$0")
		! only_comments' "$TOP/scripts/checks/gcc")
}

@test "a header without another comment is not compiled again, one with other code is" {
	header=$tree/include/drm/control.h
	mkdir -p "${header%/*}"
	printf '%s\n' '/* A comment */' '#define control(x) f(x, 1) /* what */' 'int f(int x);' >"$header"
	git -C "$tree" add -f -A
	as_developer git -C "$tree" commit -q -m tree
	sed -i '1s/comment/longer one,\n * of two lines/' "$header"
	refute compiled_anew
	# an assembler file, which may read it, too
	sed -i '1s/longer/shorter/' "$header"
	touch "$tree/control.S"
	git -C "$tree" add -f -A
	compiled_anew
	sed -i 's/int x/long x/' "$header"
	compiled_anew
	sed -i 's/f(x, /g(x, /' "$header"
	compiled_anew
	# what gcc can't read without the rest
	printf '%s\n' '#define name(x) f(x, \' '#x)' '/* A comment */' >>"$header"
	compiled_anew
	sed -i '$s/comment/longer one/' "$header"
	compiled_anew
	rm "$header"
	compiled_anew
	# a line that moves from the end of one to the beginning of the next
	printf '%s\n' 'int f(int x);' 'int g(int x);' >"$header"
	echo 'int h(int x);' >"${header%.h}2.h"
	git -C "$tree" add -f -A
	as_developer git -C "$tree" commit -q -m tree
	sed -i 1i'int g(int x);' "${header%.h}2.h"
	sed -i '$d' "$header"
	compiled_anew
}
