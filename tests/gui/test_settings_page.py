"""Settings: saved by themselves on leaving a field, problems beside the field, numbers shown before they are given."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QLabel

from crm_desktop.company import numbering, payment_terms, profile, tax_rates
from crm_desktop.core import dates, i18n, preferences
from crm_desktop.customers import custom_fields, customers, tags
from crm_desktop.gui import theme
from crm_desktop.gui.pages.settings_page import SUBJECTS
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.token_input import TokenInput
from crm_desktop.safety import backup, company_files, undo
from tests.gui.hands import add_customer, fill_company, issue, wait_for_jobs

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def show(window, qtbot):
    """Enter a section of the settings."""

    def enter(key: str):
        window.show_page("settings", {"section": key})
        qtbot.wait(10)
        return window.pages.page().sections[key]

    return enter


def _type(section_form, name: str, text: str) -> None:
    """Type into a field and leave it."""
    given = section_form.input(name)
    given.setFocus()
    given.setText(text)
    given.clearFocus()
    given.editingFinished.emit()


def _pick(section_form, name: str, value) -> None:
    given = section_form.input(name)
    given.set_value(value)
    given.activated.emit(given.currentIndex())


def _said(section_form, name: str) -> str:
    return section_form.boxes[name]._said.text()


def _cells(table, place: int) -> list[str]:
    return [cell.text for cell in table._rows[place]._cells]


def test_every_subject_can_be_entered_by_mouse_and_arrow(window, qtbot):
    window.show_page("settings")
    page = window.pages.page()
    for subject in SUBJECTS:
        qtbot.mouseClick(page._items[subject.key], Qt.MouseButton.LeftButton)
        assert page.sections[subject.key].isVisible()
    page._items["backup"].setFocus()
    qtbot.keyClick(page._items["backup"], Qt.Key.Key_Down)
    assert page._current == "company"


def test_settings_open_where_they_were_left(window):
    window.show_page("settings", {"section": "taxes"})
    window.show_page("today")
    window.show_page("settings")
    assert window.pages.page()._name.text() == "Taxes"


# ---- company ---------------------------------------------------------------------------------------------------------


def test_a_field_is_kept_when_it_is_left(show, window):
    section = show("company")
    _type(section.form, "name", "Salon Lindner")
    assert profile.load().name == "Salon Lindner"
    assert window.pages.page()._saved_words.text() == "Saved"
    undo.undo_last()
    assert profile.load().name == ""


def test_what_cannot_be_kept_stands_at_its_field_and_is_not_lost(show):
    section = show("company")
    _type(section.form, "iban", "DE11111111111111111111")
    assert "does not add up" in _said(section.form, "iban")
    assert section.form.input("iban").text() == "DE11111111111111111111"
    assert profile.load().iban == ""
    _type(section.form, "iban", "DE89 3704 0044 0532 0130 00")
    assert _said(section.form, "iban") == ""
    assert profile.load().iban == "DE89370400440532013000"


def test_what_invoices_still_need_is_named_and_one_click_away(show, qtbot):
    section = show("company")
    assert "Name of the company" in section.strip._sentence.text()
    qtbot.mouseClick(section.strip._button, Qt.MouseButton.LeftButton)
    assert section.form.input("name").hasFocus()
    fill_company()
    section.refresh()
    assert not section.strip.isVisible()


def test_a_small_business_sees_the_sentence_that_will_be_printed(show):
    section = show("company")
    _pick(section.form, "tax_status", "small")
    assert "§ 19 UStG" in _said(section.form, "tax_status")
    assert profile.load().tax_status == "small"


def _picture(path: Path) -> bytes:
    """A small picture as a file."""
    made = QImage(24, 12, QImage.Format.Format_RGB32)
    made.fill(0xFF8A5A16)
    made.save(str(path))
    return path.read_bytes()


def test_a_logo_is_chosen_shown_and_taken_away(show, qtbot, monkeypatch, tmp_path):
    picture = tmp_path / "logo.png"
    content = _picture(picture)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: (str(picture), ""))
    section = show("company")
    qtbot.mouseClick(section._look.choose, Qt.MouseButton.LeftButton)
    assert profile.logo() == content
    assert not section._look._picture.pixmap().isNull()
    qtbot.mouseClick(section._look.remove, Qt.MouseButton.LeftButton)
    assert profile.logo() is None


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(show, answers, tmp_path):
    heard = []
    file = tmp_path / "logo.png"
    file.write_text("no picture")

    def read(dialog) -> str:
        heard.append(dialog.windowTitle())
        return ""

    answers.append(read)
    show("company")._look.take(str(file))
    assert profile.logo() is None
    assert "not a picture" in heard[0]


def test_the_colour_is_picked_or_written(show, qtbot):
    colour = show("company")._look.colour
    qtbot.mouseClick(colour._swatches["#17693A"], Qt.MouseButton.LeftButton)
    assert profile.load().accent == "#17693A"
    colour.line.setText("green")
    colour.line.editingFinished.emit()
    assert profile.load().accent == "#17693A"


# ---- numbering -------------------------------------------------------------------------------------------------------


def test_the_preview_shows_the_next_number_january_and_the_one_after_9999(show):
    fill_company()
    issue(add_customer())
    section = show("numbering")
    preview = section._preview
    assert preview.number.text() == "INV-2026-0002"
    assert preview.then.text() == "INV-2026-0003"
    assert preview.january.text() == "INV-2027-0001"
    assert preview.many.text() == "INV-2026-10000"
    assert preview._said.text() == "Sorts well, repeats never, 13 characters"


def test_the_numbering_says_why_a_deleted_draft_leaves_no_gap_and_the_start_is_seen_at_once(show):
    section = show("numbering")
    said = [found.text() for found in section.findChildren(QLabel)]
    assert any("A deleted draft never takes one, so it leaves no gap." in words for words in said)
    box = section.form.input("next")
    box.set_value(Decimal(500))
    section._edited("next")
    preview = section._preview
    assert (preview.number.text(), preview.then.text()) == ("INV-2026-0500", "INV-2026-0501")
    assert numbering.preview("invoice", TODAY) == "INV-2026-0001"


def test_a_pattern_is_built_from_chips_and_kept_when_it_is_left(show, qtbot):
    section = show("numbering")
    pattern: TokenInput = section.form.input("pattern")
    assert pattern.value() == "INV-{year}-{counter:04}"
    pattern.line.setFocus()
    pattern.line.selectAll()
    qtbot.keyClicks(pattern.line, "R")
    buttons = {button.text(): button for button in section._insert.findChildren(Button)}
    qtbot.mouseClick(buttons["Year"], Qt.MouseButton.LeftButton)
    qtbot.keyClicks(pattern.line, "-")
    qtbot.mouseClick(buttons["Number"], Qt.MouseButton.LeftButton)
    assert section._preview.number.text() == "R2026-0001"
    assert numbering.series("invoice").pattern == "INV-{year}-{counter:04}"
    pattern.line.clearFocus()
    assert numbering.series("invoice").pattern == "R{year}-{counter:04}"


def test_a_chip_is_deleted_as_one_letter(show, qtbot):
    section = show("numbering")
    line = section.form.input("pattern").line
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_End)
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert section.form.input("pattern").value() == "INV-{year}-"
    assert "running number" in _said(section.form, "pattern")
    assert section._preview.number.text() == "–"
    line.clearFocus()
    assert numbering.series("invoice").pattern == "INV-{year}-{counter:04}"


def test_typed_braces_become_chips(qtbot):
    field = TokenInput()
    qtbot.addWidget(field)
    field.set_value("")
    field.line.insertPlainText("A-{month}-{counter:03}")
    field._finished()
    assert field.value() == "A-{month}-{counter:03}"
    assert "{" not in field.line.toPlainText()


def test_the_next_number_must_be_higher_than_the_last(show):
    fill_company()
    issue(add_customer())
    section = show("numbering")
    _type(section.form, "next", "1")
    assert "higher than 1" in _said(section.form, "next")
    _type(section.form, "next", "40")
    assert numbering.preview("invoice", TODAY) == "INV-2026-0040"
    assert _cells(section.table, 0)[4] == "38 left out"


def test_another_series_is_chosen_in_the_table(show):
    section = show("numbering")
    section.table.press(numbering.KINDS.index("customer"))
    assert section._heading.text() == "Customers"
    assert section.form.input("pattern").value() == "C-{counter:04}"
    _pick(section.form, "reset", "yearly")
    assert "needs the year" in _said(section.form, "pattern")
    assert numbering.series("customer").reset == "never"


# ---- taxes, terms, fields ----------------------------------------------------------------------------------------------


def _fill(values: dict, key: str = "act"):
    def answer(dialog) -> str:
        for name, value in values.items():
            dialog.form.put(name, value)
        return key

    return answer


def test_a_tax_rate_is_added_changed_and_removed(show, answers, qtbot):
    section = show("taxes")
    before = section.table.count()
    assert _cells(section.table, 0)[0] == "19%"
    answers.append(_fill({"rate_bp": Decimal("5.5"), "name": "VAT", "valid_from": date(2027, 1, 1)}))
    qtbot.mouseClick(section.add, Qt.MouseButton.LeftButton)
    assert section.table.count() == before + 1
    added = next(rate for rate in tax_rates.all_rates() if rate.rate_bp == 550)
    assert added.valid_from == date(2027, 1, 1)
    place = [rate.id for rate in section._rates].index(added.id)
    answers.append("remove")
    section.table.press(place)
    assert section.table.count() == before


def test_a_tax_rate_beyond_100_stands_at_its_field(show, answers, qtbot):
    section, seen = show("taxes"), []

    def answer(dialog) -> str:
        dialog.form.put("rate_bp", Decimal(190))
        dialog.allowed("act")
        seen.append(dialog.form.boxes["rate_bp"]._said.text())
        return ""

    answers.append(answer)
    qtbot.mouseClick(section.add, Qt.MouseButton.LeftButton)
    assert seen == ["A tax rate goes from 0 to 100%."]


def test_the_usual_rates_come_back_and_that_can_be_undone(show, qtbot):
    section = show("taxes")
    for rate in tax_rates.all_rates():
        tax_rates.remove(rate.id)
    qtbot.mouseClick(section.reload, Qt.MouseButton.LeftButton)
    assert [rate.rate_bp for rate in tax_rates.rates_on(TODAY)] == [1900, 700, 0]
    undo.undo_last()
    assert tax_rates.all_rates() == []


def test_payment_terms_are_added_and_made_the_usual_ones(show, answers, qtbot):
    section = show("terms")
    values = {
        "name": "21 days",
        "days": Decimal(21),
        "discount_bp": Decimal(2),
        "discount_days": Decimal(7),
        "usual": True,
    }
    answers.append(_fill(values))
    qtbot.mouseClick(section.add, Qt.MouseButton.LeftButton)
    added = payment_terms.all_terms()[-1]
    assert (added.days, added.discount_bp, added.discount_days) == (21, 200, 7)
    assert profile.load().payment_terms_id == added.id
    cells = _cells(section.table, section.table.count() - 1)
    assert cells == ["21 days", "21 days after the invoice", "2% in 7 days", "15 Dec", "usual"]


def test_a_field_of_ones_own_is_added_with_choices(show, answers, qtbot):
    section = show("fields")
    answers.append(_fill({"name": "Lamp series", "kind": "choice", "choices": "Elbe\nHafen\n"}))
    qtbot.mouseClick(section.add, Qt.MouseButton.LeftButton)
    (found,) = custom_fields.all_fields()
    assert (found.name, found.kind, found.choices) == ("Lamp series", "choice", ("Elbe", "Hafen"))
    assert _cells(section.fields, 0) == ["Lamp series", "Choice", "Elbe, Hafen"]


def test_a_choice_without_choices_is_refused_at_its_field(show, answers):
    section, seen = show("fields"), []

    def answer(dialog) -> str:
        dialog.form.put("name", "Series")
        dialog.form.put("kind", "choice")
        dialog.allowed("act")
        seen.append(dialog.form.boxes["choices"]._said.text())
        return ""

    answers.append(answer)
    section._add_field()
    assert seen == ["Write what can be chosen, one per line."]


def test_tags_are_renamed_and_deleted_everywhere(show, answers):
    one = customers.save({"company": "Cafe Ostwind", "tags": ["Regular"]})
    customers.save({"company": "Hotel", "tags": ["Guest"]})
    section = show("fields")
    place = [name for name, _n in section._tags].index("Regular")
    answers.append(_fill({"name": "Valued"}))
    section.tags.press(place)
    assert tags.of_customer(one) == ["Valued"]
    answers.append("remove")
    section.tags.press([name for name, _n in section._tags].index("Valued"))
    assert tags.of_customer(one) == []
    assert [name for name, _n in tags.all_tags()] == ["Guest"]


def test_a_tag_cannot_take_the_name_of_another(show, answers):
    customers.save({"company": "Cafe Ostwind", "tags": ["Regular", "Guest"]})
    section, seen = show("fields"), []

    def answer(dialog) -> str:
        dialog.form.put("name", "regular")
        dialog.allowed("act")
        seen.append(dialog.form.boxes["name"]._said.text())
        return ""

    answers.append(answer)
    section.tags.press(0)
    assert seen == ["There is already a tag called regular."]


# ---- computer ----------------------------------------------------------------------------------------------------------


def test_another_language_changes_the_whole_window(show, window, qtbot):
    section = show("languages")
    _pick(section.screen, "language", "de")
    qtbot.waitUntil(lambda: window.sidebar.items["customers"].text() == "Kunden")
    assert i18n.language() == "de"
    assert window.pages.key() == "settings"
    assert window.pages.page().sections["languages"].isVisible()


def test_language_and_currency_of_documents_belong_to_the_business(show):
    section = show("languages")
    _pick(section.business, "language", "fr")
    _pick(section.business, "currency", "CHF")
    assert (profile.load().language, profile.load().currency) == ("fr", "CHF")


def test_dark_and_larger_text_show_at_once(show, qtbot, qapp):
    section = show("appearance")
    dark = section.modes._buttons["dark"]
    qtbot.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert theme.is_dark()
    _pick(section.form, "text_scale", 1.5)
    assert theme.px(12) == 18
    assert preferences.get("text_scale") == 1.5
    theme.apply(qapp, "light", 1.0)


def test_the_menu_bar_can_stay(show, window, qtbot):
    section = show("appearance")
    section.form.input("menu_bar").click()
    assert preferences.get("menu_bar") is True
    assert window.menuBar().isVisible()


def test_the_keyboard_section_leads_to_all_keys(show, window, qtbot):
    section = show("keyboard")
    qtbot.mouseClick(section.findChildren(Button)[0], Qt.MouseButton.LeftButton)
    assert window.pages.key() == "shortcuts"


def test_a_backup_is_made_and_the_folder_changed(show, qtbot, monkeypatch, tmp_path):
    section = show("backup")
    qtbot.mouseClick(section.make, Qt.MouseButton.LeftButton)
    wait_for_jobs()
    qtbot.waitUntil(section.make.isEnabled)
    (made,) = backup.all_backups(company_files.path())
    assert made.verified
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_more: str(stick))
    qtbot.mouseClick(section.change, Qt.MouseButton.LeftButton)
    assert backup.folder_of(company_files.path()).parent == stick
    qtbot.mouseClick(section.usual, Qt.MouseButton.LeftButton)
    assert backup.folder_of(company_files.path()) == company_files.path().parent / "Backups"
