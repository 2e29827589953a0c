"""Segments in the window: built in plain words, the hits follow, saved, used as a filter of the list."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from PySide6.QtCore import Qt

from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.gui import finder, jobs
from crm_desktop.insight import customer_value, segments
from crm_desktop.insight.segments import Condition, where
from tests.planted_business import TODAY, plant


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(date(2026, 11, 22)):
        yield


@pytest.fixture
def page(window):
    for name, city, notes in (("Anna", "Hamburg", "lamps"), ("Ben", "Kiel", "lamps"), ("Cara", "Hamburg", "")):
        customers.save({"company": name, "city": city, "notes": notes})
    window.pages.go("segments")
    return window.pages.page()


def named(page):
    return [row.name for row in page.rows(list(page.model.ids))]


def fill(row, field, comparison, value):
    """Choose field and comparison and type the value, as the owner does."""
    row.field.set_value(field)
    row._field_chosen()
    row.compare.set_value(comparison)
    row._compare_chosen()
    for made, part in zip(row.values, value, strict=True):
        made.set_value(part)
        made.edited.emit()


def name_it(name):
    def answer(dialog):
        dialog.form.put("name", name)
        return "act"

    return answer


def test_hits_follow_what_is_built_and_the_words_say_it(page, qtbot):
    page.begin()
    fill(page.builder.groups[0].rows[0], "city", "is", ["hamburg"])
    qtbot.waitUntil(lambda: named(page) == ["Anna", "Cara"])
    page.builder.groups[0].add_row()
    fill(page.builder.groups[0].rows[1], "notes", "contains", ["lamp"])
    qtbot.waitUntil(lambda: named(page) == ["Anna"])
    assert page.words.text() == "Town is “hamburg” and Notes contains “lamp”"
    page.builder.groups[0].match.set_value("any")
    page.builder.groups[0].match.edited.emit()
    qtbot.waitUntil(lambda: named(page) == ["Anna", "Ben", "Cara"])


def test_a_condition_without_a_value_waits_and_says_so(page, qtbot):
    page.begin()
    assert page.words.text() == "Say what “Town” should be."
    assert named(page) == ["Anna", "Ben", "Cara"]
    assert not page.save_button.isEnabled()


def test_groups_are_joined_by_or(page, qtbot):
    page.begin()
    fill(page.builder.groups[0].rows[0], "name", "is", ["ben"])
    page.builder.add_group()
    fill(page.builder.groups[1].rows[0], "name", "is", ["cara"])
    page.builder.match.set_value("any")
    page.builder.match.edited.emit()
    qtbot.waitUntil(lambda: named(page) == ["Ben", "Cara"])
    assert page.words.text() == "(Name is “ben”) or (Name is “cara”)"


def test_a_segment_is_saved_renamed_copied_and_deleted(page, qtbot, answers, window):
    page.begin()
    fill(page.builder.groups[0].rows[0], "city", "is", ["Hamburg"])
    qtbot.waitUntil(lambda: named(page) == ["Anna", "Cara"])
    answers.append(name_it("Northern"))
    page.keep()
    saved = segments.find("Northern")
    assert saved.conditions == where(Condition("city", "is", "Hamburg"))
    assert segments.counts(saved.id) == [(date(2026, 11, 22), 2)]
    assert not page.save_button.isEnabled()
    answers.append(name_it("North"))
    page.rename()
    page.duplicate()
    assert [s.name for s in segments.all_segments()] == ["North", "North (copy)"]
    page.remove()
    assert [s.name for s in segments.all_segments()] == ["North"]
    window.undo()
    assert [s.name for s in segments.all_segments()] == ["North", "North (copy)"]


def test_a_segment_narrows_the_list_of_customers(page, window):
    made = segments.save("North", where(Condition("city", "is", "Hamburg")))
    page.activate(segment=made)
    page.show_in_list()
    shown = window.pages.page()
    assert shown.key == "customers"
    assert [row.name for row in shown.rows(list(shown.model.ids))] == ["Anna", "Cara"]


def test_every_kind_of_condition_comes_back_as_it_was_saved(page):
    found = where(
        Condition("bought", "not_last_days", ["lamp", 365]), Condition("turnover", "at_least", 50_000),
        Condition("last_order", "before", "2026-01-31"), Condition("orders", "at_least", 3),
        Condition("stage", "is", ["regular"]), Condition("email", "empty", None),
    )  # fmt: skip
    page.builder.show_conditions(found)
    assert page.builder.conditions() == found


def test_a_segment_whose_field_is_gone_says_so_and_can_be_mended(page):
    page.builder.show_conditions(where(Condition("own:99", "contains", "x")))
    page._ask_anew()
    assert "no longer exists" in page.words.text()
    fill(page.builder.groups[0].rows[0], "city", "is", ["Kiel"])
    page._ask_anew()
    assert named(page) == ["Ben"]


def test_a_segment_is_found_by_its_name_and_opened(page, window):
    segments.save("Southern", where(Condition("city", "is", "Kiel")))
    made = segments.save("Northern", where(Condition("city", "is", "Hamburg")))
    (hit,) = [hit for hit in finder.find("north") if hit.kind == "segment"]
    assert (hit.id, hit.detail) == (made, "Town is “Hamburg”")
    window.open_record("segment", hit.id)
    assert window.pages.page().key == "segments"
    assert named(page) == ["Anna", "Cara"]


@pytest.fixture
def gate(monkeypatch):
    """Figures are worked out only while this is open: how long it takes elsewhere decides nothing."""
    opened, work_out = threading.Event(), segments.work_out

    def held(asked, progress):
        opened.wait(20)
        work_out(asked, progress)

    monkeypatch.setattr(segments, "work_out", held)
    yield opened
    opened.set()


@pytest.fixture
def planted(window, qtbot, gate):
    """The page over a business in which the leavers are known."""
    with dates.freeze(TODAY):
        made = plant(1500)
        customer_value._kept.clear()
        saved = segments.save("Leavers", where(Condition("group", "is", ["leaving"])))
        other = segments.save("High risk", where(Condition("risk", "is", ["high"])))
        window.pages.go("segments", {"segment": saved})
        page = window.pages.page()
        yield page, made, other
        gate.set()
        qtbot.waitUntil(lambda: not jobs.busy(), timeout=20_000)


def test_figures_that_take_long_are_worked_out_beside_the_window_and_the_list_follows(planted, qtbot, gate):
    page, made, _other = planted
    assert page.model.ids == []
    assert page.empty.isVisible()
    assert "worked out" in page.empty._line.text()
    assert segments.counts(page._segment) == []
    gate.set()
    qtbot.waitUntil(lambda: len(page.model.ids) > 0, timeout=20_000)
    assert set(page.model.ids) == set(made.customers["leaver"])
    # The list may be asked again a moment before the job says that it is done.
    qtbot.waitUntil(lambda: segments.counts(page._segment) == [(TODAY, len(made.customers["leaver"]))])
    customer_value._kept.clear()
    page.refresh()
    assert set(page.model.ids) == set(made.customers["leaver"])


def test_the_list_of_customers_waits_for_its_segment_too(planted, window, qtbot, gate):
    _page, made, other = planted
    gate.set()
    qtbot.waitUntil(lambda: not jobs.busy(), timeout=20_000)
    customer_value._kept.clear()
    gate.clear()
    window.pages.go("customers", {"view": "all", "segment": other})
    assert window.pages.page().model.ids == []
    gate.set()
    qtbot.waitUntil(lambda: set(made.customers["leaver"]) <= set(window.pages.page().model.ids), timeout=20_000)
    window.resize(1600, 900)
    shown = list(window.pages.page().model.ids)
    window.pages.page().open_id(shown[0])
    shelf = window.pages.page().shelf
    assert shelf.model.ids == shown
    customer_value._kept.clear()
    gate.clear()
    shelf.show_customer(shown[1])
    assert (shelf.model.ids, jobs.busy()) == (shown, True)
    gate.set()
    qtbot.waitUntil(lambda: not jobs.busy(), timeout=20_000)
    assert shelf.table.current_id() == shown[1]


def test_two_segments_are_laid_over_each_other_when_both_are_known(planted, qtbot, answers, gate):
    page, made, _other = planted
    gate.set()
    qtbot.waitUntil(lambda: not jobs.busy() and len(page.model.ids) > 0, timeout=20_000)
    customer_value._kept.clear()
    gate.clear()

    def look(dialog):
        assert dialog.found.both == ()
        gate.set()
        qtbot.waitUntil(lambda: len(dialog.found.both) > 0, timeout=20_000)
        assert set(dialog.found.both) == set(made.customers["leaver"])
        assert dialog.found.only_first == ()
        return ""

    answers.append(look)
    page.compare()


def test_tab_goes_through_the_conditions_as_they_are_read_then_to_the_list(page, qtbot):
    def takes_focus(widget):
        can = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        return can and widget.isVisible() and widget.isEnabled()

    page.begin()
    box = page.builder.groups[0]
    fill(box.rows[0], "city", "is", ["hamburg"])
    box.add_row()
    fill(box.rows[1], "notes", "contains", ["lamp"])
    qtbot.waitUntil(lambda: all(widget.isVisible() for row in box.rows for widget in row.fields()))
    walked, widget = [page.choice], page.choice.nextInFocusChain()
    while widget is not page.table:
        walked += [widget] if takes_focus(widget) else []
        widget = widget.nextInFocusChain()
        assert page.isAncestorOf(widget), f"Tab leaves the page at {widget}"
    a_row = ["Field", "Comparison", "Value", "Take this condition away"]
    assert [widget.accessibleName() for widget in walked if widget.accessibleName() in a_row] == a_row * 2
    assert walked.index(page.builder.more) > walked.index(box.rows[1].values[0])
    assert page.new_button.nextInFocusChain() is page.choice
