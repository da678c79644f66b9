#!/usr/bin/env bats
# README's commands, as they are printed: a path that stands for one of the reader's is the
# only thing that is replaced. What builds a kernel is in kernel.bats, and what README calls
# the test is what runs this.

load helpers

setup_file()
{
	miniature_files "$BASE_UNDER_TEST"
	# Whom one patch alone is for.
	source_files MAINTAINERS scripts/get_maintainer.pl
}

setup()
{
	sender_project
	git -C "$tree" config sendemail.smtpserver 127.0.0.1
}

# printed PATTERN: README's commands that match it, without what is said of them.
printed()
{
	sed -nE 's/^    ((make|git|quilt|QUILT_[A-Z]*=|\.\/).*)$/\1/p' "$TOP/README.md" | sed -E "s/ +# .*//" |
		grep -E "$1" | sed -E "s,/path/to/this,$PROJECT,g; s,/path/to/(linux|drm-misc),$tree,g"
}

# in_folder FOLDER PATTERN: run them there; there has to be one.
in_folder()
{
	local command
	printed "$2" >"$BATS_TEST_TMPDIR/commands"
	[ -s "$BATS_TEST_TMPDIR/commands" ]
	while read -r command; do
		echo "$command"
		(cd "$1" && eval "$command" </dev/null)
	done <"$BATS_TEST_TMPDIR/commands"
}

@test "make apply" {
	in_folder "$PROJECT" '^make apply'
	git -C "$tree" rev-parse --verify -q drm-register/linux-6.12.y
}

@test "git am, by hand" {
	git -C "$tree" checkout -q -b by-hand
	printed '^git am' | sort -u >"$BATS_TEST_TMPDIR/am"
	(cd "$tree" && eval "$(cat "$BATS_TEST_TMPDIR/am")")
	[ "$(git -C "$tree" log --format=%ae -1)" = author@example.org ]
}

@test "quilt" {
	in_folder "$tree" '^QUILT'
}

@test "make mail, and what it takes" {
	in_folder "$PROJECT" '^make mail ([^S]|S[^E])*$'
	[ "$(printed '^make mail ([^S]|S[^E])*$' | wc -l)" -ge 4 ]
	ls build/mail/linux-6.12.y-1/messages build/mail/linux-6.12.y/messages
	grep -rq '^Acked-by: Some One' build/mail
}

@test "make mail SEND=1 asks" {
	run in_folder "$PROJECT" '^make mail .*SEND=1'
	echo "$output"
	[ "$status" -ne 0 ]
	[[ $output == *"not sent"*"CONFIRM=yes"* ]]
}

@test "make docs, and the other series, are there" {
	for program in docs kunit; do
		printf '#!/bin/bash\necho "%s ${BASE:-} $KDIR"\n' "$program" >"scripts/$program"
	done
	[ "$(in_folder "$PROJECT" '^make docs' | tail -n 1)" = "docs  $tree" ]
	[ "$(in_folder "$PROJECT" 'BASE=kunit-next' | tail -n 1)" = "kunit kunit-next $tree" ]
}

@test "no command of README is without a test" {
	known='^(make|make check|make apply .*|git am .*|QUILT_.* quilt push -a|make mail .*|make docs|make kunit BASE=kunit-next .*)$'
	# In kernel.bats.
	known+='|^\./tools/testing/kunit/kunit.py run '
	[ "$(printed . | wc -l)" -gt 10 ]
	refute grep -vE "$known" <(printed .)
	grep -vE "$known" <(echo make bread)
}
