"""A line of Today, whatever part of the program it comes from.

How a part brings its lines to Today:

1. `insight/today_<part>.py` has a function that gives `list[Task]`, with one or two indexed statements; it is one line in
   `today.PARTS`.
2. Each new kind of line is one line in `gui/parts/today_kinds.py`: icon, words of the act, colour.
3. `record` and `record_id` name what Enter opens. With `words`, the pane shows them ready to be copied or mailed, under
   `heading`; `facts` stand above them. `language` is the one of the words.
4. D ticks the line off for its day and S puts it off, by themselves; where that must do more (close a task, move a
   date), the part adds a function to `today.DONE` or `today.LATER`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

GROUPS = ("first", "today", "week")


@dataclass(frozen=True)
class Task:
    """One line of Today: what, who, why now, and the one act that is at hand.

    `kind` is overdue, dunning, letters, mails, contract, reminder, to_bill, quote, draft or birthday, or one that a part
    adds; `act` names the one thing to do: remind, decide, bill, open, write, call. `group` is first (do first), today or
    week; `day` sorts within it. `amount_minor` is None where no money is meant. The ids say what it is about; `record` and
    `record_id` what the act opens where that is none of them. `words` is a text that is ready to be said or sent.
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
    heading: str = ""
    subject: str = ""
    language: str = ""
    hint: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    at: time | None = None
    priority: int = 0
