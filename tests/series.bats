#!/usr/bin/env bats
# The series as files: the same on every base where they have to be, and the
# same again after 'make edit' and 'make refresh'.

load helpers

setup_file() { miniature_files "$BASE_UNDER_TEST"; }
setup() { copy_project; tree=$BATS_TEST_TMPDIR/linux; }

# final_blob BASE FILE: the id of what the series leaves the file as.
final_blob()
{
	sed 's/#.*//; /^$/d' "series/$1" | while read -r patch; do
		awk -v file="$2" '/^diff --git / { mine = $4 == "b/" file }
			mine && /^index / { sub(/.*\.\./, "", $2); print $2 }' "patches/$patch"
	done | tail -n 1
}

# same_blob FILE BASE...
same_blob()
{
	local file=$1 base blobs
	shift
	blobs=$(for base; do final_blob "$base" "$file"; done)
	[ "$(wc -l <<<"$blobs")" -eq $# ]
	[ "$(grep -cE '^[0-9a-f]{40}$' <<<"$blobs")" -eq $# ]
	[ "$(sort -u <<<"$blobs" | wc -l)" -eq 1 ]
}

test_file=drivers/gpu/drm/tests/drm_register_test.c

@test "drm_register_test.c is the same file on every base" {
	mapfile -t bases < <(ls series)
	same_blob "$test_file" "${bases[@]}"
}

@test "the helpers are the same files on the two bases that the series adds them to" {
	same_blob drivers/gpu/drm/tests/drm_kunit_helpers.c linux-6.1.y drm-misc-2022
	same_blob include/drm/drm_kunit_helpers.h linux-6.1.y drm-misc-2022
}

@test "one byte of the test file changed in one base is noticed" {
	git_miniature "$tree"
	export KDIR=$tree
	desk=$(scripts/edit 2>/dev/null)
	echo "/* */" >>"$desk/$test_file"
	as_developer git -C "$desk" commit -q -a --fixup=HEAD
	scripts/refresh
	mapfile -t bases < <(ls series)
	refute same_blob "$test_file" "${bases[@]}"
}

@test "refresh without a change changes no byte" {
	git_miniature "$tree"
	export KDIR=$tree
	scripts/edit
	scripts/refresh
	diff -r "$TOP/patches" patches
	diff -r "$TOP/series" series
	[ -z "$(git -C "$tree" branch --list 'drm-register/*')" ]
}

@test "refresh takes a change back without its author and sign-off" {
	git_miniature "$tree"
	export KDIR=$tree
	desk=$(scripts/edit 2>/dev/null)
	echo "/* more */" >>"$desk/drivers/gpu/drm/drm_drv.c"
	as_developer git -C "$desk" commit -q -a -s -m "drm/drv: More" -m "A reason."
	run scripts/refresh
	[ "$status" -eq 0 ]
	patch=$(echo patches/linux-6.12.y/*-drm-drv-More.patch)
	grep -q '^From: Patch Author <author@example.org>$' "$patch"
	refute grep -q '^Signed-off-by' "$patch"
	[ "$(tail -n 1 series/linux-6.12.y)" = "${patch#patches/}" ]
	run scripts/kunit
	[ "$status" -eq 0 ]
}

@test "refresh does not take what was not committed, nor lose it" {
	git_miniature "$tree"
	export KDIR=$tree
	desk=$(scripts/edit 2>/dev/null)
	echo "/* more */" >>"$desk/drivers/gpu/drm/drm_drv.c"
	run scripts/refresh
	[ "$status" -eq 1 ]
	[[ $output == *"not committed"* ]]
	run scripts/edit
	[ "$status" -eq 1 ]
	run scripts/clean
	[ "$status" -eq 1 ]
	grep -q "/\* more \*/" "$desk/drivers/gpu/drm/drm_drv.c"
}

@test "quilt pushes and pops the same files in a plain tree" {
	miniature "$tree"
	before=$(state "$tree")
	cd "$tree"
	QUILT_PATCHES=$PROJECT/patches QUILT_SERIES=$PROJECT/series/linux-6.12.y quilt push -a
	[ -e "$test_file" ]
	QUILT_PATCHES=$PROJECT/patches QUILT_SERIES=$PROJECT/series/linux-6.12.y quilt pop -a
	rm -rf .pc
	[ "$(state "$tree" | grep -v ' 1$')" = "$(grep -v ' 1$' <<<"$before")" ]
}

@test "each base has its table row in README and its tree in its series file" {
	for series in series/*; do
		grep -q "^| \`${series#series/}\`" "$TOP/README.md"
		for field in Tree Helper; do
			grep -q "^# $field: " "$series"
		done
	done
}
