"""Settings, feedback: how often a customer may be asked, what they said so far, and answers read from a workbook."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from crm_desktop.billing import invoices
from crm_desktop.care import cases, feedback
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.customers import customers
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.parts.case_acts import CaseActs
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Card, Facts, Item
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, frame, label, row

# So many customers who could be asked are listed.
_READY = 8


class FeedbackSection(SettingsSection):
    """See the module."""

    key = "feedback"

    def build(self) -> None:
        self.pause = label("", "body", "text2", wrap=True)
        self.change = Button(_("Change"), "small", on=self._change)
        asked = row(self.pause, self.change, gap=12)
        asked.setStretch(0, 1)
        self.figures = Facts()
        self.read_button = Button(_("Read answers from a file…"), "secondary", "file-spreadsheet", on=self.read)
        note = label(
            _("A workbook or CSV file with the columns code, e-mail or customer number, then score and comment. You see "
              "what would be noted before anything is. The same file twice changes nothing."),
            "small", "text2", wrap=True,
        )  # fmt: skip
        self.ready = Card(_("Could be asked now"))
        never = label(
            _("Who refused under Consent, on the customer's card, is never asked."), "small", "text2", wrap=True
        )
        column(
            self, frame("card", label(_("How often"), "h"), asked, never), self.ready,
            frame("card", label(_("What they say"), "h"), self.figures, row(self.read_button, "stretch"), note), gap=14,
        )  # fmt: skip

    def refresh(self) -> None:
        days = feedback.pause_days()
        words = ngettext(
            "A customer is asked at most every {n} day, and once about the same case or invoice.",
            "A customer is asked at most every {n} days, and once about the same case or invoice.",
            days,
        )
        self.pause.setText(words.format(n=formats.count(days)))
        self._tell_ready()
        asked, answered = feedback.answer_share()
        nps, mean = feedback.nps(), feedback.average(feedback.SATISFACTION)
        satisfied = _("{score} of {highest}")
        self.figures.tell(
            [
                (_("Asked"), formats.count(asked)),
                (_("Answered"), formats.count(answered)),
                (
                    _("Satisfaction"),
                    satisfied.format(score=formats.quantity(mean), highest=5) if mean is not None else "",
                ),
                (_("Recommendation (NPS)"), formats.count(nps) if nps is not None else ""),
            ]
        )

    def _tell_ready(self) -> None:
        """Whose case was solved or invoice paid lately and who may be asked; a click prepares the text."""
        ready = feedback.waiting_to_ask()[:_READY]
        self.ready.setVisible(bool(ready))
        self.ready.tell([self._ready_item(*found) for found in ready])

    def _ready_item(self, customer_id: int, record: str, record_id: int) -> Item:
        if record == feedback.CASE:
            case = cases.get(record_id)
            words, name = f"{case.number}: {case.title}", "life-buoy"
        else:
            words, name = invoices.get(record_id).number or "", "receipt-text"
        ask = partial(CaseActs(self.page).ask, customer_id, (record, record_id))
        return Item(customers.get(customer_id).name, _("Ask"), name, detail=words, on=ask)

    def _change(self) -> None:
        field = Field("pause_days", _("Days between two questions"), "number", decimals=0, width=0.5, needed=True)

        def keep(values: dict[str, Any]) -> None:
            feedback.set_pause_days(int(values["pause_days"] or 0))

        heading, start = _("How often may a customer be asked?"), {"pause_days": Decimal(feedback.pause_days())}
        if dialogs.fill_in(heading, [field], start, act=pgettext("save", "Keep"), check=keep) is not None:
            self.saved()
            self.refresh()

    # ---- answers from a file -----------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read a file, show what would be noted, and note it."""
        patterns = ["*.xlsx", "*.xls", "*.ods", "*.csv", "*.tsv", "*.txt"]
        path = dialogs.choose_open_file(_("Read answers"), [(_("Spreadsheets"), patterns)], "feedback")
        if path is not None:
            self.read_file(path)

    def read_file(self, path: Path) -> None:
        """As `read`, of a file that is known."""
        from crm_desktop.exchange import feedback_answers

        jobs.run(
            partial(feedback_answers.read, path), done=self._show, failed=failures.show,
            title=_("Reading {file}").format(file=path.name),
        )  # fmt: skip

    def _show(self, found: Any) -> None:
        from crm_desktop.exchange import feedback_answers

        lines = [
            ngettext("{n} answer is new.", "{n} answers are new.", len(found.fresh)).format(n=len(found.fresh)),
            ngettext("{n} is noted already.", "{n} are noted already.", found.known).format(n=found.known),
            *[_("Row {row}: {sentence}").format(row=bad.row, sentence=bad.sentence) for bad in found.problems[:8]],
        ]
        if len(found.problems) > 8:
            lines.append(_("{n} more").format(n=len(found.problems) - 8))
        act = ngettext("Note {n} answer", "Note {n} answers", len(found.fresh)).format(n=len(found.fresh))
        offered = [("", _("Leave it"))] + ([("note", act)] if found.fresh else [])
        if dialogs.choose(_("Answers in {file}").format(file=found.name), "\n".join(lines), offered) != "note":
            return
        if failures.guarded(partial(feedback_answers.note, found)):
            self.page.toast.emit(
                ngettext("{n} answer noted", "{n} answers noted", len(found.fresh)).format(n=len(found.fresh)), True
            )
            self.refresh()
