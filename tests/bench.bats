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

# in_bench COMMANDS: with the functions of scripts/bench, which does nothing by itself.
in_bench()
{
	bash -pc 'source <(sed "/^supervise/d; /^takes_no LANE/,\$d" "$0")
		eval "$1"' scripts/bench "$1"
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

@test "what was made or measured of another commit, or with other jobs, does not count" {
	JOBS=2 ONLY="whole again" run scripts/bench
	[ "$status" -eq 0 ]
	as_developer git commit -q --allow-empty -m another
	JOBS=2 ONLY=again run scripts/bench
	[ "$status" -eq 0 ]
	[[ $output == *"commit $(git rev-parse --short=12 HEAD)"* ]]
	[ "$(git -C build/bench/project rev-parse HEAD)" = "$(git rev-parse HEAD)" ]
	[ ! -e build/bench/whole.ours ]
	: >build/bench/whole.ours
	JOBS=1 ONLY=again run scripts/bench
	[ "$status" -eq 0 ]
	[ ! -e build/bench/whole.ours ]
}

@test "it is the commit that it says, whatever is committed meanwhile" {
	sed -i '2i git -C ../../.. commit -q --allow-empty -m later' scripts/apply
	as_developer git commit -q -a -m later
	before=$(git rev-parse HEAD)
	export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@example.org
	ONLY=tree run scripts/bench
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(git rev-parse HEAD)" != "$before" ]
	[ "$(git -C build/bench/project rev-parse HEAD)" = "$before" ]
}

@test "what was measured once instead of three times is nothing to compare with" {
	mkdir -p build/bench
	run in_bench '
		x_before() { :; }
		timed() { echo "9.0 30.0" >>"$1"; }
		echo "10.0 40.0" >"$BENCH/whole.ours"
		compare x 0.6 "this" "that"'
	[ "$status" -ne 0 ]
	[[ $output == *"compared with '"'whole'"', which was not measured"* ]]
}

@test "a line that is edited is another each time" {
	for time in first second; do
		in_bench '
			built() { :; }
			OWN=$BENCH EDITS=0 file=drivers/gpu/drm/tests/drm_register_test.c
			mkdir -p "$OWN/tree/${file%/*}" "$SOURCE/${file%/*}" "$BENCH/bare/linux"
			touch "$OWN/tree/$file" "$SOURCE/$file"
			git -C "$OWN/tree" init -q
			git -C "$OWN/tree" commit -q --allow-empty -m first
			git -C "$OWN/tree" add .
			git -C "$OWN/tree" commit -q --allow-empty -m second
			edit_before'
	done
	[ "$(sort -u build/bench/source/drivers/gpu/drm/tests/drm_register_test.c | wc -l)" -eq 2 ]
}

@test "a variable that would have it measure something else is refused" {
	for variable in SERIES_CC=clang HOSTS=x GENERATED=1 LANE=x; do
		run env "$variable" ONLY=tree scripts/bench
		echo "$output"
		[ "$status" -eq 1 ]
		[[ $output == *"make bench does not look at it"* ]]
	done
	[ ! -e build/bench ]
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
	[ ! -e build/bench ]
}

@test "the median is of the seconds, and the ratio of the medians" {
	run in_bench '
		mkdir -p "$BENCH"
		x_before() { :; }
		printf "%s\n" "9.0 30.0" "4.0 20.0" "5.0 10.0" >"$BENCH/x.ours.all"
		timed() { sed -n "${run}p" "$BENCH/x.ours.all" >>"$1"; }
		printf "%s\n" "10.0 40.0" "11.0 39.0" "9.0 41.0" >"$BENCH/whole.ours"
		compare x 0.6 "this" "that" 2>/dev/null'
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
