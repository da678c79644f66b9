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
	[ "${lines[-1]}" = "1 passed, 0 failed" ]
	[ "$(state "$tree")" = "$before" ]
	[ -e build/linux-*/tree/drivers/gpu/drm/tests/drm_register_test.c ]
}

@test "an unpacked source without git works, and is not changed" {
	miniature "$tree"
	before=$(state "$tree")
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "1 passed, 0 failed" ]
	[ "$(state "$tree")" = "$before" ]
}

@test "a linked worktree works, and neither it nor its repository is changed" {
	git_miniature "$tree"
	git -C "$tree" worktree add -q "$BATS_TEST_TMPDIR/linked" other
	before=$(state "$tree"; state "$BATS_TEST_TMPDIR/linked")
	KDIR=$BATS_TEST_TMPDIR/linked run scripts/kunit
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "1 passed, 0 failed" ]
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
	[ "${lines[-1]}" = "1 passed, 0 failed" ]
}

@test "a tree without the helpers is found to be linux-6.1.y" {
	miniature_files linux-6.1.y
	BASE_UNDER_TEST=linux-6.1.y git_miniature "$tree"
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"base linux-6.1.y"* ]]
}

@test "of two bases for one kind of tree the one with the same files is taken" {
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
	[[ $output == *"uncommitted changes"* ]]
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

@test "an interrupted run leaves the tree as it was, and the next run works" {
	git_miniature "$tree"
	before=$(state "$tree")
	KDIR=$tree FAKE_KUNIT=hang scripts/kunit >interrupted.log 2>&1 3>&- &
	pid=$!
	for _ in $(seq 100); do
		compgen -G "build/*/out-uml/hanging" >/dev/null && break
		sleep 0.2
	done
	kill -INT "$pid" || true
	kill -TERM "$pid"
	wait "$pid" && false
	grep -q "interrupted" interrupted.log
	refute pgrep -f "sleep 600"
	[ "$(state "$tree")" = "$before" ]
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
}

@test "what an interrupted git leaves behind does not stop the next run" {
	git_miniature "$tree"
	KDIR=$tree run scripts/kunit
	work=$(echo build/linux-*)
	touch "$(git -C "$work/tree" rev-parse --absolute-git-dir)/index.lock"
	git -C "$tree" worktree add -q -f --detach "$PWD/$work/scratch"
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
}

@test "a second run at the same time is refused, and the first one is not disturbed" {
	git_miniature "$tree"
	KDIR=$tree FAKE_KUNIT=hang scripts/kunit >first.log 2>&1 3>&- &
	pid=$!
	for _ in $(seq 100); do
		compgen -G "build/*/out-uml/hanging" >/dev/null && break
		sleep 0.2
	done
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"another run is using"* ]]
	kill -0 "$pid"
	kill "$pid"
	wait "$pid" || true
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

@test "a tree that no base fits is told what was looked for" {
	git_miniature "$tree"
	sed -i 's/kunit_device_register/make_a_device/' \
		"$tree/drivers/gpu/drm/tests/drm_kunit_helpers.c"
	as_developer git -C "$tree" commit -q -a -m other
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"no base fits $tree"* ]]
	[[ $output == *"kunit-device in linux-6.12.y"* ]]
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
	KDIR=$tree run scripts/kunit
	[ "$(stat -c %Y.%Z build/linux-*/tree/drivers/gpu/drm/drm_drv.c)" = "$before" ]
}

@test "make clean takes the worktrees out of the tree's repository" {
	git_miniature "$tree"
	before=$(git -C "$tree" worktree list)
	KDIR=$tree run scripts/kunit
	[ "$(git -C "$tree" worktree list)" != "$before" ]
	run scripts/clean
	[ "$status" -eq 0 ]
	[ "$(git -C "$tree" worktree list)" = "$before" ]
	[ ! -e build ]
}
