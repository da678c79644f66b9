#!/usr/bin/python3
"""Read what gcov counted.

usage: coverage.py figures OUT FILE
       coverage.py not-run OUT FILE TREE <HUNKS

OUT is where the kernel was built, FILE a C file by its path in the kernel tree.

figures  prints 'N of M' for lines and for branches, and the file.
not-run  prints those lines of the HUNKS, 'FIRST' or 'FIRST,COUNT', that have code
         which was not run, with the code.
"""
import json
import os
import subprocess
import sys


def counted(out, path):
    """The lines of a file as gcov has them: a line of a macro may be there twice."""
    directory = os.path.join(out, os.path.dirname(path))
    said = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities",
                           "--object-directory", directory, os.path.basename(path)],
                          cwd=directory, check=True, capture_output=True, text=True).stdout
    for line in said.splitlines():
        for file in json.loads(line)["files"]:
            if os.path.normpath(file["file"]).endswith(path):
                return file["lines"]
    sys.exit(f"error: gcov has nothing of {path}: was it built with CONFIG_GCOV, and did it run?")


def figures(out, path):
    lines, branches = {}, []
    for line in counted(out, path):
        number = line["line_number"]
        lines[number] = lines.get(number, 0) + line["count"]
        branches += [branch["count"] > 0 for branch in line["branches"]]
    run = sum(count > 0 for count in lines.values())
    print(f"{run:4} of {len(lines):4}  {sum(branches):4} of {len(branches):4}    {path}")


def not_run(out, path, tree):
    lines = {}
    for line in counted(out, path):
        number = line["line_number"]
        lines[number] = lines.get(number, 0) + line["count"]
    with open(os.path.join(tree, path), encoding="utf-8") as file:
        code = file.read().splitlines()
    for hunk in sys.stdin.read().split():
        first, _, count = hunk.partition(",")
        for number in range(int(first), int(first) + int(count or 1)):
            if lines.get(number) == 0:
                print(f"  {path}:{number}: {code[number - 1].strip()}")


if sys.argv[1:2] == ["figures"] and len(sys.argv) == 4:
    figures(*sys.argv[2:])
elif sys.argv[1:2] == ["not-run"] and len(sys.argv) == 5:
    not_run(*sys.argv[2:])
else:
    sys.exit(__doc__)
