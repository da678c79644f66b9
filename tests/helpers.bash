# shellcheck shell=bash disable=SC2034 # what is set here is for the tests
# What the tests share. The scripts are run from a copy of the project, so that
# what they leave in build/ is the test's own, on a tree in miniature: the files
# that the series touches, and a kunit.py and make that do as behaviour() says. What
# needs a kernel is in kernel.bats.

TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
BASE_UNDER_TEST=linux-6.12.y
tree=
TESTS_KUNIT=tools/testing/kunit
. "$TOP/scripts/lib/series.sh"

# What a test is given is what it says, and not what who runs it has set.
unset BASE KDIR LANE FILTER JOBS EXTRA ONLY GENERATED HOSTS NO_INSTALL
# By SERIES_RUN an interrupted make check finds what a test has started.
for name in "${!SERIES_@}"; do
	[ "$name" = SERIES_RUN ] || unset "$name"
done
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL EMAIL
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
# A test that lacks a tool has failed; it does not install one.
export NO_INSTALL=1

# A copy of the project in PROJECT.
copy_project()
{
	PROJECT=$BATS_TEST_TMPDIR/project
	mkdir -p "$PROJECT/tests/expected"
	(cd "$TOP" && cp -r scripts series patches kunitconfig Makefile COVER_LETTER.txt "$PROJECT/")
	cp "$TOP/tests/expected-reports" "$TOP/tests/confirmed-commits" \
		"$TOP/tests/measuring-time" "$PROJECT/tests/"
	for base in "$TOP"/series/*; do
		echo "drm_register.case" >"$PROJECT/tests/expected/${base##*/}.series"
	done
	cd "$PROJECT" || return
	echo build/ >.gitignore
	git init -q
	git add -A
	as_developer git commit -q -m project
}

# source_files FILE...: of the base, into DESTINATION.
source_files()
{
	local package=linux-source-${BASE_UNDER_TEST#linux-}
	package=${package%.y}
	if [ -f "$TOP/build/$BASE_UNDER_TEST/unpacked" ]; then
		git -C "$TOP/build/$BASE_UNDER_TEST/repository" archive base "$@" | tar -x -C "$DESTINATION"
	else
		tar -xf "/usr/src/$package.tar.xz" -C "$DESTINATION" --strip-components=1 \
			"${@/#/$package/}"
	fi
}

# The files of the base that its series changes, once a file of tests.
miniature_files()
{
	local BASE_UNDER_TEST=$1 files=()
	DESTINATION=$BATS_FILE_TMPDIR/$1
	mapfile -t files < <(patches_of "$1" | xargs sed -n 's,^--- a/,,p' | sort -u; echo Makefile)
	mkdir -p "$DESTINATION"
	source_files "${files[@]}"
	fake_kunit_py "$DESTINATION"
	fake_make "$DESTINATION"
	printf 'config DRM_ACCEL\nconfig %s\n' KUNIT DRM DRM_KUNIT_TEST VIRTIO_UML KALLSYMS DEBUG_FS NET \
		UML_PCI_OVER_VIRTIO EXPERT >"$DESTINATION/Kconfig"
}

# kunit_py_arguments: how a kunit.py that is faked begins.
kunit_py_arguments()
{
	cat <<'END'
#!/bin/bash
verb=$1
for argument; do
	case $argument in
	--build_dir=*) out=${argument#*=} ;;
	--json=*) json=${argument#*=} ;;
	esac
done
if [ "$verb" = config ]; then
	echo "# CONFIG_X is not set" >"$out/.config"
	exit
fi
# built: what a build leaves; and the first that its kernel says.
built()
{
	mkdir -p "$out/include/generated"
	echo '#define UTS_VERSION "#1 Mon Jan 1"' >"$out/include/generated/utsversion.h"
}
[ "$verb" = build ] || echo "Linux version 1.2.3 (fake) #1 Mon Jan 1" >"$out/test.log"
END
}

fake_kunit_py()
{
	mkdir -p "$1/$TESTS_KUNIT"
	{
		kunit_py_arguments
		cat <<'END'
# Does as the file behaviour says, once the series is there.
series=
behaviour=pass
if [ -e drivers/gpu/drm/tests/drm_register_test.c ]; then
	series=yes
	behaviour=$(cat tools/testing/kunit/behaviour 2>/dev/null || echo pass)
fi
cases=(drm_base.case drm_base.other${series:+ drm_register.case})
cases=(${cases[@]})
case $verb-$behaviour in
build-hang) touch "$out/hanging"; sleep 600 ;;
build-setsid) setsid sleep 600 & touch "$out/hanging"; sleep 600 ;;
build-escape) setsid env -i sleep 600 & echo $! >"$out/escaped"
	while grep -q . "/proc/$!/environ"; do sleep 0.1; done; touch "$out/hanging"; sleep 600 ;;
build-break) printf '%s\n' "***" "*** The source tree is not clean" "make: *** [Makefile:1: x] Error 2"; exit 1 ;;
build-drop) built; echo "# CONFIG_Y is not set" >"$out/.config"; exit ;;
build-*) built; exit ;;
exec-lose) cases=(drm_base.case drm_register.case) ;;
exec-only-base) cases=(drm_base.case drm_base.other) ;;
exec-more) cases+=(drm_register.another) ;;
esac
status=PASS errors=
for name in "${cases[@]}"; do
	[ "$behaviour" != fail ] || status=FAIL
	[ "$behaviour-$name" != skip-drm_register.case ] || status=SKIP
	list+="${list:+,}{\"name\": \"${name%.*}\", \"test_cases\": [{\"name\": \"${name#*.}\", \"status\": \"$status\"}]}"
done
[ "$behaviour" = no-json ] || echo "{\"sub_groups\": [$list]}" >"$json"
echo "ok 1 drm_base" >>"$out/test.log"
[ "$behaviour" != other-kernel ] || sed -i 's/#1 Mon/#2 Mon/' "$out/test.log"
[ "$behaviour" != no-log ] || rm "$out/test.log"
[ "$behaviour" != errors ] || errors=", errors: 1"
[ "$behaviour" = no-end ] || echo "[00:00:00] Testing complete. Ran ${#cases[@]} tests: passed: 1$errors"
[ "$status" != FAIL ]
END
	} >"$1/$TESTS_KUNIT/kunit.py"
	chmod +x "$1/$TESTS_KUNIT/kunit.py"
}

# fake_make DIRECTORY: its make does what its kunit.py says.
fake_make()
{
	sed -i '/^EXTRAVERSION/q' "$1/Makefile"
	# shellcheck disable=SC2016 # it is make's variable
	printf 'all:\n\t@%s/kunit.py build --build_dir=$(O)\n' "$TESTS_KUNIT" >>"$1/Makefile"
}

# behaviour WORD: what the tree's kunit.py does; see there.
behaviour()
{
	echo "$1" >"$tree/$TESTS_KUNIT/behaviour"
	[ ! -e "$tree/.git" ] || {
		git -C "$tree" add -f "$TESTS_KUNIT/behaviour"
		as_developer git -C "$tree" commit -q -m behaviour
	}
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

# drm_id LANE: by which a list of tests says that it is of TREE's drivers/gpu/drm and of the lane.
# A tree in miniature has none of the drivers that are left out.
drm_id()
{
	echo "$(git -C "$tree" ls-tree HEAD drivers/gpu/drm/ | sha1sum | cut -d ' ' -f 1).$1-$(
		LANE=$1 bash -pc '. scripts/lib/all.sh; lane_id')"
}

# package: an archive of the tree in miniature, as Debian has of the base.
package()
{
	tar -C "$tree" -cJf "$BATS_TEST_TMPDIR/mini.tar.xz" --transform 's,^\.,mini,' --exclude=.git .
	sed -i "s,^# Package: .*,# Package: ../..$BATS_TEST_TMPDIR/mini," series/linux-6.12.y
}

# series_beside FIELD...: what was changed in TREE becomes the one patch of series/beside, which
# has these fields, and TREE is as it was.
series_beside()
{
	as_developer git -C "$tree" commit -q -a -m "drm: Say beside"
	mkdir patches/beside
	as_developer git -C "$tree" format-patch -q -o "$PROJECT/patches/beside" -1
	git -C "$tree" reset -q --hard HEAD^
	printf '%s\n' "# Beside: linux-6.12.y" "${@/#/# }" beside/0001-drm-Say-beside.patch >series/beside
}

# sender_project: a copy of the project, and a tree whose user can send the series.
sender_project()
{
	copy_project
	echo "# Letter: COVER_LETTER.txt" >>series/linux-6.12.y
	tree=$BATS_TEST_TMPDIR/linux
	git_miniature "$tree"
	git -C "$tree" config user.name "Some Body"
	git -C "$tree" config user.email body@example.org
	export KDIR=$tree
}

# machine NAME: one that ssh knows by that name, here, with a home of its own.
machine()
{
	local home=$BATS_TEST_TMPDIR/$1 name=$1 port=$((20000 + RANDOM % 10000)) i
	unshare -m true 2>/dev/null || skip "a machine within this one takes root, and unshare"
	mkdir -p "$home/.ssh" "$BATS_TEST_TMPDIR/bin"
	[ -f key ] || ssh-keygen -q -t ed25519 -N '' -f key
	cp key.pub "$home/.ssh/authorized_keys"
	dropbearkey -t ed25519 -f "$home/hostkey" >/dev/null
	chmod -R go-rwx "$home"
	# What is mounted there, nobody else sees. It carries SERIES_RUN, for what it starts.
	# shellcheck disable=SC2016 # they are the other shell's
	unshare -m bash -c 'mount --bind "$1" "$(getent passwd root | cut -d : -f 6)" &&
		exec dropbear -F -E -e -r "$1/hostkey" -P "$1/pid" -p "127.0.0.1:$2"' _ "$home" "$port" \
		>"$home/log" 2>&1 3>&- </dev/null &
	cat >>ssh.config <<-END
		Host $name
		HostName 127.0.0.1
		Port $port
		User root
		IdentityFile $PWD/key
		UserKnownHostsFile $PWD/known
		StrictHostKeyChecking no
		LogLevel ERROR
	END
	printf '#!/bin/sh\nexec /usr/bin/ssh -F %s "$@"\n' "$PWD/ssh.config" >"$BATS_TEST_TMPDIR/bin/ssh"
	chmod +x "$BATS_TEST_TMPDIR/bin/ssh"
	PATH=$BATS_TEST_TMPDIR/bin:${PATH#"$BATS_TEST_TMPDIR/bin:"}
	for i in $(seq 50); do
		! ssh "$name" true 2>/dev/null || return 0
		sleep 0.1
	done
	cat "$home/log"
	return 1
}

# gone NAME: the machine, with all that runs there.
gone()
{
	local pid
	pid=$(cat "$BATS_TEST_TMPDIR/$1/pid")
	pkill -KILL -P "$pid" || true
	kill -KILL "$pid"
}

all_gone()
{
	local file
	for file in "$BATS_TEST_TMPDIR"/*/pid; do
		[ ! -f "$file" ] || kill "$(cat "$file")" 2>/dev/null || true
	done
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

# state DIRECTORY: all of it that a run must not change, git's own files included;
# but for reads that change a time, and what 'make apply' adds.
state()
{
	(
		cd "$1" || return
		find . -type f -printf '%p %T@ %m %n %u\n' | sort
		find . -type f -print0 | sort -z | xargs -0 sha1sum
	)
}
