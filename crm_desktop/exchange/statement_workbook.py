"""The account statement of a customer as a workbook: one sheet per currency, the running balance as formulas."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from crm_desktop.billing import account_statement
from crm_desktop.billing.account_statement import Account, Entry, Statement
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import digits
from crm_desktop.exchange import report_workbook as wb
from crm_desktop.exchange.report_parts import amounts_in, company_name, day_words, major, note, sheet_name
from crm_desktop.exchange.report_rows import Formula
from crm_desktop.exchange.report_styles import DAY, MONEY
from crm_desktop.exchange.report_workbook import Block, Cell, Column, Figure, Sheet

# The columns of the sheet in which what is billed and what is settled stand; the table begins in column B.
_BILLED, _SETTLED, _FIRST_ROW = "E", "F", wb.HEAD_ROW + wb.FIGURE_ROWS + 1


def write(path: Path, customer_id: int, first: date | None = None, last: date | None = None) -> None:
    """Write the statement of a customer; without days for this year up to today.

    Raises:
        UserError: the period ends before it begins.
        NotFound: the customer is no longer there.
        Problem: the file cannot be written.
    """
    found = account_statement.statement(customer_id, first, last)
    title = _("Account statement, {name}").format(name=found.buyer.get("name", ""))
    wb.write(path, sheets_of(found), company=company_name(), title=title)


def sheets_of(found: Statement) -> list[Sheet]:
    """The sheets of a statement, one for each currency."""
    used = [account.currency for account in found.accounts]
    return [_sheet(found, account, sheet_name(_("Statement"), account.currency, used)) for account in found.accounts]


def _sheet(found: Statement, account: Account, name: str) -> Sheet:
    money = account.currency
    columns = (
        Column(heading=_("Date"), kind=DAY, wide=13), Column(heading=_("Entry"), wide=34),
        Column(heading=_("Due"), kind=DAY, wide=13), Column(heading=_("Billed"), kind=MONEY, total=True),
        Column(heading=_("Settled"), kind=MONEY, total=True), Column(heading=_("Balance"), kind=MONEY),
    )  # fmt: skip
    # Rounded, so that a balance of nothing is 0 and not what binary fractions leave of it.
    sums = (f"SUM({column}${_FIRST_ROW}:{column}{{row}})" for column in (_BILLED, _SETTLED))
    running = Formula(f"=ROUND({'-'.join(sums)},{digits(money)})")
    before = dates.add_days(found.first, -1)
    opening: tuple[Cell, ...] = (
        before,
        _("Balance before"),
        None,
        major(account.opening_minor, money) if account.opening_minor > 0 else None,
        major(-account.opening_minor, money) if account.opening_minor < 0 else None,
        running,
    )
    rows = [opening, *(_row(entry, money, running) for entry in account.entries)]
    billed, settled = (wb.data_range(name, place, len(rows), below_figures=True) for place in (3, 4))
    owed = _("Balance on {date}").format(date=day_words(found.last))
    period = _("{first} to {last}").format(first=day_words(found.first), last=day_words(found.last))
    return Sheet(
        name=name,
        title=_("Account statement, {name}").format(name=found.buyer.get("name", "")),
        note=note(f"{period}.", amounts_in(money)),
        figures=(
            Figure(label=owed, value=Formula(f"=ROUND(SUM({billed})-SUM({settled}),{digits(money)})"), currency=money),
        ),
        blocks=(Block(name=f"Statement_{money}", columns=wb.with_currency(columns, money), rows=rows),),
    )


def _row(entry: Entry, money: str, running: Formula) -> tuple[Cell, ...]:
    return (
        entry.day,
        f"{kind_words(entry.kind)} {entry.number}".strip(),
        entry.due_on,
        major(entry.debit_minor, money) if entry.debit_minor else None,
        major(entry.credit_minor, money) if entry.credit_minor else None,
        running,
    )


def kind_words(kind: str) -> str:
    """What a line of a statement is called on the screen."""
    return {
        "invoice": _("Invoice"),
        "receipt": _("Receipt"),
        "credit_note": _("Credit note"),
        "payment": _("Payment received"),
        "refund": _("Paid back"),
        "discount": _("Discount for early payment"),
        "write_off": _("Written off"),
    }[kind]
