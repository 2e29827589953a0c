"""Settings, paper: each choice shows on the sample at once and on the next document; letter paper, names, printed sheets."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from crm_desktop.billing import invoices
from crm_desktop.company import paper_choices, profile
from crm_desktop.core import dates
from crm_desktop.documents import from_record
from crm_desktop.gui.parts import document_acts
from crm_desktop.gui.widgets import dialogs
from tests.gui.hands import add_customer, fill_company, issue, wait_for_jobs


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(date(2026, 11, 24)):
        yield


@pytest.fixture
def section(window, qtbot):
    """The subject "Paper" with its sample drawn."""
    window.show_page("settings", {"section": "paper"})
    found = window.pages.page().sections["paper"]
    qtbot.waitUntil(lambda: found.view.pages() == 1, timeout=15_000)
    return found


def _pick(form, name: str, value) -> None:
    given = form.input(name)
    given.set_value(value)
    given.activated.emit(given.currentIndex())


def _ratio(section) -> float:
    page = section.view._pages[0]
    return page.height() / page.width()


def test_layout_sheet_and_window_show_on_the_sample_at_once(section, qtbot):
    before = section.preview.content
    _pick(section.look, "layout", "modern")
    qtbot.waitUntil(lambda: section.preview.content != before, timeout=15_000)
    _pick(section.look, "paper", "letter")
    qtbot.waitUntil(lambda: abs(_ratio(section) - 11 / 8.5) < 0.01, timeout=15_000)
    _pick(section.look, "window", "us")
    wait_for_jobs()
    assert (profile.load().layout, profile.load().paper, profile.load().window) == ("modern", "letter", "us")


def test_without_letter_paper_nothing_says_that_it_is_put_behind(section):
    assert profile.load().letter_paper_file_id is None
    assert not section.letter.boxes["with_letter_paper"].isEnabled()
    assert section.letter.input("with_letter_paper").value() is False


def test_letter_paper_lies_behind_new_documents_and_not_on_printed_sheets(section, qtbot, tmp_path: Path):
    fill_company()
    picture = tmp_path / "letter.png"
    Image.new("RGB", (210, 297), (200, 30, 30)).save(picture)
    section.take(picture)
    wait_for_jobs()
    made = issue(add_customer("Ada Bauer"))
    content = invoices.pdf(made.id)
    assert _color(content) == (200, 30, 30)
    paper_choices.save({"printed_sheets": True})
    assert _color(document_acts.for_printer(content)) == (255, 255, 255)
    assert _color(invoices.pdf(made.id)) == (200, 30, 30)
    section.refresh()
    section.remove.click()
    wait_for_jobs()
    assert from_record.stationery().letter_paper is None


def _color(content: bytes) -> tuple[int, ...]:
    import pypdfium2

    page = pypdfium2.PdfDocument(content)[0]
    return page.render(scale=1).to_pil().convert("RGB").getpixel((5, 5))


def test_a_file_that_is_no_letter_paper_is_refused_in_a_sentence(section, qtbot, tmp_path: Path, answers):
    odd = tmp_path / "letter.png"
    odd.write_bytes(io.BytesIO(b"no picture").getvalue())
    seen = []
    answers.append(lambda dialog: seen.append(dialogs.label_of(dialog)) or "")
    section.take(odd)
    assert profile.load().letter_paper_file_id is None
    assert "PNG" in seen[0]


def test_names_of_files_are_checked_and_shown_with_an_example(section, qtbot):
    given = section.names.input("file_name")
    given.setFocus()
    given.setText("{date} {customer}")
    given.clearFocus()
    given.editingFinished.emit()
    assert "{number}" in section.names.boxes["file_name"]._said.text()
    given.setText("{date} {number}")
    given.editingFinished.emit()
    assert paper_choices.load().file_name == "{date} {number}"
    assert "2026-11-24 2026-0141.pdf" in section._example.text()
