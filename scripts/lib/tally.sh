# shellcheck shell=bash
# What passed and what did not, and the last lines that say so.

PASSED=0
FAILED=0
SKIPPED=0
NOT_COVERED=()
TIMES=()

# judge WHAT: what was found is on standard input; nothing is good.
judge()
{
	local found
	found=$(cat)
	if [ -z "$found" ]; then
		PASSED=$((PASSED + 1))
		printf 'ok      %s\n' "$1"
	else
		FAILED=$((FAILED + 1))
		printf 'FOUND   %s\n' "$1"
		# shellcheck disable=SC2001 # each line, not the first
		sed 's/^/        /' <<<"$found"
	fi
}

# tally LINE: add the last line of another program. Fails where it is none.
tally()
{
	[[ $1 =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]] &&
		[ $((BASH_REMATCH[1] + BASH_REMATCH[2] + ${BASH_REMATCH[4]:-0})) -gt 0 ] || return 1
	PASSED=$((PASSED + BASH_REMATCH[1]))
	FAILED=$((FAILED + BASH_REMATCH[2]))
	SKIPPED=$((SKIPPED + ${BASH_REMATCH[4]:-0}))
}

# part NAME COMMAND...: run another program, show what it says, and
# add up its last line. Sets SAID to the file that has it all.
part()
{
	local status=0 before=$FAILED started=$SECONDS line
	SAID=$BUILD/${0##*/}-$1.log
	echo "== $1"
	"${@:2}" 2>&1 | tee "$SAID" || status=$?
	if ! tally "$(tail -n 1 "$SAID")"; then
		echo "$1 ended without a verdict (see ${SAID#"$TOP/"})"
		FAILED=$((FAILED + 1))
	elif [ "$status" -ne 0 ] && [ "$FAILED" -eq "$before" ]; then
		echo "$1 says that it failed, and not why: status $status"
		FAILED=$((FAILED + 1))
	fi
	while read -r line; do
		not_covered "${line#not covered: } ($1)"
	done < <(grep '^not covered: ' "$SAID")
	TIMES+=("$((SECONDS - started)) s  $1")
}

not_covered()
{
	NOT_COVERED+=("$1")
}

# verdict: the last lines, and the status that agrees with them.
verdict()
{
	[ $((PASSED + FAILED)) -gt 0 ] || FAILED=1
	[ ${#NOT_COVERED[@]} -eq 0 ] || printf 'not covered: %s\n' "${NOT_COVERED[@]}"
	echo "$PASSED passed, $FAILED failed$([ "$SKIPPED" -eq 0 ] || echo ", $SKIPPED skipped")"
	[ "$FAILED" -eq 0 ]
}
