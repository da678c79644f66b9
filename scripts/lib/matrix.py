#!/usr/bin/python3
"""Make one report of several runs.

usage: matrix.py REPORT

REPORT/rows has a folder a run, in order, with the run.txt and junit.xml that the run
left, as far as it came, and a file shows: what shows without the series. Prints the
table, and writes REPORT/junit.xml and REPORT/index.html.
"""
import html
import os
import re
import sys
import xml.etree.ElementTree as ET

COLUMNS = ("Linux", "base", "lane", "compiler", "tests", "passed", "failed", "skipped",
           "reports", "seconds", "without the series")

STYLE = """
:root { color-scheme: light dark; --line: #8886; --bad: #c22; --good: #182; }
@media (prefers-color-scheme: dark) { :root { --bad: #f88; --good: #7d8; } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 80rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: left; }
th:nth-child(n+5):nth-child(-n+10), td.number { text-align: right; font-variant-numeric: tabular-nums; }
.bad { color: var(--bad); font-weight: bold; } .good { color: var(--good); }
li, td { overflow-wrap: anywhere; }
@media (max-width: 45rem) {
  thead { display: none; }
  tr { display: block; border: 1px solid var(--line); margin: 0 0 1rem; padding: .3rem; }
  td, td.number { display: flex; gap: 1rem; border: 0; text-align: left; }
  td::before { content: attr(data-name); flex: 0 0 9rem; opacity: .7; }
}
"""


def facts(row):
    """Of run.txt; a run that did not come so far has none."""
    try:
        with open(os.path.join(row, "run.txt"), encoding="utf-8") as file:
            return dict(line.rstrip("\n").partition(": ")[::2] for line in file)
    except FileNotFoundError:
        return {}


def words(row, name):
    with open(os.path.join(row, name), encoding="utf-8") as file:
        return file.read().strip()


def cells(row):
    run = facts(row)
    verdict = re.fullmatch(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?",
                           run.get("Verdict", ""))
    passed, failed, skipped = [int(n or 0) for n in verdict.groups()] if verdict else [0, 1, 0]
    compiler = re.match(r"\S+?(gcc|clang)?\b.*?(\d+\.\d+\.\d+)", run.get("Compiler", ""))
    name = "clang" if "clang" in run.get("Compiler", "") else "gcc"
    return [run.get("Version") or words(row, "name"), run.get("Base", "none"),
            run.get("Lane") or words(row, "lane"), f"{name} {compiler[2]}" if compiler else "?",
            passed + failed + skipped, passed, failed if verdict else "no verdict", skipped,
            run.get("Reports", "?"), run.get("Seconds", "?"), words(row, "shows")]


def junit(rows, path):
    suites = ET.Element("testsuites")
    for row in rows:
        values = cells(row)
        name = " ".join(map(str, values[:3]))
        try:
            suite = ET.parse(os.path.join(row, "junit.xml")).getroot()
        except FileNotFoundError:
            suite = ET.Element("testsuite", tests="1", failures="1")
            case = ET.SubElement(suite, "testcase", classname="run", name="verdict")
            ET.SubElement(case, "failure", message="the run ended without a verdict")
        suite.set("name", name)
        suites.append(suite)
    ET.ElementTree(suites).write(path, encoding="utf-8", xml_declaration=True)
    return suites


def is_bad(values):
    return values[6] != 0 or values[-1].startswith("not as expected")


def page(table, suites, commit):
    yield ("<!DOCTYPE html><html lang=en><meta charset=utf-8><title>How long a DRM device "
           "lives: what was run</title><meta name=viewport content='width=device-width'>"
           f"<style>{STYLE}</style><h1>How long a DRM device lives: what was run</h1>")
    bad = sum(map(is_bad, table))
    yield (f"<p class={'bad' if bad else 'good'}>{bad} of {len(table)} runs failed.</p>"
           f"<p>Of commit {html.escape(commit)}, by <code>make matrix</code>.</p><table><thead><tr>")
    yield "".join(f"<th scope=col>{name}" for name in COLUMNS) + "</thead><tbody>"
    for values in table:
        yield "<tr>" + "".join(
            "<td data-name='{}' class='{}'>{}".format(
                name, " ".join(["number"] * (4 <= number < 10)
                               + ["bad"] * (name == "failed" and value != 0)),
                html.escape(str(value)) or "–")
            for number, (name, value) in enumerate(zip(COLUMNS, values)))
    yield "</tbody></table>"
    for suite in suites:
        for what, title in (("failure", "Failed"), ("skipped", "Skipped")):
            cases = [case for case in suite.iter("testcase") if case.find(what) is not None]
            if cases:
                yield f"<h2>{title}: {html.escape(suite.get('name'))}</h2><ul>"
                for case in cases:
                    yield f"<li>{html.escape(case.get('classname') + '.' + case.get('name'))}"
                yield "</ul>"


def main(report):
    names = sorted(os.listdir(os.path.join(report, "rows")))
    rows = [os.path.join(report, "rows", name) for name in names]
    table = [cells(row) for row in rows]
    suites = junit(rows, os.path.join(report, "junit.xml"))
    commits = " and ".join(sorted({facts(row).get("Project", "unknown") for row in rows}))
    with open(os.path.join(report, "index.html"), "w", encoding="utf-8") as file:
        file.write("\n".join(page(table, suites, commits)) + "\n")
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + "---|" * len(COLUMNS))
    for values in table:
        print("| " + " | ".join(map(str, values)) + " |")


if len(sys.argv) != 2:
    sys.exit(__doc__)
main(sys.argv[1])
