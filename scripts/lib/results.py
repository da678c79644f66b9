#!/usr/bin/python3
"""Say what a KUnit run found.

usage: results.py verdict DIRECTORY LIST...
       results.py status DIRECTORY SUITE.CASE [TEXT]
       results.py names DIRECTORY
       results.py reports DIRECTORY
       results.py unexpected DIRECTORY
       results.py failing DIRECTORY
       results.py failures DIRECTORY

DIRECTORY is where run_kunit() left kunit.json, kunit.txt, kunit.log and run.txt.

verdict  names what failed: tests, tests of a LIST that did not run, a run that did
         not reach its end, reports of the kernel that are not expected. Writes
         junit.xml. The last line is 'N passed, N failed'.
status   prints PASS, FAIL, SKIP or MISSING for a case with all its parameters, or
         SILENT if the kernel did not say TEXT while it ran.
names    lists the tests for a LIST: a name a line, 'skip ' before one that skips.
reports  lists what the kernel reported, for the LIST of a tree's own tests: these
         are expected of that tree with the series, too.
unexpected  lists those reports that are not expected of that base.
failing  lists the cases that failed, SUITE.CASE a line; '(crash)' if the kernel did
         not get to the end, '(limit)' if it had no time to, '(nothing)' if nothing says
         that this kernel ran, or why it ended, and '(log)' if there is a report and
         nothing else.
"""
import collections
import fnmatch
import json
import os
import re
import shlex
import sys
import xml.etree.ElementTree as ET

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SHOWN = 10

# What the kernel says when something is wrong that no test may have noticed.
REPORT = re.compile(
    r"WARNING: |BUG: |BUG \S+|Oops|general protection|Kernel panic|possible .* detected"
    r"|refcount_t: |ref_tracker: |ODEBUG: |unreferenced object|suspected memory leak"
    r"|cannot create duplicate|debugfs: .*already|kernel BUG at|UBSAN:|stack-protector|INFO: task |rcu: INFO"
    r"|list_\w+ corruption|INFO: trying|kobject_add_internal|Kernel mode fault|DMA-API:|nobody cared"
    r"|page allocation failure|already-free|does not have a release|failed with error|\*ERROR\*|\bleaked\b|Test should be marked slow|Segfault|scheduling while atomic"
    r"|^init: .* went wrong")
RESULT = re.compile(r"^( *)(?:not )?ok \d+ ?-? ?(.*?)(?: # .*)?$")


def leaves(group, path=()):
    """Each test of a kunit.json group, a parameter being one, with its status."""
    for case in group.get("test_cases", ()):
        # kunit.py does not know the name of a test that took the kernel with it.
        name = case["name"] or "(the test that kunit.log ends in)"
        yield ".".join(path + (name,)), case["status"]
    for sub in group.get("sub_groups", ()):
        yield from leaves(sub, path + (sub["name"],))


def text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


class Run:
    """What a directory of results says."""

    def __init__(self, directory):
        self.directory = directory
        self.facts = dict(line.split(": ", 1) for line
                          in text(self.path("run.txt")).splitlines() if ": " in line)
        try:
            self.tests = list(leaves(json.loads(text(self.path("kunit.json")))))
        except ValueError:
            self.tests = []
        self.excused = [n for n, s in self.tests if s == "FAIL" and self.measures_time(n)]
        self.tests = [(n, "SKIP" if n in self.excused else s) for n, s in self.tests]
        self.log = text(self.path("kunit.log")).splitlines()

    def path(self, name):
        return os.path.join(self.directory, name)

    def measures_time(self, name):
        """Whether it is one of the tree's own tests that fail on a busy machine."""
        return f"{self.facts.get('Base')} {name}" in text(
            os.path.join(TOP, "tests", "measuring-time")).splitlines()

    def logged(self):
        """The lines of the log, each with the suite and the case that it came in."""
        suite, pending = "(boot)", []
        for line in self.log:
            if line.startswith("    # Subtest: "):
                suite = line[15:]
            pending.append((suite, line))
            found = RESULT.match(line)
            if found and len(found[1]) <= 4:
                for suite_of, said in pending:
                    yield suite_of, found[2] if found[1] else "(its end)", said
                pending = []
                suite = suite if found[1] else "(between suites)"
        for suite_of, said in pending:
            yield suite_of, "(the log ends in it)", said


def fingerprint(line):
    """A report without what differs from run to run, from build to build, and with a device."""
    line = re.sub(r"^.*: (?=\[drm\S*\] )", "", line)
    line = re.sub(r"CPU: \d+ PID: \d+ at |, CPU#\d+.*|\S*/tree/|\[.*?\] |^\s+|\s+$", "", line)
    line = re.sub(r"/linux/(?=drivers/|arch/|lib/)", "", line)
    line = re.sub(r":\d+ (at )?", " ", line)
    line = re.sub(r" \(runtime: .*| \[\w+\]$", "", line)
    line = re.sub(r"\b(kunit_try_catch)/\d+", r"\1", line)
    return re.sub(r"\+?0x[0-9a-f]+(/0x[0-9a-f]+)?|\b[0-9a-f]{16}\b", "", line).strip()


def expected_reports(base, lane, lists):
    """How often each (suite, fingerprint) may come."""
    may = {}
    for path in lists or [os.path.join(TOP, "tests", "expected", f"{base}.base")]:
        for count, suite, report in re.findall(r"^# report: (\d+) (\S+) (.*)", text(path), re.M):
            may[suite, report] = int(count)
    for line in text(os.path.join(TOP, "tests", "expected-reports")).splitlines():
        if line and line[0] != "#":
            of_base, of_lane, count, suite, report = line.split(None, 4)
            if fnmatch.fnmatchcase(base, of_base) and fnmatch.fnmatchcase(lane, of_lane):
                may[suite, report] = int(count)
    return may


def allocation(log):
    """What an object that nothing refers to was allocated by, and the test that did."""
    functions = []
    for line in log:
        found = re.match(r" +(?:\[<\S*>\] )?([\w.]+)\+0x", line)
        if found and not re.match(r"_*k[mvz]\w*alloc|kmem_|kunit_|kthread$|ret_from", found[1]):
            functions.append(found[1])
        elif functions and not found:
            break
    return " ".join(functions[:1] + functions[1:][-1:])


def reported(run):
    """What the kernel reported, by suite, case and fingerprint, with the line."""
    for number, (suite, case, line) in enumerate(run.logged()):
        if line.startswith("unreferenced object"):
            said = "unreferenced object of " + allocation(run.log[number + 1:number + 60])
            yield "(leaks)", "(any)", said, said
        elif REPORT.search(line) and not RESULT.match(line) and not line.lstrip().startswith("# Subtest"):
            yield suite, case, fingerprint(line), line


def reports(run, lists=()):
    """The reports that are not expected."""
    may = expected_reports(run.facts.get("Base", ""), run.facts.get("Lane", ""), lists)
    seen = collections.Counter()
    for suite, case, report, line in reported(run):
        key = suite, report
        seen[key] += 1
        if seen[key] > may.get(key, 0):
            yield (f"the kernel reported during {suite}.{case}: {line.strip()}"
                   + (f" ({may[key]} of these are expected)" if key in may else ""))


def another(run):
    """Whether what ran is not the kernel that was built."""
    built = run.facts.get("Built", "").strip()
    return not built or not any("Linux version " in line and line.rstrip().endswith(" " + built)
                                for line in run.log)


def incomplete(run):
    """Why the run was not the whole of what was asked for."""
    summary = re.findall(r"Testing complete\. Ran (\d+) tests:(.*)", text(run.path("kunit.txt")))
    errors = summary and re.search(r"errors: (\d+)", summary[-1][1])
    if run.facts.get("Limit", "").strip():
        yield run.facts["Limit"].strip()
    for step in run.facts.get("Init", "").split():
        if f"init: {step} is done" not in run.log:
            yield f"{step} did not run to its end after the tests, as the lane wants"
    if not run.log:
        yield "there is no kunit.log: the kernel said nothing"
    elif another(run):
        yield f"the kernel that ran is not the one that was built, {run.facts.get('Built')}"
    if not run.tests:
        yield "no test ran: the kernel did not get to the first, or the glob matches none"
    elif not summary:
        yield "kunit.py did not say 'Testing complete'"
    elif int(summary[-1][0]) != len(run.tests):
        yield f"kunit.py counted {summary[-1][0]} tests, and kunit.json has {len(run.tests)}"
    if errors:
        yield f"kunit.py says that {errors[1]} lines of the results could not be true"
    if run.excused or any(s not in ("PASS", "SKIP") for _, s in run.tests):
        return
    if run.facts.get("KUnit-status") != "0":
        yield "the run did not reach its end: kunit.py says so, though no test failed"
    for line in run.log:
        if re.match(r" *not ok \d", line):
            yield f"the kernel says '{line.strip()}', though no test failed"


def selected(name, glob):
    suite, _, case = glob.partition(".")
    parts = name.split(".")
    return (fnmatch.fnmatchcase(parts[0], suite)
            and (not case or fnmatch.fnmatchcase(parts[1], case)))


def lost(run, path):
    """The tests of a list that did not run, and how many of how many did."""
    glob = run.facts.get("Filter", "*")
    listed = [line for line in text(path).splitlines() if line and line[0] != "#"]
    if not listed:
        return [f"{os.path.relpath(path, TOP)} lists no test"], "", set()
    wanted = [name for name in listed if selected(name.removeprefix("skip "), glob)]
    ran = collections.Counter("skip " + n if s == "SKIP" else n for n, s in run.tests)
    # One that measures time may have failed, and then counts as skipped.
    ran.update(n for n in run.excused)
    # What a lane can test that lane uml, where lists are made, can't is no loss.
    ran.update("skip " + n for n, s in run.tests if s == "PASS")
    missing = collections.Counter(wanted) - ran
    whose = "series'" if path.endswith(".series") else "base's"
    lines = []
    for name in missing.elements():
        if any(fnmatch.fnmatchcase(name, glob) for glob in run.facts.get("Skips", "").split()):
            continue
        skipped = "skip " + name in ran
        lines.append(f"{'skipped' if skipped else 'did not run'}, but is one of the {whose}: "
                     + name.removeprefix("skip "))
    ran_of_them = f"{len(wanted) - sum(missing.values())} of the {whose} {len(wanted)}"
    return lines, ran_of_them if wanted else "", set(listed)


def expectations(run, lists):
    """What of the lists is missing, and the line that says what ran."""
    lines, counts, known = [], [], set()
    for path in lists:
        missing, count, names = lost(run, path)
        lines += missing
        counts += [count] if count else []
        known |= {name.removeprefix("skip ") for name in names}
    if any(path.endswith(".series") for path in lists):
        lines += [f"not in {os.path.relpath(lists[-1], TOP)}: {name} (run make record)"
                  for name, _ in run.tests if name.startswith(run.facts.get("Suite", "") + ".")
                  and name not in known]
    for glob in run.facts.get("Runs", "").split():
        found = {s for n, s in run.tests if selected(n, glob)}
        if selected(glob, run.facts.get("Filter", "*")) and found != {"PASS"}:
            lines.append(f"lane {run.facts.get('Lane')} is for {glob}, which did not pass"
                         + (": it was skipped" if "SKIP" in found else ""))
    if not counts:
        lines.append(f"FILTER={run.facts.get('Filter')} selects no test that is known")
    more = sum(name not in known for name, _ in run.tests)
    ran = "ran " + " and ".join(counts) + (f", and {more} more" if more else "")
    if run.facts.get("Skips", "").strip():
        ran += f" (lane {run.facts.get('Lane')} can't run {run.facts['Skips'].strip()})"
    return lines, ran


def write_junit(run, extra):
    def clean(words):
        return re.sub(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]", "?", words)

    suite = ET.Element("testsuite", name="kunit", tests=str(len(run.tests) + len(extra)),
                       failures=str(sum(s not in ("PASS", "SKIP") for _, s in run.tests)
                                    + len(extra)))
    properties = ET.SubElement(suite, "properties")
    for name, value in run.facts.items():
        ET.SubElement(properties, "property", name=name, value=clean(value))
    for name, status in run.tests:
        first, _, rest = clean(name).partition(".")
        case = ET.SubElement(suite, "testcase", classname=first, name=rest)
        if status == "SKIP":
            ET.SubElement(case, "skipped")
        elif status != "PASS":
            ET.SubElement(case, "failure", message=status)
    for line in extra:
        case = ET.SubElement(suite, "testcase", classname="run", name=clean(line))
        ET.SubElement(case, "failure", message=clean(line))
    ET.ElementTree(suite).write(run.path("junit.xml"), encoding="utf-8", xml_declaration=True)


def show(lines):
    for line in lines[:SHOWN]:
        print(line)
    if len(lines) > SHOWN:
        print(f"and {len(lines) - SHOWN} more, all in junit.xml")


def expectations_of(run):
    """Of each case what KUnit said when something was not as the case expects."""
    said, open_block = collections.defaultdict(list), False
    for suite, case, line in run.logged():
        if "FAILED at " in line:
            open_block = True
        elif RESULT.match(line) or line.lstrip().startswith("# "):
            open_block = False
        if open_block:
            said[f"{suite}.{case}"].append(re.sub(r"\S*/tree/", "", line.strip()))
    return said


def alone(run, case):
    """The command for one case, which has it all: its kernel is built already."""
    words = shlex.split(run.facts.get("Command", ""))
    # A case of which the kernel did not say the name has no command.
    if words[:2] != ["make", "kunit"] or "(" in case:
        return []
    words = [word for word in words if not word.startswith("FILTER=")] + [f"FILTER={case}"]
    return [f"alone: {shlex.join(words)}"]


def explained(run):
    """A line for each test that failed, and below the first of a case why, and how to repeat it."""
    said, before = expectations_of(run), set()
    for name, status in run.tests:
        if status in ("PASS", "SKIP"):
            continue
        case, lines = ".".join(name.split(".")[:2]), []
        if case not in before:
            lines = said[case][:SHOWN] + alone(run, case)
        before.add(case)
        what = "crashed" if status == "ERROR" else "failed"
        yield "\n        ".join([f"{what}: {name}"] + lines)


def verdict(run, lists):
    missing, ran = expectations(run, lists)
    extra = list(reports(run, lists)) + list(incomplete(run)) + missing
    write_junit(run, extra)
    named = [f"skipped: {n} failed, but it measures time, see tests/measuring-time"
             for n, s in run.tests if s == "SKIP" and run.measures_time(n)]
    named += [f"skipped: {n}" for n, s in run.tests if s == "SKIP" and not run.measures_time(n)]
    named += explained(run)
    show(named)
    show(extra)
    passed = sum(status == "PASS" for _, status in run.tests)
    skipped = sum(status == "SKIP" for _, status in run.tests)
    failed = len(run.tests) - passed - skipped + len(extra)
    if failed:
        print(f"see kunit.txt, kunit.log and build.log in {os.path.relpath(run.directory)}")
    last = f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
    with open(run.path("run.txt"), "a", encoding="utf-8") as file:
        file.write(f"Ran: {ran}\nReports: {len(list(reported(run)))}\nVerdict: {last}\n")
    print(ran)
    print(last)
    return 1 if failed else 0


def status_of(run, name, words=""):
    suite, case = name.split(".")
    found = {status for test, status in run.tests if test.split(".")[:2] == [suite, case]}
    said = any(words in line for s, c, line in run.logged() if (s, c) == (suite, case))
    if run.log and another(run):
        return "ANOTHER KERNEL"
    if not found:
        return "MISSING"
    if not said:
        return "SILENT"
    if found - {"PASS", "SKIP"}:
        return "FAIL"
    if any(status == "ERROR" for _, status in run.tests):
        return "CRASHED ELSEWHERE"
    # What else failed is for who asks for it; a run that was cut short is another matter.
    if any(incomplete(run)):
        return "CUT SHORT"
    return "PASS" if "PASS" in found else "SKIP"


def main(arguments):
    if len(arguments) > 2 and arguments[0] == "verdict":
        return verdict(Run(arguments[1]), arguments[2:])
    if len(arguments) in (3, 4) and arguments[0] == "status":
        print(status_of(Run(arguments[1]), *arguments[2:]))
        return 0
    if len(arguments) == 2 and arguments[0] == "names":
        run = Run(arguments[1])
        why = list(incomplete(run)) + [n for n, s in run.tests if s == "ERROR"]
        if why:
            print("this run is no list of tests:", *why[:SHOWN], sep="\n", file=sys.stderr)
            return 1
        for name, status in run.tests:
            print("skip " + name if status == "SKIP" else name)
        return 0
    if len(arguments) == 2 and arguments[0] == "reports":
        seen = collections.Counter((suite, report) for suite, _, report, _ in reported(Run(arguments[1])))
        for (suite, report), count in seen.items():
            print("# report:", count, suite, report)
        return 0
    if len(arguments) == 2 and arguments[0] == "unexpected":
        print(*reports(Run(arguments[1])), sep="\n")
        return 0
    if len(arguments) == 2 and arguments[0] == "failing":
        run = Run(arguments[1])
        names = {".".join(n.split(".")[:2]) for n, s in run.tests if s in ("FAIL", "FAILURE")}
        crashed = any(s == "ERROR" for _, s in run.tests)
        whole = not crashed and not any(incomplete(run))
        # A kernel that did not run, was slow, or did not say what is wrong has noticed nothing.
        why = ("(limit)" if run.facts.get("Limit", "").strip()
               else "(crash)" if not another(run) and (crashed or any(reported(run)))
               else "(nothing)")
        for name in sorted(names) + ([] if whole else [why]):
            print(name)
        if whole and not names and any(reports(run)):
            print("(log)")
        return 0
    if len(arguments) == 2 and arguments[0] == "failures":
        tests = Run(arguments[1]).tests
        print(sum(s not in ("PASS", "SKIP") for _, s in tests), "of", len(tests))
        return 0
    print(__doc__, file=sys.stderr)
    return 2


sys.exit(main(sys.argv[1:]))
