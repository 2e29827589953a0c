"""Lines of a document to choose from: a tick for each, and where it matters how many of it or for how much.

Shown in a `LinesSheet`, which stays open while what was chosen cannot be taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor, round_amount, to_minor
from crm_desktop.gui import theme
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.inputs import MoneyInput, NumberInput, SwitchInput
from crm_desktop.gui.widgets.layouts import clear, column, hairline, label, line_of, recolor, scroll

_HIGHEST = 320
_QUANTITY_WIDTH, _AMOUNT_WIDTH = 72, 96


@dataclass(frozen=True)
class Offered:
    """A line that may be chosen: what it says, what it is worth as a whole, and how many there are of it."""

    id: int
    name: str
    amount: Decimal
    detail: str = ""
    most: Decimal | None = None
    chosen: bool = False


@dataclass
class _Row:
    offered: Offered
    tick: SwitchInput
    quantity: NumberInput | None = None
    amount: MoneyInput | None = None
    worth: Any = None
    by_amount: bool = False


class LinesChoice(QWidget):
    """The lines, one below the other. `quantities` and `amounts` say which fields stand beside them."""

    changed = Signal()

    def __init__(
        self, offered: Sequence[Offered], currency: str, *, quantities: bool = False, amounts: bool = False
    ) -> None:
        super().__init__()
        self._currency = currency
        self._quantities, self._amounts = quantities, amounts
        self.rows: list[_Row] = []
        self._area: QWidget | None = None
        self._box = column(self)
        self.offer(offered)

    def offer(self, offered: Sequence[Offered]) -> None:
        """Show other lines."""
        clear(self._box)
        self.rows = []
        for found in offered:
            if self.rows:
                self._box.addWidget(hairline())
            self._box.addWidget(self._make(found))
        self._box.addStretch(1)
        self._fit()

    def _make(self, found: Offered) -> QWidget:
        made = QWidget()
        tick = SwitchInput("")
        tick.setAccessibleName(found.name)
        tick.set_value(found.chosen)
        row = _Row(found, tick)
        tick.edited.connect(self.changed)
        words: list[QWidget] = [ElidedLabel(found.name, "m")]
        if found.detail:
            words.append(ElidedLabel(found.detail, "small", "text2"))
        names = QWidget()
        column(names, *words, gap=1)
        parts: list[Any] = [tick, names, *self._fields(row)]
        box = line_of(made, *parts, gap=8, margins=(0, 7, 0, 7))
        box.setStretchFactor(names, 1)
        self.rows.append(row)
        return made

    def _fields(self, row: _Row) -> list[Any]:
        found = row.offered
        fields: list[Any] = []
        if self._quantities and found.most is not None:
            row.quantity = NumberInput(4)
            row.quantity.setFixedWidth(theme.px(_QUANTITY_WIDTH))
            row.quantity.setAlignment(Qt.AlignmentFlag.AlignRight)
            row.quantity.setAccessibleName(_("How many: {name}").format(name=found.name))
            row.quantity.set_value(found.most)
            row.quantity.edited.connect(partial(self._counted, row))
            fields.append(row.quantity)
        if self._amounts:
            row.amount = MoneyInput(self._currency)
            row.amount.setFixedWidth(theme.px(_AMOUNT_WIDTH))
            row.amount.setAccessibleName(_("For how much: {name}").format(name=found.name))
            row.amount.set_value(to_minor(found.amount, self._currency))
            row.amount.edited.connect(partial(self._priced, row))
            fields.append(row.amount)
        else:
            row.worth = label(self._shown(found.amount), "body")
            row.worth.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            row.worth.setMinimumWidth(theme.px(_AMOUNT_WIDTH))
            fields.append(row.worth)
        return fields

    def _shown(self, amount: Decimal) -> str:
        return formats.amount(to_minor(round_amount(amount, self._currency), self._currency), self._currency)

    # ---- while one chooses -------------------------------------------------------------------------------------------

    def _counted(self, row: _Row) -> None:
        """A quantity was typed: the line is chosen, and is worth that much."""
        row.by_amount = False
        row.tick.set_value(True)
        worth = round_amount(self._worth(row), self._currency)
        if row.amount is not None:
            row.amount.set_value(to_minor(worth, self._currency))
        else:
            row.worth.setText(self._shown(worth))
        self.changed.emit()

    def _priced(self, row: _Row) -> None:
        row.by_amount = True
        row.tick.set_value(True)
        self.changed.emit()

    def _worth(self, row: _Row) -> Decimal:
        if row.by_amount and row.amount is not None:
            return from_minor(row.amount.value() or 0, self._currency)
        count, most = self._count(row), row.offered.most
        return row.offered.amount * count / most if most else row.offered.amount

    @staticmethod
    def _count(row: _Row) -> Decimal:
        if row.quantity is None:
            return row.offered.most or Decimal(1)
        return row.quantity.value() or Decimal(0)

    def ticked(self) -> list[_Row]:
        """The rows that are chosen."""
        return [row for row in self.rows if row.tick.value()]

    def chosen(self) -> list[int]:
        """The ids of the chosen lines."""
        return [row.offered.id for row in self.ticked()]

    def quantities(self) -> dict[int, Decimal]:
        """Line → how many, of the chosen ones."""
        return {row.offered.id: self._count(row) for row in self.ticked()}

    def shares(self) -> list[tuple[int, Decimal, Decimal | None]]:
        """Line, how many, and the amount where one was typed instead, of the chosen ones."""
        return [
            (row.offered.id, self._count(row), self._worth(row) if row.by_amount else None) for row in self.ticked()
        ]

    def sum(self) -> Decimal:
        """What the chosen lines are worth together."""
        return sum((round_amount(self._worth(row), self._currency) for row in self.ticked()), Decimal(0))

    def problem(self) -> str:
        """A sentence if a quantity or amount cannot be read or is too much."""
        for row in self.ticked():
            for field in (row.quantity, row.amount):
                if field is not None and field.problem():
                    return f"{row.offered.name}: {field.problem()}"
            if row.quantity is not None and not row.by_amount and not self._fits(row):
                words = _("Of “{name}” at most {n} can be chosen.")
                return words.format(name=row.offered.name, n=formats.quantity(row.offered.most))
        return ""

    def _fits(self, row: _Row) -> bool:
        most, count = row.offered.most or Decimal(0), self._count(row)
        return 0 < count <= most if most > 0 else most <= count < 0

    def as_area(self) -> QWidget:
        """The lines in an area that scrolls when there are many."""
        self._area = scroll(self)
        self._fit()
        return self._area

    def _fit(self) -> None:
        if self._area is not None:
            self._area.setMinimumHeight(min(_HIGHEST, self.sizeHint().height() + 4))


class LinesSheet(dialogs.Dialog):
    """A question with lines to choose from; `made` is what `act` gave, which may refuse with a sentence."""

    def __init__(
        self,
        heading: str,
        text: str,
        choice: LinesChoice,
        *,
        act: str,
        run: Callable[[LinesChoice], Any],
        tell: Callable[[LinesChoice], str] | None = None,
    ) -> None:
        super().__init__(heading, text, width=600)
        self.choice, self._run, self._tell = choice, run, tell
        self.made: Any = None
        self.said = label("", "small", "text2", wrap=True)
        self.add(choice.as_area())
        self.add(self.said)
        self.add_button("", _("Cancel"))
        self.act_button = self.add_button("act", act, "primary")
        self.act_button.setDefault(True)
        if choice.rows:
            self._first = choice.rows[0].quantity or choice.rows[0].tick
        choice.changed.connect(self.tell_chosen)
        self.tell_chosen()

    def tell_chosen(self) -> None:
        """Say what would come of the choice."""
        problem = self.choice.problem()
        words = problem or (self._tell(self.choice) if self._tell is not None else "")
        self.said.setText(words)
        recolor(self.said, "c", "red" if problem else "text2")

    def allowed(self, key: str) -> bool:
        if key != "act":
            return True
        try:
            if problem := self.choice.problem():
                raise UserError(problem)
            self.made = self._run(self.choice)
        except UserError as refused:
            self.said.setText(str(refused))
            recolor(self.said, "c", "red")
            self.fit()
            return False
        return True
