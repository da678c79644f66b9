# shellcheck shell=bash disable=SC2034 # what is set here is for who sources it
# What the programs in scripts/ share. To be sourced, not run.
#
# The one idea: whatever tree is given, there is a git repository with it as a
# commit (REPO, BASE_COMMIT), and everything happens in worktrees of that
# repository under build/. The tree itself is only ever read.

set -eu -o pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$TOP/build
BASE=${BASE:-}
KDIR=${KDIR:-}
LANE=${LANE:-uml}
FILTER=${FILTER:-}
JOBS=${JOBS:-$(nproc)}
DEFAULT_BASE=linux-6.12.y

# Commits that the harness makes have the same id in every run, so that a
# checkout of an unchanged series touches no file and nothing is built again.
export GIT_COMMITTER_NAME="Patch Author" GIT_COMMITTER_EMAIL=author@example.org
export PYTHONDONTWRITEBYTECODE=1
# No repacking of a repository that is not ours, and not in the background.
export GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=gc.auto GIT_CONFIG_VALUE_0=0 \
	GIT_CONFIG_KEY_1=maintenance.auto GIT_CONFIG_VALUE_1=false
# 'git status' must not write the index of a tree that is only read. The kernel's
# makefiles must not see the variables given to ours, nor git the
# repository of a hook.
export GIT_OPTIONAL_LOCKS=0
unset MAKEFLAGS MFLAGS MAKEOVERRIDES GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
# Another clone of this project builds the same objects.
export CCACHE_BASEDIR=$BUILD CCACHE_NOHASHDIR=1
# kunit.py's colours and checkpatch's are for terminals, not for logs.
export NO_COLOR=1

say()
{
	printf '%s\n' "$*" >&2
}

# die WHAT WHAT_TO_DO: one line each, and the status of a failure.
die()
{
	say "error: $1"
	[ $# -lt 2 ] || say "       $2"
	exit 1
}

### Tools

# Each program that is run here, and the Debian package that has it.
package_of()
{
	case $1 in
	xz) echo xz-utils ;;
	flock) echo util-linux ;;
	timeout) echo coreutils ;;
	pgrep) echo procps ;;
	*) echo "$1" ;;
	esac
}

# need COMMAND...: have them, by apt-get where there is one.
need()
{
	local cmd missing=() packages=()

	for cmd; do
		command -v "$cmd" >/dev/null && continue
		missing+=("$cmd")
		packages+=("$(package_of "$cmd")")
	done
	[ ${#missing[@]} -eq 0 ] || install_packages "${missing[*]}" "${packages[@]}"
}

# install_packages WHAT_IS_MISSING PACKAGE...
install_packages()
{
	local what=$1 as_root=()
	shift

	command -v apt-get >/dev/null ||
		die "not found: $what" "Install it with this system's package manager and run again."
	[ "$(id -u)" -eq 0 ] || as_root=(sudo)
	local command=("${as_root[@]}" apt-get install --yes --no-install-recommends "$@")
	[ -z "${NO_INSTALL:-}" ] ||
		die "not found: $what" "NO_INSTALL is set; run: ${command[*]}"

	say "installing $* (${command[*]})"
	mkdir -p "$BUILD"
	if ! { "${as_root[@]}" apt-get update && "${command[@]}"; } \
		>"$BUILD/apt-get.log" 2>&1 </dev/null; then
		tail -n 3 "$BUILD/apt-get.log" >&2
		die "apt-get could not install $*" \
		    "See $BUILD/apt-get.log; is there a network, and a Debian 12 package source?"
	fi
}

build_tools()
{
	need git make gcc flex bison bc python3 xz ccache flock timeout
	# What comes along only where recommendations are installed: a C library to
	# build with, and the modules of Perl.
	[ -f /usr/include/stdio.h ] || install_packages "the C library's headers" libc6-dev
	perl -MTerm::ANSIColor -MEncode -e 1 2>/dev/null || install_packages "Perl's modules" perl
}

lint_tools()
{
	need clang sparse codespell
	# checkpatch runs spdxcheck.py, with the distribution's Python.
	/usr/bin/python3 -c 'import git, ply' 2>/dev/null ||
		install_packages "Python's git and ply" python3-git python3-ply
}

test_tools()
{
	need bats codespell quilt shellcheck b4 pgrep
	/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null ||
		install_packages "Python's aiosmtpd" python3-aiosmtpd
}

### One run at a time, and nothing left running

CHILD=

stop_child()
{
	[ -z "$CHILD" ] || kill "$CHILD" 2>/dev/null || true
	[ -z "$CHILD" ] || wait "$CHILD" 2>/dev/null || true
}

interrupted()
{
	trap '' INT TERM HUP
	stop_child
	say "interrupted; nothing is left running, and the next run starts where this one was"
	exit 130
}

lock()
{
	# A program that another one runs is under that one's lock.
	[ -z "${SERIES_LOCKED:-}" ] || return 0
	mkdir -p "$BUILD"
	exec 9>>"$BUILD/lock"
	flock -n 9 || die "another run is using $BUILD" \
		"Wait for it, or use another clone."
	export SERIES_LOCKED=1
}

# run_logged LOG MINUTES COMMAND...: in a process group of its own, which goes
# as a whole when it takes too long or the user stops it; a line now and then
# says that it is alive.
run_logged()
{
	local log=$1 minutes=$2 status=0 seconds=0
	shift 2

	trap interrupted INT TERM HUP
	# 9>&-: what is started here must not keep the lock.
	timeout -k 10 "${minutes}m" "$@" >>"$log" 2>&1 </dev/null 9>&- &
	CHILD=$!
	while sleep 1; kill -0 "$CHILD" 2>/dev/null; do
		seconds=$((seconds + 1))
		[ $((seconds % 30)) -ne 0 ] || say "  ... $seconds s"
	done
	wait "$CHILD" || status=$?
	CHILD=
	trap - INT TERM HUP
	return "$status"
}

### Bases

# header BASE FIELD: what the series file's comment says of its base.
header()
{
	sed -n "s/^# $2: *//p" "$TOP/series/$1"
}

# patches_of BASE: the series' patch files, in order.
patches_of()
{
	sed 's/#.*//; /^[[:space:]]*$/d' "$TOP/series/$1" | while read -r patch _; do
		printf '%s\n' "$TOP/patches/$patch"
	done
}

bases()
{
	(cd "$TOP/series" && ls)
}

# files_of PATCH...: the files that exist before the patches and are changed.
files_of()
{
	sed -n 's,^--- a/,,p' "$@" | sort -u
}

# results_of PATCH...: the files that are there after the patches.
results_of()
{
	sed -n 's,^+++ b/,,p' "$@" | sort -u
}

### The tree

# Sets REPO, BASE_COMMIT and WORK, where this tree's things are.
open_tree()
{
	local base=${BASE:-$DEFAULT_BASE} tarball

	[ -f "$TOP/series/$base" ] ||
		die "BASE=$base: no such series" "There are: $(bases | xargs)."
	if [ -z "$KDIR" ]; then
		[ -n "$(header "$base" Package)" ] ||
			die "BASE=$base: Debian has no package with its tree" \
			    "Give one with KDIR=: $(header "$base" Tree)"
		BASE=$base
		tarball=/usr/src/$(header "$base" Package).tar.xz
		[ -f "$tarball" ] ||
			install_packages "$tarball" "$(header "$base" Package)"
		KDIR=$BUILD/source/$base
		WORK=$BUILD/$base
		unpack "$tarball" "$KDIR"
	else
		[ -d "$KDIR" ] || die "KDIR=$KDIR: no such directory" \
			"Give the top folder of a kernel tree."
		KDIR=$(cd "$KDIR" && pwd -P)
		WORK=$BUILD/$(basename "$KDIR")-$(printf %s "$KDIR" | sha1sum | cut -c1-8)
	fi
	mkdir -p "$WORK"

	if is_repository "$KDIR"; then
		REPO=$KDIR
		BASE_COMMIT=$(git -C "$KDIR" rev-parse --verify -q 'HEAD^{commit}') ||
			die "KDIR=$KDIR: its HEAD is no commit" "Check out a branch there."
		[ -z "$(git -C "$KDIR" status --porcelain -uno 2>/dev/null | head -n 1)" ] ||
			say "note: $KDIR has uncommitted changes; the run is of its HEAD, without them"
	else
		REPO=$WORK/repository
		[ -f "$KDIR/Makefile" ] || die "KDIR=$KDIR: no kernel tree" \
			"Give the top folder of one, with Makefile and drivers/gpu/drm."
		import "$KDIR" "$REPO"
	fi
	git -C "$REPO" cat-file -e "$BASE_COMMIT:drivers/gpu/drm/drm_drv.c" 2>/dev/null ||
		die "KDIR=$KDIR: no kernel tree, drivers/gpu/drm/drm_drv.c is not in it" \
		    "Give the top folder of one."
}

is_repository()
{
	[ "$(git -C "$1" rev-parse --is-bare-repository 2>/dev/null)" = true ] ||
	[ "$(git -C "$1" rev-parse --show-toplevel 2>/dev/null)" = "$1" ]
}

# unpack TARBALL DIRECTORY, unless that was done from this very file.
unpack()
{
	local stamp
	stamp=$(stat -c '%n %s %Y' "$1")

	[ "$(cat "$2.from" 2>/dev/null || true)" != "$stamp" ] || return 0
	enough_room 6
	say "unpacking $1"
	rm -rf "$2" "$2.part"
	mkdir -p "$2.part"
	tar -xf "$1" -C "$2.part" --strip-components=1
	mv "$2.part" "$2"
	printf '%s\n' "$stamp" >"$2.from"
}

# enough_room GIGABYTES
enough_room()
{
	local free
	mkdir -p "$BUILD"
	free=$(df -Pk "$BUILD" | awk 'NR == 2 { print int($4 / 1048576) }')
	[ "$free" -ge "$1" ] || die "no room: $BUILD has $free GB free, a tree needs $1" \
		"Free some ('make clean' removes what earlier runs left) and run again."
}

# import DIRECTORY REPOSITORY: commit a tree that is no repository to one of
# ours. Ours is what git works on; the directory is read only.
import()
{
	local tree git=(git --git-dir="$2/.git" --work-tree="$1")

	if [ ! -d "$2/.git" ]; then
		enough_room 4
		say "reading $1 into git, once"
		git init -q "$2"
	fi
	# Compression would take longer than everything else together. -f: kernel
	# sources ignore files that they have.
	rm -f "$2/.git/index.lock" "$2/.git/import.lock"
	export GIT_INDEX_FILE=$2/.git/import
	"${git[@]}" -c core.compression=0 -c core.autocrlf=false add -f -A -- .
	tree=$("${git[@]}" write-tree)
	unset GIT_INDEX_FILE
	BASE_COMMIT=$(GIT_AUTHOR_NAME=$GIT_COMMITTER_NAME \
		GIT_AUTHOR_EMAIL=$GIT_COMMITTER_EMAIL \
		GIT_AUTHOR_DATE='2022-11-17T00:00:00Z' GIT_COMMITTER_DATE='2022-11-17T00:00:00Z' \
		"${git[@]}" commit-tree -m "Sources as they were given" "$tree")
	"${git[@]}" update-ref refs/heads/base "$BASE_COMMIT"
}

### Which base is it?

# helper_kind: what makes the tree's mock devices.
helper_kind()
{
	local tests=drivers/gpu/drm/tests source

	if git -C "$REPO" cat-file -e "$BASE_COMMIT:$tests/drm_register_test.c" 2>/dev/null; then
		echo applied
	elif ! git -C "$REPO" cat-file -e "$BASE_COMMIT:$tests/drm_kunit_helpers.c" 2>/dev/null; then
		echo none
	else
		source=$(git -C "$REPO" show "$BASE_COMMIT:$tests/drm_kunit_helpers.c")
		case $source in
		*kunit_device_register*) echo kunit-device ;;
		*root_device_register*) echo root-device ;;
		*) echo unknown ;;
		esac
	fi
}

# exactness BASE: how many of the files that the series changes are, to the
# byte, those that it was made on.
exactness()
{
	local count=0 path blob
	while read -r blob path; do
		[ "$(git -C "$REPO" rev-parse -q --verify "$BASE_COMMIT:$path" || true)" != "$blob" ] ||
			count=$((count + 1))
	done < <(patches_of "$1" | xargs sed -n \
		-e 's/^index \([0-9a-f]\{40\}\)\.\..*/\1/' -e T -e '/^0\{40\}$/d' -e h \
		-e ':next' -e n -e 's,^--- a/,,' -e 't print' -e 'b next' \
		-e ':print' -e 'H' -e g -e 's/\n/ /p')
	echo "$count"
}

# Sets BASE to the series that applies, of those for the tree's helper, the most
# exact one first.
find_base()
{
	local kind base candidates patches

	[ -z "$BASE" ] || return 0
	kind=$(helper_kind)
	[ "$kind" != applied ] ||
		die "$KDIR has the series already: drivers/gpu/drm/tests/drm_register_test.c is there" \
		    "Give the tree as it was before, or review it with kunit.py as README.md says."
	candidates=$(for base in $(bases); do
		[ "$(header "$base" Helper)" != "$kind" ] ||
			printf '%s %s\n' "$(exactness "$base")" "$base"
	done | sort -rn | sed 's/.* //')
	[ -n "$candidates" ] ||
		die "no base fits $KDIR: it has '$kind' for drivers/gpu/drm/tests/drm_kunit_helpers.c" \
		    "Looked for: $(for base in $(bases); do
				printf "%s in %s; " "$(header "$base" Helper)" "$base"; done)give BASE= to try one all the same."
	for base in $candidates; do
		BASE=$base
		mapfile -t patches < <(patches_of "$base")
		! (apply_patches "$BASE_COMMIT" "${patches[@]}") >/dev/null 2>&1 || return 0
	done
	# None applies. Whoever asked is told why the most exact one doesn't.
	BASE=$(head -n 1 <<<"$candidates")
}

### Patches onto the tree

AM_OPTIONS=()

# apply_patches COMMIT PATCH...: prints the commit that has them. They go onto
# a scratch worktree with nothing but the files that they touch, so the tree
# that is built never has half a series.
apply_patches()
{
	local commit=$1 scratch=$WORK/scratch log=$WORK/am.log status=0
	shift

	drop_worktree "$scratch"
	git -C "$REPO" worktree add -q -f --no-checkout --detach "$scratch" "$commit"
	git -C "$scratch" read-tree HEAD
	files_of "$@" | while read -r file; do
		if git -C "$scratch" cat-file -e "HEAD:$file" 2>/dev/null; then
			git -C "$scratch" checkout-index -q -f -- "$file"
		fi
	done
	git -C "$scratch" am --committer-date-is-author-date --no-gpg-sign "${AM_OPTIONS[@]}" \
		"$@" >"$log" 2>&1 || am_three_way "$scratch" "$@" || status=$?
	[ "$status" -eq 0 ] || does_not_apply "$scratch"
	git -C "$scratch" rev-parse HEAD
	drop_worktree "$scratch"
}

# Where the context differs, git may still know the blobs that a patch is for.
am_three_way()
{
	local scratch=$1
	shift
	git -C "$scratch" am --abort
	git -C "$scratch" am -3 --committer-date-is-author-date --no-gpg-sign "${AM_OPTIONS[@]}" \
		"$@" >>"$WORK/am.log" 2>&1
}

does_not_apply()
{
	local patch
	patch=$(git -C "$1" am --show-current-patch=raw 2>/dev/null |
		git mailinfo /dev/null /dev/null | sed -n 's/^Subject: //p')
	{
		echo "The hunks that failed:"
		git -C "$1" am --show-current-patch=diff 2>/dev/null |
			git -C "$1" apply --reject - 2>&1 || true
		find "$1" -name '*.rej' -exec cat {} +
	} >>"$WORK/am.log"
	sed -n '/The hunks that failed/,$p' "$WORK/am.log" | head -n 40 >&2
	drop_worktree "$1"
	die "the patch '$patch' does not apply to $KDIR" \
	    "The tree is as it was; $WORK/am.log has what git said."
}

drop_worktree()
{
	[ -e "$1" ] || return 0
	# Not 'worktree prune', which would drop others that are not there just now.
	git -C "$REPO" worktree remove --force --force "$1" 2>/dev/null || rm -rf "$1"
}

# sign_as_sender: what follows is authored, committed and signed off by whoever
# git's own configuration names. SIGNED is where the patches are with that author;
# they are stored under a name that is nobody's.
sign_as_sender()
{
	local name email patch

	if ! name=$(git -C "$REPO" config user.name) ||
	   ! email=$(git -C "$REPO" config user.email); then
		die "git does not know who you are, so nobody can sign the patches off" \
		    "Run git config --global user.name NAME, and the same for user.email."
	fi
	SIGNED=$WORK/signed
	rm -rf "$SIGNED"
	mkdir -p "$SIGNED"
	for patch in $(patches_of "$BASE"); do
		WHO="$name <$email>" perl -pe 's/^From: .*/From: $ENV{WHO}/ and $done = 1
			if !$done and /^From: /' "$patch" >"$SIGNED/${patch##*/}"
	done
	GIT_COMMITTER_NAME=$name
	GIT_COMMITTER_EMAIL=$email
	AM_OPTIONS=(--signoff)
}

# check_out COMMIT: into the worktree that is built, $WORK/tree.
check_out()
{
	local tree=$WORK/tree

	if ! [ "$(git -C "$tree" rev-parse --show-toplevel 2>/dev/null)" = "$tree" ]; then
		enough_room 3
		say "checking out the tree, once"
		drop_worktree "$tree"
		git -C "$REPO" worktree add -q -f --no-checkout --detach "$tree" "$1"
	fi
	# An interrupted git leaves its lock. Nobody else works here.
	rm -f "$(git -C "$tree" rev-parse --absolute-git-dir)/index.lock"
	git -C "$tree" checkout -q -f --detach "$1"
}

# series_commit: prints the commit with the whole series, and EXTRA= on top.
series_commit()
{
	local patches extra
	mapfile -t patches < <(patches_of "$BASE")
	for extra in ${EXTRA:-}; do
		[ -f "$extra" ] || die "EXTRA=$extra: no such file" "Name patch files, from git format-patch."
		patches+=("$(realpath "$extra")")
	done
	apply_patches "$BASE_COMMIT" "${patches[@]}"
}

### KUnit

# lane_field LANE FIELD: what a comment of the lane's file says.
lane_field()
{
	sed -n "s/^# $2: *//p" "$TOP/kunitconfig/$1"
}

known_lane()
{
	[ -f "$TOP/kunitconfig/$LANE" ] || die "LANE=$LANE: no such lane" \
		"There are: $(cd "$TOP/kunitconfig" && echo *)."
}

# kunitconfigs DIRECTORY: the lane's files without the options that the tree
# does not have (kunit.py refuses a file with such a line), as arguments.
kunitconfigs()
{
	local lane option tree=$WORK/tree

	for lane in $(lane_field "$LANE" With) "$LANE"; do
		cp "$TOP/kunitconfig/$lane" "$1/$lane.kunitconfig"
		sed -n 's/^CONFIG_\([A-Z0-9_]*\)=.*/\1/p' "$TOP/kunitconfig/$lane" |
		while read -r option; do
			git -C "$tree" grep -qE "^[[:space:]]*(menu)?config $option\$" -- '*Kconfig*' &&
				continue
			say "note: this kernel has no CONFIG_$option, running without"
			sed -i "/^CONFIG_$option=/d" "$1/$lane.kunitconfig"
		done
		printf '%s\n' "--kunitconfig=$1/$lane.kunitconfig"
	done
}

# run_kunit NAME GLOB: build what is checked out and run it. Leaves the logs
# and the JSON in $WORK/results/NAME, which RESULTS is set to, and kunit.py's
# status in KUNIT_STATUS. Fails where there is no kernel to run.
run_kunit()
{
	local out=$WORK/out-$LANE configs kunit timeout
	RESULTS=$WORK/results/$1
	KUNIT_STATUS=0

	known_lane
	rm -rf "$RESULTS"
	mkdir -p "$RESULTS" "$out"
	mapfile -t configs < <(kunitconfigs "$RESULTS")
	timeout=$(lane_field "$LANE" Timeout)
	kunit=(env -C "$WORK/tree" ./tools/testing/kunit/kunit.py)

	say "building: lane $LANE, $JOBS jobs (log: ${RESULTS#"$TOP/"}/build.log)"
	run_logged "$RESULTS/build.log" 60 "${kunit[@]}" build --build_dir="$out" \
		"${configs[@]}" --jobs="$JOBS" --make_options CC="ccache gcc" ||
		return 1
	say "running: ${2:-drm*}"
	run_logged "$RESULTS/kunit.txt" 45 "${kunit[@]}" exec --build_dir="$out" \
		--timeout="${timeout:-300}" --json="$RESULTS/kunit.json" "${2:-drm*}" ||
		KUNIT_STATUS=$?
	cp "$out/test.log" "$RESULTS/kunit.log"
}

# build_failed: says where, and ends.
build_failed()
{
	grep -E ': (fatal )?error: |^make.*\*\*\*|ERROR' "$RESULTS/build.log" |
		head -n 5 >&2 || true
	die "the build failed" "${RESULTS#"$TOP/"}/build.log has all of it."
}
