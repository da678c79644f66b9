#!/usr/bin/env bats
# The branch that make apply leaves, and who signs what.

load helpers

setup_file() { miniature_files "$BASE_UNDER_TEST"; }

setup()
{
	copy_project
	tree=$BATS_TEST_TMPDIR/linux
	git_miniature "$tree"
	git -C "$tree" config user.name "Some Body"
	git -C "$tree" config user.email body@example.org
	export KDIR=$tree
	branch=drm-register/linux-6.12.y
}

# commits FORMAT: of the series on the branch.
commits() { git -C "$tree" log --format="$1" "work..$branch"; }

# state_but_for_branch: what must not change; the branch is objects, a ref and its log.
state_but_for_branch()
{
	state "$tree" | grep -vE "\./\.git/(objects|refs/heads/drm-register|logs/refs/heads/drm-register)/"
	git -C "$tree" for-each-ref | grep -v refs/heads/drm-register/
}

@test "the branch has every patch of the series, and its name is said" {
	before=$(state_but_for_branch)
	run scripts/apply
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "branch $branch in $tree/.git" ]
	[ "$(commits %s | wc -l)" -eq "$(ls "$TOP"/patches/linux-6.12.y/*.patch | wc -l)" ]
	[ "$(state_but_for_branch)" = "$before" ]
}

@test "no hook of the tree's runs, and none of its settings gets into the commits" {
	mkdir -p "$tree/.git/hooks"
	for hook in reference-transaction post-update pre-receive update post-receive; do
		printf '#!/bin/sh\ntouch %s/ran\nexit 1\n' "$BATS_TEST_TMPDIR" >"$tree/.git/hooks/$hook"
		chmod +x "$tree/.git/hooks/$hook"
	done
	git -C "$tree" config commit.gpgSign true
	git -C "$tree" config trailer.sign.key "Change-Id: "
	run scripts/apply
	[ "$status" -eq 0 ]
	[ ! -e "$BATS_TEST_TMPDIR/ran" ]
	refute grep -q Change-Id <(commits %B)
}

@test "the sender is who git takes the user for: includes, variables, odd names" {
	git -C "$tree" config --unset user.name
	git -C "$tree" config --unset user.email
	printf '[user]\n\tname = "D. \\"X\\" Ö\\"\n\temail = d@example.org\n' >"$BATS_TEST_TMPDIR/include"
	printf '[user]\n\tname = Wrong\n\temail = wrong@example.org\n[includeIf "gitdir:%s/"]\n\tpath = %s\n' \
		"$tree" "$BATS_TEST_TMPDIR/include" >"$BATS_TEST_TMPDIR/config"
	sed -i 's/Ö\\"/Ö"/' "$BATS_TEST_TMPDIR/include"
	GIT_CONFIG_GLOBAL=$BATS_TEST_TMPDIR/config run scripts/apply
	[ "$status" -eq 0 ]
	[ "$(commits '%an <%ae> %(trailers:key=Signed-off-by,valueonly,separator=)' | sort -u)" = \
		'D. "X" Ö <d@example.org> D. "X" Ö <d@example.org>' ]
	git -C "$tree" branch -D "$branch"
	GIT_AUTHOR_NAME=Var GIT_AUTHOR_EMAIL=var@example.org run scripts/apply
	[ "$status" -eq 0 ]
	[ "$(commits '%an <%ae>' | sort -u)" = "Var <var@example.org>" ]
}

@test "each commit is its sender's, signed off once, and last" {
	run scripts/apply
	[ "$(commits '%an <%ae>' | sort -u)" = "Some Body <body@example.org>" ]
	[ "$(commits '%cn <%ce>' | sort -u)" = "Some Body <body@example.org>" ]
	for commit in $(commits %H); do
		[ "$(git -C "$tree" log -1 --format=%B "$commit" | grep -c ^Signed-off-by:)" -eq 1 ]
		[ "$(git -C "$tree" log -1 --format=%B "$commit" | sed '/^$/d' | tail -n 1)" = \
			"Signed-off-by: Some Body <body@example.org>" ]
	done
}

@test "who git does not know cannot sign" {
	git -C "$tree" config --unset user.name
	HOME=$BATS_TEST_TMPDIR GIT_CONFIG_NOSYSTEM=1 XDG_CONFIG_HOME=/nonexistent \
		GIT_CONFIG_GLOBAL=/dev/null run scripts/apply
	[ "$status" -eq 1 ]
	[[ $output == *"git does not know who you are"* ]]
}

@test "applying again changes nothing" {
	run scripts/apply
	before=$(git -C "$tree" rev-parse "$branch")
	run scripts/apply
	[ "$status" -eq 0 ]
	[ "$(git -C "$tree" rev-parse "$branch")" = "$before" ]
}

@test "work that was done on the branch is not lost" {
	run scripts/apply
	git -C "$tree" checkout -q "$branch"
	as_developer git -C "$tree" commit -q --allow-empty -m "more work"
	before=$(git -C "$tree" rev-parse "$branch")
	git -C "$tree" checkout -q work
	run scripts/apply
	[ "$status" -eq 1 ]
	[[ $output == *"has a branch $branch already"* ]]
	[ "$(git -C "$tree" rev-parse "$branch")" = "$before" ]
}

@test "no stored patch is signed off" {
	refute grep -r '^Signed-off-by:' "$TOP/patches"
}
