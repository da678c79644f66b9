#!/usr/bin/env bats
# make alternatives: a row for each way to make a mock device, and what fails for it.

load helpers

setup_file() { miniature_files "$BASE_UNDER_TEST"; }

setup()
{
	copy_project
	tree=$BATS_TEST_TMPDIR/linux
	git_miniature "$tree"
	export KDIR=$tree
	# The lanes need more than a tree in miniature has.
	for lane in modules kobject-release; do
		echo "# With: uml" >"kunitconfig/$lane"
	done
	kernel_says modules "init: modules begins"
	kernel_says modules "init: modules is done"
	mkdir -p tests/alternatives
	alternative one "Fails: drm_base.case drm_base.other drm_register.case" fail
}

# kernel_says LANE LINE: at the end of what it says in that lane.
kernel_says()
{
	sed -i "/^\[ \"\$behaviour\" = no-end/i [[ \$out != */out-$1 ]] || echo '$2' >>\"\$out/test.log\"" "$tree/$TESTS_KUNIT/kunit.py"
	git -C "$tree" add -f -A; as_developer git -C "$tree" commit -q -m "lane $1"
}

# alternative NAME HEADER BEHAVIOUR: a patch that has the tree's kunit.py do so.
alternative()
{
	cat >"tests/alternatives/$1.patch" <<-END
	From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
	From: Patch Author <author@example.org>
	Date: Sun, 22 Nov 2026 12:00:00 +0000
	Subject: [PATCH] alternative: $1

	Way: $1
	Needs: Makefile
	Kernels: some
	$2
	---
	diff --git a/$TESTS_KUNIT/behaviour b/$TESTS_KUNIT/behaviour
	new file mode 100644
	--- /dev/null
	+++ b/$TESTS_KUNIT/behaviour
	@@ -0,0 +1 @@
	+$3
	END
}

@test "each way is a row, and fails just the cases that it is known to fail" {
	run scripts/alternatives
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "6 passed, 0 failed" ]
	[[ $output == *"| today's | 0 of 3 |"* ]]
	[[ $output == *"| platform, this series | 0 of 3 |"* ]]
	[[ $output == *"| one | 3 of 3 | no (MISSING) | 3 of 3 | yes | no | no (MISSING) |"*"| some |"* ]]
	[[ $output == *"one, kobject-release: drm_register.case"* ]]
}

@test "a way that fails another case than is known has failed, and so has one that fails none of them" {
	alternative one "Fails: drm_base.case" fail
	alternative two "Fails: drm_base.case" pass
	run scripts/alternatives
	echo "$output"
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "6 passed, 2 failed" ]
	[[ $output == *"> drm_register.case"* ]]
	[[ $output == *"< drm_base.case"* ]]
}

@test "a way that this kernel does not have is named" {
	sed -i 's/^Needs: .*/Needs: no-such-bus.h/' tests/alternatives/one.patch
	run scripts/alternatives
	[ "$status" -eq 0 ]
	[[ $output == *"not covered: one: this kernel has no no-such-bus.h"*"4 passed, 0 failed" ]]
}

@test "a way whose patch does not build says so in its row" {
	alternative one "Fails:" break
	run scripts/alternatives
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"| one | does not build |"* ]]
}

# in LANE WORD: what kunit.py does in that lane alone
in_lane()
{
	sed -i "/^series=\$/i [[ \$out != */out-$1 ]] || lane=yes" "$tree/$TESTS_KUNIT/kunit.py"
	sed -i "/^case \$verb-/i [ -z \"\$lane\" ] || [ -z \"\$series\" ] || behaviour=$2" "$tree/$TESTS_KUNIT/kunit.py"
	git -C "$tree" add -f -A; as_developer git -C "$tree" commit -q -m lane
}

@test "the series' own way that fails in lane kobject-release has failed" {
	in_lane kobject-release fail
	run scripts/alternatives
	echo "$output"
	[ "$status" -eq 1 ]
}

@test "the series' own way that loses its tests in lane uml has failed" {
	in_lane uml only-base
	run scripts/alternatives
	echo "$output"
	[ "$status" -eq 1 ]
}

@test "today's way that does not build has no row" {
	# today's is the series' tests without the helper
	sed -i "/^case \$verb-/i git log -1 --format=%s | grep -q 'Test how long' && behaviour=break" "$tree/$TESTS_KUNIT/kunit.py"
	git -C "$tree" add -f -A; as_developer git -C "$tree" commit -q -m lane
	run scripts/alternatives
	echo "$output"
	[ "$status" -eq 1 ]
}

@test "modules that can't be reloaded are a 'no', and a kernel that ends before is a failure" {
	kernel_says modules "init: round 2 went wrong, it differs from the first:"
	run scripts/alternatives
	echo "$output"
	[[ $output == *"| one | 3 of 3 | no (MISSING) | 3 of 3 | no |"* ]]
	[[ $output != *"not reloaded"* ]]
	sed -i '/out-modules/d' "$tree/$TESTS_KUNIT/kunit.py"
	git -C "$tree" add -f -A; as_developer git -C "$tree" commit -q -m "lane modules"
	run scripts/alternatives
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"| one | 3 of 3 | no (MISSING) | 3 of 3 | not seen |"* ]]
	[[ $output == *"one, modules: (not reloaded, and no reason seen)"* ]]
}

@test "a kernel that panics before its first test, or before the first module, says nothing of a way" {
	sed -i '/out-modules/d' "$tree/$TESTS_KUNIT/kunit.py"
	kernel_says modules "Kernel panic - not syncing: no root"
	run scripts/alternatives
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"| one | 3 of 3 | no (MISSING) | 3 of 3 | not seen |"* ]]
	in_lane kobject-release no-json
	run scripts/alternatives
	[[ $output == *"one, kobject-release: (nothing ran)"* ]]
	[[ $output == *"FOUND   one: it was built and run"* ]]
}

@test "a way whose kernel is too slow in a lane has not been run" {
	for lane in modules kobject-release; do
		echo "# Timeout: 0" >>"kunitconfig/$lane"
	done
	run scripts/alternatives
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"one, modules: (limit)"* ]]
}

@test "a misspelt Needs, Way or Kernels is named" {
	local field
	cp tests/alternatives/one.patch "$BATS_TEST_TMPDIR/one"
	for field in Needs Way Kernels; do
		sed "s/^$field:/x&/" "$BATS_TEST_TMPDIR/one" >tests/alternatives/one.patch
		run scripts/alternatives
		echo "$output"
		[ "$status" -eq 1 ]
		[[ $output == *"one.patch: its header has no '$field:'"* ]]
	done
}

@test "Beside names no series" {
	alternative one "Beside: no-such-series
	Fails: drm_base.case drm_base.other drm_register.case" fail
	sed -i 's/^\t//' tests/alternatives/one.patch
	run scripts/alternatives
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *no-such-series* ]]
}
