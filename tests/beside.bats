#!/usr/bin/env bats
# A series beside a base's: what it is held to.

load helpers

setup_file() { miniature_files "$BASE_UNDER_TEST"; }
setup()
{
	copy_project
	tree=$BATS_TEST_TMPDIR/linux
	# kunit.py: 'FIXED LANE' tells what happens.
	git_miniature "$tree"
	mkdir -p "$tree/lib"
	echo "int test_of_base;" >"$tree/lib/test.c"
	{
		kunit_py_arguments
		cat <<'END'
[ "$verb" != build ] || { built; exit; }
fixed=$(grep -c beside Makefile)
test=$(grep -c added lib/test.c)
case=FAIL other=PASS
[ "$fixed" -eq 0 ] || case=PASS
[[ $out != *-late ]] || [ "$fixed" -gt 0 ] || other=FAIL
cases=("other.case $other")
[ "$test" -eq 0 ] || cases+=("beside.case $case")
. tools/testing/kunit/attack 2>/dev/null
for c in "${cases[@]}"; do
	set -- $c
	list+="${list:+,}{\"name\": \"${1%.*}\", \"test_cases\": [{\"name\": \"${1#*.}\", \"status\": \"$2\"}]}"
	not=; [ $2 = PASS ] || { bad=1; not="not "; }
	printf '    # Subtest: %s\n    1..1\n    %sok 1 %s\n%sok 1 %s\n' "${1%.*}" "$not" "${1#*.}" "$not" "${1%.*}" >>"$out/test.log"
done
[ ${#cases[@]} -eq 0 ] || { echo "{\"sub_groups\": [$list]}" >"$json"; }
echo "[00:00:00] Testing complete. Ran ${#cases[@]} tests: passed: 1"
[ -z "$bad" ]
END
	} >"$tree/$TESTS_KUNIT/kunit.py"
	git -C "$tree" add -f -A; as_developer git -C "$tree" commit -q -m kunit.py
	echo "# beside" >>"$tree/Makefile"
	echo "int added;" >>"$tree/lib/test.c"
	series_beside "Suite: beside" "Tests: lib/test.c" "Lane: own" "Delayed: late"
	echo beside.case >tests/expected/beside.series
	printf '%s\n' "# With: uml" "# Filter: *" >kunitconfig/own
	printf '%s\n' "# With: own" "# Arch: um" "# Filter: *" "# Timeout: 300" >kunitconfig/late
	export KDIR=$tree BASE=beside
}

attack() { cat >"$tree/$TESTS_KUNIT/attack"; git -C "$tree" add -f -A; as_developer git -C "$tree" commit -q -m attack; }

@test "reproduce shows what fails without the series, and that it passes with it" {
	run scripts/reproduce
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "${lines[-1]}" == *" passed, 0 failed" ]]
}

@test "what reproduce has shown is not built again, unless something was not as expected" {
	scripts/reproduce
	run scripts/reproduce
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c "not run again" <<<"$output")" -eq 3 ]
	[[ $output != *"building: "* ]]
	attack <<<'[[ $out != *-late ]] || cases=("unrelated.case PASS")'
	for time in first second; do
		run scripts/reproduce
		echo "$time: $output"
		[ "$status" -eq 1 ]
		[[ $output != *"not run again"* ]]
	done
}

@test "an empty list of the series' tests is no proof" {
	: >tests/expected/beside.series
	run scripts/reproduce
	echo "$output"
	[ "$status" -ne 0 ]
}

@test "a missing list of the series' tests is no proof" {
	rm tests/expected/beside.series
	run scripts/reproduce
	echo "$output"
	[ "$status" -ne 0 ]
}

@test "a kernel that said nothing shows no defect" {
	attack <<'END'
[[ $out != *-late ]] || [ "$fixed" -gt 0 ] || cases=()
END
	run scripts/reproduce
	echo "$output"
	[ "$status" -ne 0 ]
}

@test "tests that failed without the series and did not run with it are not mended" {
	attack <<'END'
[[ $out != *-late ]] || [ "$fixed" -eq 0 ] || cases=("unrelated.case PASS")
END
	run scripts/reproduce
	echo "$output"
	[ "$status" -ne 0 ]
}

@test "a misspelt Delayed: is named" {
	sed -i 's/# Delayed:/# Delyed:/' series/beside
	run scripts/reproduce
	[ "$status" -ne 0 ]
	[[ $output == *"series/beside: '# Delyed:' is no field"* ]]
}

@test "a misspelt Tests: is named" {
	sed -i 's/# Tests:/# Test:/' series/beside
	run scripts/reproduce
	[ "$status" -ne 0 ]
	[[ $output == *"series/beside: '# Test:' is no field"* ]]
}

# listed: whether this run makes a list of the base's tests.
listed()
{
	run scripts/kunit
	echo "$output"
	[[ $output == *"without the series"* ]]
}

@test "a list of the base's tests is made anew where the lane, its tree or the compiler has changed" {
	export BASE=linux-6.12.y LANE=own
	printf '%s\n' "# With: uml" "# Filter: other*" >kunitconfig/own
	listed
	refute listed
	printf '%s\n' "# With: uml" "# Filter: *" "# Where: net lib/test.c test_of_base" >kunitconfig/own
	listed
	echo "# CONFIG_PACKET is not set" >>kunitconfig/net
	listed
	echo "int elsewhere;" >>"$tree/lib/test.c"
	as_developer git -C "$tree" commit -q -a -m elsewhere
	listed
	refute listed
	SERIES_CC=clang listed
}

@test "a recorded list of the base's tests is of that lane and compiler alone" {
	export BASE=linux-6.12.y
	{ echo "# drivers/gpu/drm: $(drm_id uml)"; echo other.case; } >tests/expected/linux-6.12.y.base
	refute listed
	SERIES_CC=clang listed
	sed -i '1s/uml/other/' kunitconfig/uml
	refute listed
	echo "CONFIG_PACKET=y" >>kunitconfig/uml
	listed
}

@test "what a tree may need counts, before it is known whether this one does" {
	export BASE=linux-6.12.y LANE=own
	printf '%s\n' "# With: uml" "# Filter: *" "# Where: net lib/test.c test_of_base" >kunitconfig/own
	listed
	echo "# CONFIG_PACKET is not set" >>kunitconfig/net
	rm -r build/*/tree
	listed
}

@test "a list of another lib/kunit is not this tree's" {
	# recorded for this drivers/gpu/drm and other tests elsewhere
	{ echo "# drivers/gpu/drm: $(drm_id own)"; echo other.case; } >tests/expected/beside.base
	attack <<'END'
# this tree has another test, which the series loses.
[ "$fixed" -gt 0 ] || cases+=("newer.case PASS")
END
	run scripts/kunit
	echo "$output"
	[ "$status" -ne 0 ]
}

@test "a lane whose Filter: is misspelt is named" {
	export BASE=linux-6.12.y LANE=own
	printf '%s\n' "# With: uml" "# Filters: ttm*" >kunitconfig/own
	run scripts/kunit
	echo "$output"
	[ "$status" -ne 0 ]
	[[ $output == *Filters* ]]
}
