"""Received e-invoices: what ours say comes back, what is wrong is named, what is hostile is refused in a sentence."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))

import einvoices as e
from papers import INVOICE as PAPER

from crm_desktop.billing import received_documents
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, UserError
from crm_desktop.db import connection as db
from crm_desktop.documents import commercial_pdf, einvoice, pdfa
from crm_desktop.exchange import received, received_checks, received_child
from crm_desktop.safety import bin as bin_
from crm_desktop.safety import undo

TWO_LINES = e.document(
    lines=(
        e.line("Lampe & Co", "3", "33.335", description="Messing", unit="MTR"),
        e.line("Buch", "2", "10", rate="7", base_quantity=Decimal(4), allowances=(e.off({"percent": "10"}),)),
    ),
    allowances=(e.off({"percent": "3", "reason": "Treue"}),),
    prepaid=Decimal(5),
)
SHOWN = (
    "number",
    "currency",
    "line_total",
    "tax_basis",
    "tax_total",
    "grand_total",
    "prepaid",
    "due",
    "iban",
    "reference",
)


@pytest.fixture
def ours(data_file: Path) -> Iterator[None]:
    """A company that is the buyer of the sample."""
    with dates.freeze(date(2026, 12, 1)):
        profile.save({"name": "Café Ostwind", "vat_id": ""})
        yield


def write(folder: Path, content: bytes, name: str = "rechnung.xml") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def sentences(found: received.Read) -> list[str]:
    return [received_checks.sentence(finding) for finding in found.findings]


@pytest.mark.parametrize("format", einvoice.FORMATS)
def test_what_we_write_is_read_as_it_is(format: str, tmp_path: Path, ours: None) -> None:
    found = received.read(write(tmp_path, einvoice.make(TWO_LINES, format)))
    assert sentences(found) == []
    totals = TWO_LINES.totals
    assert [found.said[name] for name in SHOWN] == [
        "RE-2026-0001", "EUR", f"{totals.line_total}", f"{totals.tax_basis}", f"{totals.tax_total}",
        f"{totals.grand_total}", "5.00", f"{totals.due}", "DE89370400440532013000", "RE-2026-0001",
    ]  # fmt: skip
    assert found.said["seller"]["name"] == "Werkstatt Lindner"
    assert found.said["seller"]["vat_id"] == "DE136695976"
    first, second = found.said["lines"]
    assert (first["name"], first["quantity"], first["unit"], first["net"]) == ("Lampe & Co", "3", "MTR", "100.01")
    assert (second["rate"], second["base_quantity"], second["offs"][0]["amount"]) == ("7", "4", "0.50")


@pytest.mark.parametrize("vector", e.VECTORS, ids=[vector["input"]["id"] for vector in e.VECTORS])
def test_worked_examples_have_no_findings(vector: dict, tmp_path: Path) -> None:
    for language in ("facturx", "peppol"):
        said = received_child.read(write(tmp_path, einvoice.make(e.of_vector(vector), language)))
        assert received_checks.find(said) == []


def test_a_pdf_is_filed_once_and_paid(tmp_path: Path, ours: None) -> None:
    xml = einvoice.make(TWO_LINES)
    content = pdfa.archive(commercial_pdf.render(PAPER), e.DAY, pdfa.Attachment(name="factur-x.xml", content=xml))
    path = write(tmp_path, content, "rechnung.pdf")
    number = received.add(path)
    found = received_documents.get(number)
    assert (found.sender, found.number, found.format) == ("Werkstatt Lindner", "RE-2026-0001", "Factur-X")
    assert (found.gross_minor, found.due_on) == (TWO_LINES.due_minor, date(2026, 12, 8))
    assert received_documents.stored_file(number) == content
    with pytest.raises(Conflict, match="RE-2026-0001 of Werkstatt Lindner is filed already"):
        received.add(path)
    assert received_documents.counts() == {"open": 1, "due": 0, "odd": 0, "paid": 0, "all": 1}
    received_documents.mark_paid([number], date(2026, 12, 1))
    assert received_documents.counts() == {"open": 0, "due": 0, "odd": 0, "paid": 1, "all": 1}
    received_documents.delete([number])
    assert received_documents.ids() == []
    assert [entry.name for entry in bin_.content()] == ["Werkstatt Lindner"]
    bin_.restore("received_document", number)
    assert received_documents.ids() == [number]


def test_the_same_number_in_another_file_is_told(tmp_path: Path, ours: None) -> None:
    received.add(write(tmp_path, einvoice.make(TWO_LINES)))
    again = received_documents.get(received.add(write(tmp_path, einvoice.make(TWO_LINES, "peppol"))))
    assert [received_checks.sentence(finding) for finding in again.findings] == [
        "There is another document from this sender with the number RE-2026-0001."
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<ram:GrandTotalAmount>", "<ram:GrandTotalAmount>1", "The total with tax is"),
        ("<ram:DuePayableAmount>", "<ram:DuePayableAmount>9", "To pay is"),
        (">33.335<", ">35.335<", "Line 1: the amount is 100.01, but quantity and price give 106.01."),
        ("<ram:CalculatedAmount>", "<ram:CalculatedAmount>2", "The tax at 19%"),
        ("DE89370400440532013000", "DE88370400440532013000", "The account number DE88370400440532013000 does not add"),
        ("<ram:ID>RE-2026-0001</ram:ID>", "<ram:ID></ram:ID>", "The file does not say: number."),
        ("Café Ostwind", "Otto Ganz", "It is addressed to Otto Ganz, not to you."),
        ("<ram:TypeCode>380</ram:TypeCode>", "", "The file does not follow its format"),
        ("<ram:LineTotalAmount>100.01<", "<ram:LineTotalAmount>viel<", "“viel” is no amount"),
        ("<ram:GrandTotalAmount>", "<ram:GrandTotalAmount>1e999", "is no amount"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, words: str, tmp_path: Path, ours: None) -> None:
    xml = einvoice.make(TWO_LINES).decode()
    assert old in xml
    found = received.read(write(tmp_path, xml.replace(old, new, 1).encode()))
    assert any(words in sentence for sentence in sentences(found)), sentences(found)
    received.keep(found)


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bombe.xml", BOMB, "declares contents of its own"),
        ("bombe.xml", BOMB.decode().encode("utf-16"), "declares contents of its own"),
        ("leer.xml", b"", "is empty"),
        ("brief.xml", b"<letter>Hallo</letter>", "is no e-invoice"),
        ("text.xml", b"Hallo", "is no e-invoice"),
        ("halb.xml", einvoice.make(TWO_LINES)[:4000], "is damaged"),
        ("papier.pdf", commercial_pdf.render(PAPER), "is a PDF without an e-invoice in it"),
        ("kaputt.pdf", b"%PDF-1.7 nichts", "is damaged"),
    ],
)
def test_refused_in_a_sentence(name: str, content: bytes, words: str, tmp_path: Path, ours: None) -> None:
    with pytest.raises(UserError, match=words):
        received.add(write(tmp_path, content, name))
    assert received_documents.ids() == []


def test_a_bomb_inside_a_pdf_is_refused_too(tmp_path: Path, ours: None) -> None:
    content = pdfa.archive(commercial_pdf.render(PAPER), e.DAY, pdfa.Attachment(name="factur-x.xml", content=BOMB))
    with pytest.raises(UserError, match="declares contents of its own"):
        received.read(write(tmp_path, content, "bombe.pdf"))


def test_stored_findings_are_plain_data(tmp_path: Path, ours: None) -> None:
    xml = einvoice.make(TWO_LINES).decode().replace("<ram:DuePayableAmount>", "<ram:DuePayableAmount>9")
    number = received.add(write(tmp_path, xml.encode()))
    stored = json.loads(db.value("SELECT findings FROM received_document WHERE id = ?", [number]))
    assert [finding["code"] for finding in stored] == ["BR-CO-16"]


def test_filing_can_be_undone_and_redone_and_what_is_gone_for_good_leaves_no_bytes(tmp_path: Path, ours: None) -> None:
    number = received.add(write(tmp_path, einvoice.make(TWO_LINES)))
    undo.undo_last()
    assert received_documents.ids() == []
    undo.redo_last()
    assert received_documents.ids() == [number]
    received_documents.delete([number])
    assert received.add(tmp_path / "rechnung.xml") != number
    bin_.delete_for_good("received_document", number)
    assert db.value("SELECT count(*) FROM stored_file") == 1
    received_documents.delete(received_documents.ids())
    assert bin_.empty() == 1
    assert db.value("SELECT count(*) FROM stored_file") == 0


def test_bytes_that_change_nothing_but_a_nest_or_a_flood_are_refused(tmp_path: Path, ours: None) -> None:
    deep = b"<x>" * 100_000 + b"</x>" * 100_000
    with pytest.raises(UserError, match="is damaged"):
        received.read(write(tmp_path, deep, "tief.xml"))
    flood = einvoice.make(TWO_LINES).replace(b"Messing", b"M" * 21_000_000)
    with pytest.raises(UserError, match="is too large"):
        received.read(write(tmp_path, flood, "flut.xml"))
