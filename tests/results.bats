#!/usr/bin/env bats
# What is made of a KUnit run: no failure may end as a pass.

load helpers

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	touch kunit.log build.log
	json PASS PASS
}

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
}

verdict() { run "$TOP/scripts/results" verdict . "$@"; }

@test "each parameter of a case counts, as kunit.py counts" {
	verdict 0
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "3 passed, 0 failed" ]
}

@test "a failed parameter fails the run and is named" {
	json FAIL PASS
	verdict 1
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "failed: suite.case0.b" ]
	[ "${lines[-1]}" = "2 passed, 1 failed" ]
	[ "$("$TOP/scripts/results" status . suite.case0)" = FAIL ]
	[ "$("$TOP/scripts/results" status . suite.case1)" = PASS ]
	[ "$("$TOP/scripts/results" status . suite.case2)" = MISSING ]
}

@test "a crashed case fails the run" {
	json PASS ERROR
	verdict 1
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "crashed: suite.case1" ]
}

@test "a skipped case is named and counted apart" {
	json PASS SKIP
	verdict 0
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "2 passed, 0 failed, 1 skipped" ]
}

@test "no test at all is a failure" {
	rm kunit.json
	verdict 0
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "0 passed, 1 failed" ]
}

@test "a run that did not reach its end is a failure though all that ran passed" {
	verdict 1
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "3 passed, 1 failed" ]
}

@test "a report of the kernel is a failure though all tests passed" {
	for report in "WARNING: CPU: 0 PID: 1 at drivers/gpu/drm/drm_drv.c:1 x" \
		"BUG: KASAN: slab-use-after-free in x" "refcount_t: underflow; use-after-free." \
		"WARNING: possible circular locking dependency detected" "Oops: 0000 [#1]" \
		"unreferenced object 0xffff (size 8):" "Kernel panic - not syncing: x"; do
		echo "$report" >kunit.log
		verdict 0
		[ "$status" -eq 1 ]
		[[ ${lines[0]} == "the kernel reported: $report" ]]
	done
}

@test "a report that a test provokes is none" {
	echo "WARNING: CPU: 0 PID: 1 at drivers/gpu/drm/drm_connector.c:232 x" >kunit.log
	verdict 0
	[ "$status" -eq 0 ]
}

@test "a warning of the compiler counts in the files of the series" {
	echo "drivers/x.c:1:1: warning: unused variable" >build.log
	verdict 0 drivers/x.c
	[ "$status" -eq 1 ]
	verdict 0 drivers/y.c
	[ "$status" -eq 0 ]
}

@test "JUnit XML has each test and each failure" {
	json FAIL PASS
	echo "Kernel panic - not syncing: x" >kunit.log
	verdict 1
	[ "$(grep -o '<testcase ' junit.xml | wc -l)" -eq 4 ]
	[ "$(grep -o '<failure ' junit.xml | wc -l)" -eq 2 ]
}
