"""The timeline: newest first, found by words, and only hand-written entries change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm_desktop.activity import attachments, timeline
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.customers import customer_list, customers
from crm_desktop.db import connection as db

pytestmark = pytest.mark.usefixtures("data_file")


@pytest.fixture
def buyer(data_file):
    return customers.save({"company": "Café Ostwind"})


def test_newest_first_and_found_without_accents(buyer):
    old = timeline.add(buyer, "call", "Fragt nach Käfigleuchten", happened_at=datetime(2026, 1, 2, 9, tzinfo=UTC))
    new = timeline.add(buyer, "note", "Zahlt bar")
    assert timeline.ids(buyer) == [new, old]
    assert timeline.ids(buyer, search="kafig") == [old]
    assert timeline.ids(buyer, kinds=("note",)) == [new]
    assert timeline.counts(buyer) == {"call": 1, "note": 1}


def test_the_list_of_customers_knows_the_last_contact(buyer):
    at = datetime(2026, 1, 2, 9, tzinfo=UTC)
    entry = timeline.add(buyer, "call", "Hallo", happened_at=at)
    assert customer_list.rows([buyer])[0].last_contact == at
    timeline.remove(entry)
    assert customer_list.rows([buyer])[0].last_contact is None


def test_an_entry_needs_words(buyer):
    with pytest.raises(ValidationError, match="Write what happened"):
        timeline.add(buyer, "note", "  ")


def test_what_the_program_wrote_stays(buyer):
    with db.transaction():
        entry = timeline.record(
            buyer, "invoice", "Invoice RE-1", about=("document", 1), amount_minor=100, currency="EUR"
        )
    with pytest.raises(NotFound, match="written by the program"):
        timeline.remove(entry)
    assert timeline.ids(buyer) == [entry]


def test_the_same_file_is_stored_once(buyer, tmp_path):
    paper = tmp_path / "Vertrag.pdf"
    paper.write_bytes(b"%PDF-1.4 test")
    first = attachments.attach("customer", buyer, paper)
    attachments.attach("customer", buyer, paper)
    assert db.value("SELECT count(*) FROM stored_file") == 1
    assert len(attachments.of("customer", buyer)) == 2
    assert attachments.content(first) == ("Vertrag.pdf", b"%PDF-1.4 test")


def test_a_folder_cannot_be_attached(buyer, tmp_path):
    with pytest.raises(UserError, match="is a folder"):
        attachments.attach("customer", buyer, tmp_path)


def test_a_mail_about_an_invoice_names_it_and_can_be_taken_away(buyer):
    mail = timeline.add(buyer, "email", "Invoice RE-1", about=("document", 7), direction="out")
    (entry,) = timeline.rows([mail])
    assert (entry.record, entry.record_id, entry.direction) == ("document", 7, "out")
    timeline.remove(mail)
    assert timeline.ids(buyer) == []
