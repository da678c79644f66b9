# shellcheck shell=bash
# Jobs that don't need each other: here, and on the machines that HOSTS= names.

# A machine that is gone is noticed within a minute.
SSH=(ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15)
# Where the project is there, from whoever logs in; each clone has its own, see reach().
AWAY=
# The machines that were reached; for GNU parallel, which works here, too.
LOGINS=()
REACHED=()

# as_user COMMAND...: with the keys of the user's agent, and no other setting.
as_user()
{
	users env HOME="$HOME" "$@"
}

# equip LOGIN PATH: the project, what it has at PATH, and ccache's objects are there. What is
# there already is not sent again.
equip()
{
	as_user "${SSH[@]}" "$1" "mkdir -p '$AWAY/build/ccache'" &&
		as_user rsync -a --delete -e "${SSH[*]}" --exclude=/build --exclude=/.git "$TOP/" "$1:$AWAY/" &&
		(cd "$TOP" && as_user rsync -aR --delete -e "${SSH[*]}" "$2" "$1:$AWAY/") &&
		as_user rsync -a --ignore-existing -e "${SSH[*]}" "$CCACHE_DIR/" "$1:$AWAY/build/ccache/"
}

# give LOGIN COMMIT: it is there, in the repository of this tree's name.
give()
{
	local name=${WORK#"$BUILD/"}
	as_user "${SSH[@]}" "$1" "cd '$AWAY' && exec bash -pc '. scripts/lib/all.sh; build_tools
		WORK=\$BUILD/$name REPO=\$BUILD/$name/repository
		mkdir -p \"\$WORK\" \"\$HOME\"; new_repository; rm -f \"\$WORK\"/mutants/*/prepared
		git -C \"\$REPO\" symbolic-ref HEAD refs/heads/base'" &&
		as_user env GIT_SSH_COMMAND="${SSH[*]}" git -C "$REPO" push -q "$1:$AWAY/build/$name/repository" \
			"+$2:refs/heads/base"
}

# reach SLOTS PATH [COMMIT]: sets LOGINS, for that many jobs at a time here. Elsewhere it is one,
# too, or as many as HOSTS= and the processors there say. Who can't be reached is named, and does
# nothing.
reach()
{
	local host login said slots=$1
	LOGINS=(-S "$slots/:")
	AWAY=.cache/drm-register-$(echo "$HOSTNAME $TOP" | sha1sum | cut -c 1-12)
	[ -z "$HOSTS" ] || need ssh rsync
	for host in $HOSTS; do
		login=${host#*/}
		say "sending to $login what is not there"
		if said=$(equip "$login" "$2" 2>&1) && said=$([ -z "${3:-}" ] || give "$login" "$3" 2>&1) &&
			said=$(as_user "${SSH[@]}" "$login" nproc 2>&1); then
			[ "$host" != "$login" ] || host=$said/$login
			[ "$slots" -gt 1 ] || host=1/$login
			LOGINS+=(-S "$host")
			REACHED+=("$login")
		else
			say "$login is left out: $(tail -n 1 <<<"$said")"
		fi
	done
}

# ended NAME: the numbers of the jobs that have.
ended()
{
	[ ! -f "$1.joblog" ] || awk -F '\t' '$7 == "0" && $8 == "0" { print $1 }' "$1.joblog" | sort -nu
}

# rows NAME: what the jobs that have ended have said, in the order of the list.
rows()
{
	local job
	for job in $(ended "$1"); do
		cat "$1.rows.d/$job"
	done
}

# progress NAME ENDED: what is in the files that are named on standard input, and for who waits,
# how far it is.
progress()
{
	local said now all started=$SECONDS
	all=$(wc -l <"$1.list")
	while read -r said; do
		told
		cat "$said"
		now=$(ended "$1" | wc -l)
		[ "$now" -le "$2" ] ||
			tell "  ... $now of $all, about $(((SECONDS - started) * (all - now) / (now - $2))) s left"
	done
	told
}

# run_jobs NAME KEY COMMAND VARIABLE...: a job for each line of standard input, which is '{}' in
# COMMAND, and '{%}' a number that no other job has meanwhile. Prints what each says as it ends;
# what all have said is then in NAME.rows, and a job that died has said nothing. What was run
# before an interrupt, with the same KEY and scripts, is not run again. The job of a machine that is gone is
# done by another one. Of the environment these VARIABLEs are there, too.
run_jobs()
{
	local name=$1 key command=$3 before variable login environment=()
	key="$2 $(cd "$TOP" && find scripts/lib tests/expected-reports tests/measuring-time -type f \
		-exec sha1sum {} + | sort | sha1sum)"
	shift 3
	cat >"$name.list"
	if [ -n "${SERIES_ANEW:-}" ] || [ "$(cat "$name.key" 2>/dev/null)" != "$key" ]; then
		rm -rf "$name.joblog" "$name.rows.d"
		echo "$key" >"$name.key"
	fi
	before=$(ended "$name" | wc -l)
	[ "$before" -eq 0 ] || {
		say "going on: $before of $(wc -l <"$name.list") were run before this was interrupted"
		rows "$name"
	}
	for variable; do
		environment+=(--env "$variable")
	done
	# What a job here says of how far it is goes past parallel, which would keep it to the end.
	# SERIES_HERE is known here alone.
	SERIES_HERE=$TOP as_user PARALLEL_SSH="${SSH[*]}" parallel --will-cite "${LOGINS[@]}" -j 100% --retries 3 \
		-a "$name.list" --joblog "$name.joblog" --files --results "$name.rows.d/{#}" \
		--resume-failed "${environment[@]}" "
		if [ -n \"\$SERIES_HERE\" ]; then
			cd \"\$SERIES_HERE\" && exec 2>&7
		else
			cd '$AWAY' && export CCACHE_DIR=\$PWD/build/ccache
		fi && $command" 7>&2 | progress "$name" "$before" || true
	rows "$name" >"$name.rows"
	# If not, the next run goes on where this one was.
	[ "$(ended "$name" | wc -l)" -lt "$(wc -l <"$name.list")" ] || rm "$name.key"
	for login in "${REACHED[@]}"; do
		awk -F '\t' -v login="$login" '$2 == login { found = 1 } END { exit !found }' "$name.joblog" ||
			say "$login has done none of the jobs; see what 'ssh $login' says"
	done
}
