"""Sentences that several pages say in the same way."""

from __future__ import annotations

from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.widgets import formats


def moved_to_bin(name: str, number: int = 1) -> str:
    """What the toast says after something was deleted: one record by its name, several by their number."""
    words = ngettext("{name} moved to the bin", "{n} records moved to the bin", number)
    return words.format(name=name, n=formats.count(number))
