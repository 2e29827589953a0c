"""The first start: four ways in, words that change with the language, and where the file will lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog

from crm_desktop.core import preferences
from crm_desktop.gui.pages import welcome_page
from crm_desktop.gui.pages.welcome_page import WelcomePage

NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def chosen() -> list:
    """What the window was asked for."""
    return []


@pytest.fixture
def page(qtbot, monkeypatch, tmp_path, chosen) -> WelcomePage:
    """The page on a computer of a German, with an English desktop."""
    monkeypatch.setattr(preferences, "default_data_folder", lambda: tmp_path / "Documents" / "CRM")
    monkeypatch.setattr(QLocale, "system", lambda: QLocale("en_DE"))
    made = WelcomePage()
    made.on_spreadsheet = lambda path: chosen.append(("spreadsheet", path))
    made.on_fresh = lambda: chosen.append("fresh")
    made.on_restore = lambda path: chosen.append(("restore", path))
    made.on_sample = lambda: chosen.append("sample")
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.activate()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def _file_is_picked(monkeypatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(path), ""))


def test_language_country_and_currency_are_prefilled(page, tmp_path):
    setup = page.setup()
    assert (setup.language, setup.country, setup.currency) == ("en", "DE", "EUR")
    assert setup.path == tmp_path / "Documents" / "CRM" / "My business.crm"


@pytest.mark.parametrize(
    ("system", "language", "country", "currency"),
    [
        ("de_CH", "de", "CH", "CHF"),
        ("fr_FR", "en", "FR", "EUR"),
        ("en_US", "en", "US", "USD"),
        ("C", "en", "GB", "GBP"),
        ("da_GL", "en", "GL", "DKK"),
        ("en_IN", "en", "IN", "EUR"),
    ],
)
def test_what_fits_a_computer(system, language, country, currency):
    found = QLocale(system)
    assert welcome_page.usual_language(found) == language
    assert welcome_page.usual_country(found) == country
    assert welcome_page.usual_currency(country) == currency


def test_the_button_has_the_focus_and_enter_asks_for_a_file(page, qtbot, monkeypatch, chosen, tmp_path):
    _file_is_picked(monkeypatch, tmp_path / "Kunden.xlsx")
    assert page.drop.button.hasFocus()
    qtbot.keyClick(page.drop.button, Qt.Key.Key_Space)
    assert chosen == [("spreadsheet", tmp_path / "Kunden.xlsx")]


def test_keys_1_to_4_are_the_four_ways(page, qtbot, monkeypatch, chosen, tmp_path):
    _file_is_picked(monkeypatch, tmp_path / "file")
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4):
        qtbot.keyClick(page.drop.button, key)
    assert chosen == [("spreadsheet", tmp_path / "file"), "fresh", ("restore", tmp_path / "file"), "sample"]


def test_a_click_on_a_card_is_enough(page, qtbot, chosen):
    qtbot.mouseClick(page.fresh, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.sample, Qt.MouseButton.LeftButton)
    assert chosen == ["fresh", "sample"]


def test_nothing_is_asked_of_the_window_when_no_file_is_picked(page, qtbot, monkeypatch, chosen):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: ("", ""))
    qtbot.mouseClick(page.drop.button, Qt.MouseButton.LeftButton)
    assert chosen == []


def _drop(page: WelcomePage, path: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), copy, data, Qt.MouseButton.LeftButton, NO_KEY)
    enter.ignore()
    page.dragEnterEvent(enter)
    if enter.isAccepted():
        page.dropEvent(QDropEvent(QPointF(5, 5), copy, data, Qt.MouseButton.LeftButton, NO_KEY))
    return enter.isAccepted()


def test_a_file_may_be_dropped_anywhere(page, chosen, tmp_path):
    assert _drop(page, tmp_path / "Kunden 2026.XLSX")
    assert _drop(page, tmp_path / "Old.crm-backup")
    assert not _drop(page, tmp_path / "photo.png")
    assert chosen == [("spreadsheet", tmp_path / "Kunden 2026.XLSX"), ("restore", tmp_path / "Old.crm-backup")]


def _pick(box, value) -> None:
    box.set_value(value)
    box.activated.emit(box.currentIndex())


def test_another_language_changes_the_page_at_once(page, qtbot):
    before = page._question.text()
    with qtbot.waitSignal(page.language_changed) as told:
        _pick(page._language_box, "de")
    assert told.args == ["de"]
    assert page._question.text() != before
    assert page._country_box.currentText() == "Deutschland"
    assert preferences.get("language") == "de"
    assert page.setup().country == "DE"


@pytest.mark.parametrize(
    ("language", "system", "country"),
    [("de", "en_US", "DE"), ("de", "de_CH", "CH"), ("en", "fr_FR", "FR"), ("en", "de_AT", "AT"), ("de", "C", "DE")],
)
def test_a_language_chosen_by_hand_brings_its_country(language, system, country):
    assert welcome_page.country_for(language, QLocale(system)) == country


def test_a_country_chosen_by_hand_stays(page):
    _pick(page._country_box, "CH")
    _pick(page._language_box, "de")
    assert (page.setup().country, page.setup().currency) == ("CH", "CHF")


def test_another_country_brings_its_currency(page):
    _pick(page._country_box, "CH")
    assert page.setup().currency == "CHF"


def test_the_place_of_the_file_can_be_changed(page, qtbot, monkeypatch, tmp_path):
    _file_is_picked(monkeypatch, tmp_path / "Workshop")
    qtbot.mouseClick(page._change, Qt.MouseButton.LeftButton)
    assert page.setup().path == tmp_path / "Workshop.crm"
    assert "Workshop.crm" in page._where.text()


def test_a_file_that_is_there_is_never_proposed(tmp_path):
    (tmp_path / "My business.crm").touch()
    assert welcome_page.free_path(tmp_path, "My business").name == "My business 2.crm"


def test_the_place_is_said_in_words(monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert welcome_page.place_in_words(tmp_path / "Documents" / "CRM" / "a.crm") == "Documents, CRM, a.crm"
    assert welcome_page.place_in_words(Path("/mnt/stick/a.crm")) == "/, mnt, stick, a.crm"


def test_a_problem_on_the_way_in_is_told_and_the_page_stays(page, answers, qtbot):
    from crm_desktop.core.errors import UserError

    heard = []

    def close(dialog) -> str:
        heard.append(dialog.windowTitle())
        return ""

    def no_room() -> None:
        raise UserError("The folder cannot be written.")

    page.on_fresh = no_room
    answers.append(close)
    qtbot.mouseClick(page.fresh, Qt.MouseButton.LeftButton)
    assert heard == ["The folder cannot be written."]
    assert page.isVisible()


def test_another_company_is_where_the_one_at_hand_is(data_file, qtbot, monkeypatch):
    monkeypatch.setattr(QLocale, "system", lambda: QLocale("en_GB"))
    made = WelcomePage()
    qtbot.addWidget(made)
    assert made.setup().country == "GB"
    made.activate()
    assert (made.setup().country, made.setup().currency) == ("DE", "EUR")
