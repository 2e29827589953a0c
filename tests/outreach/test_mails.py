"""Mails: what they hold, and that each goes out once or is named as not sent, whatever the server does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from mail_servers import BadServer, GreyInbox, good_server

from crm_desktop.activity import timeline
from crm_desktop.billing import drafts, dunning_letters, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Problem, UserError, ValidationError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.outreach import letters, mail_account, mail_texts, mails, sending


@pytest.fixture
def cafe(data_file):
    """A German customer of a company that may issue invoices."""
    with dates.freeze(date(2026, 11, 24)):
        profile.save(
            {
                "name": "Atelier", "owner": "Jana Lindner", "street": "Kai 1", "postcode": "20457", "city": "Hamburg",
                "tax_number": "22/1", "email": "jana@atelier.example",
            }
        )  # fmt: skip
        yield customers.save(
            {
                "company": "Café Ostwind", "salutation": "Frau", "last_name": "Weber", "street": "Kai 7",
                "city": "Hamburg", "country": "DE", "email": "hallo@ostwind.example", "language": "de",
            }
        )  # fmt: skip


@pytest.fixture
def invoice(cafe):
    lines = (DraftLine(name="Lampe", price=Decimal(100), rate=Decimal(19)),)
    return invoices.issue_draft(replace(drafts.begin(cafe), lines=lines), lambda _document: b"%PDF-1.7 the stored one")


@pytest.fixture
def server():
    with good_server() as (port, inbox):
        yield port, inbox


def test_a_mail_that_the_server_put_off_is_tried_once_more(invoice):
    mails.queue(letters.about_document(invoice.id))
    inbox = GreyInbox({"hallo@ostwind.example": 1})
    with good_server(inbox) as (port, _inbox):
        use(port)
        assert sending.send_all() == sending.Done(1, 0, 0)
    assert states() == ["sent"]
    assert len(inbox.messages) == 1


def use(port):
    """Send over a server on this computer."""
    mail_account.save({"host": "127.0.0.1", "port": port, "security": "none", "address": "jana@atelier.example"})


def states():
    return [mail.state for mail in reversed(mails.listed())]


def test_the_mail_of_an_invoice_is_written_in_the_customers_language_with_the_stored_pdf(invoice):
    letter = letters.about_document(invoice.id)
    assert letter.recipient == "hallo@ostwind.example"
    assert letter.subject == f"Rechnung {invoice.number}"
    assert letter.body.startswith("Guten Tag Frau Weber,\n\n")
    assert "119,00" in letter.body
    assert letter.body.endswith("Jana Lindner")
    (part,) = message_from_bytes(letters.as_eml(letter), policy=default).iter_attachments()
    assert (part.get_filename(), part.get_content()) == (f"{invoice.number}.pdf", b"%PDF-1.7 the stored one")


def test_lines_that_begin_with_a_dot_arrive_as_they_are(invoice, server):
    port, inbox = server
    use(port)
    mails.queue(replace(letters.about_document(invoice.id), body=".\n..two\nend"))
    sending.send_all()
    assert inbox.messages[0].get_body().get_content().replace("\r\n", "\n") == ".\n..two\nend\n"


def test_a_draft_for_the_own_mail_program_opens_as_unsent(invoice):
    found = message_from_bytes(letters.as_eml(letters.about_document(invoice.id)), policy=default)
    assert found["X-Unsent"] == "1"
    assert found["To"] == "hallo@ostwind.example"


def test_the_address_for_invoices_comes_before_the_usual_one(cafe, invoice):
    customers.save({"invoice_email": "buchhaltung@ostwind.example"}, cafe)
    assert letters.about_document(invoice.id).recipient == "buchhaltung@ostwind.example"


def test_a_sent_mail_is_in_the_timeline_with_the_answer_of_the_server(cafe, invoice, server):
    port, inbox = server
    use(port)
    mail_id = mails.queue(letters.about_document(invoice.id))
    assert sending.send_all() == sending.Done(1, 0, 0)
    (received,) = inbox.messages
    assert received["Message-ID"] == mails.get(mail_id).message_id
    assert received["From"] == "Atelier <jana@atelier.example>"
    assert next(received.iter_attachments()).get_content() == b"%PDF-1.7 the stored one"
    proof = next(e for e in timeline.rows(timeline.ids(cafe)) if e.kind == "email")
    assert "hallo@ostwind.example" in proof.body
    assert "4711" in proof.body
    assert db.value("SELECT sent_at FROM document WHERE id = ?", [invoice.id])
    assert sending.send_all() == sending.Done(0, 0, 0)
    assert len(inbox.messages) == 1


def test_a_reminder_that_was_sent_counts_as_given_out(cafe, server):
    port, inbox = server
    use(port)
    late = (DraftLine(name="Lampe", price=Decimal(100), rate=Decimal(19)),)
    invoices.issue_draft(replace(drafts.begin(cafe), lines=late, issue_on=date(2026, 9, 1)), lambda _document: b"%PDF")
    (letter_id,) = dunning_letters.make_letters(
        [dunning_letters.Choice(cafe, "EUR")], lambda _letter: b"%PDF-1.7 reminder"
    )
    letter = dunning_letters.get(letter_id)
    file = letters.Attached("Mahnung.pdf", "file", letter.file_id)
    mails.queue(letters.about_letter(cafe, "dunning_letter", file, dunning_letters.field_values(letter), letter_id))
    assert sending.send_all().sent == 1
    assert "119,00" in inbox.messages[0].get_body().get_content()
    assert next(inbox.messages[0].iter_attachments()).get_content() == b"%PDF-1.7 reminder"
    assert dunning_letters.get(letter_id).sent_at


def test_a_refused_address_is_named_and_the_others_go_out(invoice, server):
    port, inbox = server
    use(port)
    inbox.refused.add("gone@ostwind.example")
    letter = letters.about_document(invoice.id)
    mails.queue(replace(letter, recipient="gone@ostwind.example"))
    mails.queue(letter)
    assert sending.send_all() == sending.Done(1, 1, 0)
    assert states() == ["failed", "sent"]
    assert "gone@ostwind.example" in mails.outbox()[0].problem
    assert "no such mailbox" in mails.outbox()[0].problem


@pytest.mark.parametrize(("at", "state"), [("rcpt", "failed"), ("data", "failed"), ("after_data", "unsure")])
def test_a_server_that_dies_leaves_no_mail_in_doubt_without_saying_so(invoice, at, state):
    server = BadServer(at)
    use(server.port)
    mails.queue(letters.about_document(invoice.id))
    mails.queue(letters.about_document(invoice.id))
    done = sending.send_all()
    assert done.problem
    assert states() == [state, "waiting"]
    taken = server.taken
    server.close()
    with good_server() as (port, inbox):
        use(port)
        sending.send_all()
        assert len(inbox.messages) == 1
    assert states() == [state, "sent"]
    assert taken <= 1


def test_a_server_that_hangs_is_given_up(invoice, monkeypatch):
    monkeypatch.setattr(sending, "TIMEOUT_S", 0.3)
    server = BadServer("greeting", "hang")
    use(server.port)
    mails.queue(letters.about_document(invoice.id))
    with pytest.raises(Problem, match="does not answer"):
        sending.send_all()
    server.close()
    assert states() == ["waiting"]


def test_no_server_no_account_and_unknown_names_are_said(invoice):
    mails.queue(letters.about_document(invoice.id))
    with pytest.raises(UserError, match="No mail server"):
        sending.send_all()
    server = BadServer("greeting")
    server.close()
    use(server.port)
    with pytest.raises(Problem, match="cannot be reached"):
        sending.send_all()
    assert states() == ["waiting"]


def test_cancel_ends_between_two_mails(invoice, server):
    port, inbox = server
    use(port)
    for _copy in range(3):
        mails.queue(letters.about_document(invoice.id))
    progress = Progress(lambda done, _total, _text: progress.cancel() if done == 1 else None)
    with pytest.raises(Cancelled):
        sending.send_all(progress)
    assert len(inbox.messages) == 2
    assert states() == ["sent", "sent", "waiting"]


def test_a_mail_that_was_on_its_way_when_the_program_was_killed_is_never_sent_again_by_itself(invoice, data_file):
    server = BadServer("after_data", "hang")
    use(server.port)
    mails.queue(letters.about_document(invoice.id))
    db.close()
    code = (
        "import sys; from pathlib import Path; from crm_desktop.db import migrate; from crm_desktop.outreach import sending;"
        "migrate.open_file(Path(sys.argv[1])); sending.send_all()"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(data_file)], cwd=Path(__file__).parents[2])
    assert server.reached.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    server.close()
    from crm_desktop.db import migrate

    migrate.open_file(data_file)
    assert states() == ["sending"]
    assert sending.after_a_crash() == 1
    with good_server() as (port, inbox):
        use(port)
        assert sending.send_all() == sending.Done(0, 0, 0)
        assert inbox.messages == []
        mails.try_again(mails.outbox()[0].id)
        assert sending.send_all() == sending.Done(1, 0, 0)
        assert len(inbox.messages) == 1


def test_the_owner_decides_about_unsure_mails(invoice):
    mail_id = mails.queue(letters.about_document(invoice.id))
    db_state(mail_id, "unsure")
    mails.arrived(mail_id)
    assert mails.get(mail_id).state == "sent"
    with pytest.raises(UserError, match="sent"):
        mails.give_up(mail_id)


def db_state(mail_id, state):
    with db.transaction("test"):
        db.update("mail", mail_id, {"state": state})


def test_addresses_and_subject_are_checked(invoice):
    letter = letters.about_document(invoice.id)
    with pytest.raises(ValidationError) as caught:
        mails.queue(replace(letter, recipient="not an address", subject=" ", copies="a@b.example; x"))
    assert set(caught.value.fields) == {"recipient", "subject", "copies"}


def test_own_words_are_kept_per_language_and_unknown_fields_are_named(cafe, invoice):
    mail_texts.save("invoice", "de", "Ihre Rechnung {number}", "{greeting}\n\nBitte zahlen Sie {amount}.")
    assert letters.about_document(invoice.id).subject == f"Ihre Rechnung {invoice.number}"
    assert mail_texts.get("invoice", "en").own is False
    with pytest.raises(ValidationError, match=r"no field \{nummer\}"):
        mail_texts.save("invoice", "de", "Rechnung {nummer}", "x")
    mail_texts.reset("invoice", "de")
    assert letters.about_document(invoice.id).subject == f"Rechnung {invoice.number}"


class NoStore(keyring.backend.KeyringBackend):
    """A computer without a key store."""

    priority = 1

    def get_password(self, *args):
        raise keyring.errors.NoKeyringError

    set_password = delete_password = get_password


class Store(NoStore):
    """A key store in memory."""

    def __init__(self):
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        self.kept.pop((service, username), None)


@pytest.mark.parametrize(("store", "kept"), [(Store, True), (NoStore, False)])
def test_the_password_is_in_the_key_store_or_asked_each_session_and_never_in_the_file(
    cafe, data_file, monkeypatch, store, kept
):
    before = keyring.get_keyring()
    monkeypatch.setattr(mail_account, "_asked", {})
    keyring.set_keyring(store())
    try:
        account = mail_account.save({"host": "smtp.example.com", "user": "jana", "address": "j@e.example"})
        assert account.needs_password
        assert mail_account.use_password(account, "geheim-4711", keep=True) is kept
        assert mail_account.password(account) == "geheim-4711"
        monkeypatch.setattr(mail_account, "_asked", {})
        assert (mail_account.password(account) == "geheim-4711") is kept
        mail_account.forget_password(account)
        assert mail_account.password(account) is None
    finally:
        keyring.set_keyring(before)
    db.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"geheim-4711" not in data_file.read_bytes()


def test_an_account_that_would_send_unencrypted_is_refused(cafe):
    with pytest.raises(ValidationError) as caught:
        mail_account.save({"host": "smtp.example.com", "security": "none", "port": 0, "address": "x"})
    assert set(caught.value.fields) == {"security", "port", "address"}
    with pytest.raises(ValidationError, match="without spaces"):
        mail_account.save({"host": "https://smtp.example.com", "address": "a@b.example"})
