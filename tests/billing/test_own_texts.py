"""The owner's own words per kind and language, and the words in braces that are filled in for each document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.billing import credit_notes, drafts, invoices, own_texts
from crm_desktop.billing.document import CREDIT_NOTE, DELIVERY_NOTE, INVOICE, QUOTE, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.customers import customers

LINES = (DraftLine(name="Chair", price=Decimal(100), rate=Decimal(19)),)


@pytest.fixture(autouse=True)
def buyer(data_file: Path) -> Iterator[int]:
    """A company and a customer who reads English; it is 24 November 2026."""
    with dates.freeze(date(2026, 11, 24)):
        profile.save(
            {"name": "Salon", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "vat_id": "DE136695976"}
        )
        yield customers.save({"company": "Café Ostwind", "street": "Kai 7", "postcode": "20459", "city": "Hamburg",
                              "country": "DE", "language": "en"})  # fmt: skip


def test_each_kind_has_words_of_its_own_per_language(buyer: int) -> None:
    own_texts.keep(QUOTE, "en", "intro", "We gladly offer:")
    own_texts.keep(QUOTE, "de", "intro", "Gern bieten wir an:")
    own_texts.keep(DELIVERY_NOTE, "en", "closing", "Please check the goods.")
    assert drafts.begin(buyer, QUOTE).intro == "We gladly offer:"
    assert drafts.begin(buyer, DELIVERY_NOTE).closing == "Please check the goods."
    assert drafts.begin(buyer, DELIVERY_NOTE).intro == "We deliver to you:"
    assert drafts.begin(buyer, INVOICE).intro == ""


def test_the_usual_words_are_not_kept_and_none_is_a_choice_as_well(buyer: int) -> None:
    usual = drafts.begin(buyer, QUOTE).intro
    own_texts.keep(QUOTE, "en", "intro", usual)
    assert own_texts.own("en") == {}
    own_texts.keep(QUOTE, "en", "intro", "")
    assert drafts.begin(buyer, QUOTE).intro == ""
    own_texts.reset(QUOTE, "en")
    assert drafts.begin(buyer, QUOTE).intro == usual
    assert profile.load().texts == {}


def test_a_credit_note_has_its_own_words_and_none_of_those_of_invoices(buyer: int) -> None:
    own_texts.keep(INVOICE, "en", "closing", "Thank you for your order.")
    assert drafts.begin(buyer, CREDIT_NOTE).closing == ""
    own_texts.keep(CREDIT_NOTE, "en", "closing", "We are sorry, {customer}.")
    own_texts.keep_footer("en", "Court of Hamburg")
    made = invoices.issue_draft(replace(drafts.begin(buyer), lines=LINES))
    note = credit_notes.begin(made.id or 0)
    assert (note.intro, note.closing) == ("We credit you the following items.", "We are sorry, {customer}.")
    assert drafts.preview(note).closing == "We are sorry, Café Ostwind."
    assert own_texts.own("en")["footer"] == "Court of Hamburg"


def test_words_in_braces_are_filled_in_when_issued_and_anew_in_a_copy(buyer: int) -> None:
    own_texts.keep(INVOICE, "en", "intro", "For {customer}, our work in {month} {year}, order {order}:")
    own_texts.keep(INVOICE, "en", "closing", "Please pay by {due}.")
    draft = replace(drafts.begin(buyer), lines=LINES, due_on=date(2026, 12, 8), order_number="4711")
    assert draft.intro.startswith("For {customer}")
    assert drafts.preview(draft).closing == "Please pay by 8 December 2026."
    made = invoices.issue_draft(draft)
    assert made.intro == "For Café Ostwind, our work in November 2026, order 4711:"
    with dates.freeze(date(2026, 12, 24)):
        again = drafts.copy(made.id or 0)
        assert again.intro == own_texts.own("en")["intro"]
        assert "in December 2026" in drafts.preview(again).intro


def test_what_was_written_by_hand_is_copied_as_it_is(buyer: int) -> None:
    own_texts.keep(INVOICE, "en", "intro", "For {customer}:")
    made = invoices.issue_draft(replace(drafts.begin(buyer), lines=LINES, intro="As agreed on the phone:"))
    assert drafts.copy(made.id or 0).intro == "As agreed on the phone:"


def test_a_word_that_is_not_known_is_told(buyer: int) -> None:
    with pytest.raises(ValidationError, match=r"“\{custmer\}” is not known") as refused:
        own_texts.keep(INVOICE, "en", "closing", "Dear {custmer}, in {month+1} again.")
    assert list(refused.value.fields) == ["closing"]
    assert own_texts.own("en") == {}
