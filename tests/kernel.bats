#!/usr/bin/env bats
# What is said of a kernel that does not build, or does not survive its tests:
# with a real one, in the build directory that make kunit has left.

load helpers

setup() { cd "$TOP" || return; }

results=build/linux-6.12.y/results/kunit-uml-drm_managed_+extra

# with CONTROL: make kunit with a control patch on top, of the suite it is in.
with() { run env EXTRA="$TOP/tests/controls/$1" FILTER='drm_managed*' scripts/kunit; }

@test "a build that fails is shown with its first error, and the log is kept" {
	with broken-build.patch
	[ "$status" -eq 1 ]
	[[ $output == *"control: this does not build"* ]]
	[[ ${lines[-2]} == "error: the build failed" ]]
	grep -q "this does not build" "$results/build.log"
}

@test "a warning of the compiler fails the first run and the next one" {
	for run in first next; do
		with warning.patch
		[ "$status" -eq 1 ]
		[[ $output == *"unused variable 'control_unused'"* ]]
	done
}

@test "a kernel that panics in a test has failed, and the log is kept" {
	with panic.patch
	[ "$status" -eq 1 ]
	[[ $output == *"crashed: drm_managed.(the test that kunit.log ends in)"* ]]
	[[ $output == *"the kernel reported during drm_managed."*"Kernel panic - not syncing: control"* ]]
	[[ ${lines[-1]} == *", "[1-9]*" failed" ]]
	grep -q "this kernel panics" "$results/kunit.log"
}

@test "a report of the kernel fails a run whose tests pass, and names the function" {
	with warn.patch
	[ "$status" -eq 1 ]
	[[ $output == *"the kernel reported during drm_managed.drm_test_managed_run_action: WARNING: "*"drm_test_managed_run_action"* ]]
	[ "${lines[-1]}" = "2 passed, 1 failed" ]
}

@test "a test that is lost on the way is named" {
	with lost-test.patch
	[ "$status" -eq 1 ]
	[[ $output == *"did not run, but is one of the base's: drm_managed.drm_test_managed_release_action"* ]]
	[ "${lines[-1]}" = "1 passed, 1 failed" ]
}

@test "Ctrl-C ends a running kernel too" {
	EXTRA=$TOP/tests/controls/hang.patch FILTER='drm_managed*' \
		setsid env --default-signal=INT make kunit >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- </dev/null &
	pid=$!
	for _ in $(seq 600); do
		! grep -qs "this kernel hangs" build/linux-6.12.y/out-uml/test.log || break
		sleep 0.1
	done
	kernel=$TOP/build/linux-6.12.y/out-uml/linux
	pgrep -f "^$kernel " >/dev/null
	kill -INT -- "-$pid"
	for _ in $(seq 50); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	refute kill -0 "$pid"
	refute pgrep -f "^$kernel "
}

@test "make mutants says of each mutant what became of it, and fails for all but one that is noticed" {
	run env SERIES_BREAKS="$TOP/tests/controls/mutants" scripts/mutants
	[ "$status" -eq 1 ]
	for row in "noticed    noticed" "NOT-BY     not-by: not drm_register.drm_test_mock_device_dma_mask, but " \
		"SURVIVED   survives" "SAME       same" "DOES-NOT-BUILD does-not-build" \
		"DOES-NOT-APPLY does-not-apply"; do
		grep -q "^$row" <<<"$output"
	done
	[[ $output == *"noticed by a case of drm_register: 1 of 6; by the log alone: 0"* ]]
	[ "${lines[-1]}" = "1 passed, 5 failed" ]
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
	list=$TOP/tests/expected/linux-6.12.y.series
	grep -q "Testing complete. Ran $(wc -l <"$list") tests: passed: $(grep -vc '^skip ' "$list")" \
		../review.log
	git -C "$TOP/build/linux-6.12.y/repository" worktree remove --force "$tree"
}

@test "lane modules finds what a test leaves behind in sysfs and in memory" {
	run env LANE=modules EXTRA="$TOP/tests/controls/left-behind.patch" scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"init: round 1 went wrong, there is something left behind or lost"* ]]
	[[ $output == *"unreferenced object of drm_test_rect_clip_scaled_div_by_zero"* ]]
	[[ $output == *"failed: drm_register.drm_test_register_faults.primary and render"* ]]
}

@test "lane modules finds a crash when an allocation fails" {
	run env LANE=modules EXTRA="$TOP/tests/controls/minor-error-pointer.patch" scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"Oops"*"modules did not run to its end after the tests"* ]]
	grep -q "drm_minor_alloc_release" build/linux-6.12.y/results/kunit-modules+extra/kunit.log
}

@test "and the run after them is well again" {
	run env FILTER='drm_managed*' scripts/kunit
	[ "$status" -eq 0 ]
	[ "${lines[-2]}" = "ran 2 of the base's 2" ]
	[ "${lines[-1]}" = "2 passed, 0 failed" ]
}
