"""Reports for the bookkeeper: figures of the VAT return, payments with what they settled, and the numbers given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.billing import kinds, number_report, payments
from crm_desktop.billing.number_report import SeriesReport
from crm_desktop.company import profile
from crm_desktop.core import formats
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.db import connection as db
from crm_desktop.exchange import report_workbook as wb
from crm_desktop.exchange.report_parts import (
    amounts_in,
    locale,
    major,
    note,
    period_words,
    sheet_name,
)
from crm_desktop.exchange.report_rows import Formula
from crm_desktop.exchange.report_styles import COUNT, DAY, MONEY
from crm_desktop.exchange.report_workbook import Block, Cell, Column, Figure, Sheet
from crm_desktop.insight import vat_figures
from crm_desktop.insight.vat_figures import Entry, Figures

# ---- VAT ------------------------------------------------------------------------------------------------------------


def vat(first: date, last: date) -> list[Sheet]:
    """The figures of the return by both methods, each with the entries behind it, and the sales to EU businesses."""
    title = _("VAT figures, {period}").format(period=period_words(first, last))
    found = {method: vat_figures.figures(first, last, method) for method in vat_figures.METHODS}
    names = {"agreed": pgettext("VAT", "Agreed"), "received": pgettext("VAT", "Received")}
    blocks = [block for method, figures in found.items() for block in _sums(names[method], figures)]
    blocks += _acquirers(found["agreed"])
    hint = _(
        "“Agreed” counts by invoice, “received” by payment. Which of them holds for you, your tax office has said."
    )
    home = profile.load().currency
    summary = Sheet(
        name=_("Summary"),
        title=title,
        note=note(hint),
        figures=tuple(
            Figure(
                label=_("Tax, {method}").format(method=names[method].lower()),
                value=Formula(
                    f'=SUMIF({_cells(names[method], figures, 5)},"{home}",{_cells(names[method], figures, 9)})'
                ),
                currency=home,
            )
            for method, figures in found.items()
        ),
        blocks=tuple(blocks),
    )
    return [summary, *(_entries(title, names[method], figures) for method, figures in found.items())]


def _cells(sheet: str, figures: Figures, column: int) -> str:
    return wb.data_range(sheet, column, len(figures.entries))


def group_name(category: str, rate: Decimal | None) -> str:
    """What a tax group is called: its rate, or why there is no tax."""
    names = {
        "AE": _("reverse charge"), "K": _("within the EU"), "G": _("export"), "E": _("exempt"), "O": _("no tax"),
    }  # fmt: skip
    return names.get(category) or (formats.percent(rate, locale()) if rate is not None else category)


def tax_code(category: str, rate: Decimal | None) -> str:
    """Category and rate as one word that a formula can look for: "S 19". A bare "19 %" would be taken for a number."""
    return category if rate is None else f"{category} {rate.normalize():f}"


def _sums(sheet: str, figures: Figures) -> list[Block]:
    """One table per currency; net and tax add up the entries of the currency and rate."""
    cells = {column: _cells(sheet, figures, column) for column in (5, 7, 8, 9)}
    blocks = []
    sums = figures.sums()
    for currency in dict.fromkeys(s.currency for s in sums):
        rows: list[tuple[Cell, ...]] = []
        for one in (s for s in sums if s.currency == currency):
            label = group_name(one.category, one.rate)
            within = f'{cells[5]},"{currency}",{cells[7]},C{{row}}'
            rows.append(
                (
                    label,
                    tax_code(one.category, one.rate),
                    one.documents,
                    Formula(f"=SUMIFS({cells[8]},{within})"),
                    Formula(f"=SUMIFS({cells[9]},{within})"),
                )
            )
        money = tuple(Column(heading=h, kind=MONEY, currency=currency, total=True) for h in (_("Net"), _("Tax")))
        columns = (
            Column(heading=_("Rate"), wide=24),
            Column(heading=_("Tax code")),
            Column(heading=_("Documents"), kind=COUNT),
            *wb.with_currency(money, currency),
        )
        blocks.append(
            Block(title=_("{method}, {currency}").format(method=sheet, currency=currency), columns=columns, rows=rows)
        )
    return blocks


def _acquirers(figures: Figures) -> list[Block]:
    found = figures.acquirers()
    if not found:
        return []
    kinds = {"K": _("Goods"), "AE": _("Services")}
    rows = [(a.vat_id, a.customer, kinds[a.category], a.currency, major(a.basis_minor, a.currency)) for a in found]
    columns = (
        Column(heading=_("VAT id"), wide=24), Column(heading=_("Customer"), wide=28), Column(heading=_("Kind")),
        Column(heading=_("Currency")), Column(heading=_("Net"), kind=MONEY),
    )  # fmt: skip
    return [Block(title=_("To businesses in the EU"), columns=columns, rows=rows, sums=False)]


def _entries(title: str, name: str, figures: Figures) -> Sheet:
    why = {"issued": _("Invoice"), "paid": _("Payment"), "reduced": _("Discount or loss")}
    columns = (
        Column(heading=_("Date"), kind=DAY, wide=13), Column(heading=_("Number")), Column(heading=_("Because of")),
        Column(heading=_("Customer"), wide=28), Column(heading=_("VAT id")), Column(heading=_("Currency")),
        Column(heading=_("Rate")), Column(heading=_("Tax code")),
        Column(heading=_("Net"), kind=MONEY), Column(heading=_("Tax"), kind=MONEY), Column(heading=_("Method")),
    )  # fmt: skip
    # In a CSV file both methods stand in one list: whoever adds it up has to tell them apart.
    rows = [(*_entry_row(entry, why[entry.why]), name) for entry in figures.entries]
    block = Block(name=f"VAT_{figures.method}", columns=columns, rows=rows, sums=False)
    return Sheet(name=name, title=title, note=note(), blocks=(block,), landscape=True)


def _entry_row(entry: Entry, why: str) -> tuple[Cell, ...]:
    return (
        entry.day, entry.number, why, entry.customer or _("Counter sale"), entry.vat_id, entry.currency,
        group_name(entry.category, entry.rate), tax_code(entry.category, entry.rate),
        major(entry.basis_minor, entry.currency), major(entry.tax_minor, entry.currency),
    )  # fmt: skip


# ---- payments -------------------------------------------------------------------------------------------------------

# Fees and interest that were paid on a reminder name its letter; they settle no document and are nobody's credit.
_PAYMENTS = """
WITH charge AS (SELECT p.id, l.number, l.customer_id FROM payment p JOIN dunning_letter l ON l.number = p.reference
  WHERE p.customer_id IS NULL AND l.number <> '' AND NOT EXISTS (SELECT 1 FROM allocation a WHERE a.payment_id = p.id))
SELECT p.paid_on, p.method, coalesce(c.number, '') AS customer_number, coalesce(c.name, '') AS customer, p.reference,
  p.currency, p.amount_minor,
  coalesce((SELECT group_concat(d.number, ', ') FROM allocation a JOIN document d ON d.id = a.document_id
    WHERE a.payment_id = p.id AND a.kind IN ('payment', 'refund')), r.number, '') AS numbers,
  CASE WHEN r.id IS NULL THEN coalesce((SELECT sum(a.amount_minor) FROM allocation a
    WHERE a.payment_id = p.id AND a.kind IN ('payment', 'refund')), 0) ELSE p.amount_minor END AS settled_minor,
  coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.payment_id = p.id AND a.kind IN ('discount', 'write_off')), 0)
    AS lost_minor
FROM payment p LEFT JOIN charge r ON r.id = p.id LEFT JOIN customer c ON c.id = coalesce(p.customer_id, r.customer_id)
WHERE p.paid_on BETWEEN ? AND ? ORDER BY p.paid_on, p.id
"""


def payment_list(first: date, last: date) -> list[Sheet]:
    """Payments of a period, per currency: what came, which documents it settled, what is left as credit."""
    found = db.records(_PAYMENTS, [first.isoformat(), last.isoformat()])
    used = list(dict.fromkeys(row["currency"] for row in found)) or [profile.load().currency]
    title = _("Payments, {period}").format(period=period_words(first, last))
    return [_payment_sheet(title, currency, used, [r for r in found if r["currency"] == currency]) for currency in used]


def _payment_sheet(title: str, currency: str, used: Sequence[str], found: list[dict[str, Any]]) -> Sheet:
    headings = (_("Amount"), _("Settled"), _("Discount or loss"), _("Left as credit"))
    columns = (
        Column(heading=_("Date"), kind=DAY, wide=13), Column(heading=_("How")), Column(heading=_("Customer no.")),
        Column(heading=_("Customer"), wide=28), Column(heading=_("Documents"), wide=26), Column(heading=_("Reference"), wide=26),
        *(Column(heading=heading, kind=MONEY, currency=currency, total=True) for heading in headings),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            date.fromisoformat(row["paid_on"]), _(payments.METHODS.get(row["method"], row["method"])),
            row["customer_number"], row["customer"], row["numbers"], row["reference"],
            *(major(minor, currency) for minor in (
                row["amount_minor"], row["settled_minor"], row["lost_minor"], row["amount_minor"] - row["settled_minor"],
            )),
        )
        for row in found
    ]  # fmt: skip
    block = Block(name=f"Payments_{currency}", columns=columns, rows=rows)
    return Sheet(
        name=sheet_name(_("Payments"), currency, used),
        title=title,
        note=note(amounts_in(currency)),
        blocks=(block,),
        landscape=True,
    )


# ---- numbers --------------------------------------------------------------------------------------------------------


def numbers(first: date, last: date) -> list[Sheet]:
    """The series of the years that a period touches: first, last, how many, and what there is to say about them."""
    found = number_report.report(years=range(first.year, last.year + 1))
    years = (
        str(first.year) if first.year == last.year else _("{first} to {last}").format(first=first.year, last=last.year)
    )
    columns = (
        Column(heading=_("Kind"), wide=20), Column(heading=_("Year")), Column(heading=_("First")),
        Column(heading=_("Last")), Column(heading=_("How many"), kind=COUNT), Column(heading=_("Missing"), kind=COUNT),
        Column(heading=_("Explained gaps"), kind=COUNT), Column(heading=_("Dates out of order"), kind=COUNT),
        Column(heading=_("Earlier pattern"), kind=COUNT), Column(heading=_("Remarks"), wide=60),
    )  # fmt: skip
    sheet = Sheet(
        name=_("Numbers"),
        title=_("Numbers, {period}").format(period=years),
        note=note(_("Documents issued with this program; imported ones keep the numbers they came with.")),
        blocks=(Block(name="Numbers", columns=columns, rows=[_series_row(one) for one in found], sums=False),),
        landscape=True,
    )
    return [sheet]


def _series_row(one: SeriesReport) -> tuple[Cell, ...]:
    return (
        kinds.name(one.kind), one.period, one.first, one.last, one.count, one.counted(number_report.MISSING),
        one.counted(number_report.LEFT_OUT) + one.counted(number_report.TAKEN), len(one.disorders), len(one.others),
        " ".join(one.remarks()),
    )  # fmt: skip
