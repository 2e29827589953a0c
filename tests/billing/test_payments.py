"""Payments: part and full, too much, early with discount, back to the customer, written off, deleted and undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import credit_notes, drafts, invoices, payments
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.company import payment_terms
from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.db import connection as db
from crm_desktop.db import derived, history


def bill(customer_id: int, price: str = "100", **more: object) -> Document:
    """An issued invoice over a price plus 19 %."""
    lines = (DraftLine(name="Chair", price=Decimal(price), rate=Decimal(19)),)
    return invoices.issue_draft(replace(drafts.begin(customer_id), lines=lines, **more))  # type: ignore[arg-type]


def still(invoice: Document) -> Decimal:
    return invoices.get(invoice.id or 0).open


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "Enter the amount that was paid."),
        ("-5", "Enter the amount without a minus sign."),
        ("119.01", "Only €119.00 is open. Book that, or keep the rest as the customer's credit."),
        ("1e12", "This amount is too large."),
        ("NaN", "This amount is too large."),
    ],
)
def test_an_amount_that_cannot_be_right_is_refused(amount: str, words: str, cafe: int) -> None:
    invoice = bill(cafe)
    with pytest.raises(ValidationError) as refused:
        payments.record(invoice.id or 0, Decimal(amount))
    assert words in refused.value.fields["amount"]
    assert still(invoice) == 119


def test_a_day_that_cannot_be_right_is_refused(cafe: int) -> None:
    with pytest.raises(ValidationError, match="The year 0026 cannot be right"):
        payments.record(bill(cafe).id or 0, Decimal(1), date(26, 1, 1))


def test_a_draft_cannot_be_paid(cafe: int) -> None:
    saved = drafts.save(drafts.begin(cafe))
    with pytest.raises(NotFound, match="Only issued documents can be paid"):
        payments.record(saved.id or 0, Decimal(1))


def test_too_much_stays_as_credit_and_pays_the_next_invoice(cafe: int) -> None:
    first = bill(cafe)
    payments.record(first.id or 0, Decimal(200), keep_credit=True)
    assert (still(first), payments.credit_of(cafe, "EUR")) == (0, 81)
    second = bill(cafe)
    assert payments.use_credit(second.id or 0) == 81
    assert (still(second), payments.credit_of(cafe, "EUR")) == (38, 0)
    assert not derived.differences(db.raw())


def test_early_payment_takes_its_discount(cafe: int) -> None:
    terms = next(t.id for t in payment_terms.all_terms() if t.discount_bp)
    invoice = bill(cafe, payment_terms_id=terms)
    assert (invoice.discounted, invoice.discount_until) == (Decimal("116.62"), date(2026, 12, 1))
    payments.record(invoice.id or 0, Decimal("116.62"), date(2026, 12, 1), take_discount=True)
    assert still(invoice) == 0
    assert [(p.kind, p.amount) for p in payments.of_document(invoice.id or 0)] == [
        ("payment", Decimal("116.62")),
        ("discount", Decimal("2.38")),
    ]


def test_late_payment_takes_no_discount(cafe: int) -> None:
    terms = next(t.id for t in payment_terms.all_terms() if t.discount_bp)
    invoice = bill(cafe, payment_terms_id=terms)
    with pytest.raises(ValidationError, match=r"The discount on that day is €0\.00, but €2\.38 is missing"):
        payments.record(invoice.id or 0, Decimal("116.62"), date(2026, 12, 2), take_discount=True)
    assert (still(invoice), payments.of_document(invoice.id or 0)) == (119, [])


def test_a_small_rest_is_written_off(cafe: int) -> None:
    invoice = bill(cafe)
    payments.record(invoice.id or 0, Decimal("118.90"))
    payments.write_off(invoice.id or 0)
    assert still(invoice) == 0
    with pytest.raises(UserError, match="settled already"):
        payments.write_off(invoice.id or 0)


def test_a_paid_invoice_is_cancelled_and_the_money_goes_back(cafe: int) -> None:
    invoice = bill(cafe)
    payments.record(invoice.id or 0, Decimal(50))
    note = credit_notes.cancel(invoice.id or 0)
    assert (still(invoice), note.open) == (0, -50)
    with pytest.raises(ValidationError, match="Enter it with a minus sign"):
        payments.record(note.id or 0, Decimal(50))
    with pytest.raises(ValidationError, match=r"Only €50\.00 can go back"):
        payments.record(note.id or 0, Decimal(-51))
    payments.record(note.id or 0, Decimal(-50))
    assert still(note) == 0
    assert not derived.differences(db.raw())


def test_a_deleted_payment_opens_the_invoice_again_until_undone(cafe: int) -> None:
    invoice = bill(cafe)
    payment = payments.record(invoice.id or 0, Decimal(119), reference="RE 1")
    payments.delete(payment)
    assert (still(invoice), payments.of_document(invoice.id or 0)) == (119, [])
    history.undo(history.next_undo() or 0)
    assert [(p.amount, p.reference) for p in payments.of_document(invoice.id or 0)] == [(119, "RE 1")]
    assert still(invoice) == 0


def test_a_part_is_credited(cafe: int) -> None:
    invoice = bill(cafe)
    half = credit_notes.draft_for(invoice.id or 0)
    line = replace(half.lines[0], price=Decimal(40), name="Scratch on the chair")
    note = invoices.issue(drafts.save(replace(half, lines=(line,))).id or 0)
    assert (note.totals.due, note.open, still(invoice)) == (Decimal("47.60"), 0, Decimal("71.40"))
    with pytest.raises(ValidationError, match=r"At most €71\.40 of this invoice can still be credited"):
        invoices.issue_draft(credit_notes.begin(invoice.id or 0))
    assert credit_notes.cancel(invoice.id or 0).totals.due == Decimal("71.40")
    assert still(invoice) == 0


def test_a_draft_and_a_credit_note_are_not_credited(cafe: int) -> None:
    saved = drafts.save(drafts.begin(cafe))
    assert "draft needs no credit note" in (credit_notes.why_not(saved.id or 0) or "")
    note = credit_notes.cancel(bill(cafe).id or 0)
    assert "not corrected by another one" in (credit_notes.why_not(note.id or 0) or "")
    assert credit_notes.of_document(note.preceding_id or 0) == [(note.id, "CN-2026-0001")]


def test_a_receipt_without_a_customer_is_taken_back(company: None) -> None:
    from crm_desktop.billing import receipts

    line = DraftLine(name="Cup", price=Decimal(5), rate=Decimal(19))
    sold = invoices.issue_draft(replace(receipts.begin(), lines=(line,)))
    note = credit_notes.cancel(sold.id or 0)
    assert (note.price_mode, note.open, note.totals.due) == ("gross", -5, 5)


def test_a_credit_note_keeps_the_address_of_its_invoice(cafe: int) -> None:
    from crm_desktop.customers import customers

    invoice = bill(cafe)
    customers.save({"street": "Elsewhere 1"}, cafe)
    assert credit_notes.cancel(invoice.id or 0).buyer["street"] == "Kai 7"


def test_payments_are_booked_on_the_day_they_came(cafe: int) -> None:
    invoice = bill(cafe)
    with dates.freeze(date(2026, 12, 20)):
        payments.record(invoice.id or 0, Decimal(119), date(2026, 12, 1))
        assert payments.of_document(invoice.id or 0)[0].made_on == date(2026, 12, 1)


def test_sentences_speak_the_language_of_the_screen(cafe: int) -> None:
    from crm_desktop.core import i18n

    i18n.use_language("de")
    with pytest.raises(ValidationError, match="119,00\u00a0€"):
        payments.record(bill(cafe).id or 0, Decimal(200))


def test_only_a_credit_note_can_be_set_against_an_invoice_and_in_this_order(cafe: int) -> None:
    paid, open_one = bill(cafe), bill(cafe)
    payments.record(paid.id or 0, Decimal(119))
    note = credit_notes.cancel(paid.id or 0)
    assert payments.settle_with_credit(open_one.id or 0, note.id or 0) == 0
    assert (still(note), still(open_one)) == (-119, 119)
    assert payments.settle_with_credit(note.id or 0, open_one.id or 0) == 119
    assert (still(note), still(open_one)) == (0, 0)
