#!/usr/bin/env bats
# Runs that do not go well: no way in which one can be incomplete ends as a pass,
# and whatever ends one leaves nothing behind.

load helpers

setup_file() { miniature_files "$BASE_UNDER_TEST"; }

setup()
{
	copy_project
	tree=$BATS_TEST_TMPDIR/linux
	git_miniature "$tree"
	export KDIR=$tree
}

teardown() { all_gone; [ -z "${pid:-}" ] || kill -KILL -- "-$pid" 2>/dev/null || true; }

# result WORD: of a run in which kunit.py does that; see helpers.bash.
result()
{
	behaviour "$1"
	run scripts/kunit
	[ "$status" -eq 1 ]
	[[ ${lines[-1]} =~ ^[0-9]+\ passed,\ [1-9][0-9]*\ failed ]]
}

@test "a whole run says of how many tests of the base and of the series" {
	run scripts/kunit
	[ "$status" -eq 0 ]
	[ "${lines[-2]}" = "ran 2 of the base's 2 and 1 of the series' 1" ]
	[ "${lines[-1]}" = "3 passed, 0 failed" ]
}

@test "a test that the base has and the run has lost is named, and fails it" {
	result lose
	[[ $output == *"did not run, but is one of the base's: drm_base.other"* ]]
	[[ $output == *"ran 1 of the base's 2 and 1 of the series' 1"* ]]
}

@test "a run without the series' tests has failed" {
	result only-base
	[[ $output == *"did not run, but is one of the series': drm_register.case"* ]]
}

@test "a test of the series that is skipped, though it was recorded as run, has failed" {
	result skip
	[[ $output == *"skipped, but is one of the series': drm_register.case"* ]]
}

@test "a test of the series that nobody has recorded is named" {
	result more
	[[ $output == *"drm_register.another (run make record)"* ]]
}

@test "results that kunit.py finds errors in have failed" {
	result errors
	[[ $output == *"kunit.py says that 1 lines of the results could not be true"* ]]
}

@test "a run without results, without a log, or without kunit.py's end has failed" {
	result no-json
	[[ $output == *"no test ran"* ]]
	result no-log
	[[ $output == *"there is no kunit.log"* ]]
	result no-end
	[[ $output == *"did not say 'Testing complete'"* ]]
}

@test "a kernel that is not the one that was built has shown nothing" {
	result other-kernel
	[ "$status" -eq 1 ]
	[[ $output == *"the kernel that ran is not the one that was built, #1 Mon Jan 1"* ]]
}

@test "a kernel that make has built without an option that was asked for is not run" {
	behaviour drop
	run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"make has changed what was configured"*"error: the build failed"* ]]
}

# asked: how often this run asks kunit.py to configure.
asked()
{
	rm -f build/*/out-uml/asked
	SERIES_ANEW=yes run scripts/kunit
	[ "$status" -eq 0 ] && cat build/*/out-uml/asked 2>/dev/null | wc -l
}

@test "kunit.py is not asked to configure what is configured" {
	sed -i '/^if \[ "$verb" = config/a echo asked >>"$out/asked"' "$tree/$TESTS_KUNIT/kunit.py"
	as_developer git -C "$tree" commit -q -a -m tree
	scripts/kunit
	[ "$(asked)" -eq 0 ]
	echo "# CONFIG_EXPERT is not set" >>kunitconfig/uml
	[ "$(asked)" -eq 1 ]
	[ "$(asked)" -eq 0 ]
	echo "# CONFIG_Z is not set" >>"$(echo build/*/out-uml)/.config"
	[ "$(asked)" -eq 1 ]
	mkdir "$tree/$TESTS_KUNIT/configs"
	echo "CONFIG_Z=y" >"$tree/$TESTS_KUNIT/configs/arch_uml.config"
	git -C "$tree" add -f -A
	as_developer git -C "$tree" commit -q -m tree
	[ "$(asked)" -eq 1 ]
	[ "$(asked)" -eq 0 ]
}

@test "another harness, or another linker, is no reason to take what the one before has seen" {
	run scripts/kunit
	run scripts/kunit
	[[ $output == *"not run again"* ]]
	mkdir bin
	printf '#!/bin/sh\nexec /usr/bin/ld "$@"\n' >bin/ld
	chmod +x bin/ld
	PATH=$PWD/bin:$PATH run scripts/kunit
	[[ $output == *"running: "* ]]
	run scripts/kunit
	for file in environment.sh left-out; do
		echo "# another" >>"scripts/lib/$file"
		run scripts/kunit
		[[ $output == *"running: "* ]]
	done
}

@test "what has another file's bytes in it is not taken from the compiler's cache, and the rest is" {
	mkdir "$BATS_TEST_TMPDIR/out"
	CCACHE_DIR=$BATS_TEST_TMPDIR/ccache run bash -pc '. scripts/lib/environment.sh
		cd "$1"
		printf "KBUILD_AFLAGS := \$(KAFLAGS)\n%%.o: %%.S\n\tccache gcc \$(KBUILD_AFLAGS) -MMD -c -o \$@ \$<\n" >Makefile
		printf "%%.o: %%.c\n\tccache gcc -MMD -c -o \$@ \$<\n" >>Makefile
		echo ".incbin \"bytes\"" >kernel.S
		echo "int x;" >x.c
		# As arch/x86/boot/compressed/Makefile has it, and what Kbuild adds.
		printf "piggy.o: KBUILD_AFLAGS := -D__ASSEMBLY__ \$(AFLAGS_piggy.o)\n" >>Makefile
		cp kernel.S piggy.S
		for bytes in first later; do
			echo "$bytes" >bytes
			rm -f ./*.o
			make kernel.o piggy.o x.o "$PIGGY"
			grep -q "$bytes" kernel.o
			grep -q "$bytes" piggy.o
		done
		ccache --print-stats' - "$BATS_TEST_TMPDIR/out"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *$'direct_cache_hit\t1\n'* ]]
}

@test "FILTER selects what has to have run" {
	FILTER='drm_register*' run scripts/kunit
	[ "$status" -eq 0 ]
	[ "${lines[-2]}" = "ran 1 of the series' 1" ]
	behaviour lose
	FILTER='drm_base.other' run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"ran 0 of the base's 1"* ]]
	FILTER='drm_base.case' run scripts/kunit
	[ "$status" -eq 0 ]
}

@test "an option that the tree has lost, or has got, since the last run makes a difference" {
	scripts/kunit
	sed -i '/EXPERT/d; s/config VIRTIO_UML/config OTHER/' "$tree/Kconfig"
	as_developer git -C "$tree" commit -q -a -m lost
	run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"LANE=uml: this kernel has no CONFIG_EXPERT"* ]]
	echo "config EXPERT" >>"$tree/Kconfig"
	as_developer git -C "$tree" commit -q -a -m got
	run scripts/kunit
	[ "$status" -eq 0 ]
	# it is optional
	refute grep -q ^CONFIG_VIRTIO_UML= "$(echo build/*/results/kunit-uml)/uml.kunitconfig"
}

@test "an option that a lane needs and the kernel lacks ends the run" {
	LANE=kobject-release run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"LANE=kobject-release: this kernel has no CONFIG_DEBUG_KERNEL"* ]]
}

@test "what is said of a failed build is its reason, not make's own lines" {
	behaviour break
	run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"The source tree is not clean"* ]]
	[[ $output != *"Error 2"* ]]
	[[ ${lines[-2]} == "error: the build failed" ]]
}

@test "of a build that fails the first lines are shown that are not make's own" {
	cat >log <<-'END'
		$ make all ARCH=um KCFLAGS=-Werror
		ERROR:root:/somewhere/build/x/tree/drivers/one.c:2:31: error: expected ';'
		make[3]: *** [scripts/Makefile.build:229: drivers/one.o] Error 1
	END
	run bash -p -c '. scripts/lib/all.sh; why_it_failed log'
	[ "$output" = "2:drivers/one.c:2:31: error: expected ';'" ]
}

@test "a build that takes too long is said to have" {
	behaviour hang
	sed -i 's/build.log" 60 /build.log" 0.02 /' scripts/lib/kunit.sh
	run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"it took longer than its limit of 0.02 minutes"* ]]
}

# slow_build: makes two objects in a second and a half, in place of what make does.
slow_build()
{
	sed -i '/^build-\*)/i build-*) touch "$out/one.o" "$out/two.o"; sleep 1.5; built; exit ;;' \
		"$tree/$TESTS_KUNIT/kunit.py"
	git -C "$tree" add -A -f; as_developer git -C "$tree" commit -q -m objects
	sed -i 's/TELL_EVERY=[0-9]*$/TELL_EVERY=1/' scripts/lib/run.sh
}

@test "a build says how far it is, and from the second on of how many" {
	slow_build
	run scripts/kunit
	echo "$output"
	[[ $output == *"  ... 1 s, 2 objects"$'\n'* ]]
	rm -r build/linux-*/results
	run scripts/kunit
	echo "$output"
	[[ $output == *"  ... 1 s, 2 of up to 2 objects, up to 0 s left"* ]]
}

@test "of a few objects no build says how long the others take" {
	mkdir -p "$BATS_TEST_TMPDIR/out-uml"
	for all in 40 41; do
		echo "$all" >"$BATS_TEST_TMPDIR/out-uml.objects"
		touch -d yesterday "$BATS_TEST_TMPDIR/started"
		touch "$BATS_TEST_TMPDIR/out-uml/"{1,2}.o
		# shellcheck disable=SC2016 # it is for the other shell
		bash -p -c '. scripts/lib/all.sh; WORK=$1 RESULTS=$1 LANE=uml
			# one that is removed while it is looked for
			find() { command find "$WORK/removed" "$@"; }
			made 10' _ "$BATS_TEST_TMPDIR"
	done >said 2>&1
	diff said - <<-END
		, 2 of up to 40 objects, up to 190 s left
		, 2 of up to 41 objects
	END
}

@test "what goes on is one line in place on a terminal, which nothing is left of" {
	slow_build
	TERM=xterm script -qec scripts/kunit -O said </dev/null
	[[ $(<said) == *$'\r\e[K  ... 1 s, 2 objects\r\e[K'* ]]
	[[ $(tail -n 1 said | tr -d '\r') != *...* ]]
	# one that can't move its cursor
	rm -r build/linux-*/results
	TERM=dumb script -qec scripts/kunit -O said </dev/null
	[[ $(<said) != *$'\e'* ]]
	grep -q "^  \.\.\. 1 s" said
}

@test "a run says how many tests have ended, and where it is" {
	cat >"$BATS_TEST_TMPDIR/kunit.txt" <<'END'
[10:00:00] ============ drm_one (2 subtests) ============
[10:00:00] [PASSED] drm_test_one
[10:00:00] [SKIPPED] drm_test_two
[10:00:00] ============== [PASSED] drm_one ==============
[10:00:00] ============ drm_two (2 subtests) ============
END
	run bash -p -c '. scripts/lib/all.sh; RESULTS=$1; ran' _ "$BATS_TEST_TMPDIR"
	[ "$output" = ", 2 tests, in drm_two" ]
}

@test "a kernel that takes too long is said to have" {
	# The base's tests are known from this one.
	run scripts/kunit
	sed -i 's/^# Timeout: .*/# Timeout: 0/' kunitconfig/uml
	result pass
	[[ $output == *"the kernel took longer than the 0 s that lane uml gives it"* ]]
}

@test "QEMU emulates, whatever kunit.py asks for" {
	mkdir bin
	printf '#!/bin/sh\necho "$0 $*"\n' >bin/qemu-system-x86_64
	chmod +x bin/qemu-system-x86_64
	sed -i '2i qemu-system-x86_64 -m 1024 -accel kvm -accel hvf -accel tcg -append "a b" >>"$HOME/qemu"' \
		"$tree/$TESTS_KUNIT/kunit.py"
	git -C "$tree" add -f -A; as_developer git -C "$tree" commit -q -m qemu
	PATH=$PWD/bin:$PATH run scripts/kunit
	echo "$output"
	grep -x ".*/bin/qemu-system-x86_64 -accel tcg -m 1024 -append a b" build/home/qemu
}

@test "a run that was good is not made again as long as nothing has changed" {
	run scripts/kunit
	verdict=${lines[-1]}
	date=$(grep ^Date: build/linux-*/results/kunit-uml/run.txt)
	for time in second third; do
		run scripts/kunit
		echo "$time: $output"
		[ "$status" -eq 0 ]
		[[ $output == *"not run again: nothing has changed since ${date#Date: } (log: build/"* ]]
		[[ $output != *"running: "* ]]
		[ "${lines[-1]}" = "$verdict" ]
		[ "$(grep -c ^Verdict: build/linux-*/results/kunit-uml/run.txt)" = 1 ]
	done
}

@test "what a run depends on has it made again: the tree, the series, its file, a lane, the compiler" {
	mkdir bin
	printf '#!/bin/sh\nexec /usr/bin/gcc "$@"\n' >bin/gcc
	chmod +x bin/gcc
	run scripts/kunit
	for change in tree series base suite lane moved; do
		case $change in
		tree) behaviour pass ;;
		series) sed -i 's/^Subject: .*/&, twice/' "$(realpath patches/linux-6.12.y/0001*)" ;;
		base) cp series/linux-6.12.y series/linux-6.13.y
			cp tests/expected/linux-6.12.y.series tests/expected/linux-6.13.y.series
			export BASE=linux-6.13.y ;;
		suite) sed -i '1i # Suite: drm_base' series/linux-6.13.y
			echo drm_base.case >>tests/expected/linux-6.13.y.series
			echo drm_base.other >>tests/expected/linux-6.13.y.series ;;
		lane) echo "# a comment" >>kunitconfig/uml ;;
		moved) sed -i '$d' kunitconfig/uml; sed -i '1i # a comment' kunitconfig/vc4 ;;
		esac
		run scripts/kunit
		echo "$change: $output"
		[ "$status" -eq 0 ]
		[[ $output == *"running: "* ]]
	done
	PATH=$PWD/bin:$PATH run scripts/kunit
	[[ $output == *"running: "* ]]
	PATH=$PWD/bin:$PATH run scripts/kunit
	[[ $output != *"running: "* ]]
	rm -r build/linux-*/results/kunit-uml
	PATH=$PWD/bin:$PATH run scripts/kunit
	[[ $output == *"running: "* ]]
}

@test "make bisect runs again from the first patch that has changed, and what was not good" {
	count=$(patches_of "$BASE_UNDER_TEST" | wc -l)
	scripts/bisect
	run scripts/bisect
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -cE '^ *[0-9]+ +-  [0-9]+ passed' <<<"$output")" -eq $((count + 1)) ]
	last=$(cd "patches/$BASE_UNDER_TEST" && realpath ./* | tail -n 1)
	sed -i 's/^Subject: .*/&, twice/' "$last"
	run scripts/bisect
	echo "$output"
	[ "$(grep -cE '^ *[0-9]+ +-  [0-9]+ passed' <<<"$output")" -eq "$count" ]
	grep -qE "^ *$count +[0-9]+  .*, twice" <<<"$output"
	behaviour fail
	for time in first second; do
		run scripts/bisect
		echo "$time: $output"
		[ "$status" -eq 1 ]
		grep -qE "^ *$count +[0-9]+  .* [1-9] failed" <<<"$output"
	done
}

@test "a run that was not good is made again: one that failed, lost a test, or was too slow" {
	behaviour fail
	scripts/kunit || true
	run scripts/kunit
	[[ $output == *"running: "* ]]
	behaviour lose
	scripts/kunit || true
	run scripts/kunit
	[[ $output == *"running: "* ]]
	# One that was good, and is not by what is expected now.
	behaviour pass
	scripts/kunit
	echo drm_register.another >>tests/expected/linux-6.12.y.series
	run scripts/kunit
	[ "$status" -eq 1 ]
	run scripts/kunit
	[[ $output == *"running: "* ]]
	echo drm_register.case >tests/expected/linux-6.12.y.series
	behaviour fail
	printf 'linux-6.12.y %s\n' drm_base.case drm_base.other drm_register.case >tests/measuring-time
	run scripts/kunit
	[[ $output == *"it measures time"* ]]
	run scripts/kunit
	[[ $output == *"running: "* ]]
}

@test "make check has each run made again" {
	grep -qx "export SERIES_ANEW=yes" scripts/check
	scripts/kunit
	SERIES_ANEW=yes run scripts/kunit
	[[ $output == *"running: "* ]]
}

@test "a narrower run, and one with EXTRA=, keep the results of the whole one" {
	run scripts/kunit
	whole=$(cat build/linux-*/results/kunit-uml/run.txt)
	FILTER='drm_base*' run scripts/kunit
	as_developer git -C "$tree" format-patch -1 --stdout other >extra.patch
	EXTRA=extra.patch run scripts/kunit
	[ "$(cat build/linux-*/results/kunit-uml/run.txt)" = "$whole" ]
	[ -e "build/$(basename build/linux-*)/results/kunit-uml-drm_base_/run.txt" ]
}

@test "make bisect has a row a patch, and the one that breaks something is the one that fails" {
	patches=$(ls "$TOP"/patches/linux-6.12.y | wc -l)
	run make -s bisect
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "$((patches + 1)) passed, 0 failed" ]
	[[ $output == *" 0 "*"2 passed, 0 failed "*"(the base)"* ]]
	[[ $output == *"$patches "*"3 passed, 0 failed "* ]]
	for word in fail break; do
		behaviour "$word"
		run make -s bisect
		[ "$status" -ne 0 ]
		first=$(grep -l '^+++ b/drivers/gpu/drm/tests/drm_register_test.c' \
			"$TOP"/patches/linux-6.12.y/* | sed -n 1p | grep -o '/0[0-9]*' | tr -d /0)
		[ "${lines[-1]}" = "$first passed, $((patches + 1 - first)) failed" ] ||
			[[ ${lines[-2]} == "$first passed, $((patches + 1 - first)) failed" ]]
		[[ $output == *" $first "*"drm/tests: Test how long"* ]]
	done
	[[ $output == *"did not build "*"The source tree is not clean"* ]]
}

@test "beside a verdict is what it is of, and the command that repeats it" {
	run scripts/kunit
	facts=$(cat build/linux-*/results/kunit-uml/run.txt)
	for fact in "Base: linux-6.12.y" "Lane: uml" "Filter: drm\*" "Version: 6.12." "Commit: [0-9a-f]{40}" \
		"Compiler: gcc" "Config: sha256 [0-9a-f]{64}" "Tree: $tree, [0-9a-f]{12}" \
		"Verdict: 3 passed, 0 failed" "Ran: ran 2 of the base's 2"; do
		grep -qE "^$fact" <<<"$facts"
	done
	eval "$(sed -n "s/^Command: make/run make -C '$PROJECT'/p" <<<"$facts")"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "3 passed, 0 failed" ]
}

### Interrupts. A terminal's reach the whole process group.

# start COMMAND...: as a terminal does, in a process group of its own, and wait
# until kunit.py hangs in it.
start()
{
	setsid env --default-signal=INT,QUIT,TERM,HUP "$@" >interrupted.log 2>&1 3>&- </dev/null &
	pid=$!
	for _ in $(seq 150); do
		compgen -G "build/*/out-*/hanging" >/dev/null && return
		sleep 0.1
	done
	cat interrupted.log
	return 1
}

# left: processes that this test has started, by the folder that they know.
left()
{
	grep -lsz "^KDIR=$tree\$" /proc/[0-9]*/environ | grep -v "/$$/" | while read -r file; do
		grep -qsz "^SERIES_RUN=" "$file" && echo "$file"
	done
}

# ended: within seconds on a busy machine, with nothing left running and no lock held.
ended()
{
	local i
	for i in $(seq 50); do
		kill -0 "$pid" 2>/dev/null || ! grep -q "^interrupted; nothing" interrupted.log || break
		sleep 0.1
	done
	cat interrupted.log
	refute kill -0 "$pid"
	grep -q "^interrupted; nothing is left running" interrupted.log
	[ -z "$(left)" ]
	flock -n build/lock true
	pid=
}

@test "Ctrl-C, Ctrl-\\, TERM and HUP to a terminal's group end a run and all that it started" {
	behaviour setsid
	before=$(state "$tree")
	for signal in INT QUIT TERM HUP; do
		start make kunit
		kill "-$signal" -- "-$pid"
		ended
		[ "$(state "$tree")" = "$before" ]
		rm -f build/*/out-*/hanging
	done
	behaviour pass
	run scripts/kunit
	[ "$status" -eq 0 ]
}

@test "TERM and KILL to make alone end the run as well" {
	behaviour setsid
	for signal in TERM KILL; do
		start make kunit
		kill "-$signal" "$pid"
		ended
		rm -f build/*/out-*/hanging
	done
}

@test "Ctrl-C ends make check as a whole, not one part of it" {
	printf '#!/bin/sh\ntouch "%s/build/x/out-uml/hanging"; sleep 600\n' "$PROJECT" >scripts/kunit
	mkdir -p build/x/out-uml
	start make check
	kill -INT -- "-$pid"
	sleep 0.5
	refute grep -q "== reproduce" interrupted.log
	ended
}

@test "what a run that was killed has left is stopped by the next one" {
	behaviour setsid
	start scripts/kunit
	kill -KILL "$pid"
	sleep 0.2
	[ -n "$(left)" ]
	behaviour pass
	run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"an earlier run was killed: stopping what it has left"* ]]
	[ -z "$(left)" ]
	pid=
}

@test "a second run at the same time is refused, and the first one is not disturbed" {
	behaviour hang
	start scripts/kunit
	run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"another run is using"* ]]
	kill -0 "$pid"
	kill "$pid"
	ended
}

@test "what escapes an interrupt, by a session and an environment of its own, is told of" {
	behaviour escape
	start scripts/kunit
	kill -INT -- "-$pid"
	wait "$pid" || [ $? -eq 1 ]
	pid=$(cat build/*/out-uml/escaped)
	kill -0 "$pid"
	grep -q "^error: interrupted, and something still runs" interrupted.log
	refute grep -q "nothing is left" interrupted.log
}

@test "FILTER with a space, which would reach the kernel's command line, is refused" {
	FILTER='drm_* loglevel=0' run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"has a space"* ]]
}

@test "what a run has left when it ends is stopped" {
	behaviour setsid
	sed -i 's/build.log" 60 /build.log" 0.02 /' scripts/lib/kunit.sh
	run scripts/kunit
	[ "$status" -eq 1 ]
	[ -z "$(left)" ]
	flock -n build/lock true
}

@test "a tree that needs another lane's options, as a lane says, is built with them" {
	run scripts/kunit
	[ ! -e build/linux-*/results/kunit-uml/net.kunitconfig ]
	mkdir "$tree/lib"
	echo "int broadcast_uevent(void);" >"$tree/lib/kobject_uevent.c"
	git -C "$tree" add lib
	as_developer git -C "$tree" commit -q -m vendor
	run scripts/kunit
	[ "$status" -eq 0 ]
	grep -q '^CONFIG_NET=y' build/linux-*/results/kunit-uml/net.kunitconfig
	sed -i 's/^# Where: net .*/# Where: net lib\/kobject_uevent.c another_word/' kunitconfig/uml
	run scripts/kunit
	[ ! -e build/linux-*/results/kunit-uml/net.kunitconfig ]
}

@test "make is told of the file that has a PC's kernel in it" {
	# shellcheck disable=SC2016 # it is make's variable
	sed -i 's/^all:/all:\n\t@echo "$(AFLAGS_piggy.o)" >$(O)\/piggy/' "$tree/Makefile"
	as_developer git -C "$tree" commit -q -a -m piggy
	run scripts/kunit
	[ "$status" -eq 0 ]
	grep -qx -- "-Xpreprocessor -DNOT_CACHED" build/linux-*/out-uml/piggy
}

@test "a lane whose options can't be written is not built without them" {
	mkdir bin
	printf '#!/bin/sh\ncase "$*" in *kunitconfig/uml*) exit 1; esac\nexec /usr/bin/cp "$@"\n' >bin/cp
	chmod +x bin/cp
	PATH=$PWD/bin:$PATH run scripts/kunit
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"kunitconfig/uml can't be copied to"* ]]
	[[ $output != *passed* ]]
}

@test "a lane that is with one that does not exist is refused" {
	printf '# With: uml nonesuch\nCONFIG_NET=y\n' >kunitconfig/odd
	LANE=odd run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"LANE=odd is with nonesuch, and there is no such lane"* ]]
}

@test "a lane of another CPU is built and run for that, without UML's options" {
	sed -i 's/^# Needs: .*//' kunitconfig/x86_64
	mkdir -p "$tree/arch/um"
	sed -n '/UML/p; /VIRTIO_UML/p' "$tree/Kconfig" >"$tree/arch/um/Kconfig"
	sed -i '/UML/d' "$tree/Kconfig"
	printf 'config %s\n' PCI BINFMT_ELF BINFMT_SCRIPT PROC_FS >>"$tree/Kconfig"
	sed -i '2i echo "$@" >>'"$BATS_TEST_TMPDIR/arguments" "$tree/$TESTS_KUNIT/kunit.py"
	git -C "$tree" add -A -f
	as_developer git -C "$tree" commit -q -m arch
	LANE=x86_64 run scripts/kunit
	[ "$status" -eq 0 ]
	grep -q '^config .*--arch=x86_64' "$BATS_TEST_TMPDIR/arguments"
	grep -q '^exec .*--arch=x86_64' "$BATS_TEST_TMPDIR/arguments"
	refute grep -q '^CONFIG_VIRTIO_UML=y' build/linux-*/results/kunit-x86_64/uml.kunitconfig
	LANE=uml run scripts/kunit
	grep -q '^CONFIG_VIRTIO_UML=y' build/linux-*/results/kunit-uml/uml.kunitconfig
}

@test "make matrix drops no variable without a word" {
	FILTER='drm_mm*' run scripts/matrix
	[ "$status" -eq 1 ]
	[[ $output == *"make matrix takes BASE=, KDIR=, LANE=, CC= and HOSTS= alone"* ]]
	LANE="uml nosuch" run scripts/matrix
	[ "$status" -eq 1 ]
	[[ $output == *"LANE=nosuch: no such lane"* ]]
}

# later: a second lane.
later()
{
	echo "# With: uml" >kunitconfig/later
	git add kunitconfig
	as_developer git commit -q -m later
}

@test "make matrix has a row for each tree and lane, and one that can't be had fails it" {
	later
	LANE="uml later" KDIR="$tree"$'\n'"$BATS_TEST_TMPDIR/nowhere" run scripts/matrix
	[ "$status" -eq 1 ]
	[[ $output == *"| 6.12."*" | linux-6.12.y | uml | gcc "*" | 3 | 3 | 0 | 0 | 0 | "*" | not as expected, see above |"* ]]
	[[ $output == *"| 6.12."*" | linux-6.12.y | later | gcc "*" | 3 | 3 | 0 | 0 | 0 | "*" |  |"* ]]
	[[ $output == *"| nowhere | none | uml | ? | 1 | 0 | no verdict | 0 | ? | ? | not as expected, see above |"* ]]
	[ "$(grep -o '<testsuite [^>]*failures="[1-9]' build/report/junit.xml | wc -l)" -eq 2 ]
	grep -q ">3 of 4 runs failed" build/report/index.html
}

@test "a second matrix has the same table, from runs that are not made again" {
	echo "# With: uml" >kunitconfig/later
	LANE=later KDIR=$tree run scripts/matrix
	table=$(grep '^|' <<<"$output")
	LANE=later KDIR=$tree run scripts/matrix
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"not run again: "* ]]
	log=$(sed -n 's/^running: .*, lane later (log: \(.*\))$/\1/p' <<<"$output")
	grep -q "not run again: " "$log"
	[ "$(grep '^|' <<<"$output")" = "$table" ]
	# Where its results can't be found, the row is no pass.
	sed -i 's/not run again/nothing/' scripts/lib/kunit.sh
	LANE=later KDIR=$tree scripts/matrix
	LANE=later KDIR=$tree run scripts/matrix
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"there is no run.txt"* ]]
}

@test "a matrix that was interrupted does not build again what is as it was" {
	later
	first=$tree
	git -C "$tree" worktree add -q -f "$BATS_TEST_TMPDIR/second" HEAD
	tree=$BATS_TEST_TMPDIR/second behaviour hang
	export LANE=later KDIR="$first $BATS_TEST_TMPDIR/second"
	start scripts/matrix
	kill -TERM -- "-$pid"
	ended
	tree=$BATS_TEST_TMPDIR/second behaviour pass
	run scripts/matrix
	[ "$status" -eq 0 ]
	[ "$(grep -c '^not run again' <<<"$output")" -eq 1 ]
	[ "$(grep -c '^== .*: 3 passed, 0 failed' <<<"$output")" -eq 2 ]
	[ "${lines[-1]}" = "6 passed, 0 failed" ]
	run scripts/matrix
	[ "$(grep -c '^not run again' <<<"$output")" -eq 2 ]
	[ "${lines[-1]}" = "6 passed, 0 failed" ]
}

@test "a matrix that was interrupted runs again what has changed since" {
	later
	first=$tree
	git -C "$tree" worktree add -q -f "$BATS_TEST_TMPDIR/second" HEAD
	tree=$BATS_TEST_TMPDIR/second behaviour hang
	export LANE=later KDIR="$first $BATS_TEST_TMPDIR/second"
	start scripts/matrix
	kill -TERM -- "-$pid"
	ended
	behaviour fail
	tree=$BATS_TEST_TMPDIR/second behaviour pass
	run scripts/matrix
	[ "$status" -eq 1 ]
	[[ $output != *"going on"* ]]
}

@test "a matrix that was interrupted runs again what a file that git does not know has changed" {
	echo "# With: uml" >kunitconfig/later
	git -C "$tree" worktree add -q -f "$BATS_TEST_TMPDIR/second" HEAD
	sed -i 's,^status=PASS,[ -e ../../../go ] || { touch "$out/hanging"; sleep 600; }; &,' \
		"$BATS_TEST_TMPDIR/second/$TESTS_KUNIT/kunit.py"
	as_developer git -C "$BATS_TEST_TMPDIR/second" commit -q -a -m slow
	export LANE=later KDIR="$tree $BATS_TEST_TMPDIR/second"
	start scripts/matrix
	kill -TERM -- "-$pid"
	ended
	touch go
	echo "# Filter: drm_b*" >>kunitconfig/later
	run scripts/matrix
	echo "$output"
	[[ $output != *"going on"* ]]
	[[ ${lines[-1]} == "6 passed, 0 failed" ]]
}

@test "make matrix takes a tree's name from where it is called" {
	later
	mkdir elsewhere
	tree=$PWD/elsewhere/linux
	git_miniature "$tree"
	behaviour fail
	git_miniature "$PWD/linux"
	printf '%s\n' linux/ elsewhere/ >>.git/info/exclude
	cd elsewhere
	LANE=later KDIR=linux run ../scripts/matrix
	echo "$output"
	[ "$status" -eq 1 ]
	grep -q "^Tree: $PWD/linux, " ../build/report/rows/*/run.txt
}

@test "a second matrix at the same time is refused" {
	later
	mkdir -p build/report
	LANE=later run flock build/report/lock scripts/matrix
	[ "$status" -eq 1 ]
	[[ $output == *"another make matrix is using"* ]]
}

# elsewhere NAME JOBLOG: how many jobs were done on that machine.
elsewhere() { awk -F '\t' -v name="$1" '$2 == name && $7 == 0 { n++ } END { print n + 0 }' "$2"; }

@test "make bisect has its steps run on other machines, too, and the same table" {
	export CCACHE_DIR=$BATS_TEST_TMPDIR/ccache
	machine alpha
	machine beta
	sed -i 's/^status=PASS/sleep 1; &/' "$tree/$TESTS_KUNIT/kunit.py"
	as_developer git -C "$tree" commit -q -a -m slow
	run scripts/bisect
	table=$(grep -E '^ *[0-9]+ +[0-9-]+  ' <<<"$output" | sed 's/^\( *[0-9]*\) *[0-9-]*/\1/')
	verdict=${lines[-1]}
	rm -r build/*/results/bisect-*
	HOSTS="alpha beta" run scripts/bisect
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -E '^ *[0-9]+ +[0-9-]+  ' <<<"$output" | sed 's/^\( *[0-9]*\) *[0-9-]*/\1/' | sort -n)" = "$table" ]
	[ "${lines[-1]}" = "$verdict" ]
	[ "$(elsewhere alpha build/*/bisect.joblog)" -gt 0 ]
	[ "$(elsewhere beta build/*/bisect.joblog)" -gt 0 ]
	behaviour fail
	HOSTS="alpha beta" run scripts/bisect
	[ "$status" -eq 1 ]
	[[ $output == *"failed: drm_register.case"* ]]
}

@test "make matrix has its rows made on other machines, too, and brings them back" {
	later
	export CCACHE_DIR=$BATS_TEST_TMPDIR/ccache
	machine alpha
	git -C "$tree" worktree add -q -f "$BATS_TEST_TMPDIR/second" HEAD
	for tree in "$tree" "$BATS_TEST_TMPDIR/second"; do
		sed -i 's/^status=PASS/sleep 3; &/' "$tree/$TESTS_KUNIT/kunit.py"
		as_developer git -C "$tree" commit -q -a -m slow
	done
	export KDIR="$BATS_TEST_TMPDIR/linux $tree $BATS_TEST_TMPDIR/nowhere" LANE=later
	HOSTS=alpha run scripts/matrix
	echo "$output"
	[ "$status" -eq 1 ]
	[ "$(grep -c '^| 6.12.* | linux-6.12.y | later | gcc .* | 3 | 3 | 0 | 0 ' <<<"$output")" -eq 2 ]
	[[ $output == *"| nowhere | none | later | ? | 1 | 0 | no verdict |"* ]]
	[ "$(elsewhere alpha build/report/rows.joblog)" -gt 0 ]
	[ "$(ls -d build/report/rows/*/run.txt | wc -l)" -eq 2 ]
}

@test "a tree that another machine does not take is not what an earlier matrix has left there" {
	later
	export CCACHE_DIR=$BATS_TEST_TMPDIR/ccache LANE=later
	machine alpha
	git -C "$tree" worktree add -q -f "$BATS_TEST_TMPDIR/second" HEAD
	KDIR="$tree $BATS_TEST_TMPDIR/second"
	for tree in $KDIR; do
		sed -i 's/^status=PASS/sleep 3; &/' "$tree/$TESTS_KUNIT/kunit.py"
		as_developer git -C "$tree" commit -q -a -m slow
	done
	HOSTS=alpha run scripts/matrix
	[ "${lines[-3]}" = "6 passed, 0 failed" ] || [ "${lines[-1]}" = "6 passed, 0 failed" ]
	[ "$(elsewhere alpha build/report/rows.joblog)" -gt 0 ]
	there=$(git -C "$tree" rev-parse --short=12 HEAD)
	grep -q "^Tree: [a-z]*, $there" build/report/rows/*/run.txt
	for tree in $KDIR; do
		behaviour fail
	done
	for refs in "$BATS_TEST_TMPDIR"/alpha/.cache/*/build/*/repository/refs/heads; do
		touch "$refs/base.lock"
	done
	HOSTS=alpha run scripts/matrix
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"alpha did not take $tree"* ]]
	[[ ${lines[-1]} == "0 passed, 6 failed" ]]
}

@test "an archive that is broken is no tree, whoever was to have it" {
	later
	export CCACHE_DIR=$BATS_TEST_TMPDIR/ccache LANE=later
	machine alpha
	head -c 3000000 /dev/urandom >"$tree/large"
	package
	truncate -s -1000000 "$BATS_TEST_TMPDIR/mini.tar.xz"
	sed -i '/^# Package:/d' series/linux-6.1.y
	unset KDIR
	HOSTS=alpha run scripts/matrix
	echo "$output"
	[ "$status" -eq 1 ]
	[ ! -e build/linux-6.12.y/unpacked ]
	run scripts/kunit
	[ "$status" -ne 0 ]
}

@test "a patch that does not build is not good for what its subject says" {
	sed -i 's/^Subject: .*/Subject: [PATCH] drm: 1 passed, 0 failed/' patches/linux-6.12.y/0009-*
	behaviour break
	run scripts/bisect
	echo "$output"
	[ "$status" -eq 1 ]
	[[ ${lines[-1]} == "8 passed, 3 failed" ]]
}

@test "of an option that two lanes set, the later lane's value counts" {
	printf '%s\n' "# With: uml" CONFIG_DRM=n "# CONFIG_EXPERT is not set" >kunitconfig/later
	LANE=later run scripts/kunit
	[ "$status" -eq 0 ]
	cd build/linux-*/results/kunit-later
	grep -qx CONFIG_DRM=n later.kunitconfig
	grep -qx CONFIG_KUNIT=y uml.kunitconfig
	refute grep -E 'CONFIG_(DRM|EXPERT)\b' uml.kunitconfig
}

@test "what a lane does after the tests is booted with them, and missed where it did not run" {
	printf '%s\n' "# With: uml" "# Init: leaks" >kunitconfig/after
	sed -i '2i printf "%s\\n" "$@" >>'"$BATS_TEST_TMPDIR/arguments" "$tree/$TESTS_KUNIT/kunit.py"
	git -C "$tree" add -A -f
	as_developer git -C "$tree" commit -q -m arguments
	LANE=after run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"leaks did not run to its end after the tests"* ]]
	initramfs=$(sed -n 's/^--qemu_args=-initrd //p' "$BATS_TEST_TMPDIR/arguments")
	[ "$(cpio --quiet -t <"$initramfs" | sort | xargs)" = ". bin bin/busybox dev init" ]
	grep -qx -e '--kernel_args=.* kunit.filter_glob=drm\* .* -- leaks' "$BATS_TEST_TMPDIR/arguments"
}

@test "a lane of other suites is held to what the tree has of them without the series" {
	printf '%s\n' "# With: uml" "# Filter: drm_b*" >kunitconfig/other
	LANE=other run scripts/kunit
	[ "$status" -eq 0 ]
	[[ $output == *"running it without the series"*"running: drm_b*"*"ran 2 of the base's 2"* ]]
	behaviour lose
	LANE=other run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"did not run, but is one of the base's: drm_base.other"* ]]
	FILTER='drm_base.case' LANE=other run scripts/kunit
	[ "$status" -eq 0 ]
	[ "${lines[-2]}" = "ran 1 of the base's 1" ]
}

@test "a field of a lane that is misspelt is named" {
	printf '%s\n' "# With: uml" "# Run: drm_register.case" "# Inits: leaks" >kunitconfig/own
	echo "skip drm_register.case" >tests/expected/linux-6.12.y.series
	LANE=own run scripts/kunit
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"kunitconfig/own: '# Run:' is no field"* ]]
}

@test "a variable that would make no difference is refused" {
	for program in "docs LANE" "docs FILTER" "lint LANE" "lint FILTER" "record LANE" "record FILTER" "reproduce FILTER"; do
		run env "${program#* }=x" "scripts/${program% *}"
		[ "$status" -eq 1 ]
		[[ $output == *"${program#* }=x: make ${program% *} does not look at it"* ]]
	done
}
