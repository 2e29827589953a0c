"""The sums of an invoice while it is written: lines, discount, net, tax per rate, total."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from crm_desktop.billing.document import Deduction, Draft
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import to_minor
from crm_desktop.gui.parts.line_sheet import tax_text
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.layouts import clear, hairline, label
from crm_desktop.sales.basket import without_percent
from crm_desktop.sales.tax_categories import CATEGORIES
from crm_desktop.sales.totals import AdjustmentTotal, Totals

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def sum_rows(draft: Draft, sums: Totals) -> list[tuple[str, str]]:
    """Label and amount of each sum above the total."""
    money = draft.currency

    def shown(value: Decimal) -> str:
        return formats.amount(to_minor(value, money), money)

    found: list[tuple[str, str]] = []
    if sums.allowances or sums.charges:
        found.append((_("Lines"), shown(sums.line_total)))
    found += [(words, shown(-amount)) for words, amount in _by_entry(sums.allowances, _("Discount"))]
    found += [(words, shown(amount)) for words, amount in _by_entry(sums.charges, _("Charge"))]
    found.append((_("Net"), shown(sums.tax_basis)))
    for group in sums.breakdown:
        tax = tax_text((group.category, group.rate))
        words = _("VAT {rate} on {basis}") if CATEGORIES[group.category].taxed else _("{rate}: no tax on {basis}")
        found.append((words.format(rate=tax, basis=shown(group.basis)), shown(group.tax)))
    if draft.deductions:
        found.append((_("Everything, with tax"), shown(sums.grand_total)))
        found += [(words, shown(-amount)) for words, amount in _deducted(draft, shown)]
    if sums.prepaid != draft.deducted:
        found.append((_("Paid before"), shown(draft.deducted - sums.prepaid)))
    if sums.rounding:
        found.append((_("Rounding"), shown(sums.rounding)))
    if sums.tax_total_accounting is not None and sums.tax_currency:
        home = sums.tax_currency
        amount = formats.amount(to_minor(sums.tax_total_accounting, home), home)
        found.append((_("VAT in {currency}").format(currency=home), amount))
    return found


def _deducted(draft: Draft, shown: Callable[[Decimal], str]) -> list[tuple[str, Decimal]]:
    """What each deposit or partial invoice billed before, with the tax that was in it."""
    bills: dict[tuple[str, date], list[Deduction]] = {}
    for part in draft.deductions:
        bills.setdefault((part.number, part.issue_on), []).append(part)
    words = _("{number} of {day}, {tax} tax in it")
    return [
        (
            words.format(number=number, day=formats.day_short(day), tax=shown(sum((p.tax for p in parts), Decimal(0)))),
            sum((part.gross for part in parts), Decimal(0)),
        )
        for (number, day), parts in bills.items()
    ]


def entered(sums: Totals) -> list[tuple[str, Decimal]]:
    """Words and amount, as prices are entered, of each discount (below zero) and each charge on the whole document."""
    less = [(words, -amount) for words, amount in _by_entry(sums.allowances, _("Discount"), entered=True)]
    return less + _by_entry(sums.charges, _("Charge"), entered=True)


def _by_entry(parts: Sequence[AdjustmentTotal], usual: str, *, entered: bool = False) -> list[tuple[str, Decimal]]:
    """Words and amount of each discount or charge that was entered; its parts lie on several tax groups."""
    found: dict[int, tuple[str, Decimal]] = {}
    for part in parts:
        words = without_percent(part.reason, part.percent) or usual
        if part.percent is not None:
            words = _("{name}, {percent}").format(name=words, percent=formats.percentage(part.percent))
        before = found.get(part.position, ("", Decimal(0)))[1]
        found[part.position] = (words, before + (part.entered if entered else part.amount))
    return list(found.values())


class TotalsView(QWidget):
    """The sums, right aligned, the total large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 9, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self._told: tuple[object, ...] = ()
        self.setAccessibleName(_("Sums"))

    def tell(self, draft: Draft, sums: Totals) -> None:
        """Show the sums of a draft."""
        rows = sum_rows(draft, sums)
        total = formats.money_text(to_minor(sums.due, draft.currency), draft.currency)
        if self._told == (*rows, total):
            return
        self._told = (*rows, total)
        clear(self._grid)
        for line, (words, amount) in enumerate(rows):
            name = label(words, "body", "text2", wrap=True)
            name.setToolTip(words)
            self._grid.addWidget(name, line, 0)
            self._grid.addWidget(label(amount), line, 1, _RIGHT)
        self._grid.addWidget(hairline(), len(rows), 0, 1, 2)
        name = _("Left to pay") if draft.deductions else _("Total")
        self._grid.addWidget(label(name, "b"), len(rows) + 1, 0)
        self._grid.addWidget(label(total, "display"), len(rows) + 1, 1, _RIGHT)
        self.setAccessibleDescription(" ".join((_("Total"), total)))

    def total(self) -> str:
        """The total as it is shown."""
        return str(self._told[-1]) if self._told else ""
