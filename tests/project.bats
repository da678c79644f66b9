#!/usr/bin/env bats
# The project's own files.

load helpers

setup() { cd "$TOP" || return; }

@test "make help lists each program, and no other target" {
	listed=$(make help | sed -n 's/^make \([a-z][a-z]*\)  .*/\1/p' | grep -v help | sort)
	[ "$listed" = "$(find scripts -maxdepth 1 -type f -perm -u+x -printf '%f\n' | sort)" ]
	for verb in $listed; do
		make -n "$verb" >/dev/null
	done
}

@test "shellcheck has nothing to say" {
	mapfile -t shell < <(grep -lE '^#!.*sh( -p)?$' -r scripts .ci)
	[ "${#shell[@]}" -gt 15 ]
	shellcheck -x "${shell[@]}" scripts/lib/*.sh
	shellcheck -x -s bash tests/helpers.bash
	# In a test '!' fails nothing.
	shellcheck -s bats --include=SC2314,SC2315 tests/*.bats
}

@test "codespell has nothing to say" {
	codespell --ignore-words-list extraversion,recieve,acheive,iput README.md COVER_LETTER.txt Makefile scripts series kunitconfig tests patches
}

@test "each series names the patches that are there, all of them, in order" {
	for series in series/*; do
		base=${series#series/}
		diff <(sed 's/#.*//; /^$/d' "$series") <(cd patches && ls "$base"/*.patch)
	done
}

@test "a missing tool is named with the command that installs it under NO_INSTALL=1" {
	copy_project
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in bash sh env dirname cat sed id nproc mkdir git make gcc bison bc perl \
		python3 xz ccache flock timeout apt-get sudo grep tr uname sleep; do
		ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/bin/" 2>/dev/null || true
	done
	PATH=$BATS_TEST_TMPDIR/bin NO_INSTALL=1 run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"not found: flex"*"apt-get "*" install "*" flex"* ]]
}

@test "what a lane needs is named where it is missing, and not asked for by another" {
	copy_project
	sed -i 's/^# Needs: .*/# Needs: no-such-emulator no-such-header.h/' kunitconfig/x86_64
	LANE=x86_64 KDIR=$PWD NO_INSTALL=1 run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"not found: no-such-emulator no-such-header.h"*"no-such-emulator"* ]]
	LANE=uml KDIR=$PWD NO_INSTALL=1 run scripts/kunit
	[[ $output != *no-such* ]]
}

@test "a command that fails inside a substitution ends the program" {
	copy_project
	run bash -pc '. scripts/lib/all.sh; found=$(false; echo found); echo "goes on with $found"'
	[ "$status" -eq 1 ]
	[[ $output != *"goes on"* ]]
}

# joined FILE: each pipe on one line.
joined() { sed -z 's/\([^|]|\)\n[ \t]*/\1 /g' "$1"; }

@test "no reader ends before its writer, which pipefail takes for a failure" {
	readers='(^|[^|])[|] *(head|grep( -[A-Za-z]*q| .*>/dev/null)|sed [^|]*[0-9/;]q\b|awk [^|]*exit|read)'
	for program in $(find scripts -type f); do
		refute grep -nE "$readers" <(joined "$program")
	done
	printf 'a |\n\t\tgrep -q b\n' >"$BATS_TEST_TMPDIR/two"
	for line in 'git log | head -n 1' 'b | grep -qx a' "b | grep a >/dev/null" 'a | sed 4q' 'a | read -r b' \
		"$(joined "$BATS_TEST_TMPDIR/two")"; do
		[[ $line =~ $readers ]]
	done
}

@test "no test sees a variable of who runs it, of make or of make check" {
	run bash -c 'for name in $(sed -n "s/^VARIABLES = //p" "$0/Makefile") \
			$(sed -n "s/^export \([A-Z_]*\)=.*/\1/p" "$0/scripts/check"); do
			export "$name=seen"
		done
		export SERIES_RUN=/stays
		BATS_TEST_DIRNAME=$0/tests
		. "$0/tests/helpers.bash"
		env' "$TOP"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *NO_INSTALL=1* ]]
	[[ $output == *SERIES_RUN=/stays* ]]
	[[ $output != *=seen* ]]
}

@test "nobody is told of a variable that a script has set itself" {
	run bash -pc 'cd "$0"
		. scripts/lib/environment.sh
		bash -pc ". scripts/lib/environment.sh"' "$TOP"
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "a git that does not find its repository does not find this project's" {
	copy_project
	mkdir -p build/x/repository
	run bash -pc '. scripts/lib/all.sh; git -C build/x/repository rev-parse --git-dir'
	[ "$status" -ne 0 ]
	[[ $output == *"not a git repository"* ]]
}

@test "make deps says that all is there, and what is not" {
	copy_project
	run scripts/deps
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} == "all there" ]]
	sed -i 's/need bats/need no-such-tool bats/' scripts/lib/tools.sh
	run scripts/deps
	[ "$status" -eq 1 ]
	[[ $output == *"not found: no-such-tool"* ]]
	[[ $output != *"all there"* ]]
}

@test "a missing tool is named where there is no apt-get" {
	copy_project
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in bash sh env dirname cat sed id nproc grep tr sleep; do
		ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/bin/"
	done
	PATH=$BATS_TEST_TMPDIR/bin run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"not found: "*"flex"*"package manager"* ]]
}

@test "a missing kernel package is named under NO_INSTALL=1" {
	copy_project
	sed -i 's/^# Package: .*/# Package: linux-source-0.01/' series/linux-6.12.y
	run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"linux-source-0.01"* ]]
}

@test "a full disk is named before anything is unpacked" {
	copy_project
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho Filesystem\necho x 1 1 1048576 1 x\n' >"$BATS_TEST_TMPDIR/bin/df"
	chmod +x "$BATS_TEST_TMPDIR/bin/df"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"no room"* ]]
	[ ! -e build/linux-6.12.y/tree/Makefile ]
}

@test "make takes no variable that it does not know, from the command line" {
	run make -n kunit KDRI=/x
	[ "$status" -ne 0 ]
	[[ $output == *"KDRI: no such variable; 'make help' lists them"* ]]
	run make -n kunit LLVM=1
	[ "$status" -ne 0 ]
	run make -n kunit BASE=x KDIR=x LANE=x CC=x FILTER=x JOBS=1 EXTRA=x ONLY=x NO_INSTALL=1
	[ "$status" -eq 0 ]
}

@test "make works from another folder" {
	cd /
	run make -n -f "$TOP/Makefile" kunit
	[[ $output == *"$TOP/scripts/kunit"* ]]
}

@test "each list of a base's tests is of the lane as it is, or there is make record" {
	for list in tests/expected/*.base; do
		base=$(basename "$list" .base)
		BASE=$base run bash -pc '. scripts/lib/all.sh; LANE=$(own_lane); echo "$LANE-$(lane_id)"'
		echo "$base: $output"
		of=drivers/gpu/drm
		! grep -q "^# Tests:" "series/$base" || of=tree
		head -n 1 "$list" | grep -qE "^# $of: [0-9a-f]{40}\\.$output\$"
	done
}

@test "each expected report and each list is of a base that there is" {
	for base in $(bases); do
		[ -s "tests/expected/$base.base" ]
		[ -s "tests/expected/$base.series" ]
	done
	while read -r base lane count _; do
		compgen -G "series/$base" >/dev/null
		compgen -G "kunitconfig/$lane" >/dev/null
		[ "$count" -gt 0 ]
	done < <(grep -v -e '^#' -e '^$' tests/expected-reports)
}

@test "each series and each lane has fields that are known, and no other" {
	bash -pc '. scripts/lib/all.sh; need() { :; }
		for file in series/*; do known_base "${file##*/}"; done
		for file in kunitconfig/*; do LANE=${file##*/} known_lane; done'
}
