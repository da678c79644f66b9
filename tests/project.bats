#!/usr/bin/env bats
# The project's own files.

load helpers

setup() { cd "$TOP" || return; }

@test "make help lists each program, and no other target" {
	listed=$(make help | sed -n 's/^make \([a-z][a-z]*\)  .*/\1/p' | grep -v help | sort)
	[ "$listed" = "$(find scripts -type f -perm -u+x ! -name results -printf '%f\n' | sort)" ]
	for verb in $listed; do
		make -n "$verb" >/dev/null
	done
}

@test "shellcheck has nothing to say" {
	mapfile -t shell < <(grep -lE '^#!.*sh$' -r scripts .ci)
	shellcheck -x -P scripts "${shell[@]}" scripts/lib.sh
	shellcheck -x -s bash tests/helpers.bash
}

@test "codespell has nothing to say" {
	codespell README.md COVER_LETTER.txt Makefile scripts series kunitconfig tests patches
}

@test "each series names the patches that are there, all of them, in order" {
	for series in series/*; do
		base=${series#series/}
		diff <(sed 's/#.*//; /^$/d' "$series") <(cd patches && ls "$base"/*.patch)
	done
}

@test "each patch has a reason before its diffstat" {
	for patch in patches/*/*.patch; do
		[ "$(sed -n '/^$/,/^---$/p' "$patch" | wc -w)" -gt 30 ]
	done
}

@test "a missing tool is named with the command that installs it under NO_INSTALL=1" {
	copy_project
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in bash sh env dirname cat sed id nproc mkdir git make gcc bison bc perl \
		python3 xz ccache flock timeout apt-get sudo; do
		ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/bin/" 2>/dev/null || true
	done
	PATH=$BATS_TEST_TMPDIR/bin NO_INSTALL=1 run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"not found: flex"*"apt-get install"*" flex"* ]]
	[ ! -e build ]
}

@test "a missing tool is named where there is no apt-get" {
	copy_project
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in bash sh env dirname cat sed id nproc; do
		ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/bin/"
	done
	PATH=$BATS_TEST_TMPDIR/bin run scripts/kunit
	[ "$status" -eq 1 ]
	[[ $output == *"not found: "*"flex"*"package manager"* ]]
}

@test "a missing kernel package is named under NO_INSTALL=1" {
	copy_project
	sed -i 's/^# Package: .*/# Package: linux-source-0.01/' series/linux-6.12.y
	NO_INSTALL=1 run scripts/kunit
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
	[ ! -d build/source ]
}
