"""Attached papers are found by their words, whatever program made them; hostile and broken ones only say why they are not."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.activity import attachments, file_texts, timeline
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.exchange import file_texts as reading
from crm_desktop.exchange import file_words
from crm_desktop.exchange.identify import Refused

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def packed(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


def docx(words="Käfigleuchte aus Messing"):
    run = f"<w:p><w:r><w:t>{words[:4]}</w:t></w:r><w:r><w:t>{words[4:]}</w:t></w:r></w:p>"
    return packed(word__document_xml=f'<w:document xmlns:w="{W}"><w:body>{run}</w:body></w:document>')


def odt(words="Käfigleuchte aus Messing"):
    body = f'<office xmlns:text="{TEXT}"><text:h>Angebot</text:h><text:p>{words[:4]}<text:span>{words[4:]}</text:span></text:p></office>'
    return packed(mimetype="application/vnd.oasis.opendocument.text", content_xml=body)


def xlsx():
    book = openpyxl.Workbook()
    book.active.title = "Preise"
    book.active.append(["Käfigleuchte", 1890.5])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def pdf(words="Wartung der Käfigleuchte"):
    from reportlab.pdfgen import canvas

    stream = io.BytesIO()
    paper = canvas.Canvas(stream)
    paper.drawString(100, 700, words)
    paper.save()
    return stream.getvalue()


PAPERS = [
    ("a.pdf", pdf(), "Käfigleuchte"),
    ("a.docx", docx(), "Käfigleuchte aus Messing"),
    ("a.odt", odt(), "Käfigleuchte aus Messing"),
    ("a.ods", odt("Käfigleuchte 1890,50"), "Käfigleuchte 1890,50"),
    ("a.xlsx", xlsx(), "Preise"),
    ("a.xlsx", xlsx(), "Käfigleuchte"),
    ("a.xlsx", xlsx(), "1890.5"),
    ("a.txt", "Käfigleuchte".encode("cp1252"), "Käfigleuchte"),
    ("a.txt", "Käfigleuchte".encode("utf-16"), "Käfigleuchte"),
    ("a.html", b"<html><head><title>x</title></head><body>K&auml;figleuchte<script>no</script></body>", "Käfigleuchte"),
]


@pytest.mark.parametrize(("name", "content", "words"), PAPERS)
def test_the_words_of_a_paper(name, content, words):
    assert words in file_words.read(name, content)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", b"  ", "empty"),
        ("a.pdf", b"%PDF-1.4 broken", "damaged"),
        ("a.docx", docx()[:80], "damaged"),
        ("a.zip", packed(readme="x"), "unreadable"),
        ("a.png", b"\x89PNG\r\n", "unreadable"),
        ("a.docx", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "protected"),
        (
            "a.odt",
            packed(mimetype="x", content_xml="", **{"META-INF__manifest_xml": "<encryption-data/>"}),
            "protected",
        ),
    ],
)
def test_what_holds_no_words_says_why(name, content, code):
    with pytest.raises(Refused) as refused:
        file_words.read(name, content)
    assert refused.value.code == code


def test_a_mountain_in_a_small_file_ends_early(monkeypatch):
    monkeypatch.setattr(file_words, "LARGEST_MEMBER", 1_000_000)
    bomb = packed(word__document_xml=f'<w:document xmlns:w="{W}">' + " " * 3_000_000)
    with pytest.raises(Refused) as refused:
        file_words.read("a.docx", bomb)
    assert refused.value.code == "too_large"


def test_entities_are_never_resolved():
    lol = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    body = f'<w:document xmlns:w="{W}"><w:p><w:t>Lamp &b;</w:t></w:p></w:document>'
    assert "ha" not in file_words.read("a.docx", packed(word__document_xml=lol + body))


@given(
    st.binary(max_size=200),
    st.sampled_from(["a.pdf", "a.docx", "a.txt", "a.html", "a.eml"]),
    st.sampled_from([b"", b"%PDF-", b"PK\x03\x04"]),
)
def test_any_bytes_are_read_or_refused(rest, name, start):
    try:
        assert file_words.read(name, start + rest).strip()
    except Refused:
        return


# ---- found by them -----------------------------------------------------------------------------------------------------


@pytest.fixture
def buyer(data_file):
    return customers.save({"company": "Café Ostwind"})


def attach(buyer, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    return attachments.attach("customer", buyer, tmp_path / name)


def test_an_attached_paper_is_found_in_the_timeline_and_from_anywhere(buyer, tmp_path):
    attach(buyer, tmp_path, "Plan.pdf", pdf())
    timeline.add(buyer, "note", "Zahlt bar")
    assert timeline.ids(buyer, search="kafigleuchte wartung") == []
    assert reading.read_waiting() == 1
    (entry,) = timeline.ids(buyer, search="kafigleuchte wartung")
    assert timeline.rows([entry])[0].title == "Plan.pdf"
    assert file_texts.excerpts(buyer, "kafig")[entry] == ("Plan.pdf", "Wartung der Käfigleuchte")
    (hit,) = file_texts.find("wart kaf")
    assert (hit.name, hit.customer, hit.customer_id) == ("Plan.pdf", "Café Ostwind", buyer)
    assert timeline.ids(buyer, search="messing") == []
    assert file_texts.find('"') == []


def test_the_same_content_is_read_once_and_a_bad_one_is_not_tried_again(buyer, tmp_path):
    attach(buyer, tmp_path, "a.docx", docx())
    attach(buyer, tmp_path, "b.docx", docx())
    bad = attach(buyer, tmp_path, "c.pdf", b"%PDF-1.4 broken")
    picture = attach(buyer, tmp_path, "d.png", b"\x89PNG")
    assert reading.read_waiting() == 3
    assert reading.read_waiting() == 0
    assert db.value("SELECT count(*) FROM file_text") == 3
    assert file_texts.problem_of(bad) == "It is damaged."
    assert file_texts.problem_of(picture) == "It holds nothing that can be searched."
    assert len(timeline.ids(buyer, search="messing")) == 2


def test_a_file_that_was_taken_away_is_not_found(buyer, tmp_path):
    made = attach(buyer, tmp_path, "a.docx", docx())
    reading.read_waiting()
    attachments.remove(made)
    assert file_texts.find("messing") == []
    assert timeline.ids(buyer) == []
