"""Drafts: begun with the customer's habits, stored in full, changed by one at a time, copied, deleted, brought back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm_desktop.billing import drafts, invoice_list, invoices, receipts
from crm_desktop.billing.document import Draft, DraftLine
from crm_desktop.company import payment_terms, profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound, Problem, ValidationError
from crm_desktop.customers import contacts, customers
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.sales import catalogue
from crm_desktop.sales.basket import GROSS, Adjustment


def full(customer_id: int) -> Draft:
    """A draft with something in every corner."""
    off = Adjustment(percent=Decimal("12.5"), reason="Damage")
    line = DraftLine(
        name="Table",
        description="Oak\noiled",
        quantity=Decimal("2.125"),
        price=Decimal("199.123456"),
        unit="MTR",
        rate=Decimal(19),
        item_number="T-1",
        base_quantity=Decimal(10),
        allowances=(off, Adjustment(amount=Decimal("0.5"))),
        charges=(Adjustment(amount=Decimal(3), reason="Cut"),),
    )
    return replace(
        drafts.begin(customer_id),
        lines=(line, DraftLine(name="Book", rate=Decimal(7), price=Decimal("19.90"))),
        allowances=(
            Adjustment(amount=Decimal(10), reason="Voucher"),
            Adjustment(percent=Decimal(2), category="S", rate=Decimal(7)),
        ),
        charges=(Adjustment(amount=Decimal("5.90"), reason="Freight", category="S", rate=Decimal(19)),),
        service_to=date(2026, 11, 30),
        due_on=date(2026, 12, 24),
        terms_text="Danke",
        order_number="PO 7",
        intro="Hello",
        cash_step=Decimal("0.05"),
        tax_currency="CHF",
        exchange_rate=Decimal("0.93"),
        prepaid=Decimal("1.5"),
        ship_to={"name": "Yard", "country": "DE"},
        internal_note="mind the dog",
    )


@pytest.mark.parametrize("mode", ["net", "gross"])
def test_a_draft_comes_back_as_it_was_entered(mode: str, cafe: int) -> None:
    saved = drafts.save(replace(full(cafe), price_mode=mode))
    assert drafts.get(saved.id or 0) == saved


@pytest.mark.parametrize("mode", ["net", "gross"])
def test_an_issued_document_carries_what_the_preview_showed(mode: str, cafe: int) -> None:
    saved = drafts.save(replace(full(cafe), price_mode=mode))
    shown = drafts.preview(saved)
    issued = invoices.issue(saved.id or 0)
    for sums in ("lines", "breakdown", "line_total", "tax_basis", "tax_total", "grand_total", "rounding", "due"):
        assert getattr(issued.totals, sums) == getattr(shown.totals, sums)
    assert [p.amount for p in issued.totals.allowances] == [p.amount for p in shown.totals.allowances]
    assert issued.totals.tax_total_accounting == shown.totals.tax_total_accounting
    assert (issued.buyer, issued.seller, issued.ship_to) == (shown.buyer, shown.seller, shown.ship_to)
    assert (issued.due_on, issued.lines, issued.terms_text) == (shown.due_on, shown.lines, shown.terms_text)


def test_a_draft_begins_with_the_customers_habits(company: None) -> None:
    terms = payment_terms.all_terms()[3]
    profile.save({"texts": {"fr": {"intro": "Bonjour", "closing": "Merci"}}})
    customer = customers.save(
        {
            "company": "Dupont",
            "language": "fr",
            "currency": "CHF",
            "payment_terms_id": terms.id,
            "buyer_reference": "04-1",
        }
    )
    draft = drafts.begin(customer)
    assert (draft.language, draft.currency, draft.buyer_reference) == ("fr", "CHF", "04-1")
    assert (draft.intro, draft.closing) == ("Bonjour", "Merci")
    assert drafts.preview(draft).due_on == date(2026, 12, 24)


def test_a_language_without_documents_becomes_english(company: None) -> None:
    assert drafts.begin(customers.save({"company": "Kowalski", "language": "pl"})).language == "en"


def test_an_amount_that_cannot_be_kept_is_refused(cafe: int) -> None:
    with pytest.raises(ValidationError) as refused:
        drafts.save(replace(full(cafe), lines=(DraftLine(name="x", rate=Decimal(19), quantity=Decimal("1e12")),)))
    assert list(refused.value.fields) == ["lines.0.qty"]
    assert invoice_list.counts()["all"] == 0


def test_two_edits_within_a_second_are_told_apart(cafe: int) -> None:
    mine = drafts.save(full(cafe))
    with dates.freeze(dates.now() + timedelta(milliseconds=3)):
        drafts.save(replace(mine, intro="Yours"))
        with pytest.raises(Conflict):
            drafts.save(replace(mine, intro="Mine"))


def test_two_editors_do_not_overwrite_each_other(cafe: int) -> None:
    mine = drafts.save(full(cafe))
    with dates.freeze(date(2026, 11, 25)):
        drafts.save(replace(mine, intro="Yours"))
        with pytest.raises(Conflict, match="changed meanwhile"):
            drafts.save(replace(mine, intro="Mine"))
    assert drafts.get(mine.id or 0).intro == "Yours"


def test_autosaves_are_one_step_in_the_history(cafe: int) -> None:
    saved = drafts.save(full(cafe))
    for intro in ("a", "b", "c"):
        saved = drafts.save(replace(saved, intro=intro))
    titles = [step.title for step in history.steps()]
    assert titles[:2] == ["Edit draft for Café Ostwind", "New draft for Café Ostwind"]
    history.undo(history.next_undo() or 0)
    assert drafts.get(saved.id or 0).intro == "Hello"


def test_a_deleted_draft_comes_back(cafe: int) -> None:
    saved = drafts.save(full(cafe))
    drafts.delete([saved.id or 0])
    assert invoice_list.ids() == []
    with pytest.raises(NotFound, match="was deleted"):
        drafts.save(saved)
    with pytest.raises(NotFound, match="was deleted"):
        invoices.issue(saved.id or 0)
    drafts.restore(saved.id or 0)
    assert invoice_list.ids() == [saved.id]


def test_an_issued_document_is_not_deleted(cafe: int) -> None:
    issued = invoices.issue_draft(full(cafe))
    with pytest.raises(Conflict, match="was issued"):
        drafts.delete([issued.id or 0])


def test_undo_of_a_draft_stops_at_issuing(cafe: int) -> None:
    saved = drafts.save(full(cafe))
    step = history.next_undo() or 0
    invoices.issue(saved.id or 0)
    with pytest.raises(Conflict):
        history.undo(step)
    assert invoices.get(saved.id or 0).number == "INV-2026-0001"


def test_a_copy_is_a_draft_of_today_for_the_same_customer(cafe: int) -> None:
    issued = invoices.issue_draft(full(cafe))
    customers.save({"street": "Neue Str. 1"}, cafe)
    with dates.freeze(date(2027, 1, 4)):
        again = drafts.copy(issued.id or 0)
        assert (again.lines, again.allowances, again.charges) == (issued.lines, issued.allowances, issued.charges)
        assert (again.issue_on, again.due_on, again.prepaid) == (date(2027, 1, 4), None, 0)
        shown = drafts.preview(again)
        assert (shown.buyer["street"], shown.due_on, shown.number) == ("Neue Str. 1", date(2027, 1, 18), None)


def test_there_is_nothing_to_repeat_for_a_new_customer(cafe: int) -> None:
    with pytest.raises(NotFound, match="no invoice to repeat"):
        drafts.repeat_last(cafe)


def test_numbers_go_on_and_start_again_in_january(cafe: int) -> None:
    invoices.issue_draft(full(cafe))
    assert invoices.next_number("invoice", date(2026, 11, 24)) == "INV-2026-0002"
    assert invoices.next_number("invoice", date(2026, 11, 24), after=1) == "INV-2026-0003"
    assert invoices.next_number("invoice", date(2027, 1, 1)) == "INV-2027-0001"


def test_billing_address_and_contact_person_stand_on_the_document(cafe: int) -> None:
    contacts.save_address(
        contacts.Address(
            customer_id=cafe, kind="billing", street="Buchhaltung 1", postcode="10115", city="Berlin", country="DE"
        )
    )
    person = contacts.save_person(contacts.Person(customer_id=cafe, title="Dr.", first_name="Elif", last_name="Kaya"))
    buyer = drafts.preview(replace(full(cafe), contact_person_id=person)).buyer
    assert (buyer["name"], buyer["street"], buyer["city"]) == ("Café Ostwind", "Buchhaltung 1", "Berlin")
    assert buyer["contact"] == "Dr. Elif Kaya"


def test_a_delivery_address_stands_on_the_document(cafe: int) -> None:
    address = contacts.save_address(contacts.Address(customer_id=cafe, name="Lager", street="Tor 3", city="Kiel"))
    shown = drafts.preview(replace(drafts.begin(cafe), delivery_address_id=address))
    assert (shown.ship_to["name"], shown.ship_to["street"], shown.ship_to["country"]) == ("Lager", "Tor 3", "DE")


@pytest.mark.parametrize(
    ("item_mode", "mode", "price"),
    [("net", "net", "10.00"), ("net", "gross", "11.90"), ("gross", "gross", "10.00"), ("gross", "net", "8.4034")],
)
def test_a_catalogue_item_becomes_a_line(item_mode: str, mode: str, price: str, cafe: int) -> None:
    item = catalogue.save(
        {
            "name": "Öl",
            "price": Decimal(10),
            "price_mode": item_mode,
            "rate_bp": 1900,
            "unit": "LTR",
            "names": {"fr": ("Huile", "de lin")},
        }
    )
    draft = replace(drafts.begin(cafe), price_mode=mode, language="fr")
    line = drafts.line_of(catalogue.get(item), draft)
    assert (line.name, line.description, line.unit, line.rate) == ("Huile", "de lin", "LTR", 19)
    assert line.price == Decimal(price)


def test_an_item_is_exempt_for_a_small_business_and_priceless_in_another_currency(cafe: int) -> None:
    item = catalogue.get(catalogue.save({"name": "Oil", "price": Decimal(10), "rate_bp": 1900}))
    assert drafts.line_of(item, replace(drafts.begin(cafe), currency="USD")).price == 0
    profile.save({"tax_status": "small"})
    line = drafts.line_of(item, drafts.begin(cafe))
    assert (line.category, line.rate, line.price) == ("E", 0, 10)


def test_counter_sales_are_gross(company: None) -> None:
    assert receipts.begin().price_mode == GROSS


def test_saving_twice_writes_lines_once(cafe: int) -> None:
    saved = drafts.save(full(cafe))
    before = db.query("SELECT id FROM document_line")
    drafts.save(replace(saved, intro="Other"))
    assert db.query("SELECT id FROM document_line") == before


def test_terms_come_from_the_company_where_the_customer_has_none(cafe: int) -> None:
    week = next(terms for terms in payment_terms.all_terms() if terms.days == 7)
    profile.save({"payment_terms_id": week.id})
    assert drafts.preview(replace(drafts.begin(cafe), payment_terms_id=None)).due_on == date(2026, 12, 1)


def test_a_stored_pdf_is_kept_once_and_a_damaged_one_is_told(cafe: int) -> None:
    number = invoices.issue_draft(full(cafe), lambda _document: b"%PDF").id or 0
    assert invoices.pdf(number) == b"%PDF"
    with pytest.raises(Conflict, match="stored already"):
        invoices.keep_pdf(number, b"%PDF other")
    db.raw().execute("DROP TRIGGER document_file_frozen_update")
    db.raw().execute("UPDATE document_file SET content = 'bad'")
    with pytest.raises(Problem, match="damaged"):
        invoices.pdf(number)


def test_the_own_note_of_an_issued_document_may_change(cafe: int) -> None:
    number = invoices.issue_draft(full(cafe)).id or 0
    invoices.set_note(number, "called twice")
    invoices.mark_sent(number)
    shown = invoices.get(number)
    assert (shown.internal_note, bool(shown.sent_at)) == ("called twice", True)


def test_a_number_that_is_not_there_is_told(cafe: int) -> None:
    with pytest.raises(NotFound, match="There is no document with the number X-1"):
        invoices.show("X-1")
