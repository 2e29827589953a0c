"""The bin: bring back, delete for good, empty."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from crm_desktop.core.errors import NotFound
from crm_desktop.customers import customers
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.safety import bin as the_bin


def deleted(*names):
    for name in names:
        customers.delete([customers.save({"company": name})])


def page_of(window):
    window.show_page("bin")
    return window.pages.page()


def shown(page):
    return [page.model.row_at(i).name for i in range(len(page.model.ids))]


def test_an_empty_bin_says_how_long_things_stay(window):
    page = page_of(window)
    assert page.empty.isVisibleTo(page)


def test_an_empty_bin_cannot_be_emptied(window, answers, qtbot):
    page = page_of(window)
    button = next(b for b in page.findChildren(Button) if b.accessibleName() == "Empty bin")
    assert not button.isEnabled()
    deleted("Ostwind")
    page.refresh()
    assert button.isEnabled()
    answers.append("act")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown(page) == []
    assert not button.isEnabled()


def test_enter_brings_a_record_back(window, qtbot):
    deleted("Ostwind", "Nordwind")
    page = page_of(window)
    page.table.select_id(page.model.ids[shown(page).index("Ostwind")])
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert shown(page) == ["Nordwind"]
    assert customers.get(1).deleted_at is None


def test_delete_for_good_asks_with_the_name_and_the_consequence(window, answers):
    deleted("Ostwind")
    page = page_of(window)
    asked = []

    def refuse(dialog):
        asked.append((dialogs.label_of(dialog), dialog.accessibleDescription()))
        return ""

    answers += [refuse, "act"]
    page.delete()
    assert shown(page) == ["Ostwind"]
    page.delete()
    assert shown(page) == []
    assert asked == [("Delete Ostwind for good?", "It cannot be brought back, not even from the history.")]
    with pytest.raises(NotFound):
        customers.get(1)


def test_emptying_asks_with_the_number(window, answers):
    deleted("Ostwind", "Nordwind")
    page = page_of(window)
    answers.append(lambda dialog: "act" if "all 2 records" in dialogs.label_of(dialog) else "")
    page.empty_bin()
    assert the_bin.count() == 0
    assert page.empty.isVisibleTo(page)


def test_a_search_narrows_the_bin(window):
    deleted("Ostwind", "Nordwind")
    window.show_page("bin", {"search": "nord"})
    assert shown(window.pages.page()) == ["Nordwind"]
