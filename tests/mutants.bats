#!/usr/bin/env bats
# make mutants, where it could take something else for a case that failed. What it says
# of a kernel is in kernel.bats.

load helpers

setup_file() { miniature_files "$BASE_UNDER_TEST"; }

setup()
{
	copy_project
	tree=$BATS_TEST_TMPDIR/linux
	miniature "$tree"
	# It is built by copying, and runs as the file of the tests' says.
	cat >"$tree/Makefile" <<-'M'
	.RECIPEPREFIX = >
	linux:
	>@mkdir -p $(O)/drivers/gpu/drm && cp drivers/gpu/drm/drm_drv.c $(O)/drivers/gpu/drm/drm_drv.o
	>@! grep -q 'this is broken' drivers/gpu/drm/drm_drv.c || . tools/testing/kunit/broken
	M
	cat >"$tree/$TESTS_KUNIT/kunit.py" <<-'K'
	#!/bin/bash
	for a; do case $a in --build_dir=*) out=${a#*=};; --json=*) json=${a#*=};; esac; glob=$a; done
	echo "# x" >"$out/.config"
	mkdir -p "$out/include/generated"
	echo '#define UTS_VERSION "#1 Mon Jan 1"' >"$out/include/generated/utsversion.h"
	[ "$1" = exec ] || exit 0
	status=PASS log="ok 1 drm_register"
	! grep -q 'this is broken' drivers/gpu/drm/drm_drv.c || . tools/testing/kunit/noticed
	printf '%s\n' ${log:+"Linux version 1.2.3 (fake) #1 Mon Jan 1" "$log"} >"$out/test.log"
	echo '{"sub_groups": [{"name": "drm_register", "test_cases": [{"name": "case", "status": "'$status'"}]}]}' >"$json"
	echo "[00:00:00] Testing complete. Ran 1 tests: passed: 1"
	[ "$status" = PASS ]
	K
	touch "$tree/$TESTS_KUNIT/broken"
	noticed status=FAIL
	export KDIR=$tree BASE=$BASE_UNDER_TEST JOBS=1 SERIES_BREAKS=$PROJECT/breaks
	mutant one
}

# noticed COMMANDS: what the kernel of the mutant does.
noticed() { printf '%s\n' "$@" >"$tree/$TESTS_KUNIT/noticed"; }

# mutant NAME [HEADER]
mutant()
{
	mkdir -p breaks
	cat >"breaks/$1.patch" <<-END
	Subject: [PATCH] $1

	${2:-Noticed-by: drm_register.case}
	---
	--- a/drivers/gpu/drm/drm_drv.c
	+++ b/drivers/gpu/drm/drm_drv.c
	@@ -1,1 +1,2 @@
	+/* this is broken */
	 $(sed -n 1p "$tree/drivers/gpu/drm/drm_drv.c")
	END
}

mutants() { run scripts/mutants; echo "$output"; }

@test "the case that it names fails for it" {
	mutants
	[ "$status" -eq 0 ]
	[[ $output == *"noticed    one: drm_register.case"* ]]
	[ "${lines[-1]}" = "1 passed, 0 failed" ]
}

@test "a report is not the case that it names" {
	noticed 'log="WARNING: CPU: 0"'
	mutants
	[ "$status" -eq 1 ]
	[[ $output == *"NOT-BY     one: not drm_register.case, but (log)"* ]]
}

@test "a generated one may be noticed by a report alone, and that is counted" {
	mutant one "Generated: one"
	noticed 'log="WARNING: CPU: 0"'
	mutants
	[[ $output == *"by-the-log one"*"by the log alone: 1"* ]]
}

@test "a kernel that was slow once has noticed nothing" {
	sed -i 's/TIMEOUT=30/TIMEOUT=2/' scripts/mutants scripts/lib/mutant
	noticed 'mkdir "$out/slow" 2>/dev/null && sleep 2'
	mutants
	[ "$status" -eq 1 ]
	[[ $output == *"SURVIVED   one"* ]]
}

@test "a kernel that hangs has, and that is said" {
	sed -i 's/TIMEOUT=30/TIMEOUT=2/' scripts/mutants scripts/lib/mutant
	noticed 'sleep 6'
	mutants
	[ "$status" -eq 0 ]
	[[ $output == *"noticed    one: (hang)"* ]]
}

@test "without a break nothing may take too long either" {
	sed -i 's/TIMEOUT=30/TIMEOUT=1/' scripts/mutants scripts/lib/mutant
	sed -i 's/^status=PASS/sleep 2; status=PASS/' "$tree/$TESTS_KUNIT/kunit.py"
	mutants
	[ "$status" -eq 1 ]
	[[ $output == *"fails without a mutant: (limit)"* ]]
}

@test "a kernel that did not start has noticed nothing" {
	noticed 'exit 1'
	mutants
	[ "$status" -eq 1 ]
	[[ $output == *"NOT-RUN    one"* ]]
}

@test "a compiler that was killed did not refuse a generated one; an error is left out" {
	mutant one "Generated: one"
	echo 'echo "gcc: fatal error: Killed signal terminated program cc1"; exit 1' \
		>"$tree/$TESTS_KUNIT/broken"
	mutants
	[ "$status" -eq 1 ]
	[[ $output == *"DOES-NOT-BUILD one"* ]]
	echo 'echo "drivers/gpu/drm/drm_drv.c:1:1: error: unused"; exit 1' >"$tree/$TESTS_KUNIT/broken"
	mutants
	[[ $output == *"unbuilt    one"* ]]
}

@test "each glob of ONLY= has to match" {
	ONLY="one two*" mutants
	[ "$status" -eq 1 ]
	[[ $output == *"no mutant of linux-6.12.y is called two*"*"There are: one"* ]]
}

@test "a lane for another machine than UML is refused" {
	LANE=x86_64 mutants
	[ "$status" -eq 1 ]
	[[ $output == *"LANE=x86_64 CC=gcc: mutants are built with gcc for UML alone"* ]]
}

### More machines, and an interrupt

teardown()
{
	all_gone
	[ -z "${pid:-}" ] || kill -INT "$pid" 2>/dev/null || true
}

# done_by NAME: how many jobs were done there.
done_by() { awk -F '\t' -v name="$1" '$2 == name && $7 == 0 { n++ } END { print n + 0 }' build/*/mutants.joblog; }

many()
{
	local i
	export CCACHE_DIR=$BATS_TEST_TMPDIR/ccache
	touch "$BATS_TEST_TMPDIR/begun"
	for i in two three four five six; do
		mutant "$i"
	done
}

@test "other machines share the work, and are sent once what it takes" {
	many
	machine alpha
	machine beta
	noticed status=FAIL 'sleep 1'
	HOSTS="1/alpha 1/beta" mutants
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "6 passed, 0 failed" ]
	[ "$(done_by alpha)" -gt 0 ]
	[ "$(done_by beta)" -gt 0 ]
	[ $(($(done_by alpha) + $(done_by beta) + $(done_by :))) -eq 6 ]
	[ ! -e "$BATS_TEST_TMPDIR/alpha/.cache/drm-register"*/.git ]
	sent=$(find "$BATS_TEST_TMPDIR"/alpha/.cache/*/build/*/repository/objects -type f | sort)
	HOSTS="1/alpha" mutants
	[ "$status" -eq 0 ]
	[ "$(find "$BATS_TEST_TMPDIR"/alpha/.cache/*/build/*/repository/objects -type f | sort)" = "$sent" ]
}

@test "the jobs of a machine that dies are done elsewhere" {
	many
	machine alpha
	machine beta
	touch "$BATS_TEST_TMPDIR/beta/stays"
	noticed status=FAIL "[ ! -e $(getent passwd root | cut -d : -f 6)/stays ] || { touch $BATS_TEST_TMPDIR/began; sleep 60; }"
	(
		for _ in $(seq 300); do
			[ ! -e "$BATS_TEST_TMPDIR/began" ] || break
			sleep 0.1
		done
		gone beta
	) 3>&- &
	HOSTS="1/alpha 1/beta" mutants
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "6 passed, 0 failed" ]
	[ -e "$BATS_TEST_TMPDIR/began" ]
	[ "$(done_by beta)" -eq 0 ]
}

@test "a machine on which the tests fail without a break has noticed nothing" {
	many
	machine alpha
	noticed 'sleep 1'
	touch "$BATS_TEST_TMPDIR/alpha/ill"
	sed -i "s,^status=PASS .*,&; [ ! -e $(getent passwd root | cut -d : -f 6)/ill ] || status=FAIL," "$tree/$TESTS_KUNIT/kunit.py"
	HOSTS=2/alpha mutants
	[ "$status" -eq 1 ]
	[[ $output == *"alpha has done none of the jobs"* ]]
	[ "$(grep -c "^SURVIVED  " <<<"$output")" -eq 6 ]
}

@test "a machine that can do none of the jobs is named" {
	machine alpha
	sed -i 's/^\(equip\|give\)()/\1() { :; }; was_\1()/' scripts/lib/hosts.sh
	HOSTS=1/alpha JOBS=2 mutants
	[[ $output == *"alpha has done none of the jobs"* ]]
}

@test "a machine that can't be reached is named, and left out" {
	machine alpha
	gone alpha
	HOSTS=alpha mutants
	[ "$status" -eq 0 ]
	[[ $output == *"alpha is left out: "*onnection* ]]
	[ "${lines[-1]}" = "1 passed, 0 failed" ]
}

# begun: mutants were run until an interrupt; BEFORE is how many.
begun()
{
	many
	noticed status=FAIL "echo >>$BATS_TEST_TMPDIR/begun" \
		"[ \$(wc -l <$BATS_TEST_TMPDIR/begun) -ne 5 ] || sleep 60"
	setsid env --default-signal=INT scripts/mutants >first.log 2>&1 3>&- </dev/null &
	pid=$!
	for _ in $(seq 300); do
		[ "$(wc -l <"$BATS_TEST_TMPDIR/begun")" -lt 5 ] || break
		sleep 0.1
	done
	kill -INT "$pid"
	wait "$pid" || true
	pid=
	cat first.log
	BEFORE=$(grep -c "^noticed  " first.log)
	[ "$BEFORE" -ge 1 ]
}

@test "what was done before an interrupt is judged again where that has changed" {
	begun
	echo "# another" >>scripts/lib/results.py
	mutants
	[ "$status" -eq 0 ]
	[[ $output != *"going on"* ]]
}

@test "what was done before an interrupt is not done again, and a change begins anew" {
	begun
	mutants
	[ "$status" -eq 0 ]
	[[ $output == *"going on: $BEFORE of 6 were run before this was interrupted"* ]]
	[ "${lines[-1]}" = "6 passed, 0 failed" ]
	[ "$(grep -c "^noticed  " <<<"$output")" -eq 6 ]
	# the next one is anew
	mutants
	[[ $output != *"going on"* ]]
}
