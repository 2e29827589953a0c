"""The window as a whole: sections, the way back, undo across pages, the palette, keys."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from crm_desktop.core import i18n, preferences
from crm_desktop.customers import customers
from crm_desktop.gui import counts, jobs, theme
from crm_desktop.insight import today
from tests.gui import hands


def _add(name: str, **more: object) -> int:
    return customers.save({"company": name, "kind": "organisation"} | more)


def test_it_opens_on_the_first_section(window):
    assert window.pages.key() == next(iter(window.sidebar.items))
    assert window.sidebar.items[window.pages.key()].isChecked()


def test_a_section_has_a_key_and_back_leads_back(window, qtbot):
    window.show_page("customers")
    number = _add("Hotel Alsterblick GmbH")
    window.open_record("customer", number)
    assert "Hotel Alsterblick" in window.windowTitle()
    qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.pages.key() == "customers"
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.pages.key() == "customer"


def test_escape_leaves_a_record(window, qtbot):
    window.show_page("customers")
    window.open_record("customer", _add("Café Ostwind"))
    qtbot.keyClick(window.pages.page(), Qt.Key.Key_Escape)
    assert window.pages.key() == "customers"


def test_what_is_deleted_comes_back_with_one_key(window, qtbot):
    number = _add("Jonas Petersen Holz")
    window.show_page("customers")
    page = window.pages.page()
    page.table.select_id(number)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.model.ids == [])
    assert "Jonas Petersen Holz" in window.toast.text
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.model.ids == [number])


def test_a_change_elsewhere_is_shown_at_once(window, qtbot):
    window.show_page("customers")
    page = window.pages.page()
    number = _add("Buchhandlung Seitenweise")
    qtbot.waitUntil(lambda: page.model.ids == [number])


def test_the_palette_finds_a_customer_by_three_letters(window, qtbot):
    number = _add("Café Ostwind")
    _add("Hotel Alsterblick GmbH")
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window._palette
    qtbot.keyClicks(palette.field, "ost")
    assert "Café Ostwind" in palette.model.data(palette.list.currentIndex())
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.pages.key() == "customer"
    assert window.pages.page()._id == number
    assert not palette.isVisible()


def test_leaving_the_palette_brings_the_focus_back(window, qtbot):
    _add("Café Ostwind")
    window.show_page("customers")
    before = QApplication.focusWidget()
    window.show_palette()
    qtbot.keyClick(window._palette.field, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is before


def test_the_palette_finds_commands_with_their_keys(window):
    window.show_palette()
    window._palette.field.setText("undo")
    titles = [line.title for line in window._palette.model.lines if not isinstance(line, str)]
    assert any(title.startswith("Undo") for title in titles)
    window._palette.close_()


def test_dark_and_light_switch_while_the_window_is_open(window):
    window.use_theme("dark")
    assert theme.is_dark()
    assert QApplication.instance().palette().window().color().name() == theme.color("canvas").name() == "#17181a"
    window.use_theme("light")
    assert not theme.is_dark()
    assert preferences.get("theme") == "light"


def test_the_sidebar_becomes_a_rail_in_a_narrow_window(window):
    window.resize(1024, 700)
    assert window.sidebar.width() == 56
    window.resize(1280, 800)
    assert window.sidebar.width() == 212


def test_the_size_is_remembered(window):
    window.resize(1111, 777)
    window.close()
    assert preferences.get("window")


def test_no_key_stands_for_two_commands(window):
    keys = [key.toString() for _command, action in window._actions for key in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys))
    assert QKeySequence("Ctrl+K").toString() in keys


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_menu_has_the_same_letter_twice(request, language):
    i18n.use_language(language)
    window = request.getfixturevalue("window")
    assert window.menuBar().actions()[0].text() == {"en": "&File", "de": "&Datei"}[language]
    menus = window.menuBar().findChildren(QMenu)
    assert len(menus) >= len(window.menuBar().actions())
    for menu in menus:
        letters = [_mnemonic(action.text()) for action in menu.actions()]
        letters = [letter for letter in letters if letter]
        assert sorted(letters) == sorted(set(letters)), menu.title()
    tops = [_mnemonic(action.text()) for action in window.menuBar().actions()]
    assert sorted(tops) == sorted(set(tops))


class _Watcher(QObject):
    """Notes each window that is shown besides the main window."""

    def __init__(self, window):
        super().__init__()
        self.window, self.seen = window, []

    def eventFilter(self, watched, event):
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and watched is not self.window
        ):
            self.seen.append(type(watched).__name__)
        return False


def test_no_part_of_a_page_flashes_up_as_a_window_of_its_own(window):
    watcher = _Watcher(window)
    QApplication.instance().installEventFilter(watcher)
    try:
        for key, entry in window.pages.entries.items():
            if not entry.bare:
                window.show_page(key, {"id": 0} if entry.new_record else {})
    finally:
        QApplication.instance().removeEventFilter(watcher)
    assert watcher.seen == []


def _mnemonic(text: str) -> str:
    place = text.replace("&&", "\0\0").find("&")
    return text[place + 1].casefold() if place >= 0 else ""


def test_the_numbers_of_the_sidebar_are_counted_beside_the_window(data_file, qtbot, monkeypatch):
    class Shown(QObject):
        def __init__(self):
            super().__init__()
            self.told = []

        def set_count(self, key, number, *, late):
            self.told.append((key, number, late))

        def tell_backup(self, words, *, good):
            self.told.append((words, good))

    go_on, threads, numbers = threading.Event(), [], iter((3, 5))

    def count() -> int:
        threads.append(threading.current_thread().name)
        assert go_on.wait(hands.PATIENCE_MS / 1000)
        return next(numbers)

    monkeypatch.setattr(today, "count", count)
    sidebar = Shown()
    for _change in range(3):
        counts.tell(sidebar, {"today"})
    assert not jobs.busy(), "no other work waits behind it"
    go_on.set()
    qtbot.waitUntil(lambda: len(sidebar.told) == 4)
    assert sidebar.told[::2] == [("today", 3, False), ("today", 5, False)]
    assert threads == ["looking"] * 2, "what is asked while it counts is counted once more, and only once"
    assert not jobs.looking()
