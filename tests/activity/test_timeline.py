"""The timeline: newest first, found by words, and only hand-written entries change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm_desktop.activity import attachments, timeline
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.customers import customer_list, customers
from crm_desktop.db import connection as db
from crm_desktop.safety import undo

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


def test_a_file_of_a_customer_stands_in_the_timeline_and_goes_with_it(buyer, tmp_path):
    paper = tmp_path / "Plan.pdf"
    paper.write_bytes(b"%PDF-1.4 test")
    made = attachments.attach("customer", buyer, paper)
    (entry,) = timeline.rows(timeline.ids(buyer))
    assert (entry.kind, entry.title, entry.record, entry.record_id) == ("file", "Plan.pdf", "attachment", made)
    timeline.remove(entry.id)
    assert attachments.of("customer", buyer) == []
    undo.undo_last()
    assert [file.name for file in attachments.of("customer", buyer)] == ["Plan.pdf"]
    assert timeline.ids(buyer) == [entry.id]


def test_an_entry_goes_with_its_files_and_comes_back_with_them(buyer):
    entry = timeline.add(buyer, "email", "Offer", channel="email", message_id="<1>")
    attachments.keep("timeline_entry", entry, "offer.txt", b"Offer")
    assert timeline.rows([entry])[0].files == 1
    timeline.remove(entry)
    assert attachments.of("timeline_entry", entry) == []
    undo.undo_last()
    assert timeline.rows([entry])[0].files == 1


def test_what_is_changed_is_checked(buyer):
    entry = timeline.add(buyer, "call", "Hello")
    timeline.change(entry, {"minutes": 12, "who": " Anna  Krüger ", "channel": "phone", "direction": "in"})
    (found,) = timeline.rows([entry])
    assert (found.minutes, found.who, found.channel, found.direction, found.by_hand) == (
        12,
        "Anna Krüger",
        "phone",
        "in",
        True,
    )
    for values in ({"minutes": 0}, {"kind": "invoice"}, {"title": " "}):
        with pytest.raises(ValidationError):
            timeline.change(entry, values)


def test_entries_of_all_customers_are_found_by_their_words_but_not_those_in_the_bin(buyer):
    timeline.add(buyer, "note", "Wants brass", body="for the Käfigleuchte")
    other = customers.save({"company": "Salon Meer"})
    timeline.add(other, "call", "Brass or copper")
    assert [entry.title for entry in timeline.find("brass")] == ["Brass or copper", "Wants brass"]
    assert [entry.customer_id for entry in timeline.find("kafig bra")] == [buyer]
    customers.delete([other])
    assert [entry.title for entry in timeline.find("brass")] == ["Wants brass"]
    assert timeline.find("'\"* ") == []
