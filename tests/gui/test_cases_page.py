"""Cases in the window: noted from anywhere, worked in the pane, with notes and time, solved and asked about."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crm_desktop.activity import timeline
from crm_desktop.care import case_notes, cases, owned_products
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.gui.widgets.cells import cell_of
from crm_desktop.safety import undo
from crm_desktop.sales import work_done
from tests.gui import hands

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def hotel(window) -> int:
    hands.fill_company()
    return hands.add_customer("Hotel Alsterblick", phone="+49 40 1234567")


def note(customer_id: int, **values: object) -> int:
    return cases.save({"customer_id": customer_id, "kind": "complaint", "title": "Flicker in room 214"} | values)


@pytest.fixture
def page(hotel, window, qtbot):
    """The list with a late complaint, one due today and a repair."""
    note(hotel, due_on=date(2026, 11, 20))
    note(hotel, title="Wrong shade", due_on=TODAY)
    note(hotel, kind="repair", title="Switch broken")
    window.show_page("cases")
    found = window.pages.page()
    qtbot.waitUntil(lambda: found.pane is not None and found.pane.shown is not None)
    return found


def titles(page) -> list[str]:
    return [page.model.row_at(place).title for place in range(len(page.model.ids))]


def test_an_empty_list_offers_to_note_one(window):
    window.show_page("cases")
    page = window.pages.page()
    assert page.empty.isVisible()
    assert page.empty._sentence.text() == "No open cases"


def test_a_complaint_is_noted_from_anywhere_with_one_shortcut_and_four_entries(window, hotel, answers, qtbot):
    window.show_page("figures")
    asked = []

    def fill(dialog) -> str:
        asked.extend(dialog.form.boxes)
        dialog.form.put("customer_id", hotel)
        dialog.form.put("title", "Lamp flickers")
        return "act"

    answers.append(fill)
    QTest.keyClick(window, Qt.Key.Key_C, hands.CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert len(asked) == 4
    found = cases.rows(cases.ids())
    assert [(c.title, c.kind, c.customer, c.due_on) for c in found] == [
        ("Lamp flickers", "complaint", "Hotel Alsterblick", date(2026, 11, 26))
    ]
    assert window.pages.key() == "figures"
    undo.undo_last()
    assert cases.ids("all") == []


def test_the_dialog_finds_the_customer_by_phone(window, hotel, qtbot):
    from crm_desktop.gui.parts.customer_input import _suggestions

    assert [hit.text for hit in _suggestions("040 1234567")] == ["Hotel Alsterblick"]


def test_on_an_invoice_customer_and_invoice_are_filled_in(window, hotel, answers, qtbot):
    sold = hands.issue(hotel)
    window.show_page("invoices")
    page = window.pages.page()
    page.table.select_id(sold.id)

    def fill(dialog) -> str:
        assert dialog.form.input("customer_id").value() == hotel
        dialog.form.put("title", "One lamp is missing")
        return "act"

    answers.append(fill)
    window.new_record("complaint")
    assert cases.get(cases.ids()[0]).document == sold.number


def test_nothing_is_noted_without_saying_what(window, hotel, answers):
    answers.append("act")
    window.new_record("complaint")
    assert cases.ids("all") == []


def test_views_and_sidebar_count_what_waits(page, window, qtbot):
    assert titles(page) == ["Flicker in room 214", "Wrong shade", "Switch broken"]
    shown = {column.key: cell_of(column, page.model.row_at(0)).text for column in page.made.columns}
    assert (shown["state"], shown["kind"], shown["due_on"]) == ("Late", "Complaint", "20 Nov")
    page._view_chosen("due")
    assert titles(page) == ["Flicker in room 214", "Wrong shade"]
    page._view_chosen("solved")
    assert titles(page) == []
    late = cases.ids("due")[0]
    window._tell_counts()
    qtbot.waitUntil(lambda: window.sidebar.items["cases"].accessibleDescription() == "1")
    cases.save({"due_on": date(2026, 12, 24)}, late)
    window._tell_counts()
    qtbot.waitUntil(lambda: window.sidebar.items["cases"].accessibleDescription() == "3")


def test_solved_in_the_pane_with_words_and_cost(page, answers, qtbot):
    def fill(dialog) -> str:
        dialog.form.put("solution", "New dimmer")
        dialog.form.put("cost_minor", 1290)
        return "act"

    answers.append(fill)
    hand = hands.Hands(most_clicks=1)
    hand.click(page.pane.solve_button)
    found = cases.rows(cases.ids("solved"))
    assert [(c.solution, c.cost_minor) for c in found] == [("New dimmer", 1290)]
    qtbot.waitUntil(lambda: titles(page) == ["Wrong shade", "Switch broken"])
    assert page.pane._keys.isVisible()
    page._view_chosen("solved")
    qtbot.waitUntil(lambda: page.pane._keys.isHidden() and page.pane._keys_closed.isVisible())


def test_keys_solve_and_let_wait(page, answers, qtbot):
    page.table.setFocus()
    answers.append(lambda dialog: dialog.form.put("why", "A part is ordered") or "act")
    page.key_pressed("w", page.model.ids[0])
    assert cases.counts()["waiting"] == 1
    page.key_pressed("w", page.model.ids[0])
    assert cases.counts()["waiting"] == 0


def test_the_page_of_a_case_keeps_fields_notes_and_time(page, window, qtbot):
    case_id = page.model.ids[0]
    page.open_id(case_id)
    form = window.pages.page()
    assert form.title() == "CA-2026-0001: Flicker in room 214"
    form.form.input("description").set_value("Both lamps at the bed")
    form._left("description")
    assert cases.get(case_id).description == "Both lamps at the bed"
    form.notes.body.set_value("Drove there")
    form.notes.time.set_value("1:15")
    form.notes.add()
    assert cases.get(case_id).minutes == 75
    assert form.notes.bill_button.text() == "Bill 1:15 h"
    form.notes.bill()
    assert not form.notes.bill_button.isVisible()
    assert [str(s.quantity) for s in work_done.waiting()] == ["1.25"]


def test_a_time_that_cannot_be_read_is_said_and_kept(page, window):
    page.open_id(page.model.ids[0])
    notes = window.pages.page().notes
    notes.time.set_value("soon")
    notes.add()
    assert "1:30" in notes._said.text()
    assert case_notes.of(page.model.ids[0]) == []
    notes.time.set_value("")


def test_warranty_stands_in_the_case_of_a_product(window, hotel):
    product = owned_products.save(
        {"customer_id": hotel, "name": "Chandelier", "serial": "N-17", "warranty_until": date(2027, 6, 30)}
    )
    window.show_page("case", {"id": 0, "customer": hotel})
    form = window.pages.page()
    form.form.put("owned_product_id", product)
    form.shown()
    shown = form.form.input("owned_product_id").currentText()
    assert shown == "Chandelier · N-17 · Under warranty until 30 Jun 2027"
    form.form.put("title", "Dark")
    form.primary()
    assert cases.get(cases.ids()[0]).serial == "N-17"


def test_a_case_names_who_asked_and_an_entry_of_the_price_list(window, hotel):
    from crm_desktop.customers import contacts
    from crm_desktop.customers.contacts import Person

    person = contacts.save_person(Person(customer_id=hotel, first_name="Katrin", last_name="Sommerfeld"))
    item = hands.add_item("Lamp Kai", "400", kind="product")
    window.show_page("case", {"id": 0, "customer": hotel, "kind": "question", "title": "Which bulb?"})
    form = window.pages.page()
    assert form.form.input("contact_person_id").findText("Katrin Sommerfeld") == 1
    form.form.put("contact_person_id", person)
    form.form.put("item_id", item)
    form.primary()
    found = cases.get(cases.ids()[0])
    assert (found.contact_person_id, found.item_id, found.product, found.kind) == (person, item, "Lamp Kai", "question")


def test_the_finder_opens_cases_and_makes_new_ones(window, hotel, page):
    from crm_desktop.gui import finder

    assert [hit.title for hit in finder.find("flicker") if hit.kind == "case"] == ["Flicker in room 214"]
    hit = finder.find("new case alster")[0]
    assert (hit.kind, hit.id) == ("new_case", hotel)
    window._do_hit(hit)
    assert window.pages.key() == "case"
    assert window.pages.page().form.input("customer_id").value() == hotel


def test_answers_are_prepared_in_the_customers_language(window, hotel):
    from crm_desktop.insight import prepared_cases

    case_id = note(hotel)
    words = prepared_cases.received(case_id).body
    assert "CA-2026-0001" in words
    assert "26 November" in words
    cases.solve(case_id, "New dimmer")
    assert "New dimmer" in prepared_cases.solved(case_id).body
    customers.save({"language": "de"}, hotel)
    assert prepared_cases.received(case_id).language == "de"


def test_deleted_cases_lie_in_the_bin(page, window):
    page.delete_ids([page.model.ids[0]])
    window.show_page("bin")
    rows = window.pages.page().model
    assert [rows.row_at(0).label] == ["Case"]


def test_a_complaint_goes_on_as_a_repair_with_its_notes(page, window, qtbot):
    case_id = page.pane.shown.id
    case_notes.add(case_id, "Loose contact", 15)

    def offered() -> dict:
        page.pane._fill_menu()
        return {act.text(): act for act in page.pane._menu.actions()}

    offered()["Make a repair of it"].trigger()
    found = cases.get(case_id)
    assert (found.kind, found.title, found.minutes) == ("repair", "Flicker in room 214", 15)
    assert timeline.latest(found.customer_id, 1)[0].body == "Now: Repair."
    assert window.toast.text == f"{found.number} is a repair now"
    assert "Make a repair of it" not in offered()
    undo.undo_last()
    assert cases.get(case_id).kind == "complaint"
