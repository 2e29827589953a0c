"""Web pages read tag by tag, as browsers would: in a time that grows with their length, whatever is left open in them.

Runs in the reading child. Python's own parser looks through the rest of the page again for each tag that has no end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Reader(Protocol):
    """Who is told what a page holds: tags in lower case with their attributes, and the texts in between."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag opens."""

    def end(self, tag: str) -> None:
        """A tag ends, or what follows it ends it."""

    def data(self, data: str) -> None:
        """Some text."""

    def close(self) -> object:
        """The page is over."""


def read(page: str, reader: Reader) -> None:
    """Tell a reader what is on a page; nothing that it names is fetched."""
    from lxml import etree

    content = page.replace("\0", "").encode("utf-8", "replace")
    if content.strip():
        etree.fromstring(content, etree.HTMLParser(target=reader, encoding="utf-8", no_network=True))
