"""Text as a cell of a spreadsheet takes it.

What would be taken for a formula is made harmless by an apostrophe in front, and made whole again.

The apostrophe is the sign by which spreadsheets mark text. Text that begins with apostrophes before such a sign gets one
more, so that `restored` always gives back what `defused` was given.

Source: OWASP, CSV injection.
"""

from __future__ import annotations

import re

from crm_desktop.core.i18n import gettext_ as _

# Also the wide forms, which spreadsheets of East Asia take for the same.
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARK = "'"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What Excel takes; an emoji counts as two.
LONGEST = 32_767


def defused(value: str) -> str:
    """Text for a cell of a plain table."""
    return f"{_MARK}{value}" if looks_like_formula(value) else value


def restored(value: str) -> str:
    """Text of such a cell as it was before."""
    return value[1:] if value[:1] == _MARK and looks_like_formula(value) else value


def looks_like_formula(value: str) -> bool:
    """Whether a spreadsheet may calculate this text, leaving out apostrophes in front."""
    return value.lstrip(_MARK).startswith(SIGNS)


def tidy(text: str) -> str:
    """Text without what a sheet cannot hold; what is longer than a cell is cut there and says so."""
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    if len(text) <= LONGEST // 2 or _units(text) <= LONGEST:
        return text
    words = cut_words()
    half = text.encode("utf-16-le")[: 2 * (LONGEST - len(words))]
    return half.decode("utf-16-le", "ignore") + words


def cut_words() -> str:
    """What stands at the end of a text that was cut."""
    return _("… (cut: a cell holds no more)")


def _units(text: str) -> int:
    """The length as spreadsheets count: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2
