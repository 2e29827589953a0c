"""The words of a web page or of a mail written as one, without its tags; runs in the reading child."""

from __future__ import annotations

import re

from crm_desktop.exchange import web_parser

_SILENT = {"script", "style", "head", "title", "template", "noscript"}
_BREAKS = {
    "p",
    "div",
    "br",
    "tr",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "blockquote",
    "ul",
    "ol",
    "hr",
    "pre",
}
_MANY_LINES = re.compile(r"\n\s*\n\s*")


class _Words:
    def __init__(self, most: int) -> None:
        self.pieces: list[str] = []
        self.silent: list[str] = []
        self.left = most

    def start(self, tag: str, _attributes: object) -> None:
        if tag in _SILENT:
            self.silent.append(tag)
        elif tag in _BREAKS:
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append(" ")

    def end(self, tag: str) -> None:
        if tag in _SILENT and tag in self.silent:
            while self.silent.pop() != tag:
                pass
        elif tag in _BREAKS:
            self.pieces.append("\n")
        if tag == "body":  # whatever was left open before does not silence the rest
            self.silent.clear()

    def data(self, data: str) -> None:
        # A page may leave <head> open; its words begin with the first that is not inside script or style.
        if self.left > 0 and not self.silent:
            self.pieces.append(re.sub(r"\s+", " ", data[: self.left]))
            self.left -= len(data)

    def close(self) -> None:
        """The page is over."""


def words_of(page: str, most: int = 2_000_000) -> str:
    """The visible text of a page, a line for each paragraph."""
    reader = _Words(most)
    # Heads are left open now and then; a page without a body has none to silence.
    body = re.search(r"<body\b", page, re.IGNORECASE)
    web_parser.read(page[body.start() :] if body else page, reader)
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()
