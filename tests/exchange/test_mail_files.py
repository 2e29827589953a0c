"""Mails dropped on a customer: who, when, which way, what; attached files; twice; and files that are no good mails."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.activity import attachments, timeline
from crm_desktop.company import profile
from crm_desktop.customers import contacts, customers
from crm_desktop.customers.contacts import Person
from crm_desktop.exchange import mail_files, mail_parse
from crm_desktop.exchange.identify import Refused
from crm_desktop.safety import undo
from tests.exchange import msg_files

SENT = datetime(2026, 11, 6, 8, 15, tzinfo=UTC)


def mail(**heads):
    made = EmailMessage()
    usual = {"From": "Anna Krüger <anna@ostwind.example>", "To": "info@lindner.example", "Subject": "Re: dimmer curve",
             "Date": "Fri, 06 Nov 2026 09:15:00 +0100", "Message-ID": "<1@ostwind.example>"}  # fmt: skip
    for name, value in (usual | {name.replace("_", "-"): value for name, value in heads.items()}).items():
        if value:
            made[name] = value
    made.set_content("She confirms the warm-dim bulbs.\n\nGrüße\n")
    return made


@pytest.fixture
def buyer(data_file):
    profile.save({"name": "Salon Lindner", "email": "info@lindner.example"})
    made = customers.save({"company": "Café Ostwind", "email": "office@ostwind.example"})
    contacts.save_person(Person(customer_id=made, first_name="Anna", last_name="Krüger", email="Anna@ostwind.example"))
    return made


def drop(buyer, tmp_path, *contents):
    paths = []
    for number, (name, content) in enumerate(contents):
        paths.append(tmp_path / f"{number}" / name)
        paths[-1].parent.mkdir(exist_ok=True)
        paths[-1].write_bytes(content)
    return mail_files.take(buyer, paths)


def test_a_mail_becomes_an_entry_with_person_day_and_files(buyer, tmp_path):
    made = mail()
    made.add_attachment(b"%PDF-1.4 curve", maintype="application", subtype="pdf", filename="Kurve ä.pdf")
    taken = drop(buyer, tmp_path, ("a.eml", made.as_bytes()))
    (entry,) = timeline.rows(taken.entries)
    assert (entry.kind, entry.title, entry.direction, entry.who) == ("email", "Re: dimmer curve", "in", "Anna Krüger")
    assert entry.person_id == contacts.people(buyer)[0].id
    assert entry.happened_at == SENT
    assert entry.body == "She confirms the warm-dim bulbs.\n\nGrüße"
    (file,) = attachments.of("timeline_entry", entry.id)
    assert attachments.content(file.id) == ("Kurve ä.pdf", b"%PDF-1.4 curve")
    assert entry.files == 1
    assert taken.words() == "1 mail written down"


def test_what_we_wrote_goes_out(buyer, tmp_path):
    out = mail(From="Salon <info@lindner.example>", To="boss@other.example, anna@OSTWIND.example")
    (entry,) = timeline.rows(drop(buyer, tmp_path, ("a.eml", out.as_bytes())).entries)
    assert (entry.direction, entry.who) == ("out", "Anna Krüger")
    strange = mail(From="x@y.example", To="z@y.example", Message_ID="<2@y>")
    (entry,) = timeline.rows(drop(buyer, tmp_path, ("b.eml", strange.as_bytes())).entries)
    assert (entry.direction, entry.who) == ("", "x@y.example")


def test_the_same_mail_is_told_and_not_doubled(buyer, tmp_path):
    drop(buyer, tmp_path, ("a.eml", mail().as_bytes()))
    again = drop(buyer, tmp_path, ("b.eml", mail().as_bytes()), ("note.txt", b"Hello"))
    assert again.known == ["The mail “Re: dimmer curve” is there already."]
    assert len(again.files) == 1
    without = mail(Message_ID="").as_bytes()
    twice = drop(buyer, tmp_path, ("c.eml", without), ("d.eml", without))
    assert (len(twice.entries), len(twice.known)) == (1, 1)


def test_all_that_was_dropped_is_one_step(buyer, tmp_path):
    drop(buyer, tmp_path, ("a.eml", mail().as_bytes()), ("note.txt", b"Hello"))
    assert [entry.kind for entry in timeline.rows(timeline.ids(buyer))] == ["file", "email"]
    undo.undo_last()
    assert timeline.ids(buyer) == []
    assert attachments.of("customer", buyer) == []


def test_a_mail_of_outlook(buyer, tmp_path):
    content = msg_files.message(
        subject="Angebot für Käfigleuchten", sender=("Anna Krüger", "anna@ostwind.example"),
        to=(("Salon Lindner", "info@lindner.example"),), body="Bitte bis Freitag.\r\nGrüße", sent_at=SENT,
        message_id="<3@ostwind.example>", attachments=(("Plan.pdf", b"%PDF-1.4 " + b"x" * 9000), ("ä.txt", b"kurz")),
    )  # fmt: skip
    (entry,) = timeline.rows(drop(buyer, tmp_path, ("a.msg", content)).entries)
    assert (entry.title, entry.direction, entry.who) == ("Angebot für Käfigleuchten", "in", "Anna Krüger")
    assert entry.happened_at == SENT
    assert entry.body == "Bitte bis Freitag.\nGrüße"
    assert [file.name for file in attachments.of("timeline_entry", entry.id)] == ["Plan.pdf", "ä.txt"]
    same = mail(Message_ID="<3@ostwind.example>")
    assert drop(buyer, tmp_path, ("b.eml", same.as_bytes())).known


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.eml", b"", "“a.eml” is empty."),
        ("a.eml", b"\x00\x01\x02 nothing", "“a.eml” is no mail."),
        ("a.msg", b"just words", "“a.msg” is no mail."),
        ("a.msg", bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, "“a.msg” is damaged"),
        ("a.msg", msg_files.message(subject="Card", kind="IPM.Contact"), "“a.msg” is no mail."),
        ("a.msg", msg_files.message(subject="Cut", body="x" * 9000)[:2000], "“a.msg” is damaged"),
    ],
)
def test_what_is_no_mail_gets_a_plain_sentence(buyer, tmp_path, name, content, sentence):
    taken = drop(buyer, tmp_path, (name, content))
    assert taken.problems[0].startswith(sentence)
    assert timeline.ids(buyer) == []


def test_a_huge_mail_is_not_read(buyer, tmp_path, monkeypatch):
    monkeypatch.setattr(mail_files, "LARGEST_FILE", 500)
    taken = drop(buyer, tmp_path, ("a.eml", mail().as_bytes() + b"x" * 500))
    assert taken.problems == [
        "“a.eml” is too large. Mails up to 60 MB can be kept; save its attachments as files instead."
    ]
    missing = mail_files.take(buyer, [tmp_path / "gone.eml"])
    assert "There is no file" in missing.problems[0]


def test_a_mail_that_is_only_a_page_gives_its_words(buyer, tmp_path):
    made = mail()
    made.set_content(
        "<html><head><style>p{}</style></head><body><p>Guten Tag</p>viele&nbsp;Grüße</body></html>", subtype="html"
    )
    (entry,) = timeline.rows(drop(buyer, tmp_path, ("a.eml", made.as_bytes())).entries)
    assert entry.body == "Guten Tag\nviele Grüße"


def test_headers_that_break_the_rules_are_read_as_well_as_possible():
    raw = (
        b"From: =?utf-8?q?M=C3=BCller?= <m@x.example>\r\nTo: undisclosed\r\nSubject: Gr\xfc\xdfe =?bad?x?y?=\r\n"
        b"Date: next Tuesday\r\nReceived: by mx; Fri, 6 Nov 2026 08:15:00 +0000\r\nContent-Type: text/plain; charset=nonsense\r\n"
        b"\r\nGr\xfc\xdfe"
    )
    found = mail_parse.read(raw)
    assert found.sender == ("Müller", "m@x.example")
    assert found.subject.startswith("Grüße")
    assert found.sent_at == SENT
    assert found.text == "Grüße"
    assert found.message_id.startswith("sha256:")


def test_a_mail_within_a_mail_is_an_attachment_and_logos_are_not():
    made = mail()
    made.add_attachment(mail(Subject="Inner", Message_ID="<9@x>"))
    made.add_attachment(
        b"\x89PNG", maintype="image", subtype="png", cid="<logo>", disposition="inline", filename="logo.png"
    )
    made.add_attachment(b"x", maintype="application", subtype="pdf", filename="../../etc/evil.pdf")
    found = mail_parse.read(made.as_bytes())
    assert [name for name, _kind, _content in found.attachments] == ["Inner.eml", "evil.pdf"]
    assert mail_parse.read(found.attachments[0][2]).subject == "Inner"


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [b"", b"From: a@b.example\n", b"Subject: =?", b"Content-Type: multipart/mixed; boundary=x\nFrom: a\n\n--x\n"]
    ),
)
def test_any_bytes_are_a_mail_or_refused(rest, start):
    try:
        found = mail_parse.read(start + rest)
    except Refused:
        return
    assert found.message_id
    assert "\x00" not in found.text
