"""Bookings and debtors for DATEV: two EXTF files that a German bookkeeper reads in.

Each tax group of a document is one booking of its gross amount, the customer's account against the account of the sale,
which carries its tax by itself. A deposit goes to the account of deposits, a partial invoice to that of the sale; the final
invoice books everything and takes both off again where they were booked. Payments, discounts and write-offs are bookings
of their own, and so are fees and interest that were paid on reminders. Historic documents that were imported with their
numbers are left out: they were booked elsewhere.

Source: DATEV format EXTF, header version 700, Buchungsstapel (category 21, version 13), Debitoren/Kreditoren (16, 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from crm_desktop.billing.document import DEPOSIT
from crm_desktop.company import ledger_accounts, profile, tax_rates
from crm_desktop.company.ledger_accounts import Accounts, group_of
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import digits
from crm_desktop.core.text import fold
from crm_desktop.db import connection as db
from crm_desktop.exchange.datev_columns import BOOKING_COLUMNS, DEBTOR_COLUMNS

_LATIN = "cp1252"
_MOST_NAMED = 5
# What the field of the rate takes: four digits before the comma.
_LARGEST_RATE = Decimal(10_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """One line: `amount_minor` on `account` (debit when `is_debit`) against `contra`. `day` is that of the voucher.

    `rate` is foreign units in one of the company's currency's, as DATEV wants it, where `currency` is not its own.
    """

    amount_minor: int
    is_debit: bool
    currency: str
    account: str
    contra: str
    day: date
    voucher: str
    text: str
    due_on: date | None = None
    service_on: date | None = None
    vat_id: str = ""
    home_minor: int | None = None
    rate: Decimal | None = None


@dataclass(frozen=True)
class Written:
    """What was written: the two files, how many bookings and debtors, and how many imported documents were left out.

    `without_rate` are the numbers of the bills in another currency whose bookings carry no rate.
    """

    files: tuple[Path, ...]
    bookings: int
    debtors: int
    left_out: int
    without_rate: tuple[str, ...] = ()

    def notices(self) -> list[str]:
        """What the bookkeeper has to know, in sentences."""
        found = []
        if self.left_out:
            words = ngettext(
                "{n} imported document is left out.", "{n} imported documents are left out.", self.left_out
            )
            found.append(words.format(n=self.left_out))
        if self.without_rate:
            words = ngettext(
                "{numbers} is in another currency and has no rate: your bookkeeper has to enter it.",
                "{numbers} are in another currency and have no rate: your bookkeeper has to enter it.",
                len(self.without_rate),
            )
            shown = ", ".join(self.without_rate[:_MOST_NAMED])
            found.append(words.format(numbers=f"{shown} …" if len(self.without_rate) > _MOST_NAMED else shown))
        return found


def write(folder: Path, first: date, last: date) -> Written:
    """Write both files for a period into a folder that exists.

    Raises:
        UserError: the period spans two business years, or there is nothing in it.
        ValidationError: the accounts are not complete.
        Problem: the files cannot be written.
    """
    accounts = ledger_accounts.load()
    _check_period(accounts, first, last)
    found = bookings(first, last)
    if not found:
        raise UserError(_("There is nothing to hand over in this period. Choose another one."))
    targets = tuple(folder / name for name in file_names(first, last))
    contents = (render_bookings(found, first, last), render_debtors(first, last))
    try:
        for path, content in zip(targets, contents, strict=True):
            path.write_bytes(content)
    except OSError as error:
        raise Problem(
            _("{file} could not be written: {reason}. Choose another folder.").format(
                file=error.filename, reason=error.strerror
            )
        ) from error
    home = profile.load().currency
    without = dict.fromkeys(b.voucher for b in found if b.currency != home and b.rate is None)
    return Written(targets, len(found), len(_debtors(first, last)), _left_out(first, last), tuple(without))


def file_names(first: date, last: date) -> tuple[str, str]:
    """The names of both files, with their days, so that one month does not replace another."""
    days = f"{first:%Y%m%d}-{last:%Y%m%d}"
    return f"EXTF_Buchungsstapel_{days}.csv", f"EXTF_Debitoren_{days}.csv"


def _check_period(accounts: Accounts, first: date, last: date) -> None:
    if last < first:
        raise UserError(_("The period ends before it begins. Exchange the two days."))
    if last >= dates.add_months(_year_start(accounts, first), 12):
        raise UserError(_("A file for DATEV holds one business year. Choose a shorter period."))


def _year_start(accounts: Accounts, day: date) -> date:
    start = date(day.year, accounts.year_start, 1)
    return start if start <= day else start.replace(year=day.year - 1)


# ---- bookings -------------------------------------------------------------------------------------------------------


def bookings(first: date, last: date) -> list[Booking]:
    """All bookings of a period, by day and voucher."""
    made = [*_sales(first, last), *_money(first, last)]
    return sorted(made, key=lambda b: (b.day, b.voucher))


# What a credit note takes back went to the account of the invoice that it corrects.
_DOCUMENTS = """
SELECT d.id, d.kind, coalesce(p.type_code, d.type_code) AS type_code, d.number, d.issue_on, d.due_on,
  coalesce(d.service_to_on, d.service_from_on) AS service_on,
  d.customer_id, d.currency, d.tax_currency, d.tax_currency_rate, d.rounding_minor,
  d.prepaid_minor - coalesce((SELECT sum(x.basis_minor + x.tax_minor) FROM document_deduction x WHERE x.document_id = d.id), 0)
    AS prepaid_minor,
  coalesce(json_extract(d.buyer, '$.name'), c.name, '') AS customer,
  coalesce(json_extract(d.buyer, '$.vat_id'), c.vat_id, '') AS vat_id,
  coalesce(json_extract(p.seller, '$.tax_status'), json_extract(d.seller, '$.tax_status'), '') AS tax_status
FROM document d LEFT JOIN customer c ON c.id = d.customer_id
LEFT JOIN document p ON p.id = d.preceding_id AND d.kind = 'credit_note'
WHERE d.state = 'issued' AND d.deleted_at IS NULL AND d.imported = 0 AND d.kind IN ('invoice', 'credit_note', 'receipt')
"""
_GROUPS = """
SELECT category, rate_bp, basis_minor + tax_minor, exemption_code FROM document_tax WHERE document_id = ?
ORDER BY rate_bp DESC, category
"""
# What a bill asks for by itself: without what deposits billed before and what its credit notes took back.
_LEFT = """
SELECT category, rate_bp, sum(gross) FROM (
  SELECT category, rate_bp, basis_minor + tax_minor AS gross FROM document_tax WHERE document_id = ?1
  UNION ALL SELECT category, rate_bp, -basis_minor - tax_minor FROM document_deduction WHERE document_id = ?1
  UNION ALL SELECT t.category, t.rate_bp, -t.basis_minor - t.tax_minor FROM document_tax t
    JOIN document c ON c.id = t.document_id WHERE c.preceding_id = ?1 AND c.kind = 'credit_note' AND c.state = 'issued')
GROUP BY category, rate_bp HAVING sum(gross) <> 0 ORDER BY rate_bp DESC, category
"""
_DEDUCTED = """
SELECT x.category, x.rate_bp, x.basis_minor + x.tax_minor, x.number, coalesce(d.type_code, '386') AS type_code,
  coalesce(json_extract(d.seller, '$.tax_status'), '') AS tax_status
FROM document_deduction x LEFT JOIN document d ON d.id = x.deducted_id WHERE x.document_id = ? ORDER BY x.position, x.id
"""


def _records(sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
    return db.records(sql, list(params))


def _sales(first: date, last: date) -> Iterable[Booking]:
    accounts = ledger_accounts.load()
    for own in _records(_DOCUMENTS + " AND d.issue_on BETWEEN ? AND ?", [first.isoformat(), last.isoformat()]):
        for category, rate_bp, gross, exemption in db.query(_GROUPS, [own["id"]]):
            account = _sale_account(own | {"exemption": exemption}, accounts, category, rate_bp)
            yield _sale(own, accounts, gross, account, _text(own))
        for category, rate_bp, gross, number, code, status in db.query(_DEDUCTED, [own["id"]]):
            kept = {"type_code": code, "tax_status": status, "exemption": ""}
            account = _sale_account(kept, accounts, category, rate_bp)
            words = _("Deposit {number}") if code == DEPOSIT else _("Partial invoice {number}")
            yield _sale(own, accounts, -gross, account, words.format(number=number))
        if own["rounding_minor"]:
            yield _sale(own, accounts, own["rounding_minor"], accounts.rounding, _("Rounding"))
        if own["prepaid_minor"]:
            yield _sale(own, accounts, -own["prepaid_minor"], accounts.transit, _("Paid before"))


def _sale_account(own: dict[str, Any], accounts: Accounts, category: str, rate_bp: int) -> str:
    """The account of a sale. Whether it was one of a small business, the document has kept: today's status says nothing.

    A small business may also sell what is exempt for everybody; the code on the document says so then.
    """
    group = group_of(category, rate_bp)
    if own["type_code"] == DEPOSIT:
        return _of_group(accounts.deposits, group)
    small_code = tax_rates.small_business_reason(profile.load().country, "")[1]
    if category == "E" and own["tax_status"] == "small" and own["exemption"] in ("", small_code):
        return accounts.small_business
    return accounts.sales[group]


def _of_group(mapping: dict[str, str], group: str) -> str:
    return mapping.get(group) or mapping[""]


def _sale(own: dict[str, Any], accounts: Accounts, minor: int, contra: str, words: str) -> Booking:
    """A sale debits the customer; a credit note, and what is taken off, credits."""
    signed = -minor if own["kind"] == "credit_note" else minor
    home_minor, rate = _home(own, abs(minor))
    return Booking(
        amount_minor=abs(minor),
        is_debit=signed >= 0,
        currency=own["currency"],
        account=accounts.debtor(own["customer_id"]),
        contra=contra,
        day=date.fromisoformat(own["issue_on"]),
        voucher=own["number"],
        text=words,
        due_on=_day(own["due_on"]),
        service_on=_day(own["service_on"]),
        vat_id=own["vat_id"],
        home_minor=home_minor,
        rate=rate,
    )


def _text(own: dict[str, Any]) -> str:
    return str(own["customer"] or _("Counter sale"))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _home(own: dict[str, Any], minor: int) -> tuple[int | None, Decimal | None]:
    """The amount in the company's currency and the rate, where the document has kept one."""
    home = profile.load().currency
    if own["currency"] == home or own["tax_currency"] != home or not own["tax_currency_rate"]:
        return None, None
    kept = Decimal(own["tax_currency_rate"])
    rate = (1 / kept).quantize(Decimal("0.000001"))
    if not 0 < rate < _LARGEST_RATE:
        return None, None
    amount = Decimal(minor).scaleb(-digits(own["currency"])) * kept
    return int(amount.scaleb(digits(home)).quantize(Decimal(1), "ROUND_HALF_UP")), rate


_SETTLED = """
SELECT a.kind AS how, a.amount_minor, {day} AS made_on, p.method, d.id, d.kind, d.type_code, d.number, d.issue_on,
  d.customer_id, d.currency, d.tax_currency, d.tax_currency_rate,
  coalesce(json_extract(d.buyer, '$.name'), c.name, '') AS customer
FROM allocation a JOIN document d ON d.id = a.document_id LEFT JOIN customer c ON c.id = d.customer_id
LEFT JOIN payment p ON p.id = a.payment_id
WHERE d.imported = 0 AND a.kind IN {kinds} AND {day} BETWEEN ? AND ? ORDER BY {day}, a.id
"""
_UNUSED = """
SELECT p.amount_minor - coalesce((SELECT sum(a.amount_minor) FROM allocation a
    WHERE a.payment_id = p.id AND a.kind IN ('payment', 'refund')), 0) AS amount_minor,
  p.paid_on AS made_on, p.method, p.reference AS number, p.customer_id, p.currency, '' AS tax_currency,
  NULL AS tax_currency_rate, coalesce(c.name, '') AS customer, p.customer_id IS NULL AND p.reference IN (
    SELECT number FROM dunning_letter WHERE number <> '') AS is_charge
FROM payment p LEFT JOIN customer c ON c.id = p.customer_id WHERE p.paid_on BETWEEN ? AND ?
"""


def _money(first: date, last: date) -> Iterable[Booking]:
    """Payments on the day they came, discounts and losses; what a payment held beyond its invoices stays on account."""
    accounts, period = ledger_accounts.load(), [first.isoformat(), last.isoformat()]
    for own in _records(_SETTLED.format(day="p.paid_on", kinds="('payment', 'refund')"), period):
        yield _paid(own, accounts)
    for own in _records(_UNUSED, period):
        if own["amount_minor"]:
            paid = _paid(own, accounts)
            yield replace(paid, contra=accounts.charges, text=_("Fees and interest")) if own["is_charge"] else paid
    for own in _records(_SETTLED.format(day="a.made_on", kinds="('discount', 'write_off')"), period):
        yield from _lost(own, accounts)


def _paid(own: dict[str, Any], accounts: Accounts) -> Booking:
    where = {"cash": accounts.cash, "card": accounts.transit, "online": accounts.transit}
    return _moved(own, accounts, own["amount_minor"], where.get(own["method"], accounts.bank))


def _lost(own: dict[str, Any], accounts: Accounts) -> Iterable[Booking]:
    """A discount or a loss, split over what was left of the tax groups of its document."""
    mapping = accounts.discounts if own["how"] == "discount" else accounts.losses
    groups = db.query(_LEFT, [own["id"]]) or [row[:3] for row in db.query(_GROUPS, [own["id"]])]
    whole, left = sum(gross for _c, _r, gross in groups), own["amount_minor"]
    for place, (category, rate_bp, gross) in enumerate(groups):
        is_last = place == len(groups) - 1
        part = left if is_last or not whole else int(Decimal(own["amount_minor"]) * gross / whole)
        left -= part
        if part:
            yield _moved(own, accounts, part, _of_group(mapping, group_of(category, rate_bp)))


def _moved(own: dict[str, Any], accounts: Accounts, minor: int, account: str) -> Booking:
    home_minor, rate = _home(own, abs(minor))
    return Booking(
        amount_minor=abs(minor),
        is_debit=minor >= 0,
        currency=own["currency"],
        account=account,
        contra=accounts.debtor(own["customer_id"]),
        day=date.fromisoformat(own["made_on"]),
        voucher=own["number"],
        text=_text(own),
        home_minor=home_minor,
        rate=rate,
    )


def _left_out(first: date, last: date) -> int:
    return int(
        db.value(
            "SELECT count(*) FROM document WHERE state = 'issued' AND imported = 1 AND deleted_at IS NULL "
            "AND kind IN ('invoice', 'credit_note', 'receipt') AND issue_on BETWEEN ? AND ?",
            [first.isoformat(), last.isoformat()],
        )
    )


# ---- files ----------------------------------------------------------------------------------------------------------


def render_bookings(found: Sequence[Booking], first: date, last: date) -> bytes:
    """The file of bookings: Windows characters, semicolons, a header, the headings, the lines."""
    accounts, money = ledger_accounts.load(), profile.load().currency
    title = _("Sales {first} to {last}").format(first=first.isoformat(), last=last.isoformat())
    head = _head(accounts, first, ("21", '"Buchungsstapel"', "13"))
    head[14:22] = [f"{first:%Y%m%d}", f"{last:%Y%m%d}", _quoted(title, 30), '""', "1", "0", "0", _quoted(money, 3)]
    return _file(head, BOOKING_COLUMNS, [_booking_row(b, money) for b in found])


def _head(accounts: Accounts, day: date, form: tuple[str, str, str]) -> list[str]:
    made = f"{dates.now():%Y%m%d%H%M%S}000"
    start = f"{_year_start(accounts, day):%Y%m%d}"
    head = ['"EXTF"', "700", *form, made, "", '"RE"', '""', '""', accounts.consultant, accounts.client, start]
    head += [str(accounts.length), *[""] * 17]
    head[26] = _quoted(accounts.chart[-2:], 2)
    return head


def _booking_row(booking: Booking, home: str) -> dict[str, str]:
    foreign = booking.currency != home
    row = {
        "Umsatz (ohne Soll/Haben-Kz)": _amount(booking.amount_minor, booking.currency),
        "Soll/Haben-Kennzeichen": '"S"' if booking.is_debit else '"H"',
        "WKZ Umsatz": _quoted(booking.currency, 3),
        "Konto": booking.account,
        "Gegenkonto (ohne BU-Schlüssel)": booking.contra,
        "Belegdatum": f"{booking.day:%d%m}",
        "Belegfeld 1": _quoted(_voucher(booking.voucher), 36),
        "Buchungstext": _quoted(booking.text, 60),
        "EU-Land u. UStID (Bestimmung)": _quoted(booking.vat_id, 15),
        "Festschreibung": "0",
    }
    if booking.due_on:
        row["Belegfeld 2"] = f'"{booking.due_on:%d%m%y}"'
        row["Fälligkeit"] = f"{booking.due_on:%d%m%Y}"
    if booking.service_on:
        row["Leistungsdatum"] = f"{booking.service_on:%d%m%Y}"
        row["Datum Zuord. Steuerperiode"] = f"{booking.day:%d%m%Y}"
    if foreign and booking.rate is not None and booking.home_minor is not None:
        row["Kurs"] = f"{booking.rate:f}".replace(".", ",")
        row["Basis-Umsatz"] = _amount(booking.home_minor, home)
        row["WKZ Basis-Umsatz"] = _quoted(home, 3)
    return row


def _voucher(number: str) -> str:
    """The number with the characters that the format takes in this field."""
    return "".join(c for c in number if (c.isascii() and c.isalnum()) or c in "$&%*+-/")


def _amount(minor: int, currency: str) -> str:
    places = digits(currency)
    return f"{Decimal(minor).scaleb(-places):.{max(places, 2)}f}".replace(".", ",")


def _quoted(text: str, longest: int) -> str:
    """A text in quotation marks, in the characters of Windows: "Łódź" is "Lódz"; what has no such letter is a question mark."""
    plain = "".join(map(_latin, text))
    return '"' + " ".join(plain.split())[:longest].replace('"', '""') + '"'


def _latin(letter: str) -> str:
    try:
        letter.encode(_LATIN)
    except UnicodeEncodeError:
        plain = fold(letter)
        plain = plain.capitalize() if letter.isupper() else plain
        return plain if plain and plain.isascii() else "?"
    return letter


def _file(head: Sequence[str], columns: Sequence[str], rows: Sequence[dict[str, str]]) -> bytes:
    lines = [";".join(head), ";".join(columns)]
    lines += [";".join(row.get(column, "") for column in columns) for row in rows]
    return "".join(f"{line}\r\n" for line in lines).encode(_LATIN)


def _debtors(first: date, last: date) -> list[dict[str, Any]]:
    """Every customer with a bill or a payment in the period."""
    period = [first.isoformat(), last.isoformat()]
    return _records(
        "SELECT id, number, kind, name, company, salutation, title, first_name, last_name, street, postcode, city, "
        "country, vat_id, email, phone, website, iban, bic, bank_name, tax_number FROM customer c WHERE EXISTS "
        "(SELECT 1 FROM document d WHERE d.customer_id = c.id AND d.state = 'issued' AND d.imported = 0 "
        "AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.issue_on BETWEEN ? AND ?) "
        "OR EXISTS (SELECT 1 FROM payment p WHERE p.customer_id = c.id AND p.paid_on BETWEEN ? AND ?) ORDER BY id",
        [*period, *period],
    )


def render_debtors(first: date, last: date) -> bytes:
    """The file of the customers that the bookings of a period name."""
    accounts = ledger_accounts.load()
    head = _head(accounts, first, ("16", '"Debitoren/Kreditoren"', "5"))
    head[21] = _quoted(profile.load().currency, 3)
    return _file(head, DEBTOR_COLUMNS, [_debtor_row(own, accounts) for own in _debtors(first, last)])


_DEBTOR_TEXTS = (
    ("EU-Land", "vat_land", 2), ("EU-UStID", "vat_rest", 13), ("Anrede", "salutation", 30),
    ("Titel/Akad. Grad", "title", 25), ("Straße", "street", 36), ("Postleitzahl", "postcode", 10), ("Ort", "city", 30),
    ("Land", "country", 2), ("Telefon", "phone", 60), ("E-Mail", "email", 60), ("Internet", "website", 60),
    ("Bankbezeichnung 1", "bank_name", 30), ("IBAN-Nr. 1", "iban", 34), ("SWIFT-Code 1", "bic", 11),
    ("Kundennummer", "number", 15), ("Steuernummer", "tax_number", 20),
)  # fmt: skip


def _debtor_row(own: dict[str, Any], accounts: Accounts) -> dict[str, str]:
    vat_id = own["vat_id"]
    split = (
        {"vat_land": vat_id[:2], "vat_rest": vat_id[2:]} if vat_id[:2].isalpha() else {"vat_land": "", "vat_rest": ""}
    )
    row = {column: _quoted(str((own | split)[name]), longest) for column, name, longest in _DEBTOR_TEXTS}
    row |= {"Konto": accounts.debtor(own["id"]), "Kurzbezeichnung": _quoted(own["name"], 15), "Adressart": '"STR"'}
    if own["kind"] == "organisation":
        row |= {"Name (Adressattyp Unternehmen)": _quoted(own["company"] or own["name"], 50), "Adressattyp": '"2"'}
    else:
        row |= {
            "Name (Adressattyp natürl. Person)": _quoted(own["last_name"] or own["name"], 30),
            "Vorname (Adressattyp natürl. Person)": _quoted(own["first_name"], 30),
            "Adressattyp": '"1"',
        }
    return row
