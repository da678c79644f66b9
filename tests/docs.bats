#!/usr/bin/env bats
# docs, on a page that has little but what the series adds to it, with a kernel that is
# none. What the examples do in a kernel is for 'make docs' itself.

load helpers

setup_file()
{
	miniature_files "$BASE_UNDER_TEST"
	DESTINATION=$BATS_FILE_TMPDIR/tools
	mkdir "$DESTINATION"
	source_files Documentation/conf.py Documentation/sphinx Documentation/sphinx-static \
		scripts/kernel-doc
}

setup()
{
	copy_project
	tree=$BATS_TEST_TMPDIR/linux
	export KDIR=$tree BASE=$BASE_UNDER_TEST
	miniature "$tree"
	cp -r "$BATS_FILE_TMPDIR/tools/." "$tree"
	# The kernel's own functions that the pages name.
	mkdir -p "$tree/drivers/base" "$tree/lib"
	printf 'devres_open_group() devres_release_group() probe() remove() shutdown() drm_atomic_helper_shutdown()\n' >"$tree/lib/x.c"
	examples_run PASS FAIL
	# As where no browser can be installed: pages are looked at by 'make docs'.
	sed -i 's/^\tcommand -v chromium .*/\tfalse/' scripts/lib/tools.sh
	last=$(cd patches && ls "$BASE"/*-drm-drv-Document-how-long-a-DRM-device-lives.patch)
}

# examples_run STATUS CONTROL: what the kernel says of the test on the page, and of the one
# with the opposite expectation.
examples_run()
{
	{
		kunit_py_arguments
		cat <<-END
	[ "\$verb" != build ] || { built; exit; }
	case=drm_test_example_features
	grep -q "KUNIT_CASE(\$case)" drivers/gpu/drm/tests/drm_example_test.c
	grep -q "int example_probe(" drivers/gpu/drm/tests/docs-driver.h
	for suite in "drm_example $1" "drm_example_control $2"; do
		set -- \$suite
		list+="\${list:+,}{\"name\": \"\$1\", \"test_cases\": [{\"name\": \"\$case\", \"status\": \"\$2\"}]}"
		printf '    # Subtest: %s\n    1..1\n    ok 1 %s\nok 1 %s\n' "\$1" "\$case" "\$1" >>"\$out/test.log"
	done
	echo "{\"sub_groups\": [\$list]}" >"\$json"
	echo "[00:00:00] Testing complete. Ran 2 tests: passed: 1"
	[ "$1 $2" = "PASS PASS" ]
	END
	} >"$tree/$TESTS_KUNIT/kunit.py"
	chmod +x "$tree/$TESTS_KUNIT/kunit.py"
}

# has_found WHAT TEXT
has_found()
{
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"FOUND   $1"*"$2"* ]]
	[[ ${lines[-1]} =~ \ [1-9][0-9]*\ failed ]]
}

@test "the pages are clean, each control is seen, and what was not looked at is named" {
	run scripts/docs
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} =~ ^[1-9][0-9]*\ passed,\ 0\ failed$ ]]
	[[ ${lines[-2]} == "not covered: "*"there is no chromium" ]]
	[ -f "build/docs/$BASE/with/html/gpu/drm-internals.html" ]
	# In make check, each time.
	SERIES_ANEW=yes run scripts/docs
	[[ $output == *"reading: "*"reading: control"* ]]
	# Again, nothing is read.
	run scripts/docs
	[ "$status" -eq 0 ]
	[[ $output != *"reading: "* ]]
}

@test "a broken reference, a broken table and a function that nobody has are found" {
	sed -i 's/^+A Driver.s Part$/+See :ref:`no_such_rule`, and drm_no_such_thing()/' "patches/$last"
	sed -i 's/^+ \* allocated  /+ * allocated and more than fits  /' "patches/$last"
	sed -i 's/^+\^\{15\}$/+/' "patches/$last"
	run scripts/docs
	has_found "Sphinx: gpu/drm-internals" no_such_rule
	[[ $output == *"Malformed table"* ]]
	has_found "functions that are named" drm_no_such_thing
}

@test "a test on the page that fails is found" {
	examples_run FAIL FAIL
	run scripts/docs
	has_found "the test that the page shows: drm_example.drm_test_example_features" FAIL
}

@test "a test on the page that expects nothing is found" {
	examples_run PASS PASS
	run scripts/docs
	has_found "the test (its control)" "it has to fail: PASS"
}

@test "a page without the examples is not clean" {
	sed -i 's/^+   :name: drm-lifetimes-driver$/+   :name: drm-other/' "patches/$last"
	run scripts/docs
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"no code-block with the line '   :name: drm-lifetimes-driver'"* ]]
}

@test "what the kernel reports during the examples is found" {
	sed -i '/Testing complete/i\	echo "WARNING: CPU: 0 PID: 1 at control.c:1 control" >>"$out/test.log"' "$tree/$TESTS_KUNIT/kunit.py"
	run scripts/docs
	has_found "what else failed, or was reported" "control.c"
}

@test "what the tree itself reports at each boot is not of the examples" {
	sed -i '/^case=/a echo "WARNING: arch/um/x.c:1 x_init" >>"$out/test.log"' "$tree/$TESTS_KUNIT/kunit.py"
	echo "# report: 1 (boot) WARNING: arch/um/x.c x_init" >"tests/expected/$BASE.base"
	run scripts/docs
	echo "$output"
	[ "$status" -eq 0 ]
	: >"tests/expected/$BASE.base"
	run scripts/docs
	has_found "what else failed, or was reported" "x_init"
}

# browser [COMMAND]: one that is there, and says that everything fits but the control; COMMAND
# comes first.
browser()
{
	sed -i 's/^\tfalse$/\ttrue/' scripts/lib/tools.sh
	mkdir "$BATS_TEST_TMPDIR/bin"
	cat >"$BATS_TEST_TMPDIR/bin/chromium" <<-END
	#!/bin/bash
	${1:-}
	wide='wider than 1280 px: P in control: x\nnot shown: nowhere.svg in control\n'
	[[ \$* == *wide.html* ]] || wide=
	[[ ! \$* =~ --screenshot=([^ ]*) ]] || touch "\${BASH_REMATCH[1]}"
	printf "<pre id=\"said\" hidden>\${wide}height: 10</pre>\n"
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/chromium"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

@test "the pages are looked at in a browser" {
	browser
	run scripts/docs
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"ok      gpu/drm-internals, 360 px wide"* ]]
}

@test "a browser that dies on a page has not shown it" {
	browser 'case $* in *changed-*) ;; *drm-internals.html*) exit 133 ;; esac'
	run scripts/docs
	has_found "gpu/drm-internals, 1280 px wide" "the browser did not show it"
}

@test "docs.py that dies has not said what changed" {
	browser
	# dies after the first section that it writes
	sed -i 's/^        print(name)/        print(name); sys.stdout.flush(); raise SystemExit(1)/' scripts/lib/docs.py
	run scripts/docs
	echo "$output"
	[ "$status" -ne 0 ]
}
