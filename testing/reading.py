"""What an answer says: a strict reader of pages, and those of CSV and of Markdown."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

LEAKS = {
    "None": r"(?<![\w“])None(?![\w”])",
    "a template": r"\{\{|\}\}|\{%|%\}",
    "a Python object": r"<[\w.]+ object|Decimal\(|datetime\.|&lt;\w+: ",
    "markup as text": r"&lt;/?(?:a|p|td|tr|strong|span)\b",
}
"""What must not show as text on any page."""

VOID = {"meta", "link", "base", "br", "img", "input", "hr", "source", "wbr"}
BLOCKS = {"p", "div", "section", "article", "table", "ul", "ol", "dl", "h1", "h2", "h3", "form", "details", "nav"}


@dataclass
class Table:
    caption: str = ""
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


NOTED = {"as-of", "counted"}
"""The classes of what stands around the notes of a page."""


class Page(HTMLParser):
    """Reads a page of HTML as strictly as it should have been written; what is wrong is in `problems`."""

    def __init__(self, html: str):
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.ids: set[str] = set()
        self.texts: list[str] = []
        self.title = ""
        self.headings: list[str] = []
        self.tables: list[Table] = []
        self.links: list[dict] = []
        self.notes: list[str] = []
        if not html.lstrip().lower().startswith("<!doctype html>"):
            self.problems.append("no doctype")
        self.problems += [
            f"bare ampersand: {found}" for found in re.findall(r"&(?!(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);).{0,30}", html)
        ]
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag in self.open]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        given = dict(attributes)
        self.problems += [f"<{tag}> has {name} twice" for name in set(names) if names.count(name) > 1]
        if (id_ := given.get("id")) is not None:
            if id_ in self.ids or not id_:
                self.problems.append(f"id “{id_}” is there twice, or empty")
            self.ids.add(id_)
        if tag == "img" and "alt" not in given:
            self.problems.append("an image without alt")
        if tag in BLOCKS and "p" in self.open:
            self.problems.append(f"<{tag}> inside <p>")
        if tag == "a":
            if "a" in self.open:
                self.problems.append("<a> inside <a>")
            self.links.append(given)
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr" and "tbody" in self.open:
            self.tables[-1].rows.append([])
        elif tag in ("td", "th") and "tbody" in self.open:
            self.tables[-1].rows[-1].append("")
        elif tag == "th":
            self.tables[-1].head.append("")
        elif tag == "h1":
            self.headings.append("")
        elif tag == "p" and NOTED & set(self._classes):
            self.notes.append("")
        if tag not in VOID:
            self.open.append(tag)
            self._classes.append(given.get("class") or "")

    _classes: list[str]

    def feed(self, data):
        self._classes = []
        super().feed(data)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes <{self.open[-1] if self.open else ''}>")
        if tag in self.open:
            while self.open.pop() != tag:
                self._classes.pop()
            self._classes.pop()

    def handle_data(self, data):
        inside = set(self.open)
        if "title" in inside:
            self.title += data
        if inside & {"script", "style", "title"}:
            return
        self.texts.append(data)
        text = data.strip()
        if inside & {"td", "th"} and "tbody" in inside:
            self.tables[-1].rows[-1][-1] += text
        elif "th" in inside:
            self.tables[-1].head[-1] += text
        elif "caption" in inside:
            self.tables[-1].caption += text
        if "h1" in inside:
            self.headings[-1] += data
        if NOTED & set(self._classes) and "p" in inside:
            self.notes[-1] += data


def read_csv(response) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a page's CSV."""
    head, *rows = csv.reader(io.StringIO(response.content.decode()))
    return head, rows


def read_md(response) -> list[Table]:
    """The tables of a page's Markdown, their cells as text without links."""
    tables: list[Table] = []
    inside = False
    for line in response.content.decode().splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        cells = [_md_text(cell) for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not inside:
            tables.append(Table(head=cells))
        elif set("".join(cells)) - set("-:"):
            tables[-1].rows.append(cells)
        inside = True
    return tables


def _md_text(cell: str) -> str:
    text = re.sub(r"(?<!\\)\[(.*?)(?<!\\)\]\(.*\)$", r"\1", cell.strip())
    return re.sub(r"\\([\\|\[\]*_`<])", r"\1", text)
