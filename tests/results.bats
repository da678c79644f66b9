#!/usr/bin/env bats
# What is made of a KUnit run: no failure may end as a pass.

load helpers

setup()
{
	copy_project
	mkdir run
	cd run || return
	printf '%s\n' "KUnit-status: 0" "Built: #1 Mon Jan 1" >run.txt
	log "ok 1 suite"
	json PASS PASS
	printf 'suite.%s\n' case0.a case0.b case1 >list.base
}

log() { printf '%s\n' "Linux version 6.1.2 (me@here) #1 Mon Jan 1" "$@" >kunit.log; }

# json STATUS...: a suite with a case a status, the first one with parameters.
json()
{
	local first=$1 status i=1
	shift
	{
		printf '{"sub_groups": [{"name": "suite", "sub_groups": [{"name": "case0",'
		printf '"test_cases": [{"name": "a", "status": "PASS"},'
		printf '{"name": "b", "status": "%s"}]}], "test_cases": [' "$first"
		for status; do
			[ $i -eq 1 ] || printf ,
			printf '{"name": "case%d", "status": "%s"}' $i "$status"
			i=$((i + 1))
		done
		printf ']}]}'
	} >kunit.json
	echo "[00:00:00] Testing complete. Ran $((i + 1)) tests: passed: 3" >kunit.txt
}

results() { "$PROJECT/scripts/lib/results.py" "$@"; }
verdict() { run results verdict . list.base; }

# fails LINE: and it is said.
fails()
{
	verdict
	[ "$status" -eq 1 ]
	[[ $output == *"$1"* ]]
	[[ ${lines[-1]} =~ \ [1-9][0-9]*\ failed ]]
}

@test "each parameter of a case counts, as kunit.py counts" {
	verdict
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "3 passed, 0 failed" ]
}

@test "a kernel that is not the one that was built fails the run" {
	sed -i 's/#1 Mon/#2 Mon/' kunit.log
	fails "the kernel that ran is not the one that was built, #1 Mon Jan 1"
	[ "$(results status . suite.case1)" = "ANOTHER KERNEL" ]
	[ "$(results failing .)" = "(nothing)" ]
	sed -i 's/#2 Mon/#1 Mon/' kunit.log
	for built in "Built: " "Built: #1" ""; do
		sed -i '/^Built: /d' run.txt
		echo "$built" >>run.txt
		fails "the kernel that ran is not the one that was built"
	done
}

@test "a run that ended for no reason that is known is no crash" {
	sed -i 's/^KUnit-status: 0/KUnit-status: 3/' run.txt
	[ "$(results failing .)" = "(nothing)" ]
	log "Kernel panic - not syncing"
	[ "$(results failing .)" = "(crash)" ]
	log "ok 1 suite"
	json PASS ERROR
	[ "$(results failing .)" = "(crash)" ]
}

@test "of a case that failed, what KUnit said is shown, and the command for it alone" {
	json FAIL PASS
	echo "Command: make kunit BASE=x LANE=uml FILTER='drm*'" >>run.txt
	log "    # Subtest: suite" "        # Subtest: case0" "        ok 1 a" \
		"    # case0: EXPECTATION FAILED at ../tree/drivers/x.c:12" "    Expected a == b, but" \
		"        a == 1 (0x1)" "    # case0: something else" "        not ok 2 b" "    not ok 1 case0" \
		"    # case1: EXPECTATION FAILED at ../tree/drivers/x.c:20" "    ok 2 case1" "not ok 1 suite"
	fails "failed: suite.case0.b
        # case0: EXPECTATION FAILED at drivers/x.c:12
        Expected a == b, but
        a == 1 (0x1)
        alone: make kunit BASE=x LANE=uml FILTER=suite.case0
see "
	# another program's runs are not of the whole series
	sed -i 's/make kunit/make bisect/' run.txt
	verdict
	[[ $output == *"a == 1 (0x1)
see "* ]]
}

@test "a failed parameter fails the run and is named" {
	json FAIL PASS
	fails "failed: suite.case0.b"
}

@test "a case's status is that of all its parameters, and needs what it has to say" {
	json FAIL PASS
	log "    # Subtest: suite" "before case0" "    not ok 1 case0" "before case1" "    ok 2 case1"
	[ "$(results status . suite.case0 "before case0")" = FAIL ]
	[ "$(results status . suite.case0 "before case1")" = SILENT ]
	[ "$(results status . suite.case1)" = PASS ]
	[ "$(results status . suite.case2)" = MISSING ]
	echo "Limit: the kernel took longer" >>run.txt
	[ "$(results status . suite.case1)" = "CUT SHORT" ]
	[ "$(results status . suite.case0)" = FAIL ]
}

@test "a crashed case fails the run" {
	json PASS ERROR
	fails "crashed: suite.case1"
}

@test "a skipped case is named and counted apart, where it was recorded as skipped" {
	json PASS SKIP
	fails "skipped, but is one of the base's: suite.case1"
	sed -i 's/suite.case1/skip suite.case1/' list.base
	verdict
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "2 passed, 0 failed, 1 skipped" ]
}

@test "a test that measures time and fails is named and counted as skipped, as no other" {
	echo "Base: b" >>run.txt
	sed -i 's/^KUnit-status: 0/KUnit-status: 1/' run.txt
	json PASS FAIL
	fails "failed: suite.case1"
	echo "b suite.case1" >>"$PROJECT/tests/measuring-time"
	verdict
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "skipped: suite.case1 failed, but it measures time, see tests/measuring-time" ]
	[ "${lines[-1]}" = "2 passed, 0 failed, 1 skipped" ]
	json FAIL FAIL
	fails "failed: suite.case0.b"
}

@test "no test at all is a failure" {
	rm kunit.json
	fails "no test ran"
}

@test "a list that is empty is a failure" {
	: >list.base
	fails "list.base lists no test"
}

@test "a run that did not reach its end is a failure though all that ran passed" {
	echo "KUnit-status: 1" >run.txt
	fails "did not reach its end"
}

@test "a limit that was reached is a failure, and named" {
	echo "Limit: the kernel took longer than the 300 s" >>run.txt
	fails "the kernel took longer than the 300 s"
}

@test "a report of the kernel is a failure though all tests passed, and says during which" {
	while read -r report; do
		log "    # Subtest: suite" "$report" "    ok 1 case0"
		fails "the kernel reported during suite.case0: $report"
	done <<-'END'
	WARNING: CPU: 0 PID: 1 at drivers/gpu/drm/drm_drv.c:1 x+0x1/0x2
	WARNING: CPU: 0 PID: 1 at drivers/gpu/drm/drm_connector.c:580 drm_connector_cleanup+0x1/0x2
	WARNING: possible circular locking dependency detected
	BUG: KASAN: slab-use-after-free in x
	BUG kmalloc-64 (Not tainted): Poison overwritten
	refcount_t: underflow; use-after-free.
	ref_tracker: reference already released.
	Oops: 0000 [#1]
	kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
	INFO: task kunit_try_catch:15 blocked for more than 120 seconds.
	rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
	[drm:drm_mode_config_cleanup] *ERROR* connector Virtual-1 leaked!
	    # case0: Test should be marked slow (runtime: 2.000000000s)
	UBSAN: array-index-out-of-bounds in x
	sysfs: cannot create duplicate filename '/x'
	Kernel panic - not syncing: x
	END
}

@test "a report that a test provokes is none, as often as it is expected and no more" {
	echo "Base: b" >>run.txt
	echo "b * 2 suite WARNING: drivers/gpu/drm/x.c f" >>"$PROJECT/tests/expected-reports"
	line="WARNING: CPU: 0 PID: 7 at drivers/gpu/drm/x.c:232 f+0x1/0x2"
	log "    # Subtest: suite" "$line" "$line" "    ok 1 case0"
	verdict
	[ "$status" -eq 0 ]
	log "    # Subtest: suite" "$line" "$line" "$line" "    ok 1 case0"
	fails "(2 of these are expected)"
	log "    # Subtest: another" "$line" "    ok 1 case0"
	fails "during another.case0"
	sed -i 's/Base: b/Base: c/' run.txt
	log "    # Subtest: suite" "$line" "    ok 1 case0"
	fails "during suite.case0"
}

@test "what a tree reports without the series is its own, as often and no more" {
	line="WARNING: CPU: 0 PID: 7 at drivers/gpu/drm/x.c:232 f+0x1/0x2"
	slow="    # case0: Test should be marked slow (runtime: 2.000000000s)"
	log "    # Subtest: suite" "$line" "$slow" "    ok 1 case0"
	results reports . >>list.base
	[ "$(grep -c '^# report: 1 suite ' list.base)" -eq 2 ]
	log "    # Subtest: suite" "$line" "${slow/2.0/3.5}" "    ok 1 case0"
	verdict
	[ "$status" -eq 0 ]
	log "    # Subtest: suite" "$line" "$line" "    ok 1 case0"
	fails "(1 of these are expected)"
	log "    # Subtest: another" "$line" "    ok 1 case0"
	fails "during another.case0"
	sed -i '/^# report/d' list.base
	log "    # Subtest: suite" "$slow" "    ok 1 case0"
	fails "during suite.case0"
}

@test "the same report in another build, and in a newer kernel's words, is the same" {
	echo "Base: b" >>run.txt
	echo "b * 1 suite WARNING: drivers/gpu/drm/x.c f" >>"$PROJECT/tests/expected-reports"
	for line in "WARNING: CPU: 0 PID: 7 at ../tree/drivers/gpu/drm/x.c:232 f+0x9c/0x10a" \
		"WARNING: drivers/gpu/drm/x.c:90 at f+0x1/0x2, CPU#0: kunit_try_catch/50"; do
		log "    # Subtest: suite" "$line" "    ok 1 case0"
		verdict
		[ "$status" -eq 0 ]
	done
}

@test "JUnit XML has each test and each failure, and is well-formed whatever the kernel says" {
	json FAIL PASS
	log "$(printf 'Kernel panic - not syncing: \033[31mx\001')"
	verdict
	[ "$(grep -o '<testcase ' junit.xml | wc -l)" -eq 4 ]
	[ "$(grep -o '<failure ' junit.xml | wc -l)" -eq 2 ]
	python3 -c 'import xml.dom.minidom as m; m.parse("junit.xml")'
}

@test "kunit.py counting other tests than its results have is a failure" {
	sed -i 's/Ran 3 tests/Ran 4 tests/' kunit.txt
	fails "kunit.py counted 4 tests, and kunit.json has 3"
}

@test "a run that failed on its way is no list of tests" {
	[ "$(results names . | wc -l)" -eq 3 ]
	json PASS ERROR
	refute results names .
	json PASS PASS
	: >kunit.txt
	refute results names .
}

@test "FILTER that selects no known test is a failure" {
	echo "Filter: other*" >>run.txt
	fails "FILTER=other* selects no test that is known"
}

@test "a case that passed in a run that crashed has not passed" {
	log "    # Subtest: suite" "    ok 1 case0"
	json PASS ERROR
	[ "$(results status . suite.case0)" = "CRASHED ELSEWHERE" ]
}

@test "what a lane does after the tests has to come to its end" {
	echo "Init: leaks" >>run.txt
	fails "leaks did not run to its end after the tests"
	log "ok 1 suite" "init: leaks is done"
	verdict
	[ "$status" -eq 0 ]
}

@test "what is found after the tests fails the run" {
	log "ok 1 suite" "unreferenced object 0xffff88800e0c3a80 (size 192):" '  comm "x", pid 1' \
		"    kmalloc_trace+0x1/0x2" "    [<0000000012345678>] leaky+0x1/0x2" \
		"    between+0x1/0x2" "    its_test+0x1/0x2" "    kunit_try_run_case+0x1/0x2" "    kthread+0x1/0x2"
	fails "the kernel reported during (leaks).(any): unreferenced object of leaky its_test"
}

@test "a test that the lane can't run is skipped, and no loss" {
	json PASS SKIP
	fails "skipped, but is one of the base's: suite.case1"
	echo "Skips: suite.case1" >>run.txt
	verdict
	[ "$status" -eq 0 ]
	[[ $output == *"skipped: suite.case1"* ]]
}

@test "a test that the list has as skipped may pass" {
	sed -i 's/^suite.case1$/skip &/' list.base
	verdict
	[ "$status" -eq 0 ]
	[[ $output == *"3 of the base's 3"* ]]
}

@test "a lane that is for a test fails if that is skipped or did not run" {
	echo "Runs: suite.case1" >>run.txt
	verdict
	[ "$status" -eq 0 ]
	json PASS SKIP
	sed -i 's/^suite.case1$/skip &/' list.base
	fails "is for suite.case1, which did not pass: it was skipped"
	echo "Runs: suite.case2" >>run.txt
	fails "is for suite.case2, which did not pass"
}
