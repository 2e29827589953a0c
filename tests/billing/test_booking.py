"""One payment over several documents, credit kept and paid back, discounts late, small differences; never too much."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.billing import booking, credit_notes, drafts, invoices, payments, settlement
from crm_desktop.billing.booking import Share
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.billing.settlement import Words
from crm_desktop.company import payment_terms, profile
from crm_desktop.core.errors import Conflict, NotFound, UserError, ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import derived, history, migrate


def bill(customer_id: int, price: str = "100", **more: object) -> int:
    """The id of an issued invoice over a price without tax."""
    lines = (DraftLine(name="Chair", price=Decimal(price), rate=Decimal(0), category="Z"),)
    made: Document = invoices.issue_draft(replace(drafts.begin(customer_id), lines=lines, **more))  # type: ignore[arg-type]
    return made.id or 0


def still(*documents: int) -> list[Decimal]:
    return [payments.open_amount(document) for document in documents]


def test_one_payment_settles_three_invoices_and_the_rest_is_credit(cafe: int) -> None:
    first, second, third = bill(cafe), bill(cafe, "50"), bill(cafe, "30")
    shares = [Share(document_id=first, amount=Decimal(100)), Share(document_id=second, amount=Decimal(50))]
    paid = booking.book([*shares, Share(document_id=third, amount=Decimal(10))], Decimal(175), keep_credit=True)
    assert (still(first, second, third), payments.credit_of(cafe, "EUR")) == ([0, 0, 20], 15)
    payments.delete(paid)
    assert (still(first, second, third), payments.credits_of(cafe)) == ([100, 50, 30], {})
    history.undo(history.next_undo() or 0)
    assert (still(first, second, third), payments.credits_of(cafe)) == ([0, 0, 20], {"EUR": 15})
    assert not derived.differences(db.raw())


def test_a_deducted_credit_note_is_settled_with_the_same_money(cafe: int) -> None:
    old = bill(cafe, "20")
    payments.record(old, Decimal(20))
    note, new = credit_notes.cancel(old), bill(cafe, "100")
    shares = [Share(document_id=new, amount=Decimal(100)), Share(document_id=note.id or 0, amount=Decimal(-20))]
    booking.book(shares, Decimal(80))
    assert still(new, note.id or 0) == [0, 0]
    kinds = [(found.kind, found.amount) for found in payments.received(kinds=settlement.MONEY)]
    assert kinds == [("payment", 20), ("payment", 100), ("refund", -20)]


@pytest.mark.parametrize(
    ("share", "amount", "words"),
    [
        ("101", "101", "Only €100.00 is open of"),
        ("-1", "5", "goes the other way"),
        ("60", "50", "€10.00 more is shared out than was paid."),
        ("50", "60", "€10.00 is left over. Share it out, or keep it as the customer's credit."),
        ("100", "0", "Enter the amount that was paid."),
        ("100", "1e30", "This amount is too large."),
    ],
)
def test_what_does_not_add_up_is_refused(share: str, amount: str, words: str, cafe: int) -> None:
    invoice = bill(cafe)
    with pytest.raises(ValidationError) as refused:
        booking.book([Share(document_id=invoice, amount=Decimal(share))], Decimal(amount))
    assert words in str(refused.value)
    assert (still(invoice), db.value("SELECT count(*) FROM payment")) == ([100], 0)


def test_currencies_are_never_mixed_and_no_document_counts_twice(cafe: int) -> None:
    euro, franc = bill(cafe), bill(cafe, currency="CHF")
    shares = [Share(document_id=euro, amount=Decimal(1)), Share(document_id=franc, amount=Decimal(1))]
    with pytest.raises(ValidationError, match="different currencies"):
        booking.book(shares, Decimal(2))
    with pytest.raises(ValidationError, match="twice"):
        booking.book([shares[0], shares[0]], Decimal(2))
    with pytest.raises(UserError, match="different currencies"):
        payments.settle_with_credit(credit_notes.cancel(franc).id or 0, euro)


def test_credit_goes_back_and_never_more_than_there_is(cafe: int) -> None:
    booking.book((), Decimal(40), customer_id=cafe, keep_credit=True)
    booking.refund_credit(cafe, Decimal(15), date(2026, 11, 23), words=Words(reference="Back"))
    assert payments.credit_of(cafe, "EUR") == 25
    with pytest.raises(ValidationError, match="credit is smaller"):
        booking.refund_credit(cafe, Decimal(26))
    invoice = bill(cafe)
    assert payments.use_credit(invoice) == 25
    assert (still(invoice), payments.credits_of(cafe)) == ([75], {})


def test_a_payment_whose_credit_went_back_stays(cafe: int) -> None:
    paid = booking.book((), Decimal(40), customer_id=cafe, keep_credit=True)
    back = booking.refund_credit(cafe, Decimal(40))
    with pytest.raises(Conflict, match="paid back"):
        payments.delete(paid)
    payments.delete(back)
    payments.delete(paid)
    assert payments.credits_of(cafe) == {}


def test_money_of_nobody_cannot_be_left_over(cafe: int) -> None:
    with pytest.raises(ValidationError, match="Say whose credit it is"):
        booking.book((), Decimal(40))


def test_an_allocation_taken_back_becomes_credit(cafe: int) -> None:
    invoice, other = bill(cafe), bill(cafe, "60")
    payments.record(invoice, Decimal(100))
    payments.take_back(payments.of_document(invoice)[0].allocation_id)
    assert (still(invoice), payments.credit_of(cafe, "EUR")) == ([100], 100)
    payments.use_credit(other)
    assert (still(other), payments.credit_of(cafe, "EUR")) == ([0], 40)
    with pytest.raises(NotFound, match="taken back already"):
        payments.take_back(99)


def test_a_discount_goes_with_the_money_that_earned_it(cafe: int) -> None:
    terms = next(found.id for found in payment_terms.all_terms() if found.discount_bp)
    invoice = bill(cafe, payment_terms_id=terms)
    share = Share(document_id=invoice, amount=Decimal(98), discount=Decimal(2))
    late = date(2026, 12, 3)
    with pytest.raises(ValidationError, match=r"The discount on that day is €0\.00"):
        booking.book([share], Decimal(98), late)
    booking.book([replace(share, late_days=2)], Decimal(98), late)
    assert still(invoice) == [0]
    payments.take_back(payments.of_document(invoice)[0].allocation_id)
    assert (still(invoice), payments.credit_of(cafe, "EUR")) == ([100], 98)


def test_what_was_credited_earns_no_discount(cafe: int) -> None:
    terms = next(found.id for found in payment_terms.all_terms() if found.discount_bp)
    invoice = bill(cafe, payment_terms_id=terms)
    half = credit_notes.draft_for(invoice)
    invoices.issue(drafts.save(replace(half, lines=(replace(half.lines[0], price=Decimal(40)),))).id or 0)
    assert payments.discount_for(invoice, date(2026, 11, 25)) == Decimal("1.20")


def test_small_differences_have_a_limit(cafe: int) -> None:
    invoice = bill(cafe)
    share = Share(document_id=invoice, amount=Decimal(94), write_off=Decimal(6))
    with pytest.raises(ValidationError, match=r"Only €5\.00 may be written off"):
        booking.book([share], Decimal(94))
    payments.set_write_off_limit(Decimal(6))
    booking.book([share], Decimal(94))
    assert still(invoice) == [0]
    with pytest.raises(ValidationError, match="from 0 to 1,000"):
        payments.set_write_off_limit(Decimal(-1))


def test_a_reason_says_why_nothing_comes(cafe: int) -> None:
    invoice = bill(cafe)
    with pytest.raises(UserError, match=r"Only €5\.00 may be written off"):
        payments.write_off(invoice, reason="small")
    payments.write_off(invoice, "Insolvent", reason="lost")
    body = db.value("SELECT body FROM timeline_entry ORDER BY id DESC LIMIT 1")
    assert (still(invoice), body) == ([0], "Will not be paid any more\nInsolvent")


def test_money_over_the_invoices_of_two_customers(cafe: int) -> None:
    other = customers.save({"company": "Zoo", "country": "DE"})
    first, second = bill(cafe), bill(other)
    booking.book([Share(document_id=n, amount=Decimal(100)) for n in (first, second)], Decimal(200))
    assert still(first, second) == [0, 0]


amounts = st.integers(-200_00, 300_00).map(lambda minor: Decimal(minor) / 100)


@pytest.fixture(scope="module")
def three_documents(template_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, list[int]]:
    """A data file with two invoices and a credit note of one customer, made once: (file, customer, documents)."""
    path = tmp_path_factory.mktemp("three") / "three.crm"
    shutil.copyfile(template_file, path)
    migrate.open_file(path)
    profile.save({"name": "A", "street": "B", "postcode": "1", "city": "C", "vat_id": "DE136695976"})
    cafe = customers.save({"company": "Cafe", "country": "DE"})
    documents = [bill(cafe, "100"), bill(cafe, "33.33"), credit_notes.cancel(_paid(bill(cafe, "50"))).id or 0]
    db.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path, cafe, documents


@given(st.lists(st.tuples(st.integers(0, 2), amounts, amounts, st.booleans()), min_size=1, max_size=6))
def test_whatever_is_tried_nothing_is_settled_twice(
    three_documents: tuple[Path, int, list[int]],
    tmp_path_factory: pytest.TempPathFactory,
    tries: list[tuple[int, Decimal, Decimal, bool]],
) -> None:
    """Allocations never exceed a payment or a document, and balances follow from them."""
    template, cafe, documents = three_documents
    path = tmp_path_factory.mktemp("try") / "try.crm"
    shutil.copyfile(template, path)
    migrate.open_file(path)
    for which, amount, share, keep in tries:
        try:
            shares = [Share(document_id=documents[which], amount=share)] if share else []
            booking.book(shares, amount, customer_id=cafe, keep_credit=keep)
        except ValidationError:
            continue
    _holds()


def _paid(document: int) -> int:
    payments.record(document, Decimal(50))
    return document


def _holds() -> None:
    for kind, open_minor, due in db.query(
        "SELECT d.kind, b.open_minor, d.due_minor FROM document d JOIN document_balance_now b ON b.id = d.id"
    ):
        assert (-due if kind == "credit_note" else 0) <= open_minor <= (0 if kind == "credit_note" else due)
    assert not derived.differences(db.raw())
    for (customer,) in db.query("SELECT id FROM customer"):
        assert settlement.credit_minor(customer, "EUR") >= 0
        assert settlement.credit_minor(customer, "EUR") == sum(rest for _id, rest in settlement.unused(customer, "EUR"))
