"""Duplicates in the window: the hint while typing, the review by mouse and keyboard, two of the list made one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from crm_desktop.customers import customers, duplicates, merging
from crm_desktop.gui import jobs
from crm_desktop.gui.widgets.buttons import Button
from tests.gui.hands import CTRL, Hands


@pytest.fixture
def hands():
    return Hands(most_clicks=20, most_keys=20)


@pytest.fixture
def pairs():
    """Two pairs of twins, and one customer who is alone."""
    one = customers.save({"company": "Café Ostwind", "city": "Hamburg", "notes": "Warm light", "email": "a@o.example"})
    other = customers.save(
        {"company": "Cafe Ostwind GmbH", "city": "Hamburg", "notes": "Pays by card", "phone": "040 1"}
    )
    third = customers.save({"company": "Hotel Alsterblick", "city": "Kiel"})
    fourth = customers.save({"company": "Hotel Alsterblik", "city": "Kiel"})
    customers.save({"company": "Zebra", "city": "Ulm"})
    return (one, other), (third, fourth)


def open_page(window, qtbot):
    window.pages.go("duplicates")
    qtbot.waitUntil(lambda: not jobs.busy())
    page = window.pages.page()
    qtbot.waitUntil(lambda: page.pane is not None and page.pane.shown is not None)
    return page


def shown(page):
    return [(found.pair.first, found.pair.second) for found in page.rows(page.model.ids)]


def test_pairs_show_with_score_and_reasons(window, qtbot, pairs):
    page = open_page(window, qtbot)
    assert shown(page) == list(pairs)
    first, second = page.rows(page.model.ids)
    assert first.score > second.score
    assert "same name" in first.reasons
    assert second.reasons == "nearly the same name, same town"
    assert page.pane.shown.id == first.id


def test_enter_merges_and_n_keeps_apart_and_both_come_back(window, qtbot, pairs):
    page = open_page(window, qtbot)
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    (one, other), hotel = pairs
    assert merging.family(one) == [one, other]
    assert customers.get(one).notes == "Warm light\nPays by card"
    qtbot.waitUntil(lambda: shown(page) == [hotel])
    qtbot.waitUntil(lambda: page.pane.shown.pair.first == hotel[0])

    QTest.keyClick(page.table, Qt.Key.Key_N)
    qtbot.waitUntil(page.empty.isVisible)
    assert duplicates.not_duplicates() == {hotel}

    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)  # the pair is asked about again
    qtbot.waitUntil(lambda: shown(page) == [hotel])
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)  # the merge is taken back
    assert customers.get(other).archived_at is None
    qtbot.waitUntil(lambda: shown(page) == list(pairs))


def test_each_field_is_chosen_by_a_click(window, qtbot, pairs, hands):
    page = open_page(window, qtbot)
    pane = page.pane
    qtbot.waitUntil(lambda: all(cell.isVisible() for cell in pane.cells.values()))
    hands.click(pane.cells["name", "theirs"])
    hands.click(pane.cells["notes", "mine"])
    assert [pane.cells["name", side].isChecked() for side in ("mine", "theirs")] == [False, True]
    assert [pane.cells["notes", side].isChecked() for side in ("mine", "theirs")] == [False, True]
    hands.click(pane.cells["notes", "theirs"])  # one is always left
    assert any(pane.cells["notes", side].isChecked() for side in ("mine", "theirs"))
    hands.click(pane.theirs_button)
    hands.click(pane.merge_button)
    assert window.focusWidget() is page.table  # a second Enter must not merge the next pair unseen by its button
    kept = customers.get(pairs[0][0])
    assert (kept.name, kept.notes, kept.phone, kept.email) == (
        "Cafe Ostwind GmbH",
        "Pays by card",
        "040 1",
        "a@o.example",
    )


def test_the_other_one_can_be_kept(window, qtbot, pairs, hands):
    page = open_page(window, qtbot)
    hands.click(page.pane.swap_button)
    hands.click(page.pane.merge_button)
    one, other = pairs[0]
    assert merging.family(other) == [other, one]
    assert customers.get(other).name == "Café Ostwind"  # what was chosen stays chosen


def test_pairs_kept_apart_can_be_asked_about_again(window, qtbot, pairs, hands):
    page = open_page(window, qtbot)
    hands.click(page.pane.apart_button)
    page.activate(view="apart")
    assert shown(page) == [pairs[0]]
    qtbot.waitUntil(lambda: page.pane.apart_button.text() == "Ask again")
    hands.click(page.pane.apart_button)
    page.activate(view="open")
    qtbot.waitUntil(lambda: set(shown(page)) == set(pairs))


def test_nothing_twice_says_so(window, qtbot):
    customers.save({"company": "Zebra"})
    window.pages.go("duplicates")
    page = window.pages.page()
    qtbot.waitUntil(lambda: not jobs.busy())
    assert page.empty.isVisible()
    assert any(found.text() == "Look again" for found in page.empty.findChildren(QPushButton))


def test_two_of_the_list_are_merged(window, qtbot, pairs, hands):
    window.pages.go("customers")
    page = window.pages.page()
    button = next(found for found in page.findChildren(Button) if found.text() == "Merge…")
    assert not button.isVisible()
    zebra = page.model.ids[-1]
    page.table.select_id(zebra)
    QTest.keyClick(page.table, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(button.isVisible)
    chosen = page.table.selected_ids()
    hands.click(button)
    qtbot.waitUntil(lambda: not jobs.busy())
    review = window.pages.page()
    qtbot.waitUntil(lambda: review.pane is not None and review.pane.shown is not None)
    assert {review.pane.keep_id, review.pane.lose_id} == set(chosen)
    hands.click(review.pane.merge_button)
    assert merging.merged_into(max(chosen)) == min(chosen)


def test_who_is_known_shows_while_a_new_one_is_typed(window, qtbot, pairs, hands):
    window.pages.go("customer_form", {"id": 0})
    form = window.pages.page()
    assert not form.hint.isVisible()
    QTest.keyClicks(form._form.input("company"), "Hotel Alsterblik")
    qtbot.waitUntil(form.hint.isVisible)
    assert form.hint.accessibleName() == "Hotel Alsterblik, Kiel looks the same"
    QTest.keyClicks(form._form.input("company"), " und Meer Resort")
    qtbot.waitUntil(lambda: not form.hint.isVisible())


def test_the_card_of_the_one_that_is_gone_says_where_it_went(window, qtbot, pairs):
    one, other = pairs[0]
    merging.merge(one, other)
    window.pages.go("customer", {"id": other})
    card = window.pages.page()
    words = [card._pills.itemAt(at).widget().accessibleName() or "" for at in range(card._pills.count())]
    texts = [getattr(card._pills.itemAt(at).widget(), "text", lambda: "")() for at in range(card._pills.count())]
    assert "Merged into Café Ostwind" in [*words, *texts]
