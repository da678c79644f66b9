#!/usr/bin/python3
"""breaks.py TREE OUT: breaks that nobody picked, a patch each in OUT.

In the functions named below each statement is deleted, each condition negated,
each return turned into another and each constant replaced, one at a time. This
reads source text, not C: a mutant may not compile. It neither adds nor removes
a line, so that one that changes nothing has the same object file.

A patch's first line says what was done: "Generated: FUNCTION: WHAT". The second
"delete goto err;" of a function has #2 behind it.
"""
import difflib
import os
import re
import sys

FUNCTIONS = {
    "drivers/gpu/drm/drm_drv.c": r"""drm_minor_(alloc(_release)?|(un)?register|acquire|release)
        drm_put_dev drm_dev_(enter|exit|unplug|synchronize_unplug) drm_fs_inode_(new|free)
        (devm_)?drm_dev_init(_release)? (__devm_)?drm_dev_alloc drm_dev_(release|get|put)
        drm_dev_(un)?register (create|remove)_compat_control_link""",
    "drivers/gpu/drm/drm_managed.c": r"(?!drmm_release_action)\w+",
    "drivers/gpu/drm/tests/drm_kunit_helpers.c": r"""drm_kunit_device_\w+ drm_kunit_helper_alloc_device
        __drm_kunit_helper_(free_device|alloc_drm_device_with_driver)""",
    "drivers/base/dd.c": "device_unbind_cleanup __device_release_driver",
    "drivers/base/devres.c": "release_nodes devres_release_(all|group)",
    "drivers/base/platform.c": "platform_device_(del|unregister)",
}
# What is only said or asserted is no behaviour, and mock devices have no resources and
# no links. What needs an allocation to fail is for fault injection to reach, and locks
# are for lockdep. drmm_release_action() is not on every kernel that has the tests.
SKIP = re.compile(r"""(DRM_(DEBUG|ERROR|INFO)|drm_dbg\w*|dev_(dbg|err|crit)|pr_debug|devres_log|WARN_ON|BUG_ON)\s*\(
                      | (spin_(un)?lock|mutex_|xa_(un)?lock|(__)?device_(driver_)?(un)?lock|device_links_)\w*\s*\(
                      | .*-ENOMEM | .*resource\w*[ (] | .*\b(r->|p\ =|!?p\b\)) | ACPI_""", re.S | re.X)
DECLARATION = re.compile(r"(const|static|struct|enum|unsigned|int|bool|char|void|u\d+|size_t|LIST_HEAD)\b")
HEAD = re.compile(r"(if|while|for|switch|\w*for_each\w*)\s*\(")
LABEL = re.compile(r"(case\b[^:;]*|default|\w+)\s*:(?!:)|else\b")
CONSTANT = re.compile(r"\b(true|false)\b|(?<![\w.\"[])\d+(?![\w.\"\]])")
# What is left without a user is no reason not to build. It takes an empty line's place.
UNUSED = r'''_Pragma("GCC diagnostic ignored \"-Wunused\"") _Pragma("GCC diagnostic ignored \"-Wmaybe-uninitialized\"") _Pragma("GCC diagnostic ignored \"-Wuninitialized\"")'''
OTHER = {"true": "false", "false": "true", "0": "-EIO"}


def blank(match):
    """Spaces for what isn't code, so that positions stay."""
    return re.sub(r"[^\n]", " ", match.group())


def close(code, at):
    """The position behind the bracket that closes the one at @at."""
    depth = 0
    while True:
        depth += (code[at] in "([{") - (code[at] in ")]}")
        at += 1
        if not depth:
            return at


def functions(code, names):
    for m in re.finditer(r"^[a-z_][^\n;={}()]*?\b(\w+)\([^;{}]*\)\n\{", code, re.M):
        if re.fullmatch("|".join(names.split()), m.group(1)):
            yield m.group(1), m.end(), close(code, m.end() - 1) - 1


def parts(code, at, end):
    """(is a condition, from, to) of each condition and statement in code[at:end]."""
    while at < end:
        if code[at].isspace() or code[at] in "{};":
            at += 1
        elif m := HEAD.match(code, at):
            at = close(code, m.end() - 1)
            if m.group(1) in ("if", "while"):
                yield True, m.end() - 1, at
        elif m := LABEL.match(code, at):
            at = m.end()
        else:
            start = at
            while code[at] != ";":
                at = close(code, at) if code[at] in "([{" else at + 1
            at += 1
            yield False, start, at


def changes(code, start, end):
    """(what is done, from, to, replacement) for each mutant of a function."""
    for condition, at, to in parts(code, start, end):
        text = code[at:to]
        if SKIP.match(text):
            continue
        if condition:
            yield f"negate {text}", at, to, f"(!{text})"
        elif m := re.fullmatch(r"return\s+(.*?)\s*;", text, re.S):
            value = m.group(1)
            yield f"turn {text}", at + m.start(1), at + m.end(1), OTHER.get(value, "NULL" if "ERR_" in value else "0")
        else:
            if not DECLARATION.match(text):
                yield f"delete {text}", at, to, "{ }"
            for m in CONSTANT.finditer(text):
                new = OTHER[m.group()] if m.group().isalpha() else str(int(m.group(), 0) + 1)
                yield f"{m.group()} to {new} in {text}", at + m.start(), at + m.end(), new


def mutants(tree):
    for path, names in FUNCTIONS.items():
        with open(os.path.join(tree, path), encoding="utf-8") as file:
            text = file.read()
        code = re.sub(r"/\*.*?\*/|(?m:^#(?:[^\n]*\\\n)*[^\n]*$)", blank, text, flags=re.S)
        for name, start, end in functions(code, names):
            seen = {}
            for what, at, to, new in changes(code, start, end):
                what = " ".join(what.split())
                seen[what] = seen.get(what, 0) + 1
                if seen[what] > 1:
                    what += f" #{seen[what]}"
                new += "\n" * (text.count("\n", at, to) - new.count("\n"))
                changed = text[:at] + new + text[to:]
                yield path, name, what, text, changed.replace("\n\n", f"\n{UNUSED}\n", 1)


def main():
    tree, out = sys.argv[1:]
    os.makedirs(out)
    for number, (path, name, what, old, new) in enumerate(mutants(tree), 1):
        with open(os.path.join(out, f"{number:03}-{name}.patch"), "w", encoding="utf-8") as file:
            file.write(f"Generated: {name}: {what}\n\n")
            file.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True),
                                                 "a/" + path, "b/" + path))


main()
