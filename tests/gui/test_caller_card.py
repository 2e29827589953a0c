"""The card of a caller: who it is however the number is written, what is open, the call logged, new contacts, choices."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from crm_desktop.activity import reminders, timeline
from crm_desktop.care import cases
from crm_desktop.core import dates
from crm_desktop.customers import caller, contacts, customers
from crm_desktop.customers.contacts import Person
from crm_desktop.gui import finder, jobs, warming
from crm_desktop.gui.parts import caller_card
from crm_desktop.safety import company_files
from tests.gui import hands


@pytest.fixture
def buyer(window):
    hands.fill_company()
    made = hands.add_customer(phone="040 361234567", served_by="Call before 10:00, never on Fridays.")
    contacts.save_person(Person(customer_id=made, first_name="Anna", last_name="Krueger", phone="0171 1234567"))
    return made


@pytest.fixture
def card(window, buyer):
    QGuiApplication.clipboard().clear()
    found = caller_card.of_window(window)
    yield found
    found.close_()


def words(card):
    return " ".join(label.text() or label.toolTip() for label in card.findChildren(QLabel) if not label.isHidden())


def test_the_card_shows_what_one_must_know(window, card, buyer):
    hands.issue(buyer)
    cases.save({"customer_id": buyer, "kind": "complaint", "title": "Flickers in room 214"})
    timeline.add(buyer, "call", "Asked for an offer", who="Anna Krueger")
    reminders.save("Bring the offer", dates.today(), customer_id=buyer)
    caller_card.show("+49 40 36 12 34 567")
    assert card.isVisible()
    said = words(card)
    for part in ("Cafe Ostwind", "€119.00 open, 1 invoice", "Flickers in room 214", "Asked for an offer", "Bring the offer",
                 "never on Fridays"):  # fmt: skip
        assert part in said, part


def test_the_first_call_is_made_ready_in_idle_time(window, buyer, qtbot, monkeypatch):
    hands.fill_company()
    caller.normal.cache_clear()
    monkeypatch.setattr(warming, "AFTER_MS", 0)
    warming.soon(window)
    assert window.findChild(caller_card.CallerCard) is None
    qtbot.waitUntil(lambda: window.findChild(caller_card.CallerCard) is not None)
    assert caller.normal.cache_info().currsize == 1
    assert not window.findChild(caller_card.CallerCard).isVisible()


def test_without_a_company_nothing_is_made_ready(window, monkeypatch):
    monkeypatch.setattr(company_files, "is_set_up", lambda: False)
    warming._begin(window)
    assert not jobs.busy()


def test_a_hotkey_takes_the_number_from_the_clipboard(window, card, buyer):
    QGuiApplication.clipboard().setText("0049 171 1234567")
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert card.customer_id == buyer
    assert "Anna Krueger" in words(card)
    QTest.keyClick(card.log_button, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_a_call_is_logged_with_its_minutes_and_a_reminder(window, card, buyer, monkeypatch):
    caller_card.show("0171 1234567")
    card.log_button.click()
    monkeypatch.setattr(card, "seconds", lambda: 125)
    QTest.keyClicks(card.line, "about lamp, follow up tomorrow")
    assert "about “lamp”" in words(card)
    QTest.keyClick(card.line, Qt.Key.Key_Return)
    (entry,) = timeline.rows(timeline.ids(buyer, kinds=("call",)))
    assert (entry.kind, entry.title, entry.minutes, entry.who) == ("call", "Lamp", 3, "Anna Krueger")
    assert reminders.of_customer(buyer)[0].title == "Follow up: lamp"
    assert not card.isVisible()
    window.undo()
    assert timeline.ids(buyer) == []


def test_several_customers_are_a_choice(window, card, buyer):
    other = hands.add_customer("Salon Meer", phone="+49 40 361234567")
    caller_card.show("040361234567")
    assert len(card.choices) == 2
    card.choices[1].click()
    assert card.customer_id == other


def test_an_unknown_number_begins_a_new_contact(window, card, buyer):
    caller_card.show("030 901820")
    assert "Nobody has the number +49 30 901820 yet." in words(card)
    card.new_button.click()
    page = window.pages.page()
    assert page.key == "customer_form"
    assert page._form.collect()["phone"] == "+49 30 901820"


@pytest.mark.parametrize(("act", "key"), [(0, "case"), (1, "invoice"), (2, "customer")])
def test_from_the_card_one_goes_on(window, card, buyer, act, key):
    caller_card.show("040 361234567")
    card.acts[act].click()
    assert window.pages.key() == key


def test_a_pasted_number_is_found_from_anywhere(window, card, buyer):
    hit = finder.find("+49 (0)40 / 361234567")[0]
    assert (hit.group, hit.title) == ("Who is calling", "Cafe Ostwind")
    hit.act()
    assert card.customer_id == buyer
    assert "New contact with +49 30 901820" in [hit.title for hit in finder.find("030 901820")]
    assert "Who is calling" not in [hit.group for hit in finder.find("2026-0139")]


def test_words_of_timelines_and_files_are_found_from_anywhere(window, buyer, tmp_path):
    from crm_desktop.activity import attachments
    from crm_desktop.exchange import file_texts

    timeline.add(buyer, "note", "Wants the brass finish")
    (tmp_path / "plan.txt").write_text("Wiring of the corridor", encoding="utf-8")
    attachments.attach("customer", buyer, tmp_path / "plan.txt")
    file_texts.read_waiting()
    assert [(hit.group, hit.kind, hit.id) for hit in finder.find("brass fin")] == [("What happened", "customer", buyer)]
    (hit,) = [hit for hit in finder.find("wiring") if hit.group == "Files"]
    assert (hit.title, hit.id) == ("plan.txt", buyer)
    assert "Wiring of the corridor" in hit.detail


def test_nobody_is_left_when_the_number_is_empty(window, card, buyer):
    assert window.pages.open_record("caller", 0)
    assert "Type or paste" in words(card)
    QTest.keyClicks(card.number, "040 361234567")
    QTest.keyClick(card.number, Qt.Key.Key_Return)
    assert card.customer_id == buyer
    assert customers.get(buyer).name == "Cafe Ostwind"


def test_a_typed_number_is_looked_up_without_enter(window, card, buyer, qtbot):
    window.activateWindow()
    card.open()
    QTest.keyClicks(card.number, "01711234567")
    qtbot.waitUntil(lambda: card.customer_id == buyer)
    assert card.number.hasFocus()
    QTest.keyClicks(card.number, "9")
    assert card.number.text() == "017112345679"
