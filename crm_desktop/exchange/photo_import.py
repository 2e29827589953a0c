"""The pictures of address cards become the photos of their customers: files that are attached to them, each once.

The rows only name the pictures (`card_photos`); the bytes are asked for at the end, when no rows are read any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from crm_desktop.activity import photos
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import card_photos
from crm_desktop.exchange.records import Record
from crm_desktop.exchange.result import Outcome


def is_there(customer_id: int, word: str) -> bool:
    """Whether a customer has the picture that a word of the table names."""
    return photos.has(customer_id, card_photos.key_of(word))


class Photos:
    """Collects which customer gets which picture; `write` attaches them."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._wanted: list[tuple[int, str]] = []

    def settle(self, row: int, record: Record) -> None:
        """Drop what names no picture: only address cards bring some."""
        if not card_photos.key_of(record["photo"]):
            text = record.pop("photo")
            self._outcome.warn(row, "", text[:200], _("Only address cards bring pictures; left out"))

    def note(self, wanted: Iterable[tuple[int, str]]) -> None:
        """Remember who gets which picture."""
        self._wanted.extend(wanted)

    def write(self, fetch: Callable[[str], bytes], progress: Progress) -> None:
        """Attach the pictures; `fetch` gives the bytes of a key."""
        for number, (customer_id, word) in enumerate(self._wanted):
            progress(number, len(self._wanted), "")
            content = fetch(card_photos.key_of(word))
            if content:
                photos.keep(customer_id, content, card_photos.name_ending(word))
