"""DRAFT.json in, issued, shown again: the worked examples survive the whole way through the data file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crm_desktop.billing import document_json, draft_json, drafts, invoices
from crm_desktop.core.errors import UserError, ValidationError

DATA = Path(__file__).parents[1] / "data"
VECTORS = json.loads((DATA / "billing_vectors.json").read_text(encoding="utf-8"))["vectors"]


def plain(value: Any) -> Any:
    """Numbers as numbers, so that 100 and 100.00 are the same."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["input"]["id"] for vector in VECTORS])
def test_a_worked_example_is_issued_and_shown_with_its_sums(vector: dict[str, Any], cafe: int) -> None:
    source = {**vector["input"], "customer": "Café Ostwind", "issue_date": "2026-11-24", "service_from": "2026-11-20"}
    issued = invoices.issue_draft(draft_json.read(draft_json.load(json.dumps(source))))
    found = document_json.show(invoices.show(str(issued.number)))
    assert plain({name: found[name] for name in vector["expected"]}) == plain(vector["expected"])
    assert (found["issue_date"], found["service_from"], found["number"]) == (
        "2026-11-24",
        "2026-11-20",
        "INV-2026-0001",
    )


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["input"]["id"] for vector in VECTORS])
def test_a_stored_draft_is_opened_as_it_was_entered(vector: dict[str, Any], cafe: int) -> None:
    draft = draft_json.read({**vector["input"], "customer": cafe})
    saved = drafts.save(draft)
    assert drafts.get(saved.id or 0) == saved


def test_money_is_shown_as_text_with_all_its_decimals(cafe: int) -> None:
    draft = draft_json.read({"customer": cafe, "lines": [{"qty": 3, "price": "1.115", "rate": 19, "name": "Screws"}]})
    found = document_json.show(invoices.issue_draft(draft))
    assert (found["lines"][0]["net"], found["lines"][0]["net_price"]) == ("3.35", "1.115")
    assert (found["allowance_total"], found["prepaid"], found["due"], found["open"]) == ("0", "0.00", "3.99", "3.99")


def test_numbers_in_json_lose_no_digit() -> None:
    assert str(draft_json.load('{"lines": [{"price": 1.10000000000000000001}]}')["lines"][0]["price"]).endswith("01")


@pytest.mark.parametrize("source", ["", "{", "[1]", "null", '"text"', "[" * 100_000])
def test_what_is_no_draft_is_said_plainly(source: str) -> None:
    with pytest.raises(UserError, match=r"JSON|braces"):
        draft_json.load(source)


@pytest.mark.parametrize(
    ("entry", "field", "words"),
    [
        ({"customer": "Nobody"}, "customer", "There is no customer with the number or name “Nobody”."),
        ({"issue_date": "24.11.2026"}, "issue_date", "“24.11.2026” is not a date. Write it like 2026-11-24."),
        ({"lines": [{"qty": "two"}]}, "lines.0.qty", "“two” is not a number. Write it like 1234.50."),
        ({"lines": [{"qty": True}]}, "lines.0.qty", "“True” is not a number."),
        ({"lines": {"qty": 1}}, "lines", "A list of entries in braces is needed here."),
        ({"lines": [{"category": "X"}]}, "lines.0.category", "“X” is not known. Choose one of: S, Z"),
        ({"price_mode": "both"}, "price_mode", "“both” is not known. Choose one of: net, gross."),
        ({"kind": "offer"}, "kind", "“offer” is not known."),
        ({"allowances": [{"percent": "3 %"}]}, "allowances.0", "“3 %” is not a number."),
        ({"alowances": [{"amount": "3"}]}, "alowances", "“alowances” is not known. Choose one of: customer, kind"),
        ({"lines": [{"quantity": 3}]}, "lines.0.quantity", "“quantity” is not known. Choose one of: name,"),
        ({"allowances": [{"amout": 3}]}, "allowances.0.amout", "“amout” is not known. Choose one of: amount,"),
        ({"type_code": "999"}, "type_code", "“999” is not known. Choose one of: 380, 326, 384, 386."),
        ({"lines": [{"unit": "pieces"}]}, "lines.0.unit", "“pieces” is not a unit code."),
        ({"lines": [{"unit": "h"}]}, "lines.0.unit", "like C62 for pieces or HUR for hours."),
        ({"currency": "XYZ"}, "currency", "“XYZ” is not a currency. Write its three letters"),
        ({"currency": "eur"}, "currency", "“eur” is not a currency."),
        ({"tax_currency": "Euro"}, "tax_currency", "“Euro” is not a currency."),
        ({"type_code": 381, "kind": "invoice"}, "type_code", "“381” is not known. Choose one of: 380, 326, 384, 386."),
    ],
)
def test_what_cannot_be_read_is_named(entry: dict[str, Any], field: str, words: str, cafe: int) -> None:
    with pytest.raises(ValidationError) as refused:
        draft_json.read({"customer": cafe, **entry})
    assert list(refused.value.fields) == [field]
    assert words in refused.value.fields[field]


def test_a_line_whose_name_was_left_empty_is_not_issued(cafe: int) -> None:
    draft = draft_json.read({"customer": cafe, "lines": [{"name": "", "qty": 1, "price": 10, "rate": 19}]})
    with pytest.raises(ValidationError, match="Say what was sold"):
        invoices.issue_draft(draft)


def test_a_negative_prepayment_is_not_issued(cafe: int) -> None:
    line = {"name": "Lamp", "qty": 1, "price": 10, "rate": 19}
    draft = draft_json.read({"customer": cafe, "lines": [line], "prepaid": "-5.00"})
    with pytest.raises(ValidationError) as refused:
        invoices.issue_draft(draft)
    assert refused.value.fields == {"prepaid": "What was paid before cannot be below zero."}


@pytest.mark.parametrize(("language", "words"), [("en", ("Discount", "Surcharge")), ("de", ("Rabatt", "Zuschlag"))])
def test_a_discount_or_charge_without_a_reason_gets_the_usual_word(cafe: int, language: str, words: tuple) -> None:
    adjustments = {"allowances": [{"amount": 1}, {"amount": 1, "reason": "Loyalty"}], "charges": [{"percent": 2}]}
    line = {"name": "Lamp", "qty": 1, "price": 10, "rate": 19, **adjustments}
    source = {"customer": cafe, "language": language, "lines": [line], **adjustments}
    issued = invoices.issue_draft(draft_json.read(source))
    for part in (issued, issued.lines[0]):
        assert [a.reason for a in part.allowances] == [words[0], "Loyalty"]
        assert [a.reason for a in part.charges] == [words[1]]


def test_two_customers_of_one_name_need_a_number(cafe: int) -> None:
    from crm_desktop.customers import customers

    customers.save({"company": "Café Ostwind", "city": "Kiel"})
    with pytest.raises(ValidationError, match="There are 2 customers called “café ostwind”"):
        draft_json.read({"customer": "café ostwind"})


def test_a_credit_note_in_json_finds_the_invoice_that_it_corrects(cafe: int) -> None:
    line = {"qty": 1, "price": 100, "rate": 19, "name": "Chair"}
    invoice = invoices.issue_draft(draft_json.read({"customer": cafe, "lines": [line]}))
    credit = {"customer": cafe, "lines": [line], "type_code": "381", "preceding": [[invoice.number, "2026-11-24"]]}
    note = invoices.issue_draft(draft_json.read(credit))
    assert (note.kind, note.number, note.preceding_number) == ("credit_note", "CN-2026-0001", "INV-2026-0001")
    assert invoices.show("INV-2026-0001").open == 0


def test_a_quote_with_headings_and_options_is_read_and_shown(cafe: int) -> None:
    lines = [
        {"name": "Kitchen", "role": "heading"},
        {"qty": 1, "price": 100, "rate": 19},
        {"name": "Oil", "qty": 1, "price": 20, "rate": 19, "role": "optional"},
        {"role": "subtotal"},
    ]
    draft = draft_json.read({"customer": cafe, "kind": "quote", "valid_until": "2026-12-31", "lines": lines})
    assert [(line.name, line.role) for line in draft.lines] == [
        ("Kitchen", "heading"),
        ("Item 2", "item"),
        ("Oil", "optional"),
        ("", "subtotal"),
    ]
    assert (draft.service_from, draft.type_code) == (None, "310")
    shown = document_json.show(invoices.issue_draft(draft))
    assert (shown["number"], shown["state"], shown["valid_until"]) == ("QU-2026-0001", "open", "2026-12-31")
    assert [(line.get("role", "item"), line["net"]) for line in shown["lines"]] == [
        ("heading", "0.00"),
        ("item", "100.00"),
        ("optional", "20.00"),
        ("subtotal", "100.00"),
    ]
    assert (shown["line_total"], shown["grand_total"]) == ("100.00", "119.00")
