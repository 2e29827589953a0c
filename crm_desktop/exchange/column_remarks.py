"""What of the columns of a file is to be told beside its rows: what was left out, assumed, or wants a look."""

from __future__ import annotations

from collections.abc import Iterator

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange.columns import ASK, Matching
from crm_desktop.exchange.targets import AMOUNTS, LEAVE_OUT


def of(matching: Matching) -> Iterator[tuple[str, str, str]]:
    """Column, examples of what it holds, and the sentence."""
    for choice in matching.choices:
        if choice.confidence == ASK and choice.field == LEAVE_OUT:
            yield choice.column.label, " · ".join(choice.profile.examples()), _("This column is left out")
        elif choice.confidence == ASK and choice.field in AMOUNTS:
            yield choice.column.label, "", choice.why
    for question in matching.questions:
        yield question.column, "", question.assumed()
