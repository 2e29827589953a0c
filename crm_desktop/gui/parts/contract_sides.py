"""Below the form of a contract: what the law may want, changes of price, and the history of its states."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.billing import contract_schedules
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import clear, column, frame, label, row
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.sales import contract_hints, contract_states, contracts
from crm_desktop.sales.contract_hints import Hint
from crm_desktop.sales.contract_prices import PriceStep
from crm_desktop.sales.contracts import Contract


class ContractSides(QWidget):
    """See the module."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._contract: Contract | None = None
        self.hints = QWidget()
        self._hint_rows: QVBoxLayout = column(self.hints, gap=10)
        self.steps = RowTable(
            [Col(_("From"), 110), Col(_("Change"), 120), Col(_("Price then"), 130, right=True), Col(_("Note"))],
            on=self._edit,
        )
        self._no_steps = label(_("The price stays as it is."), "body", "text2")
        self._no_steps.setContentsMargins(15, 0, 15, 0)
        self.add_step = Button(_("Add a change of price"), "secondary", "plus", on=self._new)
        self.history = RowTable([Col(_("State"), 160), Col(_("Since"), 120), Col(_("Why"))])
        column(
            self, self.hints, 12,
            row(label(_("Changes of price"), "h"), "stretch", self.add_step), 6,
            frame("card", self.steps, self._no_steps, margins=(1, 6, 1, 10)), 16,
            label(_("History"), "h"), 6, frame("card", self.history, margins=(1, 6, 1, 1)), 16,
        )  # fmt: skip

    def show_contract(self, found: Contract) -> None:
        """Show all that stands below the form of a contract."""
        self._contract = found
        self.steps.tell([_step_cells(found, step) for step in found.steps])
        self.steps.setVisible(bool(found.steps))
        self._no_steps.setVisible(not found.steps)
        self.history.tell(
            [
                [
                    Cell(_(contracts.STATES.get(c.state, c.state)), strong=True),
                    Cell(formats.day(c.from_on)),
                    Cell(c.reason, "muted"),
                ]
                for c in contract_states.history(found.id)
            ]
        )
        clear(self._hint_rows)
        listed = contract_hints.hints(found)
        for hint in listed:
            self._hint_rows.addWidget(self._hint_card(hint))
        self.hints.setVisible(bool(listed))

    def _hint_card(self, hint: Hint) -> QWidget:
        use = Button(_("Use this"), "secondary", "check", on=partial(self._use, hint))
        use.setAccessibleName(_("Use this: {hint}").format(hint=hint.text))
        source = _("{source}. A hint, no legal advice; nothing is changed by itself.").format(source=hint.source)
        return frame("card", label(hint.text, "body", wrap=True), label(source, "small", "text2", wrap=True),
                     row(use, "stretch"), gap=6)  # fmt: skip

    def _use(self, hint: Hint) -> None:
        found = self._contract
        if found is not None and failures.guarded(partial(contracts.save, hint.values, found.id)):
            self._page.toast.emit(_("Changed: {title}").format(title=found.title), True)

    # ---- price -------------------------------------------------------------------------------------------------------

    def _new(self) -> None:
        first = dates.today().replace(month=1, day=1, year=dates.today().year + 1)
        self._ask(PriceStep(first))

    def _edit(self, place: int) -> None:
        if self._contract is not None:
            self._ask(self._contract.steps[place])

    def _ask(self, step: PriceStep) -> None:
        found = self._contract
        if found is None:
            return
        percent = Field(
            "percent", _("By per cent"), "number", decimals=4, width=0.5, hint=_("3 makes it dearer, −3 cheaper")
        )
        fields = [
            Field("from_on", _("From"), "date", needed=True, width=0.5),
            percent,
            Field("value_minor", _("or the new price"), "money", width=0.5, currency=found.currency),
            Field("note", _("Note"), width=0.5, placeholder=_("For example consumer price index")),
        ]
        done = dialogs.fill_in_or_remove(
            _("Change of price") if step.id else _("Add a change of price"),
            fields,
            {field.name: getattr(step, field.name) for field in fields},
            act=pgettext("save", "Keep") if step.id else _("Add"),
            check=partial(_keep_step, found.id, step.id),
            remove=_("Remove") if step.id else "",
        )
        if done == "remove":
            failures.guarded(partial(contract_schedules.remove_step, found.id, step.id))
        self._page.refresh()


def _keep_step(contract_id: int, step_id: int, values: dict[str, Any]) -> None:
    if values["from_on"] is None:
        raise ValidationError({"from_on": _("Enter the day from which it holds.")})
    step = PriceStep(values["from_on"], values["value_minor"], values["percent"], values["note"] or "", step_id)
    contract_schedules.save_step(contract_id, step)


def _step_cells(found: Contract, step: PriceStep) -> list[Cell]:
    change = "" if step.percent is None else formats.percentage(step.percent)
    return [
        Cell(formats.day(step.from_on), strong=True),
        Cell(change),
        Cell(formats.money_text(found.value_on(step.from_on), found.currency)),
        Cell(step.note, "muted"),
    ]
