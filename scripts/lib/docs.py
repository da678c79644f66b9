#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What of a page of documentation has changed.

docs.py BEFORE AFTER PAGE   of two folders of HTML: writes each section of the page that is
                            not the same in both to changed-<its id>.html beside the page
                            in AFTER, and prints these names
"""
import html.parser
import os
import re
import sys

# Sections that are further down are shown with the one that they are in.
DEPTH = 4


class Page(html.parser.HTMLParser):
    """The parts of a page: what a section begins with, and each function in it."""

    def __init__(self, path):
        super().__init__(convert_charrefs=False)
        with open(path, encoding="utf-8") as file:
            self.text = file.read()
        self.lines = [0]
        for line in self.text.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.sections = []              # those that are open: their ids, "" if it has none
        self.lists = 0
        self.start = None
        self.parts = []                 # (section to show it with, HTML)
        self.before = self.after = ""   # what is around the sections
        self.feed(self.text)

    def here(self):
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def cut(self):
        """The part that is being read ends here, and another one may begin."""
        sections = [section for section in self.sections if section]
        part = self.text[self.start:self.here()]
        if sections and words(part):
            self.parts.append((sections[:DEPTH][-1], part))
        self.start = self.here()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "section":
            if "id" in attrs:
                self.before = self.before or self.text[:self.here()]
                self.cut()
                self.start += len(self.get_starttag_text())
            self.sections.append(attrs.get("id", ""))
        elif tag == "dl":
            if not self.lists and "c" in attrs.get("class", "").split():
                self.cut()
            self.lists += 1

    def handle_endtag(self, tag):
        if tag == "dl":
            self.lists -= 1
        elif tag == "section":
            if self.sections[-1]:
                self.cut()
                self.start += len("</section>")
                self.after = self.text[self.start:]
            self.sections.pop()


def words(part):
    """What is to be seen of it: pictures have a name made of what they show."""
    part = re.sub(r'<img[^>]* src="([^"]*)"[^>]*>', r" \1 ", part)
    return tuple(re.sub(r"<[^>]*>", "", part).split())


def changed(before, after, page):
    """Write the sections that changed, and print their files."""
    old = os.path.join(before, page + ".html")
    known = {words(part) for _, part in Page(old).parts} if os.path.exists(old) else set()
    new = Page(os.path.join(after, page + ".html"))
    shown = {}
    for section, part in new.parts:
        if words(part) not in known:
            shown.setdefault(section, []).append(part)
    for section, parts in shown.items():
        name = os.path.join(os.path.dirname(page), f"changed-{section}.html")
        with open(os.path.join(after, name), "w", encoding="utf-8") as file:
            file.write("\n".join([new.before, *parts, new.after]))
        print(name)


if __name__ == "__main__":
    changed(*sys.argv[1:])
