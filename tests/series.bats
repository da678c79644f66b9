#!/usr/bin/env bats
# The series as files: the same on every base where they have to be, and the
# same again after 'make edit' and 'make refresh'.

load helpers

setup_file() { miniature_files "$BASE_UNDER_TEST"; }
setup() { copy_project; tree=$BATS_TEST_TMPDIR/linux; }

# final_blob BASE FILE: the id of what the series leaves the file as.
final_blob()
{
	TOP=$PROJECT patches_of "$1" | xargs awk -v file="$2" '/^diff --git / { mine = $4 == "b/" file }
		mine && /^index / { sub(/.*\.\./, "", $2); print $2 }' | tail -n 1
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
	mapfile -t bases < <(TOP=$PROJECT bases)
	same_blob "$test_file" "${bases[@]}"
}

# applied_blob BASE FILE: the id of what the lines of the patch that adds it make.
applied_blob()
{
	local repository=$BATS_TEST_TMPDIR/applied patch
	rm -rf "$repository"
	git init -q "$repository"
	patch=$(grep -l "^+++ b/$2" "patches/$1"/*.patch)
	git -C "$repository" apply --include="$2" "$PROJECT/$patch"
	git -C "$repository" hash-object "$2"
}

@test "drm_register_test.c is what its patch says, without a tree too" {
	for base in $(TOP=$PROJECT bases); do
		[ "$(applied_blob "$base" "$test_file")" = "$(final_blob "$base" "$test_file")" ]
	done
	sed -i 's/^+static void drm_test_/+static void drm_tset_/' patches/drm-misc-next/*.patch
	[ "$(applied_blob drm-misc-next "$test_file")" != "$(final_blob drm-misc-next "$test_file")" ]
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
	mapfile -t bases < <(TOP=$PROJECT bases)
	refute same_blob "$test_file" "${bases[@]}"
}

@test "refresh without a change changes no byte" {
	git_miniature "$tree"
	export KDIR=$tree
	scripts/edit
	scripts/refresh
	diff -r "$TOP/patches" patches
	diff -r "$TOP/series" series
	[ ! -e build/linux-*/edit ]
}

@test "edit works again after one that was interrupted was dropped" {
	git_miniature "$tree"
	export KDIR=$tree
	desk=$(scripts/edit 2>/dev/null)
	git -C "$desk" worktree lock --reason initializing "$desk"
	rm -r "$desk"
	scripts/edit
}

@test "what bases have in common is stored once, and a link is a link to that" {
	for patch in patches/*/*.patch; do
		[ ! -L "$patch" ] || [[ $(readlink "$patch") == ../shared/"${patch##*/[0-9][0-9][0-9][0-9]-}" ]]
		[ -e "$patch" ]
	done
	for shared in patches/shared/*; do
		[ "$(find patches -lname "../shared/${shared##*/}" | wc -l)" -gt 1 ]
		for patch in patches/*/*-"${shared##*/}"; do
			[ -L "$patch" ] || refute diff -q -I '^\(Date: \|index \|@@ \)' "$patch" "$shared"
		done
	done
}

# edit_again FILE: change it in the branch of 'make edit', in the patch that has it.
edit_again()
{
	desk=$(scripts/edit 2>/dev/null)
	echo "/* again */" >>"$desk/$1"
	as_developer git -C "$desk" commit -q -a --fixup "$(git -C "$desk" log -1 --format=%h -- "$1")"
	GIT_SEQUENCE_EDITOR=true as_developer git -C "$desk" rebase -q -i --autosquash "$(git -C "$desk" rev-list --max-parents=0 HEAD)"
}

@test "a patch that bases share is changed for all of them, and refresh says so" {
	git_miniature "$tree"
	export KDIR=$tree
	edit_again "$test_file"
	run scripts/refresh
	[ "$status" -eq 0 ]
	[[ $output == *"changed for drm-misc-next linux-6.12.y linux-6.6.y: "*"-drm-tests-Test"* ]]
	[ -L "$(echo patches/linux-6.12.y/*-drm-tests-Test-*.patch)" ]
	grep -q "^+/\* again \*/" patches/shared/drm-tests-Test-how-long-a-DRM-device-lives.patch
}

@test "a base that parts with a shared patch has its own, and shares it again when it is the same" {
	git_miniature "$tree"
	export KDIR=$tree
	patch=$(echo patches/linux-6.12.y/*-drm-tests-Test-*.patch)
	sed -i '' "$patch"
	[ ! -L "$patch" ]
	as_developer git commit -q -a -m parted
	edit_again "$test_file"
	scripts/refresh
	[ ! -L "$patch" ]
	git diff --exit-code patches/shared
	git checkout -q patches
	scripts/edit
	scripts/refresh
	[ -L "$patch" ]
}

@test "a base is added by the words of README" {
	miniature "$tree"
	sed -i 's/^\tdrm_mm_test.o/\tdrm_m3_test.o/' "$tree/drivers/gpu/drm/tests/Makefile"
	as_developer git -C "$tree" init -q
	git -C "$tree" add -f -A
	as_developer git -C "$tree" commit -q -m "Another kernel"
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 1 ]
	echo "# Tree: another kernel" >series/linux-9.9.y
	git add series
	as_developer git commit -q -m "A base"
	desk=$(KDIR=$tree BASE=linux-9.9.y scripts/edit 2>/dev/null)
	as_developer git -C "$desk" am -q -C1 "$PWD"/patches/linux-6.12.y/*.patch
	KDIR=$tree BASE=linux-9.9.y scripts/refresh
	[ "$(grep "^linux-9.9.y/" series/linux-9.9.y)" = "$(sed -n 's/^linux-6.12.y/linux-9.9.y/p' series/linux-6.12.y)" ]
	# Only what had to differ has a file of its own.
	[ "$(cd patches && find linux-9.9.y -type f)" = "$(cd patches && ls linux-9.9.y/*-drm-tests-Test-*)" ]
	same_blob "$test_file" linux-6.12.y linux-9.9.y
	KDIR=$tree BASE=linux-9.9.y scripts/record
	KDIR=$tree run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"base linux-9.9.y:"* ]]
}

@test "no setting of the user's or the tree's changes what refresh writes" {
	git_miniature "$tree"
	export KDIR=$tree
	for setting in diff.context=9 diff.interHunkContext=20 diff.suppressBlankEmpty=true \
		diff.indentHeuristic=false format.filenameMaxLength=20 diff.noprefix=true \
		format.signOff=true diff.algorithm=patience format.subjectPrefix=RFC; do
		git -C "$tree" config "${setting%=*}" "${setting#*=}"
	done
	cp "$tree/.git/config" "$BATS_TEST_TMPDIR/config"
	export GIT_CONFIG_GLOBAL=$BATS_TEST_TMPDIR/config
	scripts/edit
	scripts/refresh
	diff -r "$TOP/patches" patches
}

@test "refresh does not overwrite what was edited by hand and not committed" {
	git_miniature "$tree"
	export KDIR=$tree
	scripts/edit
	echo "a note" >>patches/linux-6.12.y/0001-*.patch
	run scripts/refresh
	[ "$status" -eq 1 ]
	[[ $output == *"changes that are not committed, which would be lost"* ]]
	grep -q "a note" patches/linux-6.12.y/0001-*.patch
}

@test "refresh refuses a commit that changes nothing, which git am would not take" {
	git_miniature "$tree"
	export KDIR=$tree
	desk=$(scripts/edit 2>/dev/null)
	as_developer git -C "$desk" commit -q --allow-empty -m "nothing"
	run scripts/refresh
	[ "$status" -eq 1 ]
	[[ $output == *"changes nothing: nothing"* ]]
}

@test "EXTRA= gets into no series" {
	git_miniature "$tree"
	KDIR=$tree EXTRA=x.patch run scripts/edit
	[ "$status" -eq 1 ]
	[[ $output == *"EXTRA= is for make kunit"* ]]
}

@test "a series file without a patch is named" {
	git_miniature "$tree"
	sed -i '/patch$/d' series/linux-6.12.y
	KDIR=$tree BASE=linux-6.12.y run timeout 20 scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"series/linux-6.12.y names no patch"* ]]
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
	echo "$output"
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
	# Times and links are quilt's.
	[ "$(state "$tree" | grep -E '^[0-9a-f]{40} ')" = "$(grep -E '^[0-9a-f]{40} ' <<<"$before")" ]
}

@test "each base has its table row in README and its tree in its series file" {
	for series in $(TOP=$PROJECT bases); do
		grep -q "^|.*| \`$series\`.* |" "$TOP/README.md"
	done
	[ -z "$(grep -L "^# Tree: " series/*)" ]
}

@test "a series beside a base's is taken by its name alone, and held to its own suite" {
	git_miniature "$tree"
	echo "# beside" >>"$tree/Makefile"
	series_beside "Suite: drm_base" "Lane: net"
	KDIR=$tree run scripts/kunit
	[[ $output == *"base linux-6.12.y:"* ]]
	echo drm_base.case >tests/expected/beside.series
	KDIR=$tree BASE=beside run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"base beside:"*"lane net"* ]]
	[ "${lines[-2]}" = "ran 2 of the base's 2 and 1 of the series' 1" ]
	echo drm_base.lost >>tests/expected/beside.series
	KDIR=$tree BASE=beside run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"did not run, but is one of the series': drm_base.lost"* ]]
}
