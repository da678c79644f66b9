# shellcheck shell=bash
# One run at a time, in time, and nothing left running.
#
# Each program runs as the child of a supervisor, which is the same program. All
# that the child starts carries SERIES_RUN in its environment, so it can be found
# whatever process group or session it went to; UML makes one of its own.

# processes RUN: of that run and of those that it runs.
processes()
{
	# Those of the search are not.
	(unset SERIES_RUN
	 grep -lsz "^SERIES_RUN=$1\(/\|\$\)" /proc/[0-9]*/environ | tr -cd '0-9\n') || true
}

# stop_processes RUN: TERM first, for make removes what it was writing.
stop_processes()
{
	local signal pids
	for signal in TERM KILL; do
		for _ in 1 2 3 4 5 6 7 8; do
			mapfile -t pids < <(processes "$1")
			[ ${#pids[@]} -gt 0 ] || return 0
			kill "-$signal" "${pids[@]}" 2>/dev/null || true
			sleep 0.15
		done
	done
}

interrupted()
{
	trap '' INT TERM HUP QUIT
	stop_processes "$SERIES_RUN"
	told
	if [ -z "${SERIES_QUIET:-}" ]; then
		# What has dropped its environment still has the lock.
		[ ! -e "$BUILD/lock" ] || flock -n "$BUILD/lock" true ||
			die "interrupted, and something still runs" "See 'fuser $BUILD/lock'."
		say "interrupted; nothing is left running, and the next run starts where this one was"
	fi
	exit 130
}

# supervise "$@": goes on in a child. Without it, an interrupt would wait for
# whatever is in the foreground.
supervise()
{
	local status=0
	if [ -n "${SERIES_CHILD:-}" ]; then
		unset SERIES_CHILD
		return
	fi
	export SERIES_RUN=${SERIES_RUN:-}/$$
	trap interrupted INT TERM HUP QUIT
	# <&0: what runs in the background would have no standard input.
	users SERIES_CHILD=1 "$0" "$@" <&0 &
	wait $! || status=$?
	stop_processes "$SERIES_RUN"
	exit "$status"
}

# lock: build/ is ours, and of all that this program starts.
lock()
{
	local run
	mkdir -p "$BUILD/home"
	exec 9<>"$BUILD/lock"
	if ! flock -n 9; then
		run=$(cat "$BUILD/lock")
		[ -n "$run" ] || run=$$
		! kill -0 "${run##*/}" 2>/dev/null ||
			die "another run is using $BUILD" "Wait for it, or use another clone."
		say "an earlier run was killed: stopping what it has left"
		stop_processes "$run"
		flock -w 5 9 || die "something that was started here still uses $BUILD" \
			"See 'fuser $BUILD/lock'."
	fi
	echo "$SERIES_RUN" >"$BUILD/lock"
}

TELL_EVERY=30
# in_place: whether a line can stay where it is and change.
in_place()
{
	[ -t 2 ] && [ "${TERM:-dumb}" != dumb ]
}
! in_place || TELL_EVERY=2

# tell TEXT: what goes on: in a log a line, on a terminal the one that stays there until
# there is no more to tell.
tell()
{
	local columns=
	if in_place; then
		read -r _ columns < <(stty size <&2 2>/dev/null) || true
		# One that is wider than the terminal would not be in place.
		printf '\r\033[K%.*s' $((${columns:-80} - 1)) "$*" >&2
	else
		say "$*"
	fi
}

told()
{
	! in_place || printf '\r\033[K' >&2
}

# run_logged LOG MINUTES COMMAND...: says now and then that it is alive, and what the
# function that PROGRESS names says. A limit that is reached is named.
run_logged()
{
	local log=$1 minutes=$2 status started=$SECONDS ended
	shift 2
	exec {ended}< <(status=0; timeout -k 10 "${minutes}m" "$@" >>"$log" 2>&1 </dev/null || status=$?
		echo "$status")
	# Above 128: nothing came. Less, without a status: it was killed.
	until read -r -t "$TELL_EVERY" status <&"$ended"; do
		[ $? -gt 128 ] || { status=1; break; }
		tell "  ... ${STEP:+$STEP, }$((SECONDS - started)) s$(${PROGRESS:-:} $((SECONDS - started)))"
	done
	told
	exec {ended}<&-
	[ "$status" -ne 124 ] || LIMIT="it took longer than its limit of $minutes minutes"
	return "$status"
}

# why_it_failed LOG: the first lines of a failed build that are not make's own.
why_it_failed()
{
	[ -z "${LIMIT:-}" ] || say "$LIMIT"
	grep -nE '(error|ERROR|Error|undefined|No such file|[Cc]an.t open|not clean|\*\*\*)' "$1" |
		grep -vE '^[0-9]+:(\$ make|make.*(Error [0-9]+|Waiting for unfinished)|ERROR:root:make)' |
		sed -n 's/^\([0-9]*:\)ERROR:root:/\1/; s,\(^[0-9]*:\)[^ ]*/tree/,\1,; 1,5p' >&2 || tail -n 5 "$1" >&2
}
