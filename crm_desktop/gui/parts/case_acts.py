"""What can be done with a case, the same in pane and form: wait, go on, solve, open again, answer, bill its time, ask."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QMenu

from crm_desktop.care import case_notes, cases, feedback
from crm_desktop.care.cases import Case
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures
from crm_desktop.gui.icons import icon
from crm_desktop.gui.parts import mail_writer
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page
from crm_desktop.insight import prepared, prepared_cases
from crm_desktop.outreach.letters import Letter

_TO_REPAIR = ("question", "complaint", "return")


class CaseActs:
    """See the module; `page` tells what was done."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def solve(self, case_id: int) -> bool:
        """Ask how it was solved and what it cost; True when it is solved now."""
        found = cases.get(case_id)
        fields = [
            Field("solution", _("How was it solved?"), "lines", rows=4),
            Field("cost_minor", _("What it cost us"), "money", currency=found.currency, width=0.4),
        ]

        def keep(values: dict[str, Any]) -> None:
            cases.solve(case_id, values["solution"] or "", cost_minor=values["cost_minor"] or 0)

        done = dialogs.fill_in(
            _("Solve {number}").format(number=found.number),
            fields,
            {"solution": found.solution, "cost_minor": found.cost_minor or None},
            act=_("Solved"),
            check=keep,
            text=found.title,
        )
        if done is not None:
            self._page.toast.emit(_("{number} is solved").format(number=found.number), True)
        return done is not None

    def wait(self, case_id: int) -> None:
        """Let a case wait, or go on with one that does."""
        found = cases.get(case_id)
        if found.state == cases.WAITING:
            self._do(partial(cases.go_on, case_id), _("{number} goes on").format(number=found.number))
            return
        why = dialogs.fill_in(
            _("What does {number} wait for?").format(number=found.number),
            [Field("why", _("For example a part, or an answer"), "text")],
            {},
            act=_("Let it wait"),
        )
        if why is not None:
            self._do(partial(cases.wait, case_id, why["why"]), _("{number} waits").format(number=found.number))

    def reopen(self, case_id: int) -> None:
        """Open a case again."""
        found = cases.get(case_id)
        self._do(partial(cases.reopen, case_id), _("{number} is open again").format(number=found.number))

    def close(self, case_id: int) -> None:
        """Close a case for good."""
        self._do(partial(cases.close, case_id), _("{number} is closed").format(number=cases.get(case_id).number))

    def bill_time(self, case_id: int) -> None:
        """Hand the time over to what waits to be billed."""
        self._do(partial(case_notes.bill_time, case_id), _("The time waits to be billed"))

    def make_repair(self, case_id: int) -> None:
        """Go on with a question, complaint or return as a repair: notes and links stay, the history tells it."""
        words = _("{number} is a repair now").format(number=cases.get(case_id).number)
        self._do(partial(cases.save, {"kind": "repair"}, case_id), words)

    def _do(self, act: Callable[[], object], words: str) -> None:
        if failures.guarded(act):
            self._page.toast.emit(words, True)

    # ---- words to the customer ---------------------------------------------------------------------------------------

    def answer(self, case_id: int) -> None:
        """Write to the customer: that it was received while it is open, that it is done afterwards."""
        found = cases.get(case_id)
        letter = prepared_cases.received(case_id) if found.is_open else prepared_cases.solved(case_id)
        self._write(letter, found.customer_id, cases.RECORD, case_id)

    def ask_how_it_was(self, case_id: int) -> None:
        """Ask for feedback on a solved case, with the text to send."""
        found = cases.get(case_id)
        self.ask(found.customer_id, (cases.RECORD, case_id))

    def ask(self, customer_id: int, about: tuple[str, int] | None = None, kind: str = feedback.SATISFACTION) -> None:
        """Ask a customer for feedback, with the text to send."""
        made: list[int] = []
        if failures.guarded(lambda: made.append(feedback.ask(customer_id, kind, about))):
            record, record_id = about or ("", None)
            # A question that was not written after all was not asked, and may be asked again.
            if not self._write(prepared_cases.question(made[0]), customer_id, record, record_id):
                failures.guarded(partial(feedback.take_back, made[0]))

    def _write(self, letter: prepared.Letter, customer_id: int, record: str, record_id: int | None) -> bool:
        made = Letter(
            purpose="case", recipient=letter.to, subject=letter.subject, body=letter.body, customer_id=customer_id,
            record=record, record_id=record_id,
        )  # fmt: skip
        return mail_writer.write(self._page, made)

    # ---- the menu ----------------------------------------------------------------------------------------------------

    def fill(self, menu: QMenu, found: Case) -> None:
        """Offer everything that fits the state of a case."""
        menu.clear()
        entries: list[tuple[bool, str, str, Callable[[int], object]]] = [
            (found.is_open, "mail", _("Write that we have received it"), self.answer),
            (not found.is_open, "mail", _("Write that it is done"), self.answer),
            (not found.is_open, "star", _("Ask how satisfied they are"), self.ask_how_it_was),
            (found.is_open and found.kind in _TO_REPAIR, "wrench", _("Make a repair of it"), self.make_repair),
            (bool(found.minutes), "hourglass", _("Bill the time"), self.bill_time),
            (not found.is_open, "rotate-ccw", _("Open again"), self.reopen),
            (found.state != cases.CLOSED, "archive", _("Close for good"), self.close),
        ]
        for fits, name, words, act in entries:
            if fits:
                menu.addAction(icon(name), words, partial(act, found.id))
