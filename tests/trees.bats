#!/usr/bin/env bats
# What the scripts do with the tree they are given, and leave of it.

load helpers

setup_file() { miniature_files "$BASE_UNDER_TEST"; }
setup() { copy_project; tree=$BATS_TEST_TMPDIR/linux; }

@test "a git tree is found to be linux-6.12.y, built with the series, and not changed" {
	git_miniature "$tree"
	before=$(state "$tree")
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"base linux-6.12.y"* ]]
	[ "${lines[-1]}" = "3 passed, 0 failed" ]
	[ "$(state "$tree")" = "$before" ]
	[ -e build/linux-*/tree/drivers/gpu/drm/tests/drm_register_test.c ]
}

@test "a package's archive is unpacked once, where it is built, as the same files are read" {
	miniature "$tree"
	KDIR=$tree run scripts/kunit
	[[ $output =~ commit\ ([0-9a-f]*)\ of ]]
	read_as=${BASH_REMATCH[1]}
	package
	run scripts/kunit
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"unpacking "*"commit $read_as of "*"/mini.tar.xz"*"3 passed, 0 failed" ]]
	[[ $output != *"checking out the tree"* ]]
	grep -qx "Command: make kunit BASE=linux-6.12.y LANE=uml FILTER=drm\\\\\*" build/linux-6.12.y/results/kunit-uml/run.txt
	run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output != *unpacking* ]]
}

@test "unpacking that was cut short begins anew" {
	miniature "$tree"
	package
	run scripts/kunit
	rm build/linux-6.12.y/unpacked
	echo "garbage" >build/linux-6.12.y/tree/garbage
	rm build/linux-6.12.y/tree/Makefile
	run scripts/kunit
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"unpacking "* ]]
	[ ! -e build/linux-6.12.y/tree/garbage ]
}

@test "a package whose repository is gone is unpacked anew, and what earlier runs unpacked is removed" {
	miniature "$tree"
	package
	run scripts/kunit
	rm -rf build/linux-6.12.y/repository
	mkdir -p build/source/linux-6.12.y
	SERIES_ANEW=yes run scripts/kunit
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"unpacking "* ]]
	[ ! -e build/source ]
}

@test "patches that were applied are applied again if objects are gone that KDIR had" {
	git_miniature "$tree"
	as_developer git -C "$tree" checkout -q -b mine
	mapfile -t nine < <(sed '/^#/d; s/ .*//; s,^,patches/,' series/linux-6.12.y | sed '$d')
	as_developer git -C "$tree" am -q --committer-date-is-author-date "${nine[@]/#/$PWD/}"
	git -C "$tree" checkout -q work
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	git -C "$tree" branch -q -D mine
	git -C "$tree" reflog expire --expire=now --all
	git -C "$tree" gc -q --prune=now
	KDIR=$tree FILTER='drm_register*' run scripts/kunit
	echo "$output"
	[ "$status" -eq 0 ]
	KDIR=$tree run scripts/bisect
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "a new package is unpacked, and what it has looks newer than what was built" {
	miniature "$tree"
	touch -d 2020-01-01 "$tree/Makefile"
	package
	run scripts/kunit
	touch build/object
	sleep 0.1
	echo "# changed" >>"$tree/Makefile"
	touch -d 2021-01-01 "$tree/Makefile"
	package
	run scripts/kunit
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"unpacking "* ]]
	[ build/linux-6.12.y/tree/Makefile -nt build/object ]
}

# unneeded: files that no lane builds, and some beside them that are needed.
unneeded()
{
	mkdir -p "$tree"/drivers/{md/bcache,mdio} "$tree/arch/mips/boot/dts"
	touch "$tree"/drivers/md/{raid.c,raid.txt,bcache/core.h,Makefile,Kconfig,bcache/Kconfig.core} \
		"$tree/arch/mips/boot/dts/board.dtsi" "$tree/drivers/mdio/core.c"
}

# needed_alone: what of these is where it is built.
needed_alone()
{
	[ "$(cd build/*/tree && find drivers/md* arch/mips -type f | sort | xargs)" = \
		"drivers/md/Kconfig drivers/md/Makefile drivers/md/bcache/Kconfig.core drivers/mdio/core.c" ]
}

@test "what no lane builds is neither unpacked nor kept" {
	miniature "$tree"
	unneeded
	package
	run scripts/kunit
	echo "$output"
	[ "$status" -eq 0 ]
	needed_alone
	[ -z "$(git -C build/linux-6.12.y/tree ls-files '*raid.c')" ]
	# a list that has changed
	sed -i '/drivers\/md$/d' scripts/lib/left-out
	run scripts/kunit
	[ "$status" -eq 0 ]
	[ -e build/linux-6.12.y/tree/drivers/md/raid.c ]
}

@test "what no lane builds is not checked out of a git tree" {
	miniature "$tree"
	unneeded
	as_developer git -C "$tree" init -q -b work
	git -C "$tree" add -f -A
	as_developer git -C "$tree" commit -q -m tree
	KDIR=$tree run scripts/bisect
	echo "$output"
	[ "$status" -eq 0 ]
	needed_alone
	# who works on the series has all of it
	desk=$(KDIR=$tree scripts/edit)
	[ -e "$desk/drivers/md/raid.c" ]
}

@test "what no lane builds and the series changes is checked out" {
	git_miniature "$tree"
	mkdir -p "$tree/drivers/gpu/drm/nouveau"
	touch "$tree/drivers/gpu/drm/nouveau/"{nouveau_drm,other}.c
	git -C "$tree" add -f drivers/gpu/drm/nouveau
	as_developer git -C "$tree" commit -q -m nouveau
	echo "int beside;" >>"$tree/drivers/gpu/drm/nouveau/nouveau_drm.c"
	series_beside "Suite: drm_base"
	KDIR=$tree BASE=beside run scripts/kunit
	echo "$output"
	[ -e build/linux-*/tree/drivers/gpu/drm/nouveau/nouveau_drm.c ]
	[ ! -e build/linux-*/tree/drivers/gpu/drm/nouveau/other.c ]
}

@test "a list of tests is of this DRM, whatever drivers that nobody builds are like" {
	git_miniature "$tree"
	mkdir -p "$tree/drivers/gpu/drm/amd"
	for changed in amd/core.c tests/other.c; do
		{
			echo "# drivers/gpu/drm: $(drm_id uml)"
			printf '%s\n' drm_base.case drm_base.other
		} >tests/expected/linux-6.12.y.base
		echo "/* changed */" >>"$tree/drivers/gpu/drm/$changed"
		git -C "$tree" add -f -A
		as_developer git -C "$tree" commit -q -m changed
		KDIR=$tree run scripts/kunit
		echo "$output"
		[ "$status" -eq 0 ]
		if [ "$changed" = amd/core.c ]; then
			[[ $output != *"not known yet"* ]]
		else
			[[ $output == *"not known yet"* ]]
		fi
		git -C "$tree" reset -q --hard HEAD^
	done
}

@test "an unpacked source without git works, and is not changed" {
	miniature "$tree"
	before=$(state "$tree")
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "3 passed, 0 failed" ]
	[ "$(state "$tree")" = "$before" ]
}

@test "a linked worktree works, and neither it nor its repository is changed" {
	git_miniature "$tree"
	git -C "$tree" worktree add -q "$BATS_TEST_TMPDIR/linked" other
	before=$(state "$tree"; state "$BATS_TEST_TMPDIR/linked")
	KDIR=$BATS_TEST_TMPDIR/linked run scripts/kunit
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "3 passed, 0 failed" ]
	[ "$(state "$tree"; state "$BATS_TEST_TMPDIR/linked")" = "$before" ]
}

@test "a shallow clone works, and is not changed" {
	git_miniature "$tree"
	as_developer git -C "$tree" commit -q --allow-empty -m tip
	git clone -q --depth 1 "file://$tree" "$BATS_TEST_TMPDIR/shallow"
	[ "$(git -C "$BATS_TEST_TMPDIR/shallow" rev-list --count HEAD)" -eq 1 ]
	before=$(state "$BATS_TEST_TMPDIR/shallow")
	KDIR=$BATS_TEST_TMPDIR/shallow run scripts/kunit
	[ "$status" -eq 0 ]
	[ "$(state "$BATS_TEST_TMPDIR/shallow")" = "$before" ]
}

@test "a bare repository works" {
	git_miniature "$tree"
	git clone -q --bare "$tree" "$BATS_TEST_TMPDIR/bare.git"
	KDIR=$BATS_TEST_TMPDIR/bare.git run scripts/kunit
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "3 passed, 0 failed" ]
}

@test "a tree without the helpers is found to be linux-6.1.y" {
	miniature_files linux-6.1.y
	BASE_UNDER_TEST=linux-6.1.y git_miniature "$tree"
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"base linux-6.1.y"* ]]
}

@test "of two bases that a tree may take the one with the same files is taken" {
	git_miniature "$tree"
	KDIR=$tree run scripts/kunit
	[[ $output == *"base linux-6.12.y"* ]]
	# Nothing is known of this one, and it still has to be tried.
	for file in drivers/gpu/drm/drm_drv.c include/drm/drm_drv.h \
		include/drm/drm_kunit_helpers.h Documentation/gpu/drm-internals.rst \
		drivers/gpu/drm/tests/Makefile; do
		echo >>"$tree/$file"
	done
	as_developer git -C "$tree" commit -q -a -m blobs
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"base linux-6.12.y"* ]]
}

@test "a dirty tree keeps its changes, and the run says that it is without them" {
	git_miniature "$tree"
	echo "/* not committed */" >>"$tree/drivers/gpu/drm/drm_drv.c"
	echo "/* staged */" >>"$tree/include/drm/drm_drv.h"
	git -C "$tree" add -f include/drm/drm_drv.h
	touch "$tree/untracked"
	before=$(state "$tree")
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"not committed there is not in the run"* ]]
	[ "$(state "$tree")" = "$before" ]
	refute grep -q "not committed" build/linux-*/tree/drivers/gpu/drm/drm_drv.c
}

@test "a detached HEAD and a half-done git am stay as they are" {
	git_miniature "$tree"
	git -C "$tree" checkout -q --detach
	as_developer git -C "$tree" am "$TOP/tests/controls/root-device.patch" || true
	[ -d "$tree/.git/rebase-apply" ]
	before=$(state "$tree")
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[ "$(state "$tree")" = "$before" ]
	[ -d "$tree/.git/rebase-apply" ]
}

@test "what an interrupted git leaves behind does not stop the next run" {
	git_miniature "$tree"
	KDIR=$tree run scripts/kunit
	work=$(echo build/linux-*)
	touch "$(git -C "$work/tree" rev-parse --absolute-git-dir)/index.lock"
	git -C "$tree" worktree add -q -f --detach "$PWD/$work/scratch"
	rm -r "$work/applied"
	KDIR=$tree SERIES_ANEW=yes run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"running: "* ]]
}

@test "KDIR that does not exist is named" {
	KDIR=$BATS_TEST_TMPDIR/nowhere run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"KDIR=$BATS_TEST_TMPDIR/nowhere: no such directory"* ]]
}

@test "KDIR that is no kernel tree is named, git or not" {
	mkdir "$tree"
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"no kernel tree"* ]]
	as_developer git -C "$tree" init -q
	as_developer git -C "$tree" commit -q --allow-empty -m empty
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"no kernel tree"* ]]
}

@test "a tree that no base fits is told the nearest, and the hunk that keeps it from fitting" {
	git_miniature "$tree"
	sed -i 's/kunit_device_register/make_a_device/' \
		"$tree/drivers/gpu/drm/tests/drm_kunit_helpers.c"
	as_developer git -C "$tree" commit -q -a -m other
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"no base fits $tree"* ]]
	[[ $output == *"the nearest is linux-6.12.y"* ]]
	[[ $output == *"kunit_device_register"*"does not apply to $tree"* ]]
	[ ! -e build/linux-*/tree ]
}

@test "a tree that has the series already is told so" {
	git_miniature "$tree"
	as_developer git -C "$tree" am -q "$TOP"/patches/linux-6.12.y/*.patch
	before=$(state "$tree")
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"has the series already"* ]]
	[ "$(state "$tree")" = "$before" ]
}

@test "a patch that does not apply is named with its hunk, and nothing is half done" {
	git_miniature "$tree"
	sed -i 's/kref_init(&dev->ref);/kref_init(\&dev->other);/' "$tree/drivers/gpu/drm/drm_drv.c"
	as_developer git -C "$tree" commit -q -a -m changed
	before=$(state "$tree")
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"does not apply"* ]]
	[[ $output == *"kref_init"* ]]
	[ "$(state "$tree")" = "$before" ]
	[ -z "$(git -C "$tree" branch --list 'drm-register/*')" ]
	refute compgen -G "build/*/scratch"
}

@test "a tree whose context differs a little takes the series with git am -3" {
	git_miniature "$tree"
	sed -i '/WARN_ON(!parent)/{n;s|$| /* one comment more */|}' "$tree/drivers/gpu/drm/drm_drv.c"
	as_developer git -C "$tree" commit -q -a -m context
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	grep -q "one comment more" build/linux-*/tree/drivers/gpu/drm/drm_drv.c
}

@test "BASE that does not exist is told which do" {
	BASE=linux-2.4.y run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"BASE=linux-2.4.y: no such series"*"linux-6.12.y"* ]]
}

@test "LANE that does not exist is told which do" {
	git_miniature "$tree"
	KDIR=$tree LANE=nonesuch run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"LANE=nonesuch: no such lane"*"uml"* ]]
}

@test "an unchanged series is not checked out again" {
	git_miniature "$tree"
	KDIR=$tree run scripts/kunit
	before=$(stat -c %Y.%Z build/linux-*/tree/drivers/gpu/drm/drm_drv.c)
	sleep 1
	KDIR=$tree SERIES_ANEW=yes run scripts/kunit
	[[ $output == *"running: "* ]]
	[ "$(stat -c %Y.%Z build/linux-*/tree/drivers/gpu/drm/drm_drv.c)" = "$before" ]
}

@test "no hook, filter or fsmonitor of the tree's runs, and no setting of its user's counts" {
	git_miniature "$tree"
	mkdir -p "$tree/.git/hooks"
	for hook in applypatch-msg pre-applypatch post-applypatch post-checkout post-index-change \
		reference-transaction commit-msg pre-commit post-commit fsmonitor-watchman; do
		printf '#!/bin/sh\necho %s >>"%s/ran"\nexit 1\n' "$hook" "$BATS_TEST_TMPDIR" \
			>"$tree/.git/hooks/$hook"
		chmod +x "$tree/.git/hooks/$hook"
	done
	git -C "$tree" config core.fsmonitor .git/hooks/fsmonitor-watchman
	git -C "$tree" config filter.spy.clean "echo clean >>$BATS_TEST_TMPDIR/ran; cat"
	git -C "$tree" config filter.spy.smudge "echo smudge >>$BATS_TEST_TMPDIR/ran; cat"
	echo "*.c filter=spy" >"$tree/.git/info/attributes"
	git -C "$tree" config core.autocrlf true
	git -C "$tree" config am.threeWay false
	git -C "$tree" config commit.gpgSign true
	git -C "$tree" config core.hooksPath "$tree/.git/hooks"
	rm -f "$BATS_TEST_TMPDIR/ran"
	before=$(state "$tree")
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[ ! -e "$BATS_TEST_TMPDIR/ran" ]
	[ "$(state "$tree")" = "$before" ]
	refute grep -q $'\r' build/linux-*/tree/drivers/gpu/drm/drm_drv.c
}

@test "a sparse checkout is built whole" {
	git_miniature "$tree"
	git -C "$tree" sparse-checkout set --no-cone '/include/'
	[ ! -e "$tree/drivers/gpu" ]
	before=$(state "$tree")
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[ -e build/linux-*/tree/Makefile ]
	[ "$(state "$tree")" = "$before" ]
}

@test "a partial clone gets what it lacks, and keeps lacking it" {
	git_miniature "$tree"
	git -C "$tree" config uploadpack.allowFilter true
	git -C "$tree" config uploadpack.allowAnySHA1InWant true
	git clone -q --no-checkout --filter=blob:none "file://$tree" "$BATS_TEST_TMPDIR/partial"
	before=$(state "$BATS_TEST_TMPDIR/partial")
	KDIR=$BATS_TEST_TMPDIR/partial run scripts/kunit
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(state "$BATS_TEST_TMPDIR/partial")" = "$before" ]
}

@test "a repository with SHA-256 ids works" {
	miniature "$tree"
	as_developer git -C "$tree" init -q --object-format=sha256
	git -C "$tree" add -f -A
	as_developer git -C "$tree" commit -q -m tree
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
}

@test "a tree that can't be written works, with git and without" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to be somebody else"
	git_miniature "$tree"
	miniature "$tree-plain"
	chown -R nobody "$PROJECT"
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR"
	for given in "$tree" "$tree-plain"; do
		before=$(state "$given")
		run setpriv --reuid nobody --clear-groups env KDIR="$given" \
			GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="$given" \
			scripts/kunit
		[ "$status" -eq 0 ]
		[ "$(state "$given")" = "$before" ]
	done
}

@test "a repository that git refuses to read is not taken for plain files" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to make what is somebody else's"
	git_miniature "$tree"
	chown -R nobody "$tree"
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"git does not read KDIR=$tree: "*"dubious ownership"* ]]
}

@test "a plain source that was built in place is refused, a git one is not" {
	git_miniature "$tree"
	miniature "$tree-plain"
	for given in "$tree" "$tree-plain"; do
		mkdir -p "$given/include/config"
		touch "$given/include/config/auto.conf" "$given/drivers/gpu/drm/drm_drv.o"
	done
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	KDIR=$tree-plain run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"was built in place"*"make mrproper"* ]]
}

@test "KDIR=.. works in a clone inside the tree, with git and without" {
	git_miniature "$tree"
	mv "$PROJECT" "$tree/project"
	cd "$tree/project"
	KDIR=.. run scripts/kunit
	[ "$status" -eq 0 ]
	rm -rf build ../.git
	KDIR=.. run scripts/kunit
	[ "$status" -eq 0 ]
	[ ! -e build/linux-*/tree/project ]
}

@test "a tree with a space and a colon in its path works" {
	mkdir "$tree"
	git_miniature "$tree/with space: x"
	KDIR="$tree/with space: x" run scripts/kunit
	[ "$status" -eq 0 ]
	mv "$tree/with space: x/.git" "$tree/.git-elsewhere"
	KDIR="$tree/with space: x" run scripts/kunit
	[ "$status" -eq 0 ]
}

@test "a clone of this project with a space in its path is told so" {
	mv "$PROJECT" "$BATS_TEST_TMPDIR/my project"
	cd "$BATS_TEST_TMPDIR/my project"
	run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"the path of this clone has a space"* ]]
}

@test "a tree that has one of the patches already is told so" {
	git_miniature "$tree"
	as_developer git -C "$tree" am -q "$(patches_of linux-6.12.y | sed -n 1p)"
	KDIR=$tree BASE=linux-6.12.y run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"has some of these patches already"* ]]
}

@test "a plain tree with a repository inside is refused, for that would be left out" {
	miniature "$tree"
	as_developer git -C "$tree/include" init -q
	as_developer git -C "$tree/include" commit -q --allow-empty -m inner
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"has a git repository inside"* ]]
}

@test "what was left in the built tree is not built" {
	git_miniature "$tree"
	KDIR=$tree run scripts/kunit
	touch "$(echo build/linux-*)/tree/localversion"
	KDIR=$tree SERIES_ANEW=yes run scripts/kunit
	[ ! -e "$(echo build/linux-*)/tree/localversion" ]
}

@test "a series file without a newline at its end keeps its last patch" {
	git_miniature "$tree"
	truncate -s -1 series/linux-6.12.y
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"applied $(patches_of linux-6.12.y | wc -l) patches"* ]]
}

@test "variables of the environment that would build something else are named and dropped" {
	git_miniature "$tree"
	sed -i '2a env >"$PWD/../environment"' "$tree/$TESTS_KUNIT/kunit.py"
	as_developer git -C "$tree" commit -q -a -m spy
	CDPATH=. LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 LLVM=1 CROSS_COMPILE=x- KBUILD_EXTMOD=/x \
		KCONFIG_CONFIG=/x GIT_COMMON_DIR=/x PYTHONSAFEPATH=1 PERL_UNICODE=S KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"note: the environment's "*"LLVM"*"have no effect here"* ]]
	refute grep -E '^(CDPATH|LANG|LLVM|CROSS_COMPILE|K(BUILD|CONFIG)_.*|GIT_COMMON_DIR|PYTHONSAFEPATH|PERL_UNICODE)=' \
		build/linux-*/environment
	grep -q '^LC_ALL=C.UTF-8$' build/linux-*/environment
}
