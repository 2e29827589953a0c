"""One column of any text, which must not become a list of customers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import headings
from crm_desktop.exchange.names import is_organisation

if TYPE_CHECKING:
    from crm_desktop.exchange.columns import Choice

# So many values tell whether a column holds headings.
_ENOUGH = 50
_PROPER = re.compile(r"[^\W\d_a-zß-öø-ÿ][\w'’.&-]*$")


def refuse(kind: str, choices: Sequence[Choice]) -> None:
    """One column of any text must not become a list of customers, nor must the labels of a card.

    Raises:
        UserError: the only column has no known heading, and holds neither names nor e-mail addresses; or what stands for
            names is a list of headings.
    """
    for choice in choices if kind == "customers" else ():
        texts = choice.profile.texts()[:_ENOUGH] if choice.field == "name" else []
        labels = sum(1 for text in texts if headings.is_known(text))
        if len(texts) > 1 and labels > 0.6 * len(texts):
            sentence = _(
                "The words “{example}” stand below each other, as on a card. A list is needed in which each customer has a "
                "row of their own, with such words as headings above."
            )
            raise UserError(sentence.format(example=", ".join(texts[:3])[:60]))
    if kind != "customers" or len(choices) != 1:
        return
    choice = choices[0]
    texts = choice.profile.texts()
    known = any(headings.fits(choice.column.label, kind) for kind in headings.KINDS)
    alike = sum(1 for text in texts if _is_like_a_name(text, least_words=1 if len(texts) > 2 else 2))
    if known or choice.field == "emails" or alike > 0.5 * len(texts):
        return
    sentence = _(
        "The file has one column without a known heading, and “{example}” does not look like a name or an e-mail "
        "address. Is this the right file? If it is, write a heading such as “Name” above the column."
    )
    raise UserError(sentence.format(example=next(iter(texts), "")[:40]))


def _is_like_a_name(text: str, least_words: int) -> bool:
    """Whether a text is a firm, or a few words most of which begin with a capital (or a sign of a script without any)."""
    words = text.replace(",", " ").split()
    proper = sum(1 for word in words if _PROPER.match(word))
    return is_organisation(text) or (least_words <= len(words) <= 6 and proper * 2 > len(words))
