"""A line of Today, whatever part of the program it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

GROUPS = ("first", "today", "week")


@dataclass(frozen=True)
class Task:
    """One line of Today: what, who, why now, and the one act that is at hand.

    `kind` is overdue, dunning, letters, mails, contract, reminder, to_bill, quote, draft or birthday, or one that a part
    adds (see `today.PARTS`); `act` names the one thing to do: remind, decide, bill, open, write, call.
    `amount_minor` is None where no money is meant. The ids say what it is about; `record` and `record_id` what the act
    opens where that is none of them. `words` is a text that is ready to be said or sent.
    """

    kind: str
    group: str
    title: str
    reason: str
    act: str
    day: date
    amount_minor: int | None = None
    currency: str = ""
    customer_id: int | None = None
    contract_id: int | None = None
    document_id: int | None = None
    reminder_id: int | None = None
    record: str = ""
    record_id: int | None = None
    words: str = ""
