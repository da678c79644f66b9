# shellcheck shell=bash
# Jobs that don't need each other: here, and on the machines that HOSTS= names.

# A machine that is gone is noticed within a minute.
SSH=(ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15)
# Where the project is there, from whoever logs in; a clone has its own.
AWAY=.cache/drm-register${TOP//\//-}
# The machines that were reached; for GNU parallel, which works here, too.
LOGINS=()
REACHED=()

# as_user COMMAND...: with the keys of the user's agent, and no other setting.
as_user()
{
	users env HOME="$HOME" "$@"
}

# equip LOGIN COMMIT FOLDER: the project, that folder of it, ccache's objects and, in the
# repository of this tree's name, COMMIT are there. What is there already is not sent again.
equip()
{
	local name=${WORK#"$BUILD/"}
	as_user "${SSH[@]}" "$1" "mkdir -p '$AWAY/build/ccache'" &&
		as_user rsync -a --delete -e "${SSH[*]}" --exclude=/build --exclude=/.git "$TOP/" "$1:$AWAY/" &&
		(cd "$TOP" && as_user rsync -aR --delete -e "${SSH[*]}" "$3" "$1:$AWAY/") &&
		as_user rsync -a --ignore-existing -e "${SSH[*]}" "$CCACHE_DIR/" "$1:$AWAY/build/ccache/" &&
		as_user "${SSH[@]}" "$1" "cd '$AWAY' && exec bash -pc '. scripts/lib/all.sh; build_tools
			WORK=\$BUILD/$name REPO=\$BUILD/$name/repository
			mkdir -p \"\$WORK\" \"\$HOME\"; new_repository; rm -f \"\$WORK\"/mutants/*/prepared'" &&
		as_user env GIT_SSH_COMMAND="${SSH[*]}" git -C "$REPO" push -q "$1:$AWAY/build/$name/repository" \
			"+$2:refs/heads/base"
}

# reach COMMIT FOLDER: sets LOGINS. Who can't be reached is named, and does nothing.
reach()
{
	local host login said
	LOGINS=(-S "$JOBS/:")
	[ -z "$HOSTS" ] || need ssh rsync
	for host in $HOSTS; do
		login=${host#*/}
		say "sending to $login what is not there"
		if said=$(equip "$login" "$@" 2>&1) && said=$(as_user "${SSH[@]}" "$login" nproc 2>&1); then
			[ "$host" != "$login" ] || host=$said/$login
			LOGINS+=(-S "$host")
			REACHED+=("$login")
		else
			say "$login is left out: $(tail -n 1 <<<"$said")"
		fi
	done
}

# run_jobs LOG COMMAND NAME...: a job for each line of standard input, which is '{}' in COMMAND, and
# '{%}' a number that no other job has meanwhile. Prints what each says as they end. What LOG
# has was run, and is not run again. The job of a machine that is gone is done by another one. Of
# the environment the variables of these NAMEs are there, too.
run_jobs()
{
	local log=$1 command=$2 name login environment=()
	shift 2
	for name; do
		environment+=(--env "$name")
	done
	# SERIES_HERE is known here alone.
	SERIES_HERE=$TOP as_user PARALLEL_SSH="${SSH[*]}" parallel --will-cite "${LOGINS[@]}" -j 100% --retries 3 \
		--joblog "$log" --resume-failed "${environment[@]}" "
		if [ -n \"\$SERIES_HERE\" ]; then
			cd \"\$SERIES_HERE\"
		else
			cd '$AWAY' && export CCACHE_DIR=\$PWD/build/ccache
		fi && $command"
	for login in "${REACHED[@]}"; do
		awk -F '\t' -v login="$login" '$2 == login { found = 1 } END { exit !found }' "$log" ||
			say "$login has done none of the jobs; see what 'ssh $login' says"
	done
}
