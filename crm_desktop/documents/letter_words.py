"""The words of letters about money: a reminder or an account statement, ready to be laid out by `letter_pdf`.

In the customer's language, with its forms of amounts and days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from crm_desktop.billing import account_statement, dunning_letters
from crm_desktop.billing.account_statement import Account, Entry, Statement
from crm_desktop.billing.document import Party
from crm_desktop.billing.dunning_letters import Row as LetterRow
from crm_desktop.billing.interest import percent
from crm_desktop.company import profile
from crm_desktop.core import dates, formats
from crm_desktop.core.i18n import document_text
from crm_desktop.core.money import from_minor
from crm_desktop.documents import from_record, letter_pdf, paper
from crm_desktop.documents.letter_pdf import Column, Letter, Table
from crm_desktop.documents.wording import SumRow

_LONGEST_REFERENCE = 120


def render_reminder(letter: dunning_letters.Letter) -> bytes:
    """The PDF of a reminder, for `dunning_letters.make_letters`.

    Raises:
        UserError: a character cannot be printed.
    """
    return letter_pdf.render(reminder(letter))


def render_statement(customer_id: int, first: date | None = None, last: date | None = None) -> bytes:
    """The PDF of an account statement.

    Raises:
        UserError: the period ends before it begins, or a character cannot be printed.
        NotFound: the customer is no longer there.
    """
    return letter_pdf.render(statement(account_statement.statement(customer_id, first, last)))


def _paper(
    *,
    language: str,
    locale: str,
    currency: str,
    sender: Party,
    receiver: Party,
    due_minor: int,
    reference: str,
    intro: str,
) -> paper.Paper:
    due = from_minor(due_minor, currency)
    texts = (profile.load().texts or {}).get(language, {})
    return paper.Paper(
        language=language,
        locale=locale,
        currency=currency,
        seller=from_record.seller_of(sender),
        address=tuple(from_record.address_lines(receiver, sender.get("country", ""), language)),
        head=paper.Head(number=reference),
        lines=(),
        sums=paper.Sums(lines=due, without_tax=due, tax=due - due, with_tax=due, due=due),
        intro=intro,
        closing=document_text(language, "Yours sincerely") + "\n" + (sender.get("owner") or sender.get("name", ""))
        if intro
        else "",
        footer=texts.get("footer", ""),
        stationery=from_record.stationery(),
    )


# ---- reminders -------------------------------------------------------------------------------------------------------


def reminder(letter: dunning_letters.Letter) -> Letter:
    """A reminder in words."""
    say, locale = letter.language, dunning_letters.locale_of(letter)
    claimed = [row.number for row in letter.rows if row.open_minor > 0]
    pay = document_text(say, "Due on {date}") if letter.is_note else document_text(say, "Please pay by {date}")
    rows = tuple(_cells(letter, row, locale) for row in letter.rows)
    facts = [
        (document_text(say, "Letter number"), letter.number or document_text(say, "Preview")),
        (document_text(say, "Date"), formats.day(letter.made_on, locale)),
        (document_text(say, "Customer number"), letter.buyer.get("number", "")),
    ]
    return Letter(
        paper=_paper(
            language=say,
            locale=locale,
            currency=letter.currency,
            sender=letter.seller,
            receiver=letter.buyer,
            due_minor=letter.total_minor,
            reference=_reference(claimed, letter.number),
            intro=f"{from_record.greeting(letter.buyer, say)}\n{letter.body}",
        ),
        title=letter.title,
        full_title=f"{letter.title} {letter.number}".strip(),
        facts=_facts(say, facts, letter.seller),
        tables=(Table(columns=_columns(letter), rows=rows, sums=_sums(letter, locale)),),
        notes=tuple(_notes(letter, locale)),
        pay=(pay.format(date=formats.day_long(letter.deadline_on, locale)),) if letter.total_minor > 0 else (),
        with_code=bool(letter.number),
    )


def _facts(language: str, rows: list[tuple[str, str]], sender: Party) -> tuple[tuple[str, str], ...]:
    more = [
        (document_text(language, "Contact"), sender.get("owner", "")),
        (document_text(language, "Phone"), sender.get("phone", "")),
    ]
    return tuple((label, value) for label, value in (*rows, *more) if value)


def _reference(numbers: list[str], own: str) -> str:
    """What stands in the transfer: the invoices, as many as fit, so that the payment finds them; and the letter."""
    found = ""
    for number in (*numbers, own):
        if number and len(found) + len(number) < _LONGEST_REFERENCE:
            found = f"{found} {number}".strip()
    return found


def _columns(letter: dunning_letters.Letter) -> tuple[Column, ...]:
    say = letter.language
    late = () if letter.is_note else (Column(heading=document_text(say, "Days late"), right=True),)
    borne = (Column(heading=document_text(say, "Interest"), right=True),) if letter.interest_minor else ()
    return (
        Column(heading=document_text(say, "Invoice"), wide=True, strong=True),
        Column(heading=document_text(say, "Date")),
        Column(heading=document_text(say, "Due")),
        *late,
        Column(heading=document_text(say, "Amount"), right=True),
        *((Column(heading=document_text(say, "Paid"), right=True),) if _was_paid(letter) else ()),
        *borne,
        Column(heading=document_text(say, "Open"), right=True, strong=True),
    )


def _cells(letter: dunning_letters.Letter, row: LetterRow, locale: str) -> tuple[str, ...]:
    def money(minor: int) -> str:
        return formats.amount_plain(minor, letter.currency, locale) if minor else ""

    is_credit = row.open_minor < 0
    credit = document_text(letter.language, "Credit note")
    name = f"{credit} {row.number}" if is_credit else row.number
    late = () if letter.is_note else (str(row.days_late) if row.days_late and not is_credit else "",)
    borne = (money(row.interest_minor),) if letter.interest_minor else ()
    due = "" if is_credit else formats.day(row.due_on, locale)
    return (
        name, formats.day(row.issue_on, locale), due, *late, money(row.total_minor),
        *((money(row.paid_minor),) if _was_paid(letter) else ()), *borne, money(row.open_minor),
    )  # fmt: skip


def _was_paid(letter: dunning_letters.Letter) -> bool:
    return any(row.paid_minor for row in letter.rows)


def _sums(letter: dunning_letters.Letter, locale: str) -> tuple[SumRow, ...]:
    say = letter.language
    charges_paid = min(letter.charges_paid_minor, letter.interest_minor + letter.fee_minor + letter.earlier_fees_minor)
    parts = [
        (document_text(say, "Credit from payments"), -letter.credit_minor),
        (document_text(say, "Interest"), letter.interest_minor),
        (document_text(say, "Reminder fee"), letter.fee_minor),
        (document_text(say, "Fees of earlier reminders"), letter.earlier_fees_minor),
        (document_text(say, "Paid on fees and interest"), -charges_paid),
    ]
    shown = [(label, minor) for label, minor in parts if minor]
    if shown:
        shown = [(document_text(say, "Sum of invoices"), letter.open_minor + letter.credit_minor), *shown]

    def money(minor: int) -> str:
        return formats.amount(minor, letter.currency, locale)

    total = SumRow(document_text(say, "To pay"), money(letter.total_minor), strong=True, ruled=True)
    return (*(SumRow(label, money(minor)) for label, minor in shown), total)


def _notes(letter: dunning_letters.Letter, locale: str) -> Iterator[str]:
    say = letter.language
    for used in letter.rates:
        yield document_text(say, "Interest from {first} to {last}: {rate} a year on what was open, by the day.").format(
            first=formats.day(used.first, locale),
            last=formats.day(used.last, locale),
            rate=formats.percent(percent(used.rate_bp), locale),
        )
    if letter.coming:
        listed = "; ".join(
            document_text(say, "{number}: {amount} by {date}").format(
                number=row.number,
                amount=formats.amount(row.open_minor, letter.currency, locale),
                date=formats.day(row.due_on, locale),
            )
            for row in letter.coming
        )
        yield document_text(say, "Not due yet and not part of the sum: {list}.").format(list=listed)


# ---- account statements ----------------------------------------------------------------------------------------------


def statement(found: Statement) -> Letter:
    """An account statement in words."""
    say = found.language
    locale = formats.locale_name(say, found.buyer.get("country", ""), found.seller.get("country", ""))
    owed = found.accounts[0].closing_minor if len(found.accounts) == 1 else 0
    title, period = document_text(say, "Account statement"), formats.day_range(found.first, found.last, locale)
    number = found.buyer.get("number", "")
    facts = [
        (document_text(say, "Customer number"), number),
        (document_text(say, "Period"), period),
        (document_text(say, "Date"), formats.day(found.made_on, locale)),
    ]
    return Letter(
        paper=_paper(
            language=say,
            locale=locale,
            currency=found.accounts[0].currency,
            sender=found.seller,
            receiver=found.buyer,
            due_minor=max(owed, 0),
            reference=number,
            intro="",
        ),
        title=title,
        full_title=f"{title} {period}",
        facts=_facts(say, facts, found.seller),
        tables=tuple(_account(found, account, locale) for account in found.accounts),
        pay=(document_text(say, "Our account, for what is due"),) if owed > 0 and found.seller.get("iban") else (),
        with_code=False,
    )


def _account(found: Statement, account: Account, locale: str) -> Table:
    say = found.language
    sign = formats.currency_sign(account.currency, locale)

    def money(minor: int) -> str:
        return formats.amount_plain(minor, account.currency, locale)

    before = document_text(say, "Balance on {date}")
    first = before.format(date=formats.day(dates.add_days(found.first, -1), locale))
    rows = [
        (
            formats.day(entry.day, locale), entry_words(say, entry), formats.day(entry.due_on, locale) if entry.due_on else "",
            money(entry.debit_minor) if entry.debit_minor else "", money(entry.credit_minor) if entry.credit_minor else "",
            money(entry.balance_minor),
        )
        for entry in account.entries
    ]  # fmt: skip
    last = SumRow(
        before.format(date=formats.day(found.last, locale)),
        formats.amount(account.closing_minor, account.currency, locale),
        strong=True,
        ruled=True,
    )
    return Table(
        title=account.currency if len(found.accounts) > 1 else "",
        columns=(
            Column(heading=document_text(say, "Date")),
            Column(heading=document_text(say, "Entry"), wide=True),
            Column(heading=document_text(say, "Due")),
            Column(heading=document_text(say, "Billed"), right=True),
            Column(heading=document_text(say, "Settled"), right=True),
            Column(heading=document_text(say, "Balance {currency}").format(currency=sign), right=True, strong=True),
        ),
        rows=(("", first, "", "", "", money(account.opening_minor)), *rows),
        sums=(last,),
    )


def entry_words(language: str, entry: Entry) -> str:
    """What a line of a statement is about: "Invoice RE-2026-0152", "Payment received"."""
    kinds = {
        "invoice": document_text(language, "Invoice"),
        "receipt": document_text(language, "Receipt"),
        "credit_note": document_text(language, "Credit note"),
        "payment": document_text(language, "Payment received"),
        "refund": document_text(language, "Paid back"),
        "discount": document_text(language, "Discount for early payment"),
        "write_off": document_text(language, "Written off"),
    }
    return f"{kinds[entry.kind]} {entry.number}".strip()
