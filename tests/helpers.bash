# shellcheck shell=bash disable=SC2034 # what is set here is for the tests
# What the tests share. The scripts are run from a copy of the project, so that
# what they leave in build/ is the test's own, on a tree in miniature: the files
# that the series touches, and a kunit.py that does as FAKE_KUNIT says. What
# needs a kernel is in kernel.bats.

TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
BASE_UNDER_TEST=linux-6.12.y

# A copy of the project in PROJECT.
copy_project()
{
	PROJECT=$BATS_TEST_TMPDIR/project
	mkdir -p "$PROJECT/tests"
	cp -r "$TOP/scripts" "$TOP/series" "$TOP/patches" "$TOP/kunitconfig" "$TOP/Makefile" \
		"$PROJECT/"
	cp "$TOP/tests/expected-reports" "$PROJECT/tests/"
	cd "$PROJECT" || return
}

# The files of the base that its series changes, once a file of tests.
miniature_files()
{
	local base=$1 package files=()
	package=$(sed -n 's/^# Package: *//p' "$TOP/series/$base")
	mapfile -t files < <(sed 's/#.*//; /^$/d' "$TOP/series/$base" |
		(cd "$TOP/patches" && xargs sed -n 's,^--- a/,,p') | sort -u; echo Makefile)
	mkdir -p "$BATS_FILE_TMPDIR/$base"
	if [ -d "$TOP/build/source/$base" ]; then
		(cd "$TOP/build/source/$base" && cp --parents "${files[@]}" "$BATS_FILE_TMPDIR/$base")
	else
		[ -f "/usr/src/$package.tar.xz" ] || "$TOP/scripts/deps"
		tar -xf "/usr/src/$package.tar.xz" -C "$BATS_FILE_TMPDIR/$base" \
			--strip-components=1 "${files[@]/#/$package/}"
	fi
	fake_kunit_py "$BATS_FILE_TMPDIR/$base"
	printf 'config DRM_ACCEL\nconfig %s\n' KUNIT DRM DRM_KUNIT_TEST VIRTIO_UML \
		UML_PCI_OVER_VIRTIO EXPERT >"$BATS_FILE_TMPDIR/$base/Kconfig"
}

fake_kunit_py()
{
	mkdir -p "$1/tools/testing/kunit"
	cat >"$1/tools/testing/kunit/kunit.py" <<'END'
#!/bin/sh
# Does as FAKE_KUNIT says: pass, fail, hang or break.
verb=$1
for argument; do
	case $argument in
	--build_dir=*) out=${argument#*=} ;;
	--json=*) json=${argument#*=} ;;
	esac
done
case $verb-${FAKE_KUNIT:-pass} in
build-hang) touch "$out/hanging"; exec sleep 600 ;;
build-break) echo "x.c:1: error: broken"; exit 1 ;;
exec-*)
	status=PASS
	[ "${FAKE_KUNIT:-pass}" != fail ] || status=FAIL
	echo "{\"sub_groups\": [{\"name\": \"suite\", \"test_cases\": [
		{\"name\": \"case\", \"status\": \"$status\"}]}]}" >"$json"
	echo "ok 1 suite" >"$out/test.log"
	[ "$status" = PASS ] ;;
esac
END
	chmod +x "$1/tools/testing/kunit/kunit.py"
}

# miniature DIRECTORY: a plain tree; git_miniature: a repository with a history,
# a branch beside the one that is checked out, and a stash.
miniature()
{
	cp -r "$BATS_FILE_TMPDIR/$BASE_UNDER_TEST" "$1"
}

git_miniature()
{
	miniature "$1"
	as_developer git -C "$1" init -q -b work
	git -C "$1" add -f -A
	as_developer git -C "$1" commit -q -m tree
	git -C "$1" branch other
	echo "/* stashed */" >>"$1/drivers/gpu/drm/drm_drv.c"
	as_developer git -C "$1" stash -q
}

# refute COMMAND...: it fails. (bats overlooks a '!'.)
refute()
{
	if "$@"; then
		return 1
	fi
}

as_developer()
{
	GIT_AUTHOR_NAME=Dev GIT_AUTHOR_EMAIL=dev@example.org \
	GIT_COMMITTER_NAME=Dev GIT_COMMITTER_EMAIL=dev@example.org "$@"
}

# state DIRECTORY: all of it that a run must not change.
state()
{
	(
		cd "$1" || return
		find . -path ./.git -prune -o -type f -printf '%p %T@ %m %n\n' | sort
		find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 sha1sum
		[ -e .git ] || return 0
		git symbolic-ref HEAD 2>&1
		git rev-parse HEAD
		git ls-files -s
		git status --porcelain
		git for-each-ref | grep -v refs/heads/drm-register/
		git stash list
		git config --local --list
	)
}
