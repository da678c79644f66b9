#!/usr/bin/env bats
# What is said of a kernel that does not build, or does not survive its tests:
# with a real one, in the build directory that make kunit has left.

load helpers

setup() { cd "$TOP" || return; }

# with CONTROL: make kunit with a control patch on top, of the suite it is in.
with() { run env EXTRA="$TOP/tests/controls/$1" FILTER='drm_managed*' scripts/kunit; }

@test "a build that fails is shown with its first error, and the log is kept" {
	with broken-build.patch
	[ "$status" -eq 1 ]
	[[ $output == *"control: this does not build"* ]]
	[[ ${lines[-2]} == "error: the build failed" ]]
	grep -q "this does not build" build/linux-6.12.y/results/kunit-uml/build.log
}

@test "a kernel that panics in a test has failed, and the log is kept" {
	with panic.patch
	[ "$status" -eq 1 ]
	[[ $output == *"crashed: drm_managed.(the test that kunit.log ends in)"* ]]
	[[ $output == *"the kernel reported: Kernel panic - not syncing: control"* ]]
	[[ ${lines[-1]} == *", "[1-9]*" failed" ]]
	grep -q "this kernel panics" build/linux-6.12.y/results/kunit-uml/kunit.log
}

@test "README's lines for a reviewer without the harness work as printed" {
	tree=$BATS_TEST_TMPDIR/linux
	git -C build/linux-6.12.y/repository worktree add -q -f --detach "$tree" base
	lines=$(sed -n '/^## To review without the harness/,/^## /s/^    //p' README.md)
	[ "$(wc -l <<<"$lines")" -eq 2 ]
	cd "$tree"
	# The lines are the reader's; the compiler's cache and the committer are ours.
	as_developer env PATH="/usr/lib/ccache:$PATH" \
		bash -eu -c "${lines//\/path\/to\/this/$TOP}" >../review.log 2>&1 ||
		{ tail -n 20 ../review.log; false; }
	grep -q "Testing complete. Ran 28 tests: passed: 28" ../review.log
	git -C "$TOP/build/linux-6.12.y/repository" worktree remove --force "$tree"
}

@test "and the run after them is well again" {
	run env FILTER='drm_managed*' scripts/kunit
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "2 passed, 0 failed" ]
}
