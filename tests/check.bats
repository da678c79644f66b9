#!/usr/bin/env bats
# make check as a whole: what it did not do is in its last lines.

load helpers

setup()
{
	copy_project
	for verb in kunit reproduce lint mutants docs; do
		stub "$verb" 'echo "base ${BASE:-drm-misc-next}: Linux 1.2.3, commit x of y"; echo "1 passed, 0 failed"'
	done
	echo "| ours (1.2.3, of the future) | 1 passed |" >README.md
	echo "  1.2.3, drm*    0 passed      1 passed" >COVER_LETTER.txt
	echo "  1.2.3, all     0 passed      1 passed" >COVER_LETTER.kunit-next.txt
	# The bats that runs this has itself in front.
	PATH=${PATH//\/usr\/libexec\/bats-core:/}
	printf '@test "one" { true; }\n' >tests/one.bats
}

# stub VERB COMMAND
stub() { printf '#!/bin/sh\n%s\n' "$2" >"scripts/$1"; }

@test "the parts are added up, and the bases that it had no tree for are named" {
	run scripts/check
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "14 passed, 0 failed" ]
	[[ $output == *"not covered: drm-misc-next: no tree here"* ]]
	[[ $output == *"not covered: drm-misc-2022: no tree here"* ]]
	[[ $output == *"not covered: kunit-next: no tree here"* ]]
	[[ $output != *"not covered: linux-6.1"* ]]
}

@test "with KDIR= its base is covered too" {
	KDIR=/x run scripts/check
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "23 passed, 0 failed" ]
	[[ $output != *"not covered: drm-misc-next"* ]]
	[[ $output != *"not covered: kunit-next"* ]]
	[[ $output == *"not covered: drm-misc-2022"* ]]
}

@test "what a part did not cover is said at the end" {
	stub lint 'echo "not covered: sparse"; echo "1 passed, 0 failed, 1 skipped"'
	run scripts/check
	echo "$output"
	[[ $output == *"== scripts"*"not covered: sparse (lint-linux-6.1.y)"* ]]
	[ "${lines[-1]}" = "14 passed, 0 failed, 2 skipped" ]
}

@test "a part without a verdict has failed" {
	stub reproduce 'exit 0'
	run scripts/check
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"reproduce-linux-6.12.y ended without a verdict"* ]]
	[ "${lines[-1]}" = "12 passed, 2 failed" ]
}

@test "a part whose status is not what its last line says has failed" {
	stub kunit 'echo "1 passed, 0 failed"; exit 3'
	run scripts/check
	echo "$output"
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "10 passed, 3 failed, 2 skipped" ]
}

@test "a figure that README or the cover letter has of another run has failed" {
	for file in README.md COVER_LETTER.txt; do
		sed -i 's/1 passed/11 passed/' "$file"
		run scripts/check
		echo "$output"
		[ "$status" -eq 1 ]
		[[ $output == *"$file does not quote the run of 1.2.3, which said 1 passed, 0 failed:"* ]]
		sed -i 's/11 passed/1 passed/' "$file"
	done
	sed -i 's/1 passed/1 passed, 1 skipped/' README.md
	run scripts/check
	[ "${lines[-1]}" = "12 passed, 2 failed" ]
}

@test "a run that was excused for a busy machine is held to the figure without that" {
	sed -i 's/1 passed/2 passed, 4 skipped/' README.md COVER_LETTER.txt
	printf '%s\n' '#!/bin/sh' 'echo "base linux: Linux 1.2.3, commit x of y"' \
		'echo "skipped: drm_mm.drm_test_mm_frag failed, but it measures time, see tests/measuring-time"' \
		'echo "1 passed, 0 failed, 5 skipped"' >scripts/kunit
	run scripts/check
	echo "$output"
	[ "$status" -eq 0 ]
	sed -i 's/1 passed, 0 failed, 5/0 passed, 0 failed, 6/' scripts/kunit
	run scripts/check
	[ "$status" -eq 1 ]
	[[ $output == *"does not quote the run of 1.2.3, which said 1 passed, 0 failed, 5 skipped:"* ]]
}

@test "a series beside the base's is held to what its own cover letter says" {
	sed -i 's/1 passed/11 passed/' COVER_LETTER.kunit-next.txt
	KDIR=/x run scripts/check
	[ "$status" -eq 1 ]
	[[ $output == *"COVER_LETTER.kunit-next.txt does not quote the run of 1.2.3"* ]]
	[ "${lines[-1]}" = "22 passed, 1 failed" ]
}

@test "a run that nothing quotes is named" {
	: >README.md
	: >COVER_LETTER.txt
	run scripts/check
	[ "$status" -eq 0 ]
	[[ $output == *"not covered: no run of 1.2.3 is quoted in README.md COVER_LETTER.txt"* ]]
}

@test "a test of the scripts that fails, or that bats lost, has failed" {
	printf '@test "two" { false; }\n@test "three" { kill -KILL $PPID $$; }\n' >tests/two.bats
	run scripts/check
	echo "$output"
	[ "$status" -eq 1 ]
	[[ ${lines[-1]} =~ \ [12]\ failed$ ]]
}

@test "a base of who runs it does not narrow it" {
	cp "$TOP/tests/helpers.bash" tests/
	printf 'load helpers\n@test "one" { [ -z "${BASE:-}${SERIES_ANEW:-}" ]; }\n' >tests/one.bats
	BASE=linux-6.1.y run scripts/check
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "14 passed, 0 failed" ]
}

@test "a variable that would narrow it is refused" {
	for variable in FILTER=x LANE=y SERIES_CC=clang EXTRA=z ONLY=x GENERATED=1; do
		run env "$variable" scripts/check
		[ "$status" -eq 1 ]
		[[ $output == *"make check takes BASE= and KDIR= alone"* ]]
	done
}

@test "a test of the scripts that was skipped is named" {
	printf '@test "two" { skip "needs root"; }\n' >tests/two.bats
	run scripts/check
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"not covered: two: needs root (scripts)"*$'\n14 passed, 0 failed, 1 skipped' ]]
}
