#!/usr/bin/env bats
# What make bench measures, and what is made of it. The seconds are of a tree in miniature.

load helpers

setup_file() { miniature_files "$BASE_UNDER_TEST"; }

setup()
{
	copy_project
	tree=$BATS_TEST_TMPDIR/linux
	miniature "$tree"
	package
	as_developer git commit -q -a -m package
}

@test "both are measured, and the row of each is recorded in place of an earlier one" {
	ONLY="tree whole again" run scripts/bench
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(wc -l <build/bench/whole.ours)" -eq 3 ]
	[ "$(wc -l <build/bench/whole.reference)" -eq 3 ]
	row='^\| from the package to the applied series \| tar -xf of the package \| [0-9]+ s, [0-9]+ CPU s \| [0-9]+ s, [0-9]+ CPU s \| [0-9.]+, [0-9.]+ \| 1\.3 \| 3 \|$'
	grep -qE '^\| make kunit, nothing changed \| - \| [0-9]+ s, [0-9]+ CPU s \| - \| - \| 5 s \| 3 \|$' tests/bench
	grep -qE "$row" <<<"$output"
	[ "$(grep -cE "$row" tests/bench)" -eq 1 ]
	[ "$(wc -l <tests/bench)" -eq 3 ]
	ONLY=tree run scripts/bench
	[ "$status" -eq 0 ]
	[ "$(wc -l <tests/bench)" -eq 3 ]
}

@test "what was made or measured of another commit does not count" {
	ONLY="whole again" run scripts/bench
	[ "$status" -eq 0 ]
	as_developer git commit -q --allow-empty -m another
	ONLY=again run scripts/bench
	[ "$status" -eq 0 ]
	[[ $output == *"commit $(git rev-parse --short=12 HEAD)"* ]]
	[ "$(git -C build/bench/project rev-parse HEAD)" = "$(git rev-parse HEAD)" ]
	[ ! -e build/bench/whole.ours ]
}

@test "what fails is not measured" {
	printf '#!/bin/sh\nexit 3\n' >scripts/apply
	as_developer git commit -q -a -m broken
	ONLY=tree run scripts/bench
	echo "$output"
	[ "$status" -ne 0 ]
	[[ $output == *"it failed, and is not measured"* ]]
	[ ! -e tests/bench ]
}

@test "what nobody measures is named" {
	ONLY="tree bread" run scripts/bench
	[ "$status" -ne 0 ]
	[[ $output == *"bread is nothing that is measured"* ]]
}

@test "the median is of the seconds, and the ratio of the medians" {
	# shellcheck disable=SC2016 # it is for the other shell
	run bash -pc 'source <(sed "/^supervise/d; /^takes_no LANE/,\$d" scripts/bench)
		mkdir -p "$BENCH"
		x_before() { :; }
		printf "%s\n" "9.0 30.0" "4.0 20.0" "5.0 10.0" >"$BENCH/x.ours.all"
		timed() { sed -n "${run}p" "$BENCH/x.ours.all" >>"$1"; }
		printf "%s\n" "10.0 40.0" >"$BENCH/whole.ours"
		compare x 0.6 "this" "that" 2>/dev/null' scripts/bench
	echo "$output"
	[ "$output" = "| this | that | 5 s, 20 CPU s | 10 s, 40 CPU s | 0.50, 0.50 | 0.6 | 3 |" ]
}

@test "README quotes the last record, and nothing else" {
	quoted() { sed -n '/^| measured | beside /,/^$/p' "$1" | sed 1,2d | grep .; }
	[ -s "$TOP/tests/bench" ]
	diff <(quoted "$TOP/README.md" | sort) <(sort "$TOP/tests/bench")
	# it is seen
	printf '%s\n' "| measured | beside |" "|---|" "| x |" >"$BATS_TEST_TMPDIR/page"
	[ "$(quoted "$BATS_TEST_TMPDIR/page")" = "| x |" ]
}
