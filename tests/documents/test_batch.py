"""Many documents at once: issued one by one with their PDFs, saved under the chosen names, stopped between two."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from papers import with_lines
from pdf_reading import texts

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Problem, ValidationError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.documents import batch, commercial_pdf, file_names

LINES = (DraftLine(name="Esstisch", price=Decimal("840.00"), rate=Decimal(19)),)
OWN = {
    "name": "Werkstatt Lindner", "street": "Hafenstr. 4", "postcode": "20457", "city": "Hamburg",
    "vat_id": "DE136695976", "iban": "DE89370400440532013000",
}  # fmt: skip


@pytest.fixture
def buyer(data_file: Path) -> Iterator[int]:
    """A company in Hamburg on 24 November 2026, and a customer of it."""
    with dates.freeze(date(2026, 11, 24)):
        profile.save(OWN)
        yield customers.save(
            {"company": "Café Ostwind: Bar", "street": "Kai 7", "postcode": "20459", "city": "Hamburg", "country": "DE"}
        )


def new_drafts(buyer: int, count: int) -> list[int]:
    return [
        drafts.save(replace(drafts.begin(buyer), lines=(replace(LINES[0], quantity=Decimal(number)),))).id or 0
        for number in range(1, count + 1)
    ]


def test_two_processes_draw_what_one_draws_in_the_same_order() -> None:
    papers = [with_lines(count) for count in (1, 30, 2, 3, 4, 5, 6, 7, 8, 9, 10)]
    assert list(batch.draw(papers)) == [commercial_pdf.render(paper) for paper in papers]


def test_many_drafts_are_issued_in_order_and_drawn_ahead_with_their_number(
    buyer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, drawn_here = new_drafts(buyer, 12), []
    real = commercial_pdf.render
    monkeypatch.setattr(commercial_pdf, "render", lambda paper: drawn_here.append(paper) or real(paper))
    told: list[tuple[int, int]] = []
    result = batch.issue_many(ids, Progress(lambda done, total, _words: told.append((done, total))))
    assert result.done == tuple(ids)
    assert result.refused == ()
    assert drawn_here == []
    assert told == [(place, 12) for place in range(12)]
    issued = [invoices.get(document_id) for document_id in ids]
    assert [document.number for document in issued] == [f"INV-2026-{number:04}" for number in range(1, 13)]
    for document in issued:
        assert document.number in " ".join(texts(invoices.pdf(document.id or 0) or b""))


def test_one_that_is_not_complete_stays_a_draft_and_the_others_get_the_next_numbers(buyer: int) -> None:
    ids = new_drafts(buyer, 4)
    empty = drafts.save(replace(drafts.begin(buyer), lines=())).id or 0
    order = [ids[0], empty, *ids[1:]]
    result = batch.issue_many(order)
    assert result.done == tuple(ids)
    assert [refused.document_id for refused in result.refused] == [empty]
    assert result.refused[0].reason.endswith(".")
    assert [invoices.get(document_id).number for document_id in ids] == [f"INV-2026-{n:04}" for n in range(1, 5)]
    assert invoices.get(empty).state == "draft"


def test_cancel_between_two_documents_leaves_the_issued_ones_issued(buyer: int) -> None:
    ids = new_drafts(buyer, 5)
    progress = Progress(lambda done, _total, _words: progress.cancel() if done == 2 else None)
    with pytest.raises(Cancelled):
        batch.issue_many(ids, progress)
    assert [invoices.get(document_id).state for document_id in ids] == ["issued"] * 3 + ["draft"] * 2


def test_saved_files_hold_the_stored_bytes_under_the_chosen_names(buyer: int, tmp_path: Path) -> None:
    ids = new_drafts(buyer, 2)
    batch.issue_many(ids)
    result = batch.save_many(ids, tmp_path)
    saved = tmp_path / "2026" / "11" / "INV-2026-0001 Café Ostwind Bar.pdf"
    assert result.done == tuple(ids)
    assert hashlib.sha256(saved.read_bytes()).digest() == hashlib.sha256(invoices.pdf(ids[0]) or b"").digest()
    file_names.keep(file_name="{date} {kind} {number}", folders="{customer}")
    batch.save_many(ids, tmp_path)
    assert (tmp_path / "Café Ostwind Bar" / "2026-11-24 Invoice INV-2026-0002.pdf").is_file()
    assert batch.save_many(ids, tmp_path).refused == ()


def test_a_file_of_another_content_is_never_replaced(buyer: int, tmp_path: Path) -> None:
    ids = new_drafts(buyer, 2)
    batch.issue_many(ids)
    batch.save_many(ids, tmp_path)
    other = tmp_path / "2026" / "11" / "INV-2026-0001 Café Ostwind Bar.pdf"
    other.write_bytes(b"mine")
    result = batch.save_many(ids, tmp_path)
    assert other.read_bytes() == b"mine"
    assert [(refused.document_id, "there already" in refused.reason) for refused in result.refused] == [(ids[0], True)]


def test_a_folder_that_cannot_be_written_is_a_plain_sentence(buyer: int, tmp_path: Path) -> None:
    ids = new_drafts(buyer, 1)
    batch.issue_many(ids)
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(Problem, match="documents themselves are safe"):
        batch.save_many(ids, blocked)


def test_a_draft_has_no_file_to_save(buyer: int, tmp_path: Path) -> None:
    result = batch.save_many(new_drafts(buyer, 1), tmp_path)
    assert "Issue it first" in result.refused[0].reason


@pytest.mark.parametrize(
    ("file_name", "folders", "field"),
    [("{numero}", "", "file_name"), ("{customer}", "", "file_name"), ("", "{year", "folders")],
)
def test_patterns_that_cannot_work_are_told_beside_their_field(
    data_file: Path, file_name: str, folders: str, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        file_names.keep(file_name=file_name, folders=folders)
    assert list(refused.value.fields) == [field]


def test_names_are_taken_by_every_file_system() -> None:
    odd = file_names.About(number="RE/2026:1", customer="A" * 200, kind="Invoice", issued_on=None)
    assert file_names.name_of(odd, "{number} {customer}").startswith("RE 2026 1 AAA")
    assert len(file_names.name_of(odd, "{number} {customer}")) <= 90
    assert file_names.name_of(odd, "CON") == "_CON"
    assert file_names.folders_of(odd, "{year}/../{kind}").as_posix() == "Invoice"
