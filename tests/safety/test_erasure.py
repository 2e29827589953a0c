"""Erasing a customer: nothing of the person stays in the bytes of the file but in kept papers, and those go at their date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crm_desktop.activity import attachments, photos, reminders, timeline
from crm_desktop.billing import bank_booking, drafts, invoices, payments
from crm_desktop.billing.bank_movement import BankFile, Movement, Statement
from crm_desktop.billing.document import DraftLine
from crm_desktop.billing.document_files import Printed
from crm_desktop.care import cases, feedback
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound, Problem
from crm_desktop.customers import consent, contacts, customers, merging
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.safety import (
    backup,
    checking,
    company_files,
    erased_backups,
    erasing_person,
    erasure,
    erasure_words,
    person_record,
    wiping,
)
from crm_desktop.sales import opportunities

TODAY = date(2026, 11, 24)
NAME, MAIL, PHONE = "Wilhelmine Obermooser", "wilhelmine@obermooser.example", "+49 40 998877665"
TRACES = ("Wilhelmine", "Obermooser", "obermooser", "wilhelmine", "998877665", "Geranienweg")


@pytest.fixture
def person(data_file):
    with dates.freeze(TODAY):
        profile.save(
            {"name": "Werk", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "vat_id": "DE136695976"}
        )
        yield customers.save({
            "kind": "person", "first_name": "Wilhelmine", "last_name": "Obermooser", "street": "Geranienweg 7",
            "postcode": "20457", "city": "Hamburg", "country": "DE", "email": MAIL, "phone": PHONE, "notes": "Frau Obermooser mag Tee",
        })  # fmt: skip


def live_with(person, tmp_path):
    """What comes together over the years."""
    customers.save({"email": "alt@obermooser.example"}, person)
    customers.save({"email": MAIL}, person)
    ludwig = contacts.Person(
        customer_id=person, first_name="Ludwig", last_name="Obermooser", email="ludwig@obermooser.example"
    )
    contacts.save_person(ludwig)
    bruder = contacts.people(person)[0].id
    timeline.add(person, "note", f"{NAME} rief an", body=f"Zurückrufen unter {PHONE}", person_id=bruder)
    reminders.save(f"Anruf {NAME}", TODAY, customer_id=person)
    consent.note(person, "newsletter", "given", source="Obermooser am Telefon")
    cases.save({"customer_id": person, "title": "Obermooser: Kanne tropft", "kind": "complaint"})
    feedback.add(person, 4, "Grüße von Wilhelmine", "satisfaction", TODAY)
    opportunities.save({"customer_id": person, "title": "Küche Obermooser", "value_minor": 100})
    path = tmp_path / "obermooser.txt"
    path.write_text("Brief an Wilhelmine Obermooser, Geranienweg 7")
    attachments.attach("customer", person, path)
    other = customers.save({"company": "Nachbar GmbH", "country": "DE"})
    timeline.add(other, "note", f"Empfohlen von {NAME}", body=MAIL)
    return other


def bill(person, day):
    with dates.freeze(day):
        line = DraftLine(name="Teekanne für Obermooser", price=Decimal(100), rate=Decimal(19))
        draft = drafts.save(replace(drafts.begin(person), lines=(line,), issue_on=day, due_on=day))
        made = invoices.issue(draft.id, lambda _d: Printed(f"%PDF-1.7 {NAME}".encode(), b"<xml>Obermooser</xml>"))
        payments.record(made.id, Decimal(119), day, note=NAME)
    return made


def traces(path):
    """Which of the person's words stand in the bytes of the file and its log."""
    found = path.read_bytes()
    log = path.with_name(f"{path.name}-wal")
    found += log.read_bytes() if log.exists() else b""
    return [word for word in TRACES if word.encode() in found]


def test_nothing_of_a_person_stays_in_the_bytes_of_the_file(person, data_file, tmp_path):
    other = live_with(person, tmp_path)
    drafts.save(
        replace(drafts.begin(person), lines=(DraftLine(name="Obermooser", price=Decimal(1), rate=Decimal(19)),))
    )
    assert traces(data_file)
    done = erasure.erase(person, "Asked for it by letter")
    assert traces(data_file) == []
    assert done.finished_at
    assert (done.goes["contact_person"], done.goes["file"]) == (1, 1)
    assert customers.get(person).name == "Erased"
    assert timeline.latest(other)[0].title == "Empfohlen von Erased"
    assert checking.check().problems == []


def test_papers_are_kept_until_their_date_and_then_emptied(person, data_file, tmp_path):
    live_with(person, tmp_path)
    made = bill(person, date(2026, 3, 2))
    found = erasure.plan(person)
    assert [(p.number, p.until) for p in found.stays] == [(made.number, date(2036, 12, 31))]
    done = erasure.erase(person)
    assert (done.kept_until, done.finished_at) == (date(2036, 12, 31), None)
    kept = invoices.get(made.id)
    assert kept.buyer["name"] == NAME
    assert db.value("SELECT count(*) FROM document_file") == 2
    assert db.value("SELECT count(*) FROM journal_change WHERE before LIKE '%bermoos%' OR after LIKE '%bermoos%'") == 0
    with pytest.raises(Conflict, match="past its date"):
        erasure.erase_papers(done.id)
    with dates.freeze(date(2037, 1, 1)):
        assert [p.number for p in erasure.due_papers(done)] == [made.number]
        assert erasure.erase_papers(done.id).finished_at
    assert traces(data_file) == []
    after = invoices.get(made.id)
    assert (after.number, after.totals.grand_total, after.buyer["name"]) == (
        made.number,
        made.totals.grand_total,
        "Erased",
    )
    assert checking.check().problems == []


def test_what_is_frozen_stays_frozen_for_everybody_else(person):
    made = bill(person, date(2026, 3, 2))
    erasure.erase(person)
    with pytest.raises(Exception, match="cannot be changed"), db.transaction():
        db.execute("UPDATE document SET buyer = '{}' WHERE id = ?", [made.id])


def test_open_money_and_running_contracts_stand_in_the_way(person):
    draft = drafts.save(
        replace(drafts.begin(person), lines=(DraftLine(name="Tee", price=Decimal(5), rate=Decimal(19)),))
    )
    invoices.issue(draft.id, lambda _d: Printed(b"%PDF-1.7", b"<xml/>"))
    with pytest.raises(Conflict, match="is not settled"):
        erasure.erase(person)
    assert customers.get(person).name == NAME


def test_it_cannot_be_undone(person, tmp_path):
    live_with(person, tmp_path)
    erasure.erase(person)
    for step in history.steps():
        if step.can_undo:
            history.undo(step.id, leave_edited=True)
    assert "Obermooser" not in customers.get(person).name
    assert not db.value("SELECT count(*) FROM contact_person")


def test_a_namesake_and_who_shares_the_phone_keep_what_is_theirs(person):
    same = customers.save({"kind": "person", "first_name": "Wilhelmine", "last_name": "Obermooser", "phone": PHONE})
    timeline.add(same, "note", f"{NAME} rief an", body=PHONE)
    erasure.erase(person)
    kept = customers.get(same)
    assert (kept.name, kept.phone) == (NAME, PHONE)
    assert timeline.latest(same)[0].title == f"{NAME} rief an"


def test_the_title_of_a_record_of_an_erasing_names_nobody(person, tmp_path):
    live_with(person, tmp_path)
    record = erasure.erase(person, "Asked for it")
    assert record.customer_number == customers.get(person).number
    assert "Obermooser" not in repr(record)


def test_an_erasing_that_was_interrupted_is_finished_when_the_file_is_opened(person, data_file):
    with db.transaction():
        wiping.note()
    db.close()
    company_files.open_data_file(data_file)
    assert not wiping.is_pending()
    company_files.close_data_file(make_backup=False)


def test_a_log_that_somebody_is_reading_is_told_and_the_rest_is_done_later(person, data_file):
    db.raw().execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(data_file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM setting").fetchone()
        with pytest.raises(Problem, match="traces may remain"):
            wiping.wipe()
        assert wiping.is_pending()
    wiping.wipe()
    assert not wiping.is_pending()


def test_two_who_are_erased_in_the_same_moment_are_told_apart(person):
    other = customers.save({"company": "Zweite GmbH", "country": "DE"})
    first, second = bill(person, date(2026, 3, 2)), bill(other, date(2027, 3, 2))
    records = [erasure.erase(person), erasure.erase(other)]
    with dates.freeze(date(2037, 6, 1)):
        erasure.erase_papers(records[0].id)
        with pytest.raises(Conflict, match="past its date"):
            erasure.erase_papers(records[1].id)
    assert [invoices.get(made.id).buyer["name"] for made in (first, second)] == ["Erased", "Zweite GmbH"]


def test_records_that_were_merged_go_together(person, data_file):
    twin = customers.save({"company": "Obermooser Handel", "email": "handel@obermooser.example"})
    made = bill(twin, date(2026, 3, 2))
    merging.merge(person, twin)
    found = erasure.plan(person)
    assert [paper.number for paper in found.stays] == [made.number]
    record = erasure.erase(person)
    assert customers.get(twin).email == ""
    with dates.freeze(date(2037, 1, 1)):
        erasure.erase_papers(record.id)
    assert traces(data_file) == []


def _moved(purpose, party="", iban=""):
    return Movement(
        booked_on=TODAY, amount_minor=500 + len(purpose), currency="EUR", purpose=purpose, party=party, party_iban=iban
    )


def test_bank_movements_that_plainly_name_somebody_lose_their_words(person, data_file):
    iban = "DE89370400440532013000"
    customers.save({"iban": iban, "first_name": "Käthe"}, person)
    customers.save({"company": "Nachbar GmbH", "country": "DE"})
    moved = (
        _moved("Danke", "OBERMOOSER, KAETHE"), _moved("ohne Namen", iban="DE89 3704 0044 0532 0130 00"),
        _moved(f"Rueckfrage an {MAIL}"), _moved("Käthe Obermooserin"), _moved("Miete", "Nachbar GmbH"),
    )  # fmt: skip
    statement = Statement(format="camt", account="DE1", currency="EUR", movements=moved)
    content = BankFile(name="a.xml", sha256="0" * 64, statements=(statement,))
    bank_booking.take_in(content)
    assert erasure.plan(person).bank_lines == 3
    erasure.erase(person)
    told = db.query("SELECT party || party_iban || purpose, amount_minor > 0 FROM bank_transaction ORDER BY id")
    assert told == [("", 1), ("", 1), ("", 1), ("Käthe Obermooserin", 1), ("Nachbar GmbHMiete", 1)]
    assert b"KAETHE" not in data_file.read_bytes()
    bank_booking.take_in(replace(content, sha256="1" * 64))
    assert db.value("SELECT count(*) FROM bank_transaction") == 5, "the same statement again brings nothing back"


def test_backups_that_hold_somebody_are_named_and_deleted_after_a_new_one_was_made(person, data_file):
    before = backup.make(data_file)
    assert [one.path for one in erasure.plan(person).backups] == [before.path]
    assert "it stays until newer ones take its place:" in erasure_words.consequences(erasure.plan(person))[-1]
    told = erasure_words.consequences(erasure.plan(person))[-1]
    assert str(before.path) in told
    found = erasure.plan(person).backups
    erasure.erase(person)
    with dates.freeze(datetime(2026, 11, 25, 12, tzinfo=UTC)):
        assert erased_backups.delete(found) == []
    (left,) = backup.all_backups(data_file)
    assert left.path != before.path
    assert erased_backups.holding([person]) == []


def test_a_photo_that_came_with_an_import_that_was_taken_back_goes_too(person, data_file):
    with db.transaction("Import"):
        photos.keep(person, b"\x89PNG Obermooser", "png")
    history.undo(history.steps()[0].id)
    erasure.erase(person)
    assert traces(data_file) == []
    assert db.value("SELECT count(*) FROM stored_file") == 0


def test_a_contact_person_is_erased_and_their_customer_stays(data_file, tmp_path):
    with dates.freeze(TODAY):
        firm = customers.save({"company": "Werft AG", "email": "info@werft.example"})
        made = contacts.Person(
            customer_id=firm, first_name="Wilhelmine", last_name="Obermooser", email=MAIL, phone=PHONE
        )
        one = contacts.save_person(made)
        contacts.save_person(replace(made, id=one, role="Chefin"))
        contacts.save_person(
            contacts.Person(customer_id=firm, first_name="Otto", last_name="Klein", phone="040 111222")
        )
        consent.note(firm, "newsletter", "given", person_id=one, source="Obermooser am Telefon")
        timeline.add(firm, "call", f"{NAME} rief an", body=f"Zurückrufen {PHONE}", person_id=one)
        timeline.add(firm, "call", "Noch einmal", person_id=one)
        opportunities.save({"customer_id": firm, "title": "Kessel für Wilhelmine Obermooser", "contact_person_id": one})
        told = person_record.as_json(firm, one).decode()
        assert all(
            word in told for word in (NAME.split(maxsplit=1)[0], MAIL, PHONE, "newsletter", "Noch einmal", "Kessel")
        )
        assert "Klein" not in told
        assert person_record.write(firm, tmp_path / "x.zip", person_id=one).stat().st_size > 1000
        found = erasing_person.plan(erasing_person.find(firm, "wilhelmine obermooser").id)
        assert (found.goes["consent"], found.customer) == (1, "Werft AG")
        record = erasing_person.erase(one, "Asked for it")
    assert traces(data_file) == []
    assert (record.customer_number, bool(record.finished_at)) == ("C-0001", True)
    assert [person.name for person in contacts.people(firm)] == ["Otto Klein"]
    assert (customers.get(firm).name, consent.current(firm)) == ("Werft AG", [])
    assert [entry.title for entry in timeline.latest(firm) if entry.kind == "call"] == ["Noch einmal", "Erased rief an"]
    assert checking.check().problems == []
    with pytest.raises(Conflict, match="erased for good"):
        _undo_all()
    assert traces(data_file) == []


def _undo_all():
    for _step in range(20):
        history.undo(history.next_undo())


def test_what_another_person_shares_stays_when_one_is_erased(data_file):
    firm = customers.save({"company": "Werft AG", "phone": PHONE})
    shared = contacts.Person(customer_id=firm, last_name="Obermooser", email="team@werft.example", phone=PHONE)
    one, other = (contacts.save_person(replace(shared, first_name=first)) for first in ("Wilhelmine", "Ludwig"))
    erasing_person.erase(one)
    assert contacts.people(firm)[0].id == other
    assert (contacts.people(firm)[0].email, customers.get(firm).phone) == ("team@werft.example", PHONE)
    with pytest.raises(NotFound):
        erasing_person.plan(one)
