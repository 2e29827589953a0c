"""Payment terms written for programs, said in words: `#SKONTO#TAGE=14#PROZENT=2.00#` becomes a sentence of the paper.

The text itself stays as it is in the record, since the e-invoice needs it letter by letter. Lines that are no such tag
are printed as they stand.

Source: XRechnung, BT-20: `#SKONTO#TAGE=n#PROZENT=n.nn#`, optionally `BASISBETRAG=n.nn#`, one tag a line.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from crm_desktop.core import formats
from crm_desktop.core.i18n import document_text
from crm_desktop.core.money import round_amount
from crm_desktop.documents.paper import Paper

_SKONTO = re.compile(
    r"^#SKONTO#TAGE=(?P<days>\d{1,3})#PROZENT=(?P<percent>\d{1,2}\.\d{2})#(?:BASISBETRAG=(?P<basis>-?\d+\.\d{2})#)?$"
)


def in_words(paper: Paper) -> list[str]:
    """The lines of the terms' text as they are printed; a discount where nothing is to be paid is left out."""
    found: list[str] = []
    for line in paper.terms.text.splitlines() or [""]:
        tag = _SKONTO.match(line.strip())
        if tag is None:
            found.append(line)
        elif paper.head.issued_on is not None and paper.sums.due > 0 and not paper.terms.paid_by:
            found.append(_discount(paper, tag, paper.head.issued_on))
    return "\n".join(found).strip("\n").splitlines()


def _discount(paper: Paper, tag: re.Match[str], issued: date) -> str:
    percent, due = Decimal(tag["percent"]), paper.sums.due
    less = round_amount((Decimal(tag["basis"]) if tag["basis"] else due) * percent / 100, paper.currency)
    day = issued + timedelta(days=int(tag["days"]))
    return document_text(paper.language, "If you pay by {date}, deduct {percent}: {amount}").format(
        date=formats.day_long(day, paper.locale),
        percent=formats.percent(percent.normalize(), paper.locale),
        amount=formats.money(due - less, paper.currency, paper.locale),
    )
