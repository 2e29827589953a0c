"""History: what was done, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt

from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.gui.widgets.cards import ItemRow


def page_of(window):
    window.show_page("history")
    return window.pages.page()


def titles(page):
    return [page.model.row_at(i).title for i in range(len(page.model.ids))]


def test_an_empty_history_says_what_will_stand_here(window):
    page = page_of(window)
    assert page.empty.isVisibleTo(page)


def test_changes_appear_while_the_page_is_shown(window, qtbot):
    page = page_of(window)
    customers.save({"company": "Ostwind"})
    qtbot.waitUntil(lambda: titles(page) == ["New customer Ostwind"])
    customers.save({"city": "Kiel"}, 1)
    qtbot.waitUntil(lambda: titles(page) == ["Edit customer Ostwind", "New customer Ostwind"])


def test_enter_takes_a_step_back_and_once_more_does_it_again(window, qtbot):
    customers.save({"company": "Ostwind", "city": "Kiel"})
    customers.save({"city": "Hamburg"}, 1)
    page = page_of(window)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert customers.get(1).city == "Kiel"
    qtbot.waitUntil(lambda: page.model.row_at(0).kind == "undo")
    page.table.select_id(page.model.ids[0])
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert customers.get(1).city == "Hamburg"


def test_the_focus_stays_in_the_list_when_the_pane_takes_a_step_back(window, qtbot):
    customers.save({"company": "Ostwind", "city": "Kiel"})
    customers.save({"city": "Hamburg"}, 1)
    page = page_of(window)
    qtbot.waitUntil(lambda: page.pane is not None and bool(page.pane.findChildren(ItemRow)))
    page.pane._act.setFocus()
    page.pane._act.click()
    assert customers.get(1).city == "Kiel"
    assert window.focusWidget() is page.table


def test_the_pane_names_old_and_new_values(window, qtbot):
    customers.save({"company": "Ostwind", "city": "Kiel"})
    customers.save({"city": "Hamburg"}, 1)
    page = page_of(window)
    qtbot.waitUntil(lambda: page.pane is not None and bool(page.pane.findChildren(ItemRow)))
    names = [row.accessibleName() for row in page.pane.findChildren(ItemRow)]
    assert set(names) == {"Customer: Ostwind Town: Kiel → Hamburg"}


def test_what_cannot_be_undone_says_why(window, qtbot):
    with db.transaction("Issue invoice 1", undoable=False):
        db.insert("tag", {"name": "a"})
    page = page_of(window)
    qtbot.waitUntil(lambda: page.pane is not None and page.pane._title.text() == "Issue invoice 1")
    assert not page.pane._act.isVisibleTo(page.pane)
    assert "stays" in page.pane._why.text()


def test_a_step_edited_since_is_refused_with_a_sentence(window, answers, qtbot):
    customers.save({"company": "Ostwind"})
    customers.save({"city": "Hamburg"}, 1)
    page = page_of(window)
    page.table.select_id(page.model.ids[1])
    answers.append("ok")
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert answers == []
    assert customers.get(1).city == "Hamburg"


def test_the_view_of_what_can_be_undone_leaves_out_the_rest(window):
    customers.save({"company": "Ostwind"})
    with db.transaction("Issue invoice 1", undoable=False):
        db.insert("tag", {"name": "a"})
    window.show_page("history", {"view": "standing"})
    assert titles(window.pages.page()) == ["New customer Ostwind"]
