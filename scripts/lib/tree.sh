# shellcheck shell=bash disable=SC2034 # what is set here is for who sources it
# The tree, and the series on it.
#
# The one idea: whatever tree is given, there is a git repository of ours that
# borrows its objects or holds a copy, REPO, with the tree as a commit,
# BASE_COMMIT. All work is done in worktrees of that. KDIR is only read.

# open_tree: sets KDIR, REPO, BASE_COMMIT and WORK, where this tree's things are.
open_tree()
{
	if [ -z "$KDIR" ]; then
		open_package "${BASE:-$DEFAULT_BASE}"
	else
		[ -d "$KDIR" ] || die "KDIR=$KDIR: no such directory" \
			"Give the top folder of a kernel tree."
		KDIR=$(cd -- "$KDIR" && pwd -P)
		WORK=$BUILD/$(work_of "$KDIR")
	fi
	[ -z "$BASE" ] || known_base "$BASE"
	REPO=$WORK/repository
	mkdir -p "$WORK"
	if [ -f "$KDIR" ]; then
		unpack
	elif in_git; then
		borrow
	else
		import
	fi
	git -C "$REPO" cat-file -e "$BASE_COMMIT:drivers/gpu/drm/drm_drv.c" 2>/dev/null ||
		die "KDIR=$KDIR: no kernel tree, drivers/gpu/drm/drm_drv.c is not in it" \
		    "Give the top folder of one."
}

# work_of DIRECTORY: the name in build/ of what is that tree's.
work_of()
{
	local tree
	tree=$(realpath -m -- "$1")
	echo "$(basename -- "$tree" | tr -c 'A-Za-z0-9._\n-' _)-$(printf %s "$tree" | sha1sum | cut -c1-8)"
}

# open_package BASE: what Debian has of it. KDIR is then no directory but its archive.
open_package()
{
	local package
	known_base "$1"
	BASE=$1
	package=$(field "series/$BASE" Package)
	[ -n "$package" ] || die "BASE=$BASE: Debian has no package with its tree" \
		"Give one with KDIR=: $(field "series/$BASE" Tree)"
	KDIR=/usr/src/$package.tar.xz
	[ -f "$KDIR" ] || install_packages "$KDIR" "$package"
	[ -f "$KDIR" ] || die "$KDIR is gone, though its package is installed" \
		"Run apt-get install --reinstall $package."
	WORK=$BUILD/$BASE
}

# left_out FORMAT: what is not needed of a tree, in another program's words: a printf format
# for a directory and a glob. That is of all whose name has a dot, but Kconfig.*, which others
# read.
left_out()
{
	local directory
	while read -r directory; do
		# shellcheck disable=SC2059 # it is one
		printf "$1\n" "$directory" '*[!g].*'
	done < <(grep -v '^#' "$TOP/scripts/lib/left-out")
}

# unpack: commit what is in KDIR, an archive, to ours, unless that was done from this very
# file. It is unpacked where it is built, and never written again.
unpack()
{
	local stamp tree=$WORK/tree empty top
	top=$(basename "$KDIR" .tar.xz)
	stamp=$(stat -c '%n %s %Y' "$KDIR" && sha1sum <"$TOP/scripts/lib/left-out")
	new_repository
	if [ "$(cat "$WORK/unpacked" 2>/dev/null || true)" = "$stamp" ] &&
		BASE_COMMIT=$(git -C "$REPO" rev-parse -q --verify refs/heads/base); then
		return
	fi
	# And where it was unpacked in the past.
	rm -rf "$WORK/unpacked" "$BUILD/source"
	drop_worktree "$tree"
	enough_room 4
	say "unpacking $KDIR into git, once"
	empty=$(git -C "$REPO" commit-tree -m "No file" "$(git -C "$REPO" mktree </dev/null)")
	git -C "$REPO" worktree add -q -f -f --no-checkout --detach "$tree" "$empty"
	# -m: what is newer than an object made from it has to look so. Git takes each file as soon
	# as tar is done with it, which it is when it names the next one: so most of what git has to
	# do is done while the archive is decompressed. What else there is commit_sources finds. The
	# patterns are compared with whole names alone, or they would take as long as all the rest.
	tar -I "xz -T$JOBS" -xvvmf "$KDIR" -C "$tree" --strip-components=1 --show-transformed-names \
		--quoting-style=literal --anchored --exclude-from=<(left_out "$top/%s/%s") |
		sed -n 'x; s/^-[^ ]* *[^ ]* *[^ ]* *[^ ]* *[^ ]* //p' |
		git -C "$tree" -c core.compression=0 update-index --add --stdin
	commit_sources git -C "$tree" -c core.compression=0
	git -C "$tree" update-ref HEAD "$BASE_COMMIT"
	printf '%s\n' "$stamp" >"$WORK/unpacked"
}

# commit_sources GIT... [-- PATHSPEC]: sets BASE_COMMIT to what is in the work tree of that git,
# and refs/heads/base too.
commit_sources()
{
	local tree git=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		git+=("$1")
		shift
	done
	# Compression would take longer than everything else together. -f: kernel
	# sources ignore files that they have.
	"${git[@]}" add -f -A -- . "${@:2}"
	tree=$("${git[@]}" write-tree)
	[ -z "$(git -C "$REPO" ls-tree -r "$tree" | sed -n /^160000/p)" ] ||
		die "KDIR=$KDIR has a git repository inside, which would be left out" "Move it away."
	BASE_COMMIT=$(lone_commit "Sources as they were given" "$tree")
	if [ "$(git -C "$REPO" rev-parse -q --verify refs/heads/base)" != "$BASE_COMMIT" ]; then
		pack_trees
		git -C "$REPO" update-ref refs/heads/base "$BASE_COMMIT"
	fi
}

# pack_trees: of BASE_COMMIT. Git reads all of them each time that patches are applied, and in a
# file for each that takes twice as long. --window=0: to find out what differs would, too.
pack_trees()
{
	git -C "$REPO" rev-list --objects --filter=blob:none "$BASE_COMMIT" |
		git -C "$REPO" pack-objects -q --window=0 "$REPO/objects/pack/pack" >/dev/null
}

# lone_commit MESSAGE TREE [PARENT]: prints a commit that has no parent but this, and the same id
# in every run.
lone_commit()
{
	GIT_AUTHOR_DATE='2022-11-17T00:00:00Z' GIT_COMMITTER_DATE='2022-11-17T00:00:00Z' \
		git -C "$REPO" commit-tree -m "$1" "$2" ${3:+-p "$3"}
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

# users_git ARGUMENT...: in KDIR, as its user has configured it but for hooks and
# the like. For questions alone, and for the branch that apply leaves.
users_git()
{
	users git -C "$([ -d "$KDIR" ] && echo "$KDIR" || echo "$WORK")" -c core.hooksPath=/dev/null \
		-c gc.auto=0 -c maintenance.auto=false "$@"
}

# in_git: whether KDIR is the top of a git repository. One that git refuses to
# read is not taken for plain files.
in_git()
{
	local said
	if said=$(users_git rev-parse --show-prefix 2>&1); then
		[ -z "$said" ]
	else
		case $said in
		*"not a git repository"*) [ ! -e "$KDIR/.git" ] ;;
		*) false ;;
		esac || die "git does not read KDIR=$KDIR: ${said%%$'\n'*}" \
			"It has to be a tree that 'git -C $KDIR log' works in, or one without .git."
		return 1
	fi
}

# git_path NAME: of something in KDIR's repository.
git_path()
{
	users_git rev-parse --path-format=absolute --git-path "$1"
}

new_repository()
{
	[ -f "$REPO/HEAD" ] || rm -rf "$REPO"
	[ -d "$REPO" ] || git init -q --bare --template= "$@" "$REPO"
	mkdir -p "$REPO/info"
	git -C "$REPO" config gc.auto 0
	# For the worktrees that have such a file; see check_out().
	git -C "$REPO" config core.sparseCheckout true
}

# borrow: a repository that has the objects of KDIR's, without a copy.
borrow()
{
	local shallow remote
	BASE_COMMIT=$(users_git rev-parse --verify -q 'HEAD^{commit}') ||
		die "KDIR=$KDIR: its HEAD is no commit" "Check out a branch there."
	new_repository "--object-format=$(users_git rev-parse --show-object-format)"
	git_path objects >"$REPO/objects/info/alternates"
	shallow=$(git_path shallow)
	rm -f "$REPO/shallow"
	[ ! -f "$shallow" ] || cp "$shallow" "$REPO/shallow"
	# A partial clone gets what it lacks from a remote; so does ours, for itself.
	for remote in $(users_git config --name-only --get-regexp '^remote\..*\.promisor$' true); do
		remote=${remote#remote.}
		remote=${remote%.promisor}
		git -C "$REPO" config "remote.$remote.promisor" true
		# A secret in its URL stays where it is.
		git -C "$REPO" config "remote.$remote.url" \
			"$(users_git remote get-url "$remote" | sed 's,//[^/]*@,//,')"
	done
	git -C "$REPO" update-ref refs/heads/base "$BASE_COMMIT"
}

# import: commit a tree that is no repository to ours.
import()
{
	local ours=()

	[ -f "$KDIR/Makefile" ] || die "KDIR=$KDIR: no kernel tree" \
		"Give the top folder of one, with Makefile and drivers/gpu/drm."
	[ -z "$(find "$KDIR/.config" "$KDIR/include/config" -maxdepth 0 2>/dev/null)" ] ||
		die "KDIR=$KDIR was built in place, and its sources can't be told from what was made" \
		    "Run make mrproper there, give a clean copy, or a git tree."
	new_repository
	if ! git -C "$REPO" rev-parse -q --verify refs/heads/base >/dev/null; then
		enough_room 4
		say "reading $KDIR into git, once"
	fi
	# This very clone may be in the tree.
	[[ $TOP != "$KDIR"/* ]] || ours=(":(exclude,top)${TOP#"$KDIR"/}")
	rm -f "$REPO/import.lock"
	commit_sources env GIT_INDEX_FILE="$REPO/import" git -C "$KDIR" "--git-dir=$REPO" "--work-tree=$KDIR" \
		-c core.bare=false -c core.compression=0 -- "${ours[@]}"
}

# version: as the tree's Makefile has it.
version()
{
	git -C "$REPO" show "$BASE_COMMIT:Makefile" | awk '
		/^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION) =/ { v[$1] = $3 }
		END { print v["VERSION"] "." v["PATCHLEVEL"] "." v["SUBLEVEL"] v["EXTRAVERSION"] }'
}

### Which base is it?

# exactness BASE: how many of the blobs that the series was made on the tree has.
exactness()
{
	local patches
	mapfile -t patches < <(patches_of "$1")
	[ ${#patches[@]} -gt 0 ] || return 0
	comm -12 <(sed -n 's/^index \([0-9a-f]\{40\}\)\.\..*/\1/p' "${patches[@]}" | sort -u) \
		<(git -C "$REPO" ls-tree -r "$BASE_COMMIT" Documentation/gpu drivers/gpu/drm \
			include/drm | awk '{ print $3 }' | sort -u) | wc -l
}

# find_base: sets BASE to the series that applies, and SERIES_COMMIT to the tree with
# it. What was made of the most of this tree's files is tried first.
find_base()
{
	local base candidates
	! git -C "$REPO" cat-file -e "$BASE_COMMIT:drivers/gpu/drm/tests/drm_register_test.c" 2>/dev/null ||
		die "$KDIR has the series already: drivers/gpu/drm/tests/drm_register_test.c is there" \
		    "Give the tree as it was before, or review it with kunit.py as README.md says."
	candidates=$(for base in $(bases); do
		printf '%s %s\n' "$(exactness "$base")" "$base"
	done | sort -rn | sed -n 's/^[0-9][0-9]* //p')
	for BASE in $candidates; do
		! SERIES_COMMIT=$(apply_series 2>/dev/null) || return 0
	done
	BASE=${candidates%%$'\n'*}
	say "no base fits $KDIR, of $(bases | xargs); the nearest is $BASE:"
	apply_series >/dev/null
}

# open_base: what most programs start with. Sets PATCHES.
open_base()
{
	[ -z "$EXTRA" ] || [ "${0##*/}" = kunit ] || die "EXTRA= is for make kunit" "Run without it."
	lock
	open_tree
	SERIES_COMMIT=
	[ -n "$BASE" ] || find_base
	mapfile -t PATCHES < <(patches_of "$BASE")
	[ ${#PATCHES[@]} -gt 0 ] || [[ ${0##*/} == @(edit|refresh) ]] ||
		die "series/$BASE names no patch" "'make edit' begins a series, README.md says how."
	say "base $BASE: Linux $(version), commit ${BASE_COMMIT:0:12} of $KDIR"
	if in_git 2>/dev/null && [ "$(users_git rev-parse --is-bare-repository)" = false ]; then
		say "      (what is not committed there is not in the run)"
	fi
}

# open_series: the same, and SERIES_COMMIT is the tree with the series.
open_series()
{
	open_base
	[ -n "$SERIES_COMMIT" ] || SERIES_COMMIT=$(apply_series)
}

### Patches onto the tree

# patterns_of PATCH...: the files that they touch, for a sparse checkout.
patterns_of()
{
	sed -nE 's,^(---|\+\+\+) [ab]/,/,p' "$@" | sort -u
}

# apply_patches COMMIT PATCH...: prints the commit that has them. They go onto a
# scratch worktree with nothing but the files that they touch, so the tree that is
# built never has half a series. The same ones are not applied again.
apply_patches()
{
	local scratch=$WORK/scratch log=$WORK/am.log base=$1 applied commit git
	applied=$WORK/applied/$({ echo "$1"; git --version; cat "${@:2}"; } | sha1sum | cut -d ' ' -f 1)
	commit=$(cat "$applied" 2>/dev/null || true)
	# What it shared with KDIR's branches may be gone with them.
	if [ -n "$commit" ] && git -C "$REPO" log -p "$base..$commit" >/dev/null 2>&1; then
		echo "$commit"
		return
	fi
	drop_worktree "$scratch"
	git -C "$REPO" worktree add -q -f -f --no-checkout --detach "$scratch" "$1"
	shift
	# Nothing but the files to be patched, or git would look for each of the others each time.
	git=$(git -C "$scratch" rev-parse --absolute-git-dir)
	mkdir -p "$git/info"
	patterns_of "$@" >"$git/info/sparse-checkout"
	git -C "$scratch" read-tree -m -u HEAD
	git -C "$scratch" -c sparse.expectFilesOutsideOfPatterns=true am -3 \
		--committer-date-is-author-date "$@" >"$log" 2>&1 || does_not_apply "$scratch"
	# git am -3 passes over what the tree has already.
	[ "$(git -C "$scratch" rev-list --count "$base..HEAD")" -eq $# ] ||
		die "$KDIR has some of these patches already" "Give the tree as it was before."
	mkdir -p "$WORK/applied"
	git -C "$scratch" rev-parse HEAD | tee "$applied"
	drop_worktree "$scratch"
}

does_not_apply()
{
	local patch
	patch=$(git -C "$1" am --show-current-patch=raw 2>/dev/null |
		git mailinfo /dev/null /dev/null | sed -n 's/^Subject: //p') || true
	{
		echo "The hunks that failed:"
		git -C "$1" reset -q --hard
		git -C "$1" am --show-current-patch=diff 2>/dev/null |
			git -C "$1" apply --reject - 2>&1 || true
		find "$1" -name '*.rej' -exec cat {} +
	} >>"$WORK/am.log"
	sed -n '/The hunks that failed/,$p' "$WORK/am.log" | sed -n 1,40p >&2
	drop_worktree "$1"
	die "the patch '$patch' does not apply to $KDIR" \
	    "The tree is as it was; $WORK/am.log has what git said."
}

drop_worktree()
{
	rm -rf "$1"
	git -C "$REPO" worktree prune
}

# check_out COMMIT: into the worktree that is built, $WORK/tree.
check_out()
{
	local tree=$WORK/tree git patches

	if [ ! -e "$tree/Makefile" ] || ! git -C "$tree" rev-parse -q --verify HEAD >/dev/null; then
		enough_room 3
		say "checking out the tree, once"
		drop_worktree "$tree"
		git -C "$REPO" worktree add -q -f -f --no-checkout --detach "$tree" "$1"
	fi
	git=$(git -C "$tree" rev-parse --absolute-git-dir)
	# An interrupted git leaves its lock. Nobody else works here.
	rm -f "$git/index.lock"
	# What was unpacked has no such files, and git would look for them each time.
	[ -f "$KDIR" ] || {
		mkdir -p "$git/info"
		{
			echo '/*'
			left_out '!/%s/**/%s'
			# What the series changes is to be built all the same.
			mapfile -t patches < <(patches_of "$BASE")
			[ ${#patches[@]} -eq 0 ] || patterns_of "${patches[@]}"
		} >"$git/info/sparse-checkout"
	}
	git -C "$tree" checkout -q -f --detach "$1"
	git -C "$tree" clean -qffdx
}

# apply_series: prints the commit with the whole series.
apply_series()
{
	local patches
	mapfile -t patches < <(patches_of "$BASE")
	apply_patches "$BASE_COMMIT" "${patches[@]}"
}

# sender: sets NAME and EMAIL to whom git, configured as in KDIR, takes the user for.
sender()
{
	local ident
	ident=$(users_git -c user.useConfigOnly=true var GIT_AUTHOR_IDENT 2>/dev/null) ||
		die "git does not know who you are, so nobody can sign the patches off" \
		    "Run git config --global user.name NAME, and the same for user.email."
	ident=${ident% * *}
	NAME=${ident% <*}
	EMAIL=${ident##*<}
	EMAIL=${EMAIL%>}
}

# signed COMMIT PARENT: prints the same commits on PARENT, authored and signed off
# by NAME. The patches are stored under a name that is nobody's.
signed()
{
	local commit commits parent=$2
	commits=$(git -C "$REPO" rev-list --reverse "$BASE_COMMIT..$1")
	for commit in $commits; do
		parent=$(git -C "$REPO" log -1 --format=%B "$commit" |
			git interpret-trailers --trailer "Signed-off-by: $NAME <$EMAIL>" | git stripspace |
			GIT_AUTHOR_NAME=$NAME GIT_AUTHOR_EMAIL=$EMAIL \
			GIT_COMMITTER_NAME=$NAME GIT_COMMITTER_EMAIL=$EMAIL \
			GIT_AUTHOR_DATE=$(git -C "$REPO" log -1 --format=%aD "$commit") \
			GIT_COMMITTER_DATE=$(git -C "$REPO" log -1 --format=%aD "$commit") \
			git -C "$REPO" commit-tree -p "$parent" "$commit^{tree}")
	done
	echo "$parent"
}
