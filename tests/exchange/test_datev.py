"""What is handed over to DATEV: bookings that add up, in the form that its programs read."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import (
    chain,
    credit_notes,
    deposits,
    drafts,
    dunning,
    dunning_letters,
    dunning_levels,
    invoices,
    payments,
    rows,
)
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import ledger_accounts, profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem, UserError, ValidationError
from crm_desktop.customers import customers
from crm_desktop.exchange import datev
from crm_desktop.insight import vat_figures

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def cafe(data_file):
    """A customer of a company that may issue invoices, on 24 November 2026."""
    with dates.freeze(date(2026, 11, 24)):
        profile.save(
            {"name": "Lindner", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"}
        )
        yield customers.save(
            {
                "company": "Café „Łódź“; Ost",
                "street": "Kai 7",
                "city": "Hamburg",
                "country": "DE",
                "vat_id": "DE136695976",
            }
        )


def bill(customer, day, *amounts, **more):
    """Issue an invoice; `amounts` are pairs of price and rate."""
    lines = tuple(DraftLine(name="Work", price=Decimal(price), rate=Decimal(rate)) for price, rate in amounts)
    return invoices.issue_draft(replace(drafts.begin(customer), lines=lines, issue_on=day, **more))


def read(path):
    """Header fields, and the lines as dictionaries without the columns that are empty."""
    lines = path.read_bytes().decode("cp1252").split("\r\n")
    head, columns, *rows = csv.reader(lines[:-1], delimiter=";")
    return head, [{c: v for c, v in zip(columns, row, strict=True) if v} for row in rows]


def balances(found):
    """What each account holds after the bookings: debit above zero."""
    sums = defaultdict(int)
    for booking in found:
        signed = booking.amount_minor if booking.is_debit else -booking.amount_minor
        sums[booking.account] += signed
        sums[booking.contra] -= signed
    return {account: amount for account, amount in sums.items() if amount}


def test_an_invoice_books_each_rate_from_the_customer_to_its_account_of_sales(cafe, tmp_path):
    issued = bill(cafe, date(2026, 11, 3), ("100.00", 19), ("50.00", 7))
    made = datev.write(tmp_path, *YEAR)
    head, rows = read(tmp_path / datev.file_names(*YEAR)[0])
    assert head[:5] == ["EXTF", "700", "21", "Buchungsstapel", "13"]
    assert head[10:16] == ["1001", "1", "20260101", "4", "20260101", "20261231"]
    assert len(head) == 31
    assert (made.bookings, made.debtors, made.left_out) == (2, 1, 0)
    first = rows[0]
    assert first["Umsatz (ohne Soll/Haben-Kz)"] == "119,00"
    assert (first["Soll/Haben-Kennzeichen"], first["Konto"]) == ("S", str(10_000 + cafe))
    assert first["Gegenkonto (ohne BU-Schlüssel)"] == "8400"
    assert (first["Belegdatum"], first["Belegfeld 1"], first["Belegfeld 2"]) == ("0311", issued.number, "171126")
    assert first["Buchungstext"] == "Café „Lódz“; Ost"
    assert (rows[1]["Umsatz (ohne Soll/Haben-Kz)"], rows[1]["Gegenkonto (ohne BU-Schlüssel)"]) == ("53,50", "8300")


def test_the_customers_stand_in_their_own_file(cafe, tmp_path):
    bill(cafe, date(2026, 11, 3), ("100.00", 19))
    datev.write(tmp_path, *YEAR)
    head, (row,) = read(tmp_path / datev.file_names(*YEAR)[1])
    assert head[2:5] == ["16", "Debitoren/Kreditoren", "5"]
    assert row["Konto"] == str(10_000 + cafe)
    assert (row["EU-Land"], row["EU-UStID"], row["Ort"]) == ("DE", "136695976", "Hamburg")


def test_paid_discounted_credited_and_refunded_accounts_end_at_zero(cafe):
    paid = bill(cafe, date(2026, 11, 3), ("100.00", 19))
    payments.record(paid.id, Decimal("119.00"), date(2026, 11, 10), method="cash")
    short = bill(cafe, date(2026, 11, 4), ("100.00", 19), ("10.00", 7))
    payments.record(short.id, Decimal("127.11"), date(2026, 11, 11))
    payments.write_off(short.id)
    taken_back = bill(cafe, date(2026, 11, 5), ("30.00", 7))
    payments.record(taken_back.id, Decimal("32.10"), date(2026, 11, 12))
    note = credit_notes.cancel(taken_back.id)
    payments.record(note.id, Decimal("-32.10"), date(2026, 11, 20))
    assert balances(datev.bookings(*YEAR)) == {
        "1000": 11900, "1200": 12711, "8400": -23800, "8300": -1070, "2406": 237, "2401": 22,
    }  # fmt: skip


def test_what_was_paid_too_much_stays_on_the_customer(cafe):
    issued = bill(cafe, date(2026, 11, 3), ("100.00", 19))
    payments.record(issued.id, Decimal("150.00"), date(2026, 11, 10), keep_credit=True)
    assert balances(datev.bookings(*YEAR)) == {"1200": 15000, "8400": -11900, str(10_000 + cafe): -3100}
    later = bill(cafe, date(2026, 11, 15), ("10.00", 19))
    payments.use_credit(later.id)
    assert balances(datev.bookings(*YEAR))["1200"] == 15000


def test_a_sale_of_a_small_business_stays_one_when_the_status_changes(cafe):
    profile.save({"tax_status": "small"})
    line = DraftLine(name="Work", price=Decimal(100), category="E", rate=Decimal(0))
    exempt = replace(drafts.begin(cafe), lines=(line,), exemption_code="VATEX-EU-132-1I", exemption_reason="School")
    small = invoices.issue_draft(replace(drafts.begin(cafe), lines=(line,)))
    invoices.issue_draft(exempt)
    profile.save({"tax_status": "regular"})
    credit_notes.cancel(small.id)
    invoices.issue_draft(replace(drafts.begin(cafe), lines=(line,), exemption_reason="Insurance, § 4 Nr. 11 UStG"))
    made = [(b.contra, b.amount_minor if b.is_debit else -b.amount_minor) for b in datev.bookings(*YEAR)]
    assert sorted(made) == [("8100", 10000), ("8100", 10000), ("8195", -10000), ("8195", 10000)]
    profile.save({"tax_status": "small"})
    assert sorted(b.contra for b in datev.bookings(*YEAR)) == ["8100", "8100", "8195", "8195"]


def test_foreign_money_without_a_rate_is_told_and_gets_none(cafe, tmp_path):
    bare = bill(cafe, date(2026, 11, 3), ("100.00", 19), currency="USD")
    tiny = bill(
        cafe, date(2026, 11, 3), ("100.00", 19), currency="IDR", tax_currency="EUR", exchange_rate=Decimal("0.00005")
    )
    bill(cafe, date(2026, 11, 3), ("100.00", 19))
    payments.record(bare.id, Decimal("19.00"), date(2026, 11, 10))
    made = datev.write(tmp_path, *YEAR)
    assert made.without_rate == (bare.number, tiny.number)
    assert made.notices() == [
        f"{bare.number}, {tiny.number} are in another currency and have no rate: your bookkeeper has to enter it."
    ]
    _head, rows = read(tmp_path / datev.file_names(*YEAR)[0])
    assert not any({"Kurs", "Basis-Umsatz", "WKZ Basis-Umsatz"} & set(row) for row in rows)


def test_foreign_money_comes_with_its_rate_and_the_amount_at_home(cafe, tmp_path):
    bill(cafe, date(2026, 11, 3), ("100.00", 19), currency="USD", tax_currency="EUR", exchange_rate=Decimal("0.80"))
    datev.write(tmp_path, *YEAR)
    (row,) = read(tmp_path / datev.file_names(*YEAR)[0])[1]
    assert (row["WKZ Umsatz"], row["Umsatz (ohne Soll/Haben-Kz)"]) == ("USD", "119,00")
    assert (row["Kurs"], row["Basis-Umsatz"], row["WKZ Basis-Umsatz"]) == ("1,250000", "95,20", "EUR")


def test_sales_that_are_booked_hold_the_tax_of_the_return(cafe):
    for price, rate in (("99.99", 19), ("0.05", 7), ("1234.56", 19)):
        bill(cafe, date(2026, 11, 3), (price, rate))
    booked = -sum(amount for account, amount in balances(datev.bookings(*YEAR)).items() if account.startswith("8"))
    sums = vat_figures.figures(*YEAR, "agreed").sums()
    assert booked == sum(s.basis_minor + s.tax_minor for s in sums)


def test_what_cannot_be_handed_over_is_said(cafe, tmp_path):
    with pytest.raises(UserError, match="nothing to hand over"):
        datev.write(tmp_path, *YEAR)
    bill(cafe, date(2026, 11, 3), ("100.00", 19))
    with pytest.raises(UserError, match="one business year"):
        datev.write(tmp_path, date(2026, 1, 1), date(2027, 1, 1))
    with pytest.raises(UserError, match="ends before"):
        datev.write(tmp_path, date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(Problem, match="could not be written"):
        datev.write(tmp_path / "not there", *YEAR)


def test_accounts_are_checked_and_a_chart_brings_its_own(data_file):
    with pytest.raises(ValidationError) as caught:
        ledger_accounts.save({"bank": "12x", "consultant": "7"})
    assert set(caught.value.fields) >= {"bank", "consultant"}
    ledger_accounts.save({"consultant": "29098", "client": "55003"})
    found = ledger_accounts.save({"chart": "SKR04"})
    assert (found.bank, found.sales["S19"], found.consultant) == ("1800", "4400", "29098")
    assert ledger_accounts.load() == found
    with pytest.raises(ValidationError):
        ledger_accounts.save({"sales": found.sales | {"S19": "44000"}})


def test_a_loss_after_a_credit_note_goes_to_the_rate_that_was_left(cafe):
    issued = bill(cafe, date(2026, 11, 2), ("100.00", 19), ("100.00", 7))
    part = credit_notes.Part(rows.line_ids(issued.id)[1])
    invoices.issue_draft(credit_notes.begin_part(issued.id, [part]))
    payments.record(issued.id, Decimal(117), date(2026, 11, 10))
    payments.write_off(issued.id)
    assert balances(datev.bookings(*YEAR)) == {"1200": 11700, "2406": 200, "8400": -11900}


def test_a_partial_invoice_is_taken_off_the_sales_to_which_it_was_booked(cafe):
    line = DraftLine(name="Work", quantity=Decimal(4), price=Decimal(100), rate=Decimal(19))
    order = invoices.issue_draft(
        replace(drafts.begin(cafe, "order_confirmation"), lines=(line,), issue_on=date(2026, 11, 2))
    )
    invoices.issue_draft(deposits.deposit(order.id, percent=Decimal(25)))
    invoices.issue_draft(deposits.partial(order.id, {rows.line_ids(order.id)[0]: Decimal(1)}))
    invoices.issue_draft(chain.follow(order.id, "invoice"))
    assert balances(datev.bookings(*YEAR)) == {"10001": 47600, "8400": -47600}


def test_fees_of_a_reminder_go_to_an_account_of_their_own(cafe):
    bill(cafe, date(2026, 9, 1), ("100.00", 19))
    dunning_levels.keep_usual()
    dunning_levels.save(replace(dunning_levels.get(3), fee_minor=500))
    dunning_letters.make_letters(
        [dunning_letters.Choice(one.customer_id, one.currency, one.level.position) for one in dunning.waiting()]
    )
    (letter,) = dunning_letters.letters()
    dunning_letters.book_charges(letter.id, Decimal(5), date(2026, 11, 20))
    assert balances(datev.bookings(*YEAR)) == {"10001": 11900, "8400": -11900, "1200": 500, "2700": -500}


def test_a_cancelled_deposit_leaves_nothing_on_the_account_of_deposits(cafe):
    line = DraftLine(name="Work", price=Decimal(400), rate=Decimal(19))
    order = invoices.issue_draft(
        replace(drafts.begin(cafe, "order_confirmation"), lines=(line,), issue_on=date(2026, 11, 2))
    )
    deposit = invoices.issue_draft(deposits.deposit(order.id, percent=Decimal(25)))
    assert balances(datev.bookings(*YEAR)) == {"10001": 11900, "1718": -11900}
    credit_notes.cancel(deposit.id)
    assert balances(datev.bookings(*YEAR)) == {}
