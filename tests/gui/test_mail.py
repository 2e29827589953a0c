"""Mails in the window: written from a document, sent or put into the outbox, and the settings of the server."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices

sys.path.insert(0, str(Path(__file__).parents[1] / "outreach"))
from mail_servers import good_server

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.documents import from_record
from crm_desktop.gui import jobs
from crm_desktop.gui.pages.invoices_page import InvoicesPage
from crm_desktop.gui.pages.outbox_page import OutboxPage
from crm_desktop.gui.parts.settings.mail import MailSection
from crm_desktop.gui.widgets import dialogs
from crm_desktop.outreach import letters, mail_account, mail_texts, mails


@pytest.fixture
def invoice(data_file):
    with dates.freeze(date(2026, 11, 24)):
        profile.save(
            {"name": "Atelier", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1",
             "email": "jana@atelier.example"}
        )  # fmt: skip
        cafe = customers.save(
            {"company": "Café Ostwind", "street": "Kai 7", "city": "Hamburg", "country": "DE", "email": "a@ost.example"}
        )
        lines = (DraftLine(name="Lamp", price=Decimal(100), rate=Decimal(19)),)
        yield invoices.issue_draft(replace(drafts.begin(cafe), lines=lines), from_record.render)


def shown(qtbot, kind, **args):
    page = kind()
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    page.activate(**args)
    return page


def answer(monkeypatch, key, **changes):
    """Answer the dialog of a mail; what it proposed is in the list."""
    seen = []

    def fill_in_then(heading, _fields, values, *, acts, check, text=""):
        found = values | changes
        seen.append((heading, values, [a for a, _words in acts], text))
        check(found)
        return key, found

    monkeypatch.setattr(dialogs, "fill_in_then", fill_in_then)
    return seen


def use(port):
    mail_account.save({"host": "127.0.0.1", "port": port, "security": "none", "address": "jana@atelier.example"})


def wait(qtbot):
    qtbot.waitUntil(lambda: not jobs.busy(), timeout=20_000)
    qtbot.wait(20)


def test_an_invoice_is_sent_from_its_list(qtbot, invoice, monkeypatch):
    page = shown(qtbot, InvoicesPage, select=invoice.id)
    told = []
    page.toast.connect(lambda text, _undo: told.append(text))
    seen = answer(monkeypatch, "send", subject="Your lamp")
    with good_server() as (port, inbox):
        use(port)
        page.mail()
        wait(qtbot)
        assert [m["Subject"] for m in inbox.messages] == ["Your lamp"]
    heading, values, acts, _text = seen[0]
    assert heading == "E-mail to a@ost.example"
    assert invoice.number in values["subject"]
    assert acts == ["draft", "queue", "send"]
    assert told == ["1 mail sent"]
    assert mails.counts() == {"outbox": 0, "sent": 1, "all": 1}


def test_without_a_server_the_mail_opens_in_the_own_program_with_its_file(qtbot, invoice, monkeypatch):
    page = shown(qtbot, InvoicesPage, select=invoice.id)
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    seen = answer(monkeypatch, "draft")
    page.mail()
    assert seen[0][2] == ["draft"]
    assert "Settings" in seen[0][3]
    assert b"X-Unsent: 1" in Path(opened[0]).read_bytes()
    assert mails.counts()["all"] == 0


def test_the_outbox_says_why_a_mail_was_not_sent_and_tries_again(qtbot, invoice):
    letter = letters.about_document(invoice.id)
    with good_server() as (port, inbox):
        use(port)
        inbox.refused.add("gone@ost.example")
        mails.queue(replace(letter, recipient="gone@ost.example"))
        page = shown(qtbot, OutboxPage)
        told = []
        page.toast.connect(lambda text, _undo: told.append(text))
        page.primary()
        wait(qtbot)
        assert told == ["0 mails sent. Some were refused. What is left waits in the outbox."]
        assert "no such mailbox" in page.pane.problem.text()
        assert page.pane.again.isVisible()
        assert not page.pane.arrived.isVisible()
        inbox.refused.clear()
        page.pane.again.click()
        page.primary()
        wait(qtbot)
        assert mails.counts()["outbox"] == 0
        assert len(inbox.messages) == 1


def test_an_empty_outbox_says_where_mails_come_from(qtbot, invoice):
    page = shown(qtbot, OutboxPage)
    went = []
    page.go.connect(lambda key, args: went.append((key, args)))
    page.set_up()
    assert went == [("settings", {"section": "mail"})]


def test_the_server_is_kept_and_tried_and_words_can_be_changed(qtbot, invoice, monkeypatch):
    page = shown(qtbot, OutboxPage)
    made = MailSection(page, lambda: None)
    qtbot.addWidget(made)
    made.refresh()
    with good_server() as (port, _inbox):
        use(port)
        made.refresh()
        made.test.click()
        wait(qtbot)
        assert made._state.text() == "127.0.0.1 answers."
        assert made.form.input("port").text() == str(port)
    box = made.form.boxes["address"]
    box.input.setText("nobody")
    box.left.emit("address")
    assert "e-mail address" in box._said.text()
    monkeypatch.setattr(
        dialogs, "fill_in_or_remove", lambda *_a, check, **_k: check({"subject": "Ours {number}", "body": "x"}) or "act"
    )
    made.texts.press(0)
    first = made._texts[0]
    assert mail_texts.get(first.purpose, first.language).subject == "Ours {number}"
