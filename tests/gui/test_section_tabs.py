"""The row of tabs above the pages of one section."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from crm_desktop.core import i18n
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.section_tabs import SectionTabs


@pytest.fixture
def window(qtbot, data_file):
    made = MainWindow()
    qtbot.addWidget(made)
    made.start()
    made.resize(1280, 800)
    made.show()
    return made


def tabs(window):
    return window.findChild(SectionTabs)


def test_pages_of_one_section_are_a_click_apart(window, qtbot):
    window.show_page("figures")
    shown = tabs(window)
    assert shown.isVisible()
    assert [shown.bar.tabText(i) for i in range(shown.bar.count())] == ["Figures", "Bookkeeping", "Reports"]
    qtbot.waitUntil(lambda: shown.bar.width() > shown.bar.tabRect(2).right())  # as wide as its three tabs
    qtbot.mouseClick(shown.bar, Qt.MouseButton.LeftButton, pos=shown.bar.tabRect(1).center())
    assert window.pages.key() == "bookkeeping"
    assert shown.bar.currentIndex() == 1
    window.go_back()
    assert (window.pages.key(), shown.bar.currentIndex()) == ("figures", 0)


def test_arrow_keys_go_from_tab_to_tab(window, qtbot):
    window.show_page("figures")
    bar = tabs(window).bar
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert window.pages.key() == "bookkeeping"
    assert bar.hasFocus()


def test_a_section_of_one_page_and_a_record_show_no_tabs(window):
    for key in ("cases", "contract", "settings"):
        window.show_page(key, {"id": 0} if key == "contract" else {})
        assert not tabs(window).isVisible(), key


def test_the_palette_finds_the_pages_behind_tabs(window):
    window.show_page("today")
    found = {hit.title: hit for hit in window._command_hits()}
    found["Rules"].act()
    assert window.pages.page().key == "rules"
    titles = [hit.title for hit in window._command_hits()]
    assert titles.count("Customers") == titles.count("Rules") == 1


def test_the_palette_finds_sections_of_the_settings_by_their_words(window, qtbot):
    window.show_page("today")
    window.show_palette()
    palette = window._palette
    assert not [hit for hit in palette.model.lines if getattr(hit, "words", "")]
    for typed, section in (("stages rules", "lifecycle"), ("loyal", "loyalty")):
        window.show_palette()
        palette.field.setText(typed)
        place = next(i for i, hit in enumerate(palette.model.lines) if getattr(hit, "words", ""))
        palette.list.setCurrentIndex(palette.model.index(place))
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        assert (window.pages.page().key, window.pages.page()._current) == ("settings", section)
    window.show_palette()
    palette.field.setText("qqqqq")
    assert palette._nothing.isVisible()
    assert not palette.list.isVisible()
    assert palette._nothing.text() == "Nothing found for “qqqqq”."
    palette.field.setText("stage")
    assert palette.list.isVisible()
    assert not palette._nothing.isVisible()
    palette.close_()


def test_the_tabs_speak_the_language_that_was_just_chosen(window):
    window.show_page("calendar")
    i18n.use_language("de")
    window.use_language()
    shown = tabs(window).bar
    assert [shown.tabText(place) for place in range(shown.count())] == ["Heute", "Kalender"]
    assert shown.currentIndex() == 1
