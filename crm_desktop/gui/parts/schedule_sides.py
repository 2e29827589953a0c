"""Below the form of a recurring bill: its changes of price, and the next twelve periods, each of which can be skipped."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from crm_desktop.billing import recurring, recurring_edit
from crm_desktop.billing.recurring import Due, Schedule
from crm_desktop.billing.recurring_periods import Step, prices
from crm_desktop.care import loyalty
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.gui import failures
from crm_desktop.gui.parts import tax_choice, to_bill_words
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.row_table import Col, RowTable

_COMING = 12


class ScheduleSides(QWidget):
    """See the module."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._schedule: Schedule | None = None
        self._due: list[Due] = []
        self._skipped: list[tuple[int, Any]] = []
        self.steps = RowTable(
            [Col(_("From"), 110), Col(_("Change"), 120), Col(_("Price then"), 110), Col(_("Note"))], on=self._edit_step
        )
        self.add_step = Button(_("Add a change of price"), "secondary", "plus", on=self._new_step)
        self._no_steps = label(_("The price stays as it is."), "body", "text2")
        self._no_steps.setContentsMargins(15, 0, 15, 0)
        self.periods = RowTable(
            [Col(_("Period")), Col(_("Can be billed from"), 130), Col("", 200), Col(_("Without tax"), 110, right=True)],
            on=self._skip,
        )
        self._sum = label("", "small", "text2", wrap=True)
        self.skipped = RowTable([Col(_("Skipped")), Col("", 150)], on=self._unskip)
        prices_ = frame("card", self.steps, self._no_steps, margins=(1, 6, 1, 10))
        self._price_holder = QWidget()
        head = row(label(_("Changes of price"), "h"), "stretch", self.add_step)
        column(self._price_holder, head, 6, prices_, 16)
        column(
            self, self._price_holder, label(_("Next periods"), "h"), 2,
            label(_("Click a period to skip it."), "small", "text2"), 6,
            frame("card", self.periods, margins=(1, 6, 1, 1)), 4, self._sum, 12, self.skipped,
        )  # fmt: skip

    def show_schedule(self, found: Schedule) -> None:
        """Show the changes of price and the next periods of a schedule."""
        self._schedule = found
        self._price_holder.setVisible(found.template_id is None)
        timeline = dict(prices(found.price, found.steps, found.currency))
        self.steps.tell([_step_cells(step, timeline[step.from_on]) for step in found.steps])
        self.steps.setVisible(bool(found.steps))
        self._no_steps.setVisible(not found.steps)
        self._due = recurring.coming(found, _COMING)
        self.periods.tell([_due_cells(due) for due in self._due])
        total = formats.money_text(sum(due.net_minor for due in self._due), found.currency)
        words = _("{n} periods, {amount} without tax in all")
        said = words.format(n=len(self._due), amount=total) if self._due else _("Nothing more falls due.")
        level = loyalty.discount_of(found.customer_id)
        if level is not None and self._due:
            said += "\n" + _("Each draft also gets the discount of their level: {reason}").format(reason=level.reason)
        self._sum.setText(said)
        self._skipped = recurring_edit.skipped(found)
        self.skipped.tell(
            [[Cell(to_bill_words.days(*days), "muted"), Cell(_("Bill it after all"))] for _id, days in self._skipped]
        )
        self.skipped.setVisible(bool(self._skipped))

    # ---- price -------------------------------------------------------------------------------------------------------

    def _new_step(self) -> None:
        first = self._due[0].piece.first if self._due else dates.today()
        self._ask_step(Step(dates.add_months(first.replace(day=1), 1)))

    def _edit_step(self, place: int) -> None:
        if self._schedule is not None:
            self._ask_step(self._schedule.steps[place])

    def _ask_step(self, step: Step) -> None:
        schedule = self._schedule
        if schedule is None:
            return
        fields = [
            Field("from_on", _("From"), "date", needed=True, width=0.5),
            Field(
                "percent", _("By per cent"), "number", decimals=4, width=0.5, hint=_("3 makes it dearer, −3 cheaper")
            ),
            Field("price", _("or the new price"), "number", decimals=4, width=0.5),
            Field("note", _("Note"), width=0.5, placeholder=_("For example consumer price index")),
        ]
        values = {field.name: getattr(step, field.name) for field in fields}
        done = dialogs.fill_in_or_remove(
            _("Change of price") if step.id else _("Add a change of price"),
            fields,
            values,
            act=pgettext("save", "Keep") if step.id else _("Add"),
            check=partial(_keep_step, schedule.id, step.id),
            remove=_("Remove") if step.id else "",
        )
        if done == "remove":
            failures.guarded(partial(recurring_edit.remove_step, step.id))
        self._page.refresh()

    # ---- periods -----------------------------------------------------------------------------------------------------

    def _skip(self, place: int) -> None:
        due = self._due[place]
        if failures.guarded(partial(recurring_edit.skip, [due])):
            words = _("Skipped: {name}")
            self._page.toast.emit(words.format(name=to_bill_words.days(due.piece.first, due.piece.last)), True)
            self._page.refresh()

    def _unskip(self, place: int) -> None:
        if failures.guarded(partial(recurring_edit.unskip, self._skipped[place][0])):
            self._page.refresh()


def _keep_step(schedule_id: int, step_id: int, values: dict[str, Any]) -> None:
    if values["from_on"] is None:
        raise ValidationError({"from_on": _("Enter the day from which it holds.")})
    step = Step(values["from_on"], values["price"], values["percent"], values["note"], step_id)
    recurring_edit.save_step(schedule_id, step)


def _step_cells(step: Step, price: Any) -> list[Cell]:
    change = "" if step.percent is None else formats.percentage(step.percent)
    return [
        Cell(formats.day(step.from_on), strong=True),
        Cell(change),
        Cell(tax_choice.price_text(price)),
        Cell(step.note, "muted"),
    ]


def _due_cells(due: Due) -> list[Cell]:
    is_due = due.due_on <= dates.today()
    return [
        Cell(to_bill_words.days(due.piece.first, due.piece.last), strong=is_due),
        Cell(_("waits") if is_due else formats.day_short(due.due_on), "amber" if is_due else "muted"),
        Cell(to_bill_words.part_of(due), "muted"),
        Cell(formats.money_text(due.net_minor, due.schedule.currency)),
    ]
