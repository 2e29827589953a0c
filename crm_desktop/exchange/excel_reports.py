"""The reports for Excel: customers, the invoice journal of a period, open items by age.

Each has a first sheet with the sums and a chart, then the rows behind it, one sheet per currency: amounts of different
currencies are never added. The sums are formulas over those rows, so that a bookkeeper can follow and filter them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from crm_desktop.company import profile
from crm_desktop.core import dates, formats
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import bookkeeper_reports, report_csv
from crm_desktop.exchange import report_workbook as wb
from crm_desktop.exchange.report_parts import (
    amounts_in,
    company_name,
    day_words,
    kind_names,
    locale,
    major,
    months,
    note,
    period_words,
    share,
    sheet_name,
)
from crm_desktop.exchange.report_rows import Formula
from crm_desktop.exchange.report_styles import COUNT, DAY, MONEY, SHARE
from crm_desktop.exchange.report_workbook import Block, Cell, Chart, Column, Figure, Sheet
from crm_desktop.insight import customer_figures, journal, open_items
from crm_desktop.insight.journal import Entry
from crm_desktop.insight.open_items import OpenItem

KINDS = ("customers", "journal", "management", "numbers", "open-items", "payments", "vat")


def write(kind: str, path: Path, first: date | None = None, last: date | None = None) -> None:
    """Write one of the `KINDS` to a workbook, or its rows to a .csv file; the period is this year up to today, unless it is given.

    Raises:
        UserError: the kind is unknown, or the period ends before it begins.
        Problem: the file cannot be written.
    """
    sheets = sheets_of(kind, first, last)
    if path.suffix.lower() == ".csv":
        report_csv.write(path, sheets)
    else:
        wb.write(path, sheets, company=company_name(), title=sheets[0].title)


def sheets_of(kind: str, first: date | None = None, last: date | None = None) -> list[Sheet]:
    """One of the `KINDS` as sheets; raises UserError as `write` does."""
    from crm_desktop.exchange import management_workbook  # it builds on this module

    builders: dict[str, Callable[[date, date], list[Sheet]]] = {
        "customers": customers,
        "journal": invoice_journal,
        "management": management_workbook.sheets,
        "numbers": bookkeeper_reports.numbers,
        "open-items": lambda _first, until: open_item_list(until),
        "payments": bookkeeper_reports.payment_list,
        "vat": bookkeeper_reports.vat,
    }
    if kind not in builders:
        raise UserError(
            _("There is no report “{kind}”. Choose one of: {kinds}.").format(kind=kind, kinds=", ".join(KINDS))
        )
    until = last or (dates.end_of_month(first) if first and first > dates.today() else dates.today())
    begin = first or until.replace(month=1, day=1)
    if begin > until:
        raise UserError(_("The period ends before it begins. Exchange the two days."))
    return builders[kind](begin, until)


# ---- customers ------------------------------------------------------------------------------------------------------


def customers(first: date, last: date) -> list[Sheet]:
    """All customers with what they were billed in the period and what is open of it."""
    found = customer_figures.all_customers(first, last)
    used = customer_figures.currencies(found) or [profile.load().currency]
    columns = (
        Column(heading=_("Number")), Column(heading=_("Name")), Column(heading=_("Kind")), Column(heading=_("Street")),
        Column(heading=_("Postcode")), Column(heading=_("Town")), Column(heading=_("Country")),
        Column(heading=_("E-mail")), Column(heading=_("Phone")), Column(heading=_("VAT id")), Column(heading=_("Tags")),
        Column(heading=_("Since"), kind=DAY, wide=13), Column(heading=_("Last invoice"), kind=DAY, wide=15),
        *(
            Column(heading=f"{title} {currency}", kind=MONEY, currency=currency, total=True)
            for currency in used
            for title in (_("Net"), _("Open"))
        ),
    )  # fmt: skip
    kinds = {"organisation": _("organisation"), "person": _("person")}
    rows: list[tuple[Cell, ...]] = [
        (
            c.number, c.name, kinds[c.kind], c.street, c.postcode, c.city, c.country, c.email, c.phone, c.vat_id, c.tags,
            c.created_on, c.last_invoice_on,
            *(major(part.get(currency, 0), currency) for currency in used for part in (c.revenue, c.open)),
        )
        for c in found
    ]  # fmt: skip
    title = _("Customers, {date}").format(date=day_words(dates.today()))
    block = Block(name="Customers", columns=columns, rows=rows)
    billed = _("Net and open amounts of invoices from {first} to {last}.").format(
        first=day_words(first), last=day_words(last)
    )
    return [Sheet(name=_("Customers"), title=title, note=note(billed), blocks=(block,), landscape=True)]


# ---- journal --------------------------------------------------------------------------------------------------------


def invoice_journal(first: date, last: date) -> list[Sheet]:
    """Documents of a period with tax per rate; credit notes negative. A first sheet adds up by rate and by month."""
    found = journal.entries(first, last)
    used = journal.currencies(found) or [profile.load().currency]
    title = _("Invoice journal, {period}").format(period=period_words(first, last))
    parts = [_JournalOf(currency, [e for e in found if e.currency == currency], used) for currency in used]
    summary = Sheet(
        name=_("Summary"),
        title=title,
        note=note(amounts_in(used[0]) if len(used) == 1 else _("Each currency is added up for itself.")),
        figures=parts[0].figures(),
        blocks=tuple(block for part in parts for block in (part.by_rate(), part.by_month(first, last))),
        charts=(Chart(title=_("Net by month, {currency}").format(currency=used[0]), block=1, column=2),),
    )
    return [summary, *(part.sheet(title) for part in parts)]


class _JournalOf:
    """The journal of one currency: its rows, and formulas over them."""

    def __init__(self, currency: str, entries: list[Entry], used: Sequence[str]) -> None:
        self.currency, self.entries = currency, entries
        self.several = len(used) > 1
        self.name = sheet_name(_("Invoices"), currency, used)
        self.rates = sorted(
            {(t.category, t.rate) for e in entries for t in e.taxes}, key=lambda key: (-(key[1] or 0), key[0])
        )
        self.plain = (
            Column(heading=_("Date"), kind=DAY, wide=13), Column(heading=_("Number")),
            Column(heading=_("Kind")), Column(heading=_("Customer no.")), Column(heading=_("Customer")),
            Column(heading=_("Country")),
            *(Column(heading=heading, kind=MONEY, currency=currency, total=True) for heading in (_("Net"), _("Tax"), _("Gross"))),
        )  # fmt: skip

    def _rate(self, key: tuple[str, Decimal | None]) -> str:
        category, rate = key
        share = formats.percent(rate, locale()) if rate is not None else ""
        exempt = {
            "AE": _("reverse charge"),
            "K": _("within the EU"),
            "G": _("export"),
            "E": _("exempt"),
            "O": _("no tax"),
        }
        return exempt.get(category) or share

    def _cells(self, column: int) -> str:
        return wb.data_range(self.name, column, len(self.entries))

    def _heading(self, text: str) -> str:
        return f"{text}, {self.currency}" if self.several else text

    def figures(self) -> tuple[Figure, ...]:
        """The large numbers: net, tax, gross, documents."""
        sums = [
            Figure(label=self._heading(label), value=Formula(f"=SUM({self._cells(column)})"), currency=self.currency)
            for label, column in ((_("Net"), 6), (_("Tax"), 7), (_("Gross"), 8))
        ]
        count = Figure(label=_("Documents"), value=Formula(f"=COUNTA({self._cells(1)})"), kind=COUNT)
        return (*sums, count)

    def by_rate(self) -> Block:
        """Basis and tax per rate."""
        rows: list[tuple[Cell, ...]] = []
        for place, key in enumerate(self.rates):
            column = len(self.plain) + 2 * place
            parts = [t for e in self.entries for t in e.taxes if (t.category, t.rate) == key]
            basis, tax = sum(part.basis_minor for part in parts), sum(part.tax_minor for part in parts)
            rows.append(
                (
                    self._rate(key),
                    Formula(f'=COUNTIF({self._cells(column)},"<>0")', sum(part.basis_minor != 0 for part in parts)),
                    Formula(f"=SUM({self._cells(column)})", major(basis, self.currency)),
                    Formula(f"=SUM({self._cells(column + 1)})", major(tax, self.currency)),
                    Formula("=D{row}+E{row}", major(basis + tax, self.currency)),
                )
            )
        return Block(title=self._heading(_("By tax rate")), columns=self._sum_columns(_("Rate")), rows=rows)

    def _sum_columns(self, first: str) -> tuple[Column, ...]:
        money = tuple(Column(heading=heading, kind=MONEY, total=True) for heading in (_("Net"), _("Tax"), _("Gross")))
        counted = Column(heading=_("Documents"), kind=COUNT, total=first == _("Month"))
        return wb.with_currency((Column(heading=first, wide=24), counted, *money), self.currency)

    def by_month(self, first: date, last: date) -> Block:
        """Documents, net, tax and gross of each month of the period."""
        rows: list[tuple[Cell, ...]] = []
        for month in months(first, last):
            end = dates.end_of_month(month) + timedelta(days=1)
            within = ",".join(
                f'{self._cells(0)},"{sign}"&DATE({day.year},{day.month},{day.day})'
                for sign, day in ((">=", month), ("<", end))
            )
            sums = (Formula(f"=SUMIFS({self._cells(column)},{within})") for column in (6, 7, 8))
            rows.append((formats.month(month, locale()), Formula(f"=COUNTIFS({within})"), *sums))
        return Block(title=self._heading(_("By month")), columns=self._sum_columns(_("Month")), rows=rows)

    def sheet(self, title: str) -> Sheet:
        """The rows themselves."""
        columns = list(self.plain)
        for key in self.rates:
            for heading in (_("Net {rate}"), _("Tax {rate}")):
                text = heading.format(rate=self._rate(key))
                columns.append(Column(heading=text, kind=MONEY, currency=self.currency, total=True))
        block = Block(
            name=f"Journal_{self.currency}", columns=tuple(columns), rows=[self._row(e) for e in self.entries]
        )
        return Sheet(name=self.name, title=title, note=note(amounts_in(self.currency)), blocks=(block,), landscape=True)

    def _row(self, entry: Entry) -> tuple[Cell, ...]:
        money = [major(minor, self.currency) for minor in (entry.net_minor, entry.tax_minor, entry.gross_minor)]
        parts = {(t.category, t.rate): t for t in entry.taxes}
        for key in self.rates:
            part = parts.get(key)
            money += [
                major(part.basis_minor if part else 0, self.currency),
                major(part.tax_minor if part else 0, self.currency),
            ]
        return (
            entry.issued_on, entry.number, kind_names()[entry.kind], entry.customer_number,
            entry.customer or _("Counter sale"), entry.country, *money,
        )  # fmt: skip


# ---- open items -----------------------------------------------------------------------------------------------------


def open_item_list(day: date) -> list[Sheet]:
    """What is open at the end of a day, by age; the rows behind it per currency."""
    found = open_items.items(day)
    counts = {item.currency: 0 for item in found}
    for item in found:
        counts[item.currency] += 1
    used = sorted(counts, key=lambda currency: (-counts[currency], currency)) or [profile.load().currency]
    title = _("Open items on {date}").format(date=day_words(day))
    names = {currency: sheet_name(_("Open items"), currency, used) for currency in used}
    items = {currency: [item for item in found if item.currency == currency] for currency in used}
    blocks = tuple(by_age(currency, names[currency], items[currency], several=len(used) > 1) for currency in used)
    summary = Sheet(
        name=_("Summary"),
        title=title,
        note=note(amounts_in(used[0]) if len(used) == 1 else _("Each currency is added up for itself.")),
        figures=_open_figures(used[0], names[used[0]], len(items[used[0]]), several=len(used) > 1),
        blocks=blocks,
        charts=(Chart(title=_("Open by age, {currency}").format(currency=used[0]), block=0, column=2),),
    )
    return [summary, *(_open_sheet(title, currency, names[currency], items[currency]) for currency in used)]


def _ages() -> tuple[str, ...]:
    return (
        _("not due yet"),
        _("1 to 30 days late"),
        _("31 to 60 days late"),
        _("61 to 90 days late"),
        _("over 90 days late"),
    )


def _open_figures(currency: str, sheet: str, count: int, *, several: bool) -> tuple[Figure, ...]:
    cells, ages = wb.data_range(sheet, 10, count), wb.data_range(sheet, 7, count)
    late = f'SUMIF({ages},">0",{cells})'
    more = f", {currency}" if several else ""
    return (
        Figure(label=_("Open") + more, value=Formula(f"=SUM({cells})"), currency=currency),
        Figure(label=_("Late") + more, value=Formula(f"={late}"), currency=currency, alert=True),
        Figure(label=_("Documents"), value=Formula(f"=COUNTA({wb.data_range(sheet, 2, count)})"), kind=COUNT),
    )


def by_age(currency: str, sheet: str, items: list[OpenItem], *, several: bool) -> Block:
    """What is open in one currency by age, as formulas over its sheet."""
    cells, ages = wb.data_range(sheet, 10, len(items)), wb.data_range(sheet, 6, len(items))
    whole, everything = f"SUM({cells})", sum(item.open_minor for item in items)
    rows: list[tuple[Cell, ...]] = [
        (
            label,
            Formula(f"=COUNTIF({ages},B{{row}})", len(within)),
            Formula(f"=SUMIF({ages},B{{row}},{cells})", major(part, currency)),
            Formula(f"=IF({whole}=0,0,D{{row}}/{whole})", share(part, everything)),
        )
        for place, label in enumerate(_ages())
        for within in ([item for item in items if item.age == place],)
        for part in (sum(item.open_minor for item in within),)
    ]
    columns = (
        Column(heading=_("Age"), wide=24),
        Column(heading=_("Documents"), kind=COUNT, total=True),
        Column(heading=_("Open"), kind=MONEY, currency=currency, total=True),
        Column(heading=_("Share"), kind=SHARE, total=True),
    )
    title = _("By age")
    return Block(title=f"{title}, {currency}" if several else title, columns=columns, rows=rows)


def _open_sheet(title: str, currency: str, name: str, items: list[OpenItem]) -> Sheet:
    columns = (
        Column(heading=_("Customer no.")), Column(heading=_("Customer")), Column(heading=_("Number")),
        Column(heading=_("Kind")), Column(heading=_("Date"), kind=DAY, wide=13), Column(heading=_("Due"), kind=DAY, wide=13),
        Column(heading=_("Age")), Column(heading=_("Days late"), kind=COUNT), Column(heading=_("Total"), kind=MONEY, total=True),
        Column(heading=_("Settled"), kind=MONEY, total=True), Column(heading=_("Open"), kind=MONEY, total=True),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            item.customer_number, item.customer or _("Counter sale"), item.number, kind_names()[item.kind], item.issued_on,
            item.due_on, _ages()[item.age], item.days_late, major(item.total_minor, currency),
            major(item.settled_minor, currency), major(item.open_minor, currency),
        )
        for item in items
    ]  # fmt: skip
    block = Block(name=f"Open_{currency}", columns=wb.with_currency(columns, currency), rows=rows)
    return Sheet(name=name, title=title, note=note(amounts_in(currency)), blocks=(block,), landscape=True)
