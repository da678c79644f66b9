#!/usr/bin/env bats
# What reaches a maintainer: through b4 and a real SMTP server on loopback.

load helpers

setup_file()
{
	miniature_files "$BASE_UNDER_TEST"
	source_files MAINTAINERS scripts/get_maintainer.pl
	printf '\nCONTROL\nM:\tCon Trol <control@example.org>\nS:\tMaintained\nF:\t%s\n' \
		drivers/gpu/drm/drm_drv.c >>"$DESTINATION/MAINTAINERS"
}

setup()
{
	sender_project
	export HOME=$BATS_TEST_TMPDIR
	messages=build/mail/linux-6.12.y/messages
	count=$(($(ls "$TOP"/patches/linux-6.12.y/*.patch | wc -l) + 1))
	patches=$((count - 1))
	first=$(printf "%0*d/%d" ${#patches} 0 "$patches")
}

teardown() { [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true; }

# An SMTP server that keeps what it gets in the maildir INBOX.
start_server()
{
	local port=$((20000 + $$ % 20000))
	inbox=$BATS_TEST_TMPDIR/inbox
	PYTHONPATH=$BATS_TEST_TMPDIR /usr/bin/python3 -m aiosmtpd -n -l "127.0.0.1:$port" \
		-c "${1:-aiosmtpd.handlers.Mailbox}" "$inbox" >"$BATS_TEST_TMPDIR/smtp.log" 2>&1 3>&- &
	server=$!
	for _ in $(seq 50); do
		! (echo >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
		sleep 0.1
	done
	(echo >"/dev/tcp/127.0.0.1/$port") 2>/dev/null
	git -C "$tree" config sendemail.smtpserver 127.0.0.1
	git -C "$tree" config sendemail.smtpserverport "$port"
	git -C "$tree" config sendemail.from "Some Body <body@example.org>"
}

# received N: the Nth message of the series, the cover letter being 0.
received()
{
	grep -lE "^Subject: .*\[PATCH[^]]* 0*$1/" "$inbox"/new/*
}

field() { sed -n '1,/^$/p' "$2" | sed -e ':a;N;$!ba;s/\n[ \t]/ /g' | sed -n "s/^$1: //Ip"; }

@test "make mail writes the cover letter and each patch, and sends nothing" {
	before=$(state "$tree")
	run scripts/mail
	[ "$status" -eq 0 ]
	[ "$(find "$messages" -type f | wc -l)" -eq "$count" ]
	[[ ${lines[-1]} == "$count messages in "* ]]
	[[ $output == *"[PATCH $first] $(head -n 1 COVER_LETTER.txt)"* ]]
	[[ $output == *"Cc: dri-devel@lists.freedesktop.org"* ]]
	[ "$(state "$tree")" = "$before" ]
}

@test "each message is signed off once, by its sender, and last" {
	run scripts/mail
	[ "$status" -eq 0 ]
	for message in $(find "$messages" -type f | sort | tail -n +2); do
		body=$(sed '1,/^$/d; /^---$/,$d' "$message")
		[ "$(grep -c '^Signed-off-by:' <<<"$body")" -eq 1 ]
		[ "$(sed '/^$/d' <<<"$body" | tail -n 1)" = "Signed-off-by: Some Body <body@example.org>" ]
		[ "$(field From "$message")" = "Some Body <body@example.org>" ]
	done
}

@test "checkpatch.pl has nothing to say of a message" {
	DESTINATION=$BATS_TEST_TMPDIR
	source_files scripts/{checkpatch.pl,const_structs.checkpatch,spelling.txt}
	run scripts/mail
	[ "$status" -eq 0 ]
	for message in $(find "$messages" -type f | sort | tail -n +2); do
		perl "$DESTINATION/scripts/checkpatch.pl" --no-tree --strict --no-summary \
			--ignore FILE_PATH_CHANGES,UNKNOWN_COMMIT_ID - <"$message"
	done
	# It would be heard.
	run perl "$DESTINATION/scripts/checkpatch.pl" --no-tree --strict - < <(sed '/^Signed-off-by/d' "$message")
	[ "$status" -eq 1 ]
	[[ $output == *"Missing Signed-off-by"* ]]
}

@test "the cover letter has the base's commit and no stray To or Cc" {
	run scripts/mail
	[ "$status" -eq 0 ]
	cover=$(find "$messages" -type f | sort | sed -n 1p)
	grep -q "^base-commit: $(git -C "$tree" rev-parse work)" "$cover"
	refute grep -q '^To: .*@' <(sed '1,/^$/d' "$cover")
}

@test "without a name in git's configuration nobody sends" {
	git -C "$tree" config --unset user.name
	run scripts/mail
	[ "$status" -eq 1 ]
	[[ $output == *"git does not know who you are"* ]]
}

@test "SEND=1 without a terminal refuses" {
	start_server
	run scripts/mail --send </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"not sent"*"CONFIRM=yes"* ]]
	[ -z "$(ls "$inbox/new" 2>/dev/null)" ]
}

@test "what arrives is a thread that git am makes the same tree of" {
	start_server
	run scripts/mail --send --yes </dev/null
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(ls "$inbox/new" | wc -l)" -eq "$count" ]
	cover=$(received 0)
	id=$(field Message-Id "$cover")
	for i in $(seq $((count - 1))); do
		message=$(received "$i")
		[ "$(field In-Reply-To "$message")" = "$id" ]
		[ "$(field From "$message")" = "Some Body <body@example.org>" ]
		[[ $(field To "$message") == *"airlied@gmail.com"* ]]
		[[ $(field Cc "$message") == *"dri-devel@lists.freedesktop.org"* ]]
		[[ $(field Content-Transfer-Encoding "$message") =~ ^(7bit|8bit)?$ ]]
	done

	# Through b4 am and git am onto a clean base: no line was broken.
	for message in "$inbox"/new/*; do
		printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\n'
		cat "$message"
		echo
	done >thread.mbox
	git clone -q -b work "$tree" clean
	git -C clean config user.name "Main Tainer"
	git -C clean config user.email main@example.org
	(cd clean && b4 am --no-cache -m ../thread.mbox -o .. "${id//[<>]/}" 2>../b4am.log) ||
		{ cat b4am.log; false; }
	as_developer git -C clean am -q "$PWD"/*.mbx
	run scripts/apply
	[ "$(git -C clean rev-parse 'HEAD^{tree}')" = \
		"$(git -C "$tree" rev-parse 'drm-register/linux-6.12.y^{tree}')" ]
}

# inbox_is_empty: also of what is on its way.
inbox_is_empty() { sleep 0.5; [ -z "$(ls "$inbox/new" 2>/dev/null)" ]; }

@test "nothing is sent unless SEND=1 is on the command line" {
	start_server
	export SEND=1 CONFIRM=yes
	run make mail
	[ "$status" -eq 0 ]
	unset SEND CONFIRM
	for send in 0 no yes ""; do
		run make mail "SEND=$send" CONFIRM=yes
		[ "$status" -ne 0 ]
		[[ $output == *"only SEND=1 sends"* ]]
	done
	run make mail CONFIRM=yes
	[ "$status" -eq 0 ]
	inbox_is_empty
	run make mail SEND=1 CONFIRM=no </dev/null
	[ "$status" -ne 0 ]
	[[ $output == *"not sent: there is no terminal to ask at"* ]]
	inbox_is_empty
	run make mail SEND=1 CONFIRM=yes </dev/null
	[ "$status" -eq 0 ]
	[ "$(ls "$inbox/new" | wc -l)" -eq "$count" ]
}

@test "one identity, that of git in the tree: From, Signed-off-by and the server" {
	start_server
	for key in user.name user.email sendemail.smtpserver sendemail.smtpserverport sendemail.from; do
		git -C "$tree" config --get "$key" >"$BATS_TEST_TMPDIR/$key"
		git -C "$tree" config --unset "$key"
	done
	git config --file "$BATS_TEST_TMPDIR/config" user.name Private
	git config --file "$BATS_TEST_TMPDIR/config" user.email private@example.org
	git config --file "$BATS_TEST_TMPDIR/config" sendemail.smtpserver 127.0.0.9
	git config --file "$BATS_TEST_TMPDIR/config" "includeIf.gitdir:$tree/.path" "$BATS_TEST_TMPDIR/work"
	for key in user.name user.email sendemail.smtpserver sendemail.smtpserverport sendemail.from; do
		git config --file "$BATS_TEST_TMPDIR/work" "$key" "$(cat "$BATS_TEST_TMPDIR/$key")"
	done
	GIT_CONFIG_GLOBAL=$BATS_TEST_TMPDIR/config run scripts/mail --send --yes </dev/null
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(ls "$inbox/new" | wc -l)" -eq "$count" ]
	refute grep -r private@example.org "$inbox"
}

@test "a password in the configuration is written nowhere" {
	git -C "$tree" config sendemail.smtpserver 127.0.0.1
	git -C "$tree" config sendemail.smtppass "not-for-disk"
	run scripts/mail
	[ "$status" -eq 0 ]
	refute grep -rq "not-for-disk" build
}

@test "settings that would spoil the messages have no effect" {
	export GIT_CONFIG_GLOBAL=$BATS_TEST_TMPDIR/config
	for setting in diff.noprefix=true commit.gpgSign=true format.attach=true \
		b4.prep-cover-strategy=branch-description; do
		git config --file "$GIT_CONFIG_GLOBAL" "${setting%=*}" "${setting#*=}"
		git -C "$tree" config "${setting%=*}" "${setting#*=}"
	done
	GIT_EDITOR=false EDITOR=false run scripts/mail
	[ "$status" -eq 0 ]
	grep -q '^--- a/drivers/gpu/drm' "$messages"/*1-*
	grep -qF "$(sed -n 1p COVER_LETTER.txt)" "$messages"/*0-*
}

@test "messages that do not make the series' tree are not sent" {
	start_server
	b4_that "sed -i 's/^+\\(.*\\)From here on/+\\1From there on/'"
	run scripts/mail --send --yes </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"do not make the tree"* ]]
	inbox_is_empty
}

# b4_that COMMAND: does this to the messages when they are written.
b4_that()
{
	mkdir bin
	printf '#!/bin/bash\n%s "$@" || exit\n[[ " $* " != *" -o "* ]] || %s "${@: -1}"/*\n' \
		"$(command -v b4)" "$1" >bin/b4
	chmod +x bin/b4
	PATH=$PWD/bin:$PATH
}

@test "messages with other words than the series are not sent" {
	start_server
	b4_that "sed -i '/^Fixes: /d'"
	run scripts/mail --send --yes </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"do not say what the patches say"* ]]
	inbox_is_empty
}

@test "a line of the cover letter that b4 takes for a comment is not lost" {
	sed -i '3i # make kunit' COVER_LETTER.txt
	run scripts/mail
	[ "$status" -eq 1 ]
	[[ $output == *"b4 leaves this of the cover letter out: # make kunit"* ]]
}

@test "a series without a cover letter of its own is written, and not sent" {
	start_server
	sed -i '/^# Letter:/d' series/linux-6.12.y
	run scripts/mail
	[ "$status" -eq 0 ]
	[[ $output == *"no cover letter is written for linux-6.12.y"* ]]
	run scripts/mail --send --yes </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"not sent: series/linux-6.12.y has no"* ]]
	inbox_is_empty
}

@test "a series on a base that nobody else has is not sent" {
	rm -rf "$tree/.git"
	export GIT_CONFIG_GLOBAL=$BATS_TEST_TMPDIR/config
	git config --file "$GIT_CONFIG_GLOBAL" user.name "Some Body"
	git config --file "$GIT_CONFIG_GLOBAL" user.email body@example.org
	run scripts/mail --send --yes </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"is no git repository"* ]]
}

@test "who the server refuses is named" {
	cat >"$BATS_TEST_TMPDIR/refusing.py" <<-'END'
	import aiosmtpd.handlers
	class Mailbox(aiosmtpd.handlers.Mailbox):
	    async def handle_RCPT(self, server, session, envelope, address, options):
	        if address.startswith("dri-devel@"):
	            return "450 try later"
	        envelope.rcpt_tos.append(address)
	        return "250 OK"
	END
	start_server refusing.Mailbox
	run scripts/mail --send --yes </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"whom the server refused: dri-devel@lists.freedesktop.org"* ]]
	[ "$(ls "$inbox/new" | wc -l)" -eq "$count" ]
}

@test "the next version is sent from where the first one was, with what changed" {
	start_server
	run scripts/mail --send --yes </dev/null
	[ "$status" -eq 0 ]
	rm -f "$inbox"/new/*
	run scripts/clean
	[ "$status" -eq 1 ]
	echo "/* context */" >>"$tree/Makefile"
	as_developer git -C "$tree" commit -q -a -m "a newer base"
	sed -i 's/The parent$/The old parent/' patches/linux-6.12.y/0001-*.patch
	run scripts/mail --send --yes </dev/null
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"range-diff from v1, which was sent:"* ]]
	[ "$(grep -cE '^ *[0-9]+: +[0-9a-f]+ = +[0-9]+: ' <<<"$output")" -eq $((count - 2)) ]
	[[ $output == *"1:  "*" ! "*"    +    "*" failed. The old parent"* ]]
	[ "$(ls "$inbox/new" | wc -l)" -eq "$count" ]
	[ "$(grep -lE "^Subject: .*\[PATCH v2 " "$inbox"/new/* | wc -l)" -eq "$count" ]
	grep -q "^base-commit: $(git -C "$tree" rev-parse work)" "$(grep -lE "^Subject: .*v2 0*0/" "$inbox"/new/*)"
}

@test "a sendemail.from that is not the author is refused" {
	git -C "$tree" config sendemail.from "Other One <other@example.org>"
	run scripts/mail
	[ "$status" -eq 1 ]
	[[ $output == *"From: Other One <other@example.org>, and the series is by <body@example.org>"* ]]
}

@test "the first version is compared with none" {
	run scripts/mail
	[ "$status" -eq 0 ]
	[[ $output != *range-diff* ]]
}

# trailers_of MESSAGE: the last lines of what is said in it.
trailers_of() { sed '1,/^$/d; /^---$/,$d' "$1" | git interpret-trailers --parse; }

@test "TRAILERS= are in each patch, before it is signed off, and b4 loses none" {
	export SERIES_MAIL_TRAILERS=$'Assisted-by: Some:tool-1 [sparse];\n\n  Tested-by: Other One <other@example.org>  '
	run scripts/mail
	echo "$output"
	[ "$status" -eq 0 ]
	for message in $(find "$messages" -type f | sort | tail -n +2); do
		[ "$(trailers_of "$message" | tail -n 3)" = "Assisted-by: Some:tool-1 [sparse]
Tested-by: Other One <other@example.org>
Signed-off-by: Some Body <body@example.org>" ]
	done
	b4_that "sed -i /^Assisted-by/d"
	run scripts/mail
	[ "$status" -eq 1 ]
	[[ $output == *"do not say what the patches say"* ]]
}

@test "TRAILERS= that are none are refused" {
	for trailers in "assisted by a tool" "Assisted-by:x" "Assisted-by: " ": x" "Acked-by: x;y"; do
		SERIES_MAIL_TRAILERS=$trailers run scripts/mail
		[ "$status" -eq 1 ]
		[[ $output == *"error: TRAILERS: '"*"' is no trailer"* ]]
	done
	SERIES_MAIL_TRAILERS="signed-off-by: x" run scripts/mail
	[ "$status" -eq 1 ]
	[[ $output == *"'signed-off-by: x' is for git to say"* ]]
	[ ! -d build/mail ]
}

@test "PREFIX=RFC marks each message, and the next version not" {
	start_server
	run make mail SEND=1 CONFIRM=yes PREFIX="RFC drm-misc" </dev/null
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -lE '^Subject: \[PATCH RFC drm-misc [0-9]+/' "$inbox"/new/* | wc -l)" -eq "$count" ]
	run make mail
	[ "$status" -eq 0 ]
	[ "$(grep -lE '^Subject: \[PATCH v2 [0-9]+/' -r "$messages" | wc -l)" -eq "$count" ]
	for prefix in v2 PATCH 'a]b' '-x' 1/2; do
		run make mail PREFIX="$prefix"
		[ "$status" -ne 0 ]
		[[ $output == *"error: PREFIX=$prefix: "* ]]
	done
}

@test "PATCH=1 is sent alone, to whom the tree names, and git am makes of it what the patch makes" {
	start_server
	run make mail PATCH=1 SEND=1 CONFIRM=yes TRAILERS="Acked-by: Other One <other@example.org>" </dev/null
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"1 message in "*"/build/mail/linux-6.12.y-1/messages"* ]]
	[ "$(ls "$inbox/new" | wc -l)" -eq 1 ]
	message=$(echo "$inbox"/new/*)
	title=$(git mailinfo /dev/null /dev/null <patches/linux-6.12.y/0001-*.patch | sed -n 's/^Subject: //p')
	[ "$(field Subject "$message")" = "[PATCH] $title" ]
	[[ $(field To "$message") == *"control@example.org"* ]]
	[[ $(field Cc "$message") == *"dri-devel@lists.freedesktop.org"* ]]
	[[ $(field Cc "$message") != *"luca.ceresoli"* ]]
	# A list that only the letter has.
	[[ $(field Cc "$message") == *"kunit-dev@googlegroups.com"* ]]
	[ -z "$(field In-Reply-To "$message")" ]
	refute grep -qF "$(sed -n 3p COVER_LETTER.txt)" "$message"
	[ "$(trailers_of "$message" | tail -n 2)" = "Acked-by: Other One <other@example.org>
Signed-off-by: Some Body <body@example.org>" ]
	git clone -q -b work "$tree" clean
	as_developer git -C clean am -q "$message"
	git clone -q -b work "$tree" wanted
	as_developer git -C wanted am -q "$PWD"/patches/linux-6.12.y/0001-*.patch
	[ "$(git -C clean rev-parse 'HEAD^{tree}')" = "$(git -C wanted rev-parse 'HEAD^{tree}')" ]

	# What is known of it is not known of the series, and the other way round.
	[ -n "$(git -C build/mail/linux-6.12.y-1/repository tag -l 'sent/*')" ]
	[ ! -e build/mail/linux-6.12.y ]
	run scripts/clean
	[ "$status" -eq 1 ]
	run scripts/mail
	[ "$status" -eq 0 ]
	[[ $output == *"[PATCH $first]"* ]]
	SERIES_MAIL_PATCH=1 run scripts/mail
	[ "$status" -eq 0 ]
	[[ $output == *"[PATCH v2] $title"*"range-diff from v1"* ]]
}

@test "PATCH=2 goes alone, and one that needs others does not" {
	SERIES_MAIL_PATCH=2 run scripts/mail
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(find build/mail/linux-6.12.y-2/messages -type f | wc -l)" -eq 1 ]
	SERIES_MAIL_PATCH=7 run scripts/mail
	[ "$status" -eq 1 ]
	[[ $output == *"patch 7 does not apply to $tree by itself"* ]]
	for number in 0 01 99 -1 x "1 2"; do
		SERIES_MAIL_PATCH=$number run scripts/mail
		[ "$status" -eq 1 ]
		[[ $output == *"PATCH=$number: series/linux-6.12.y has no patch of that number"* ]]
	done
}

@test "a patch that nobody is named for is not written" {
	git -C "$tree" rm -q MAINTAINERS
	as_developer git -C "$tree" commit -q -m "no maintainers"
	SERIES_MAIL_PATCH=1 run scripts/mail
	[ "$status" -eq 1 ]
	[[ $output == *"no MAINTAINERS or no scripts/get_maintainer.pl"* ]]
	echo >"$tree/MAINTAINERS"
	git -C "$tree" add -f MAINTAINERS
	as_developer git -C "$tree" commit -q -m "nobody"
	SERIES_MAIL_PATCH=1 run scripts/mail
	[ "$status" -eq 1 ]
	[[ $output == *"get_maintainer.pl names nobody"* ]]
}

@test "PATCH=, PREFIX= and TRAILERS= are for make mail, and not taken from the environment" {
	PATCH=1 PREFIX=/usr TRAILERS=x SERIES_MAIL_PATCH='' run make -n mail
	[ "$status" -eq 0 ]
	PATCH=1 PREFIX=/usr TRAILERS=x run make mail
	[ "$status" -eq 0 ]
	[ ! -e build/mail/linux-6.12.y-1 ]
	for variable in PATCH=1 PREFIX=RFC "TRAILERS=a: b"; do
		run make -n kunit "$variable"
		[ "$status" -ne 0 ]
		[[ $output == *"${variable%%=*}= is for make mail"* ]]
	done
	run make mail TRAILERS='$(shell touch expanded)'
	[ "$status" -ne 0 ]
	[ ! -e expanded ]
}

# b4_checking WORDS STATUS: a b4 of 0.14 or later, as far as 'prep --check' goes.
b4_checking()
{
	mkdir bin
	cat >bin/b4 <<-END
	#!/bin/bash
	case "\$*" in
	"prep --help") echo "usage: b4 prep [--check-deps] [--check]" ;;
	"prep --check") git config b4.prep-perpatch-check-cmd; echo "$1"; exit $2 ;;
	*) exec $(command -v b4) "\$@" ;;
	esac
	END
	chmod +x bin/b4
	PATH=$PWD/bin:$PATH
}

@test "what b4 prep --check says is shown" {
	mkdir -p "$tree/scripts"
	echo "control" >"$tree/scripts/checkpatch.pl"
	git -C "$tree" add -f scripts
	as_developer git -C "$tree" commit -q -m checkpatch
	b4_checking "Success: 9, Warning: 1, Error: 0" 0
	run scripts/mail
	[ "$status" -eq 0 ]
	[[ $output == *"b4 prep --check:"*"/checkpatch.pl --no-tree"*"Success: 9, Warning: 1, Error: 0"* ]]
	[[ $output != *"not covered"* ]]
	grep -qx control build/mail/linux-6.12.y/checkpatch/scripts/checkpatch.pl
}

@test "a b4 prep --check that fails ends it" {
	b4_checking "no checkpatch here" 1
	run scripts/mail
	[ "$status" -eq 1 ]
	[[ $output == *"no checkpatch here"*"b4 prep --check failed"* ]]
}

@test "a b4 that has no prep --check is named" {
	run scripts/mail
	[ "$status" -eq 0 ]
	if b4 prep --help | grep -q -- '--check[^-]'; then
		skip "this b4 has it"
	fi
	[[ $output == *"not covered: b4 prep --check, which b4 $(b4 --version) has not"* ]]
}
