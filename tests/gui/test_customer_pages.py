"""The card and the form of a customer: everything that belongs to a record can be written, kept and taken back."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from crm_desktop.activity import photos, reminders, timeline
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import contacts, custom_fields, customers
from crm_desktop.customers.custom_fields import CustomField
from crm_desktop.sales import price_lists


@pytest.fixture
def hotel(window) -> int:
    """A customer, with their card shown."""
    number = customers.save({"company": "Hotel Alsterblick GmbH", "city": "Hamburg", "served_by": "Ring first."})
    window.open_record("customer", number)
    return number


@pytest.fixture
def card(window, hotel):
    """The card."""
    return window.pages.page()


@pytest.fixture
def form(window):
    """The form of a new customer."""
    window.open_record("customer", 0)
    return window.pages.page()


def _type(form, qtbot, name, text):
    field = form._form.input(name)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_a_new_company_is_added_with_a_number_and_shown(form, window, qtbot):
    _type(form, qtbot, "company", "Weinkontor Hafencity")
    _type(form, qtbot, "city", "Hamburg")
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.key() == "customer"
    found = customers.get(window.pages.page()._id)
    assert (found.name, found.city, found.kind) == ("Weinkontor Hafencity", "Hamburg", "organisation")
    assert found.country == profile.load().country
    assert found.number
    assert "Weinkontor Hafencity added" in window.toast.text


def test_a_person_has_a_birthday_and_no_vat_id(form, window, qtbot):
    form._kind._buttons["person"].click()
    assert form._form.boxes["vat_id"].isHidden()
    _type(form, qtbot, "first_name", "Ida")
    _type(form, qtbot, "last_name", "Petersen")
    _type(form, qtbot, "birthday", "4.3.1990")
    form.primary()
    found = customers.get(window.pages.page()._id)
    assert (found.name, found.kind, found.birthday) == ("Ida Petersen", "person", date(1990, 3, 4))


def test_a_customer_without_a_name_is_refused_at_the_field(form):
    form.primary()
    assert "needs a name" in form._form.boxes["company"]._said.text()


def test_an_iban_with_a_typo_is_refused_at_the_field(form, qtbot):
    _type(form, qtbot, "company", "Weinkontor")
    _type(form, qtbot, "iban", "DE00370400440532013000")
    form.primary()
    assert "does not add up" in form._form.boxes["iban"]._said.text()


def test_leaving_a_half_written_customer_asks_first(form, window, qtbot, answers):
    _type(form, qtbot, "company", "Half")
    answers.append("")
    window.show_page("customers")
    assert window.pages.key() == "customer_form"
    answers.append("act")
    window.show_page("customers")
    assert window.pages.key() == "customers"


def test_an_edit_is_kept_when_the_field_is_left_and_can_be_undone(window, hotel, qtbot):
    window.show_page("customer_form", {"id": hotel})
    form = window.pages.page()
    _type(form, qtbot, "phone", "040 123")
    qtbot.keyClick(form._form.input("phone"), Qt.Key.Key_Tab)
    assert customers.get(hotel).phone == "040 123"
    assert form._head.state.text().startswith("Saved")
    window.undo()
    assert customers.get(hotel).phone == ""


def test_what_is_typed_is_kept_also_when_the_page_is_left_at_once(window, hotel, qtbot):
    window.show_page("customer_form", {"id": hotel})
    _type(window.pages.page(), qtbot, "phone", "040 456")
    window.go_back()
    assert customers.get(hotel).phone == "040 456"


def test_own_fields_appear_in_form_and_card(window, hotel, qtbot):
    custom_fields.save(CustomField(0, "Lamp type", "choice", ("Brass", "Glass")))
    window.show_page("customer_form", {"id": hotel})
    form = window.pages.page()
    form._form.input("custom:Lamp type").set_value("Glass")
    form._form.input("custom:Lamp type").left.emit()
    assert customers.get(hotel).custom == {"Lamp type": "Glass"}
    window.open_record("customer", hotel)
    texts = [label.text() for label in window.pages.page().findChildren(QLabel)]
    assert "Lamp type" in texts
    assert "Glass" in texts


def test_a_customer_changed_elsewhere_is_shown_again_instead_of_overwritten(window, hotel, qtbot):
    window.show_page("customer_form", {"id": hotel})
    form = window.pages.page()
    with dates.freeze(date(2030, 1, 1)):
        customers.save({"phone": "elsewhere"}, hotel)
        _type(form, qtbot, "city", "Bremen")
        qtbot.keyClick(form._form.input("city"), Qt.Key.Key_Tab)
    assert "was changed meanwhile" in form._strip._sentence.text()
    assert customers.get(hotel).city == "Hamburg"
    assert form._form.values()["phone"] == "elsewhere"


def test_a_note_is_one_key_and_its_text(card, hotel, qtbot):
    card._timeline.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_N)
    qtbot.keyClicks(card._quick._line, "Wants brass")
    qtbot.keyClick(card._quick._line, Qt.Key.Key_Return)
    assert [(e.kind, e.title) for e in timeline.latest(hotel)] == [("note", "Wants brass")]
    qtbot.waitUntil(lambda: card._timeline._model.rowCount() == 1)


def test_a_call_is_chosen_first_and_then_written(card, hotel, qtbot):
    card._quick._buttons["call"].click()
    qtbot.keyClicks(card._quick._line, "Asked for spots")
    qtbot.keyClick(card._quick._line, Qt.Key.Key_Return)
    assert timeline.latest(hotel)[0].kind == "call"


def test_the_timeline_is_filtered_and_searched(card, hotel, qtbot):
    timeline.add(hotel, "call", "Asked for spots")
    timeline.add(hotel, "note", "Likes Mondays")
    card.refresh()
    card._group._buttons["call"].click()
    assert card._timeline._model.rowCount() == 1
    card._group._buttons["all"].click()
    card._find.setText("mondays")
    qtbot.waitUntil(lambda: [h.title for h in card._timeline._model.shown] == ["Likes Mondays"])


def test_a_reminder_is_made_on_the_card(card, hotel, answers):
    def fill(dialog):
        dialog.form.put("title", "Send the offer")
        dialog.form.put("due_on", date(2030, 5, 6))
        return "act"

    answers.append(fill)
    card._quick._buttons["reminder"].click()
    assert [(r.title, r.due_on) for r in reminders.of_customer(hotel)] == [("Send the offer", date(2030, 5, 6))]


def test_a_person_is_added_edited_and_removed(card, hotel, answers):
    def add(dialog):
        dialog.form.put("last_name", "Sommerfeld")
        dialog.form.put("role", "decides")
        return "act"

    answers.append(add)
    card._sides._people.act.click()
    (person,) = contacts.people(hotel)
    assert (person.name, person.role) == ("Sommerfeld", "decides")
    answers.append("remove")
    card._sides._edit_person(person)
    assert contacts.people(hotel) == []


def test_a_reminder_of_the_card_repeats_and_tells_its_first_day(card, hotel, answers):
    said: list[str] = []
    card.toast.connect(lambda text, _undo: said.append(text))

    def fill(dialog):
        assert dialog.form.input("customer_id").value() == hotel
        dialog.form.put("title", "Ask about the lamps")
        dialog.form.put("due_on", date(2030, 5, 6))
        dialog.form.put("repeats", "every last Friday")
        return "act"

    answers.append(fill)
    card._quick._buttons["reminder"].click()
    assert [r.due_on for r in reminders.of_customer(hotel)] == [date(2030, 5, 31)]
    assert said == ["Reminder for 31 May 2030 added"]


def test_a_contract_from_the_card_has_its_customer_filled_in(card, window, hotel):
    card._sides._add_contract()
    assert window.pages.page().form.input("customer_id").value() == hotel


def test_a_person_without_a_name_is_refused_and_the_question_stays(card, hotel, answers):
    answers.append("act")
    card._sides._people.act.click()
    assert contacts.people(hotel) == []


def test_the_note_on_how_to_serve_them_is_edited(card, hotel, answers):
    def write(dialog):
        dialog.form.put("served_by", "Never on Mondays.")
        return "act"

    answers.append(write)
    card._sides._edit_note()
    assert customers.get(hotel).served_by == "Never on Mondays."


def test_an_archived_customer_leaves_the_list_and_comes_back(card, hotel, window):
    card._archive()
    assert customers.get(hotel).archived_at
    window.undo()
    assert not customers.get(hotel).archived_at


def test_deleting_from_the_card_leads_back_to_the_list(card, window):
    card.delete()
    assert window.pages.key() != "customer"
    assert "moved to the bin" in window.toast.text


def test_the_photo_stands_where_the_initials_were(card, hotel):
    assert card._avatar.photo.isNull()
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(picture, "PNG")
    photos.keep(hotel, picture.getvalue(), "png")
    card.refresh()
    assert (card._avatar.photo.width(), card._avatar.photo.height()) == (132, 88), (
        "twice the size of the place it covers"
    )
    assert card._avatar.grab().toImage().pixelColor(22, 22).name() == "#008080"
    photos.keep(hotel, b"no picture", "jpg")
    card.refresh()
    assert card._avatar.photo.isNull(), "one that cannot be read: the initials"


@pytest.mark.parametrize("key", ["customer_form", "contract"])
def test_escape_in_a_new_form_clears_nothing_and_asks_where_something_was_typed(window, answers, qtbot, key):
    window.show_page("customers")
    window.show_page(key, {"id": 0})
    page = window.pages.page()
    form = page._form if key == "customer_form" else page.form
    field = form.input("company" if key == "customer_form" else "title")
    qtbot.keyClicks(field, "Cafe Ostwind")
    answers.append("")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (window.pages.page(), field.text()) == (page, "Cafe Ostwind")
    field.clear()
    qtbot.keyClick(field, Qt.Key.Key_Escape)  # nothing was typed after all: nothing is asked
    assert window.pages.key() == "customers"


def test_a_price_list_made_meanwhile_is_offered_in_the_form(window, hotel):
    window.open_record("customer", 0)
    window.show_page("customers")
    made = price_lists.save({"name": "Surgeries"})
    customers.save({"price_list_id": made}, hotel)
    window.show_page("customer_form", {"id": hotel})
    assert window.pages.page()._form.input("price_list_id").currentText() == "Surgeries"
