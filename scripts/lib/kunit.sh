# shellcheck shell=bash disable=SC2034 # what is set here is for who sources it
# Building and running what is checked out, and what is made of it.

LIMIT=
# What DRM's series add, and what the kernel has of its own.
OUR_SUITE='drm_register*'
OTHER_SUITES='drm_[!r]*'
# A warning is an error, or the next build, which does not compile that file, would
# be without it. CONFIG_WERROR does not do: UML's own code lacks prototypes, which is
# for lint to find in files of the series.
WERROR="-Werror -Wno-error=missing-prototypes"
# And its asm/io.h, which many files include, computes with a null pointer.
WERROR_CLANG="$WERROR -Wno-error=null-pointer-arithmetic"

# More for the compiler, each with a space before it.
COMPILER_FLAGS=

# compiler: as it is called for the lane's machine. Debian 12's default clang is too old for
# today's kernels.
compiler()
{
	case $CC in
	gcc) echo "$(lane_field Cross)gcc" ;;
	clang) echo clang-16 ;;
	*) echo "$CC" ;;
	esac
}

# kunit_out: where the lane is built. Another compiler has its own place.
kunit_out()
{
	local out=$WORK/out-$LANE
	[ "$CC" = gcc ] || out+=-$CC
	echo "$out"
}

# own_lane: of the series.
own_lane()
{
	local lane=
	[ -z "$BASE" ] || lane=$(field "series/$BASE" Lane)
	echo "${lane:-uml}"
}

# lane_stack: the lanes that LANE builds on, and itself.
lane_stack()
{
	local FIELD
	read_field "kunitconfig/$LANE" With
	echo "$FIELD $LANE"
}

# takes_no NAME...: variables that would make no difference here.
takes_no()
{
	local name
	for name; do
		[ -z "${!name}" ] || die "$name=${!name}: make ${0##*/} does not look at it" "Leave it out."
	done
}

# known_lane: LANE, if nobody has set it, is what the series says, and FILTER what the lane
# says.
known_lane()
{
	local lane
	[ -z "$BASE" ] || known_base "$BASE"
	LANE=${LANE:-$(own_lane)}
	[[ $FILTER != *[[:space:]]* ]] || die "FILTER='$FILTER' has a space" \
		"It is one KUnit glob, like 'drm_register*'."
	[[ $CC =~ ^(gcc|clang(-[0-9]+)?)$ ]] || die "CC=$CC: no compiler that is known here" \
		"Use gcc, clang, or one of clang's versions, like clang-16."
	[ -f "$TOP/kunitconfig/$LANE" ] || die "LANE=$LANE: no such lane" \
		"There are: $(cd "$TOP/kunitconfig" && echo *)."
	for lane in $(lane_stack); do
		[ -f "$TOP/kunitconfig/$lane" ] || die "LANE=$LANE is with $lane, and there is no such lane" \
			"There are: $(cd "$TOP/kunitconfig" && echo *)."
		known_fields "kunitconfig/$lane" With Arch Filter Timeout Needs Cross Optional Where Skips Runs Init
	done
	FILTER=${FILTER:-$(lane_field Filter)}
	# shellcheck disable=SC2046 # words
	need $(lane_field Needs) "$(compiler)"
}

# lane_field NAME: what the lane says, or what it builds on says before.
lane_field()
{
	local FIELD lane value=''
	read_field "kunitconfig/$LANE" With
	for lane in $FIELD $LANE; do
		read_field "kunitconfig/$lane" "$1"
		value=${FIELD:-$value}
	done
	echo "$value"
}

# lanes [any]: what the lane builds on, itself, and what this tree needs besides, or any may need.
lanes()
{
	local lane needed file word
	for lane in $(lane_stack); do
		echo "$lane"
		while read -r needed file word; do
			[ "${1:-}" = any ] || git -C "$WORK/tree" grep -qwF -e "$word" -- "$file" || continue
			echo "$needed"
		done < <(field "kunitconfig/$lane" Where)
	done
}

# options: the names of those that the tree has for the lane's CPU. All at once, and by words: to
# look for each, or for a pattern, would take longer; and again when a Kconfig file is another.
options()
{
	local list=$WORK/options others=() commit
	[ "$(lane_field Arch)" = um ] || { list+=-not-um; others=(":(exclude)arch/um"); }
	commit=$(sed -n 's/^# //p; q' "$list" 2>/dev/null) || true
	if ! git -C "$WORK/tree" diff --quiet "${commit:-none}" HEAD -- '*Kconfig*' 2>/dev/null; then
		{
			git -C "$WORK/tree" log -1 --format='# %H'
			git -C "$WORK/tree" grep -hF 'config ' -- '*Kconfig*' "${others[@]}" |
				sed -nE 's/^[[:space:]]*(menu)?config ([A-Za-z0-9_]+)$/\2/p'
		} >"$list.$BASHPID"
		mv "$list.$BASHPID" "$list"
	fi
	cat "$list"
}

# kunitconfigs DIRECTORY: the lane's files, as arguments for kunit.py. It refuses
# an option that the tree does not have for that CPU, so those that a lane says are
# optional are left out. Without any other the lane would not be what it is called.
kunitconfigs()
{
	local lane option known earlier=()
	known=$(options)
	for lane in $(lanes); do
		# kunit.py refuses two values of an option: the later lane's counts.
		while read -r option; do
			[ ${#earlier[@]} -eq 0 ] || sed -i "/^\(# \)\?CONFIG_${option}[= ]/d" "${earlier[@]}"
		done < <(sed -n 's/^\(# \)\?CONFIG_\([A-Z0-9_]*\)[= ].*/\2/p' "$TOP/kunitconfig/$lane")
		cp "$TOP/kunitconfig/$lane" "$1/$lane.kunitconfig" ||
			die "LANE=$LANE: kunitconfig/$lane can't be copied to $1" "Is there room?"
		earlier+=("$1/$lane.kunitconfig")
		while read -r option; do
			[[ $'\n'$known$'\n' != *$'\n'$option$'\n'* ]] || continue
			[[ " $(field "kunitconfig/$lane" Optional | xargs) " == *" $option "* ]] ||
				die "LANE=$LANE: this kernel has no CONFIG_$option" \
				    "Another lane may do: $(cd "$TOP/kunitconfig" && echo *)."
			sed -i "/^CONFIG_$option=/d" "$1/$lane.kunitconfig"
		done < <(sed -n 's/^CONFIG_\([A-Z0-9_]*\)=.*/\1/p' "$TOP/kunitconfig/$lane")
		printf '%s\n' "--kunitconfig=$1/$lane.kunitconfig"
	done
}

# new_results NAME: sets RESULTS to a folder for what is said from now on.
new_results()
{
	RESULTS=$WORK/results/$1
	LIMIT=
	rm -rf "$RESULTS"
	mkdir -p "$RESULTS"
}

# made SECONDS: how many objects this build has made until now, and of how many and how long,
# as far as an earlier one tells. One of which a part is there already makes fewer, and of a few
# objects nobody can tell.
made()
{
	local made all said
	# A file that make removes meanwhile is no error.
	made=$({ find "$(kunit_out)" -name '*.o' -newer "$RESULTS/started" 2>/dev/null || true; } | wc -l)
	all=$(cat "$(kunit_out).objects" 2>/dev/null || true)
	said=", $made objects"
	[ "$made" -gt "${all:-0}" ] || said=", $made of up to $all objects"
	[ $((made * 20)) -lt "${all:-0}" ] || [ "$made" -gt "${all:-0}" ] || [ "$made" -eq 0 ] ||
		said+=", up to $(($1 * (all - made) / made)) s left"
	echo "$said"
}

# ran SECONDS: how many tests this run has come to the end of, and in which suite it is.
ran()
{
	awk '$2 ~ /^\[(PASSED|FAILED|SKIPPED)\]/ { ran++ }
		$2 ~ /^=+$/ && $3 != "" && $3 !~ /^[=[]/ { suite = $3 }
		END { printf ", %d tests%s\n", ran, (suite == "" ? "" : ", in " suite) }' "$RESULTS/kunit.txt"
}

# kunit_config DIRECTORY LOG ARGUMENT...: fails where an option is asked for and missing.
kunit_config()
{
	run_logged "$2" 10 env -C "$WORK/tree" ./tools/testing/kunit/kunit.py config \
		--arch="$(lane_field Arch)" --cross_compile="$(lane_field Cross)" --build_dir="$1" "${@:3}"
}

# configure: what is asked for, and what came of it.
configure()
{
	rm -f "$out/.config.asked-for"
	kunit_config "$out" "$RESULTS/build.log" "${configs[@]}" --make_options "$compiler" || return
	cp "$out/.config" "$out/.config.asked"
	asked_for >"$out/.config.asked-for"
}

# asked_for: all that kunit.py makes of the configuration depends on, but for Kconfig files, at
# which make looks.
asked_for()
{
	cat "${configs[@]#--kunitconfig=}"
	git -C "$WORK/tree" rev-parse HEAD:tools/testing/kunit
}

# configured: whether that was done, of the same options and with the outcome that is there.
configured()
{
	cmp -s "$out/.config" "$out/.config.asked" &&
		asked_for | cmp -s - "$out/.config.asked-for"
}

# still_configured: make leaves out, without a word, an option whose conditions are no longer
# met. Then it is asked for again, and this kernel has failed whatever comes of that.
still_configured()
{
	! cmp -s "$out/.config" "$out/.config.asked" || return 0
	cp "$out/.config" "$out/.config.built"
	configure && cmp -s "$out/.config" "$out/.config.built" && return
	echo "error: make has changed what was configured, see .config.asked and .config.built in $out" \
		>>"$RESULTS/build.log"
	return 1
}

# build_kunit: what is checked out. kunit.py makes the configuration and make the kernel: 'kunit.py
# build' configures again each time, and makes a database that nobody reads here.
build_kunit()
{
	local configs out werror=$WERROR compiler
	compiler=CC="ccache $(compiler)$COMPILER_FLAGS"
	[ "$CC" = gcc ] || werror=$WERROR_CLANG
	out=$(kunit_out)
	mkdir -p "$out"
	# Called where a failure is handled, and so without set -e.
	configs=$(kunitconfigs "$RESULTS") || exit
	mapfile -t configs <<<"$configs"
	say "building: lane $LANE with $(compiler), $JOBS jobs (log: ${RESULTS#"$TOP/"}/build.log)"
	touch "$RESULTS/started"
	configured || configure || return
	PROGRESS=made run_logged "$RESULTS/build.log" 60 make -s -C "$WORK/tree" O="$out" \
		ARCH="$(lane_field Arch)" CROSS_COMPILE="$(lane_field Cross)" -j"$JOBS" "$compiler" \
		KCFLAGS="$werror" "$PIGGY" || return
	still_configured || return
	find "$out" -name '*.o' | wc -l >"$out.objects"
}

# make_initramfs FILE: with nothing but busybox, what it is to do, and the modules.
make_initramfs()
{
	local root=$1.d out=${1%/*}
	rm -rf "$root"
	mkdir -p "$root/bin" "$root/dev"
	# Its errors are of what is not a dynamic executable, as it should be.
	! ldd "$(command -v busybox)" >/dev/null 2>&1 ||
		die "LANE=$LANE: $(command -v busybox) is not linked statically" \
		    "Debian's package busybox-static has one that is."
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$TOP/scripts/lib/init" "$root/init"
	if grep -qx CONFIG_MODULES=y "$out/.config"; then
		run_logged "$RESULTS/build.log" 5 make -s -C "$WORK/tree" O="$out" \
			ARCH="$(lane_field Arch)" INSTALL_MOD_PATH="$root" INSTALL_MOD_STRIP=1 \
			modules_install || build_failed
	fi
	(cd "$root" && find . | cpio --quiet -o -H newc) >"$1"
}

# boot_options GLOB: for kunit.py, where something is to run after KUnit. What comes after
# '--' is for init; with kunit.py's own kunit_shutdown= there, init is reached.
boot_options()
{
	local out processors=
	[ -n "$(lane_field Init)" ] || return 0
	out=$(kunit_out)
	make_initramfs "$out/initramfs"
	# A program that is to be there at the same time has a processor of its own.
	[[ $(lane_field Init) != *openers* ]] || processors="-smp 2 "
	printf '%s\n' "--qemu_args=$processors-initrd $out/initramfs"
	echo "--kernel_args=kunit.enable=1 kunit.filter_glob=$1 console=ttyS0 -- $(lane_field Init)"
}

# exec_kunit GLOB: run what was built. What was said is in RESULTS.
exec_kunit()
{
	local out timeout status=0 started=$SECONDS options
	out=$(kunit_out)
	options=$(boot_options "$1") || exit
	mapfile -t options < <(printf %s "$options")
	KUNIT_GLOB=$1
	timeout=${TIMEOUT:-$(lane_field Timeout)}
	# What an earlier kernel said must not be taken for this one's.
	rm -f "$out/test.log"
	PROGRESS=ran run_logged "$RESULTS/kunit.txt" $((timeout / 60 + 5)) env -C "$WORK/tree" \
		PYTHONUNBUFFERED=1 PATH="$TOP/scripts/lib/qemu:$PATH" ./tools/testing/kunit/kunit.py exec --arch="$(lane_field Arch)" --build_dir="$out" --timeout="$timeout" --json="$RESULTS/kunit.json" "${options[@]}" "$1" || status=$?
	[ $((SECONDS - started)) -lt "$timeout" ] ||
		LIMIT="the kernel took longer than the $timeout s that lane $LANE gives it"
	[ ! -f "$out/test.log" ] || cp "$out/test.log" "$RESULTS/kunit.log"
	cp "$out/.config" "$RESULTS/config"
	describe_run "$status" >"$RESULTS/run.txt"
}

# run_kunit NAME GLOB: both. Fails where there is no kernel to run.
run_kunit()
{
	new_results "$1"
	build_kunit || return 1
	say "running: $2"
	exec_kunit "$2"
}

# describe_run KUNIT_STATUS: what a verdict is of, and how to have it again.
describe_run()
{
	local name
	cat <<-END
	Date: $(date -u +%Y-%m-%dT%H:%M:%SZ)
	Project: $(git -C "$TOP" describe --always --dirty 2>/dev/null || echo "no repository")
	Base: $BASE
	Suite: $(suite)
	Lane: $LANE
	Filter: $KUNIT_GLOB
	Tree: $KDIR, $(git -C "$REPO" rev-parse --short=12 "$BASE_COMMIT")
	Version: $(version)
	Commit: $(git -C "$WORK/tree" rev-parse HEAD)
	Compiler: $("$(compiler)" --version | sed -n 1p)
	Config: sha256 $(sha256sum <"$RESULTS/config" | cut -d ' ' -f 1)
	Built: $(sed -n 's/^#define UTS_VERSION "\(.*\)"/\1/p' "$(kunit_out)/include/generated/utsversion.h")
	Seconds: $SECONDS
	KUnit-status: $1
	Limit: $LIMIT
	Init: $(lane_field Init)
	Skips: $(lane_field Skips)
	Runs: $(lane_field Runs)
	END
	printf 'Command: make %s' "${0##*/}"
	for name in BASE KDIR LANE CC FILTER EXTRA; do
		[ -z "${!name}" ] || [[ $name=${!name} = @(CC=gcc|KDIR=*.tar.xz) ]] ||
			printf ' %q' "$name=${!name}"
	done
	printf '\nBy-hand: ./tools/testing/kunit/kunit.py run --arch=%s' "$(lane_field Arch)"
	[ -z "$(lane_field Cross)" ] || printf ' --cross_compile=%s' "$(lane_field Cross)"
	[ "$CC" = gcc ] || printf ' --make_options CC=%s' "$(compiler)"
	for name in $(lanes); do
		printf ' --kunitconfig=%q' "$RESULTS/$name.kunitconfig"
	done
	printf ' --timeout=%s %q\n' "$(lane_field Timeout)" "$KUNIT_GLOB"
}

# programs: which of what is installed builds and runs the lane.
programs()
{
	local program
	for program in "$(compiler)" "$(lane_field Cross)ld" make $(lane_field Needs); do
		! program=$(command -v "$program") || stat -L -c '%n %s %Y' "$program"
	done
}

# run_key COMMIT GLOB: of all that a run's results depend on. What is made of them is made anew.
run_key()
{
	{
		echo "$1 $2 $BASE $(suite) $LANE $JOBS ${TIMEOUT:-}$COMPILER_FLAGS"
		programs
		(cd "$TOP" && find kunitconfig scripts/lib -type f ! -name results.py -exec sha1sum {} + | sort)
	} | sha1sum | cut -d ' ' -f 1
}

# run_before COMMIT NAME GLOB: whether that very run was made, and was good. Its results are then
# in RESULTS. Sets KEY.
run_before()
{
	local results=$WORK/results/$2
	KEY=$(run_key "$1" "$3")
	[ -z "${SERIES_ANEW:-}" ] && [ "$(cat "$results/key" 2>/dev/null)" = "$KEY" ] || return 1
	RESULTS=$results
	say "not run again: nothing has changed since $(sed -n 's/^Date: //p' "$results/run.txt") (log: ${results#"$TOP/"}/build.log)"
	# The verdict is made anew, and is kept if it is still good.
	rm "$results/key"
	sed -i '/^\(Ran\|Reports\|Verdict\): /d' "$results/run.txt"
}

# keep VERDICT: the last run was good, and need not be made again. On an idle machine a test
# that measures time may pass.
keep()
{
	[[ $1 == *"it measures time"* ]] || echo "$KEY" >"$RESULTS/key"
}

# run_commit COMMIT NAME GLOB: run_kunit of that commit, or the same as it was. No kernel is the
# end.
run_commit()
{
	! run_before "$@" || return 0
	check_out "$1"
	run_kunit "$2" "$3" || build_failed
}

# build_failed: says where, and ends.
build_failed()
{
	why_it_failed "$RESULTS/build.log"
	die "the build failed" "${RESULTS#"$TOP/"}/build.log has all of it."
}

# listing_lane: the first that the lane builds on with the same suites. A list of tests is
# made in that one, for the base may not get to its end in the other.
listing_lane()
{
	local lane
	for lane in $(lane_stack); do
		if [ "$(LANE=$lane lane_field Filter)" = "$(lane_field Filter)" ]; then
			echo "$lane"
			return
		fi
	done
}

# lane_id: of the compiler, of what the lane says, but for people, and of all that it may build on;
# how long it may take has no part in which tests there are.
lane_id()
{
	local lane
	{
		echo "$CC"
		for lane in $(lanes any); do
			sed -n '/^# Timeout:/d; /^# [A-Z][a-z]*:/p; /CONFIG_/p' "$TOP/kunitconfig/$lane"
		done
	} | sha1sum | cut -c 1-8
}

# tests_id: what a list of tests is of: the lane, and this DRM, but for the drivers that nobody
# builds, or all of this tree for a series or a lane whose tests are elsewhere.
tests_id()
{
	local of
	of=$LANE-$(lane_id)
	if [ -n "$(field "series/$BASE" Tests)" ] || [ "$LANE" != "$(own_lane)" ]; then
		echo "tree: $(git -C "$REPO" rev-parse "$BASE_COMMIT^{tree}").$of"
	else
		echo "drivers/gpu/drm: $(git -C "$REPO" ls-tree "$BASE_COMMIT" drivers/gpu/drm/ |
			grep -vwF -f <(grep -v '^#' "$TOP/scripts/lib/left-out") | sha1sum | cut -d ' ' -f 1).$of"
	fi
}

# base_tests: prints the file with the names of the tests that the tree has: what
# was recorded for this very drivers/gpu/drm and lane, or what its own kernel runs.
base_tests()
{
	local id list LANE=$LANE
	LANE=$(listing_lane)
	id=$(tests_id)
	list=$TOP/tests/expected/$BASE.base
	if ! grep -qsxF "# $id" "$list"; then
		list=$WORK/${id#*: }.tests
		[ -f "$list" ] || list_base_tests "$list"
	fi
	echo "$list"
}

# list_base_tests LIST: of the lane's suites.
list_base_tests()
{
	local KUNIT_GLOB EXTRA='' RESULTS
	say "this tree's own tests are not known yet: building and running it without the series"
	run_commit "$BASE_COMMIT" base "$(lane_field Filter)"
	{
		echo "# $(tests_id)"
		results reports "$RESULTS"
		results names "$RESULTS"
	} >"$1.part"
	mv "$1.part" "$1"
}

results()
{
	"$TOP/scripts/lib/results.py" "$@"
}
