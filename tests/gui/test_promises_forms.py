"""Birthdays without a year and the days after which one wants to hear from somebody, in their forms."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QApplication

from crm_desktop.activity import touch
from crm_desktop.core import dates, i18n
from crm_desktop.customers import customers
from crm_desktop.exchange import card_export
from crm_desktop.gui.parts import reminder_form
from crm_desktop.gui.parts.settings import own_fields
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.special_inputs import BirthdayInput, DaysInput, parse_birthday
from crm_desktop.insight import today
from tests.gui.hands import add_customer

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("--05-12", "1604-05-12"), ("--0512", "1604-05-12"), ("12.05.", "1604-05-12"), ("12.5", "1604-05-12"),
        ("May 12", "1604-05-12"), ("12 May", "1604-05-12"), ("12. Mai", None), ("29 February", "1604-02-29"),
        ("12 May 1980", "1980-05-12"), ("1980-05-12", "1980-05-12"), ("12.05.80", "1980-05-12"),
        ("12.05.45", "1945-05-12"), ("--13-40", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_a_birthday_as_people_type_it(qapp: QApplication, typed, day):
    with dates.freeze(TODAY):
        assert parse_birthday(typed) == (date.fromisoformat(day) if day else None)


def test_german_months_and_how_it_is_shown(qapp: QApplication):
    formats.use_locale("de_DE")
    assert parse_birthday("12. Mai") == date(dates.NO_YEAR, 5, 12)
    box = BirthdayInput()
    box.set_value(date(dates.NO_YEAR, 5, 12))
    assert (box.text(), box.value(), box.problem()) == ("12. Mai", date(dates.NO_YEAR, 5, 12), "")
    box.set_value(date(1980, 5, 12))
    assert box.value() == date(1980, 5, 12)
    box.deleteLater()


def test_a_birthday_to_come_is_doubted(qapp: QApplication):
    with dates.freeze(TODAY):
        box = BirthdayInput()
        box.setText("12 May 2030")
        assert "still to come" in box.problem()
        box.deleteLater()


def test_days_are_whole_numbers(qapp: QApplication):
    box = DaysInput()
    for typed, value, good in (
        ("60", 60, True),
        ("0", 0, True),
        ("", None, True),
        ("x", None, False),
        ("-3", None, False),
    ):
        box.setText(typed)
        assert (box.value(), box.problem() == "") == (value, good)
    box.deleteLater()


def test_the_customer_form_keeps_birthday_days_and_tone(window, qtbot):
    with dates.freeze(TODAY):
        window.pages.go("customer_form", {"id": 0, "kind": "person"})
        page = window.pages.page()
        page._kind.choose("person")
        for name, typed in (("first_name", "Ida"), ("last_name", "Voss"), ("birthday", "24 Nov"), ("touch_days", "60")):
            page._form.input(name).setText(typed)
        page._form.input("tone").set_value("friendly")
        page.primary()
        found = customers.get(1)
        assert (found.birthday, found.touch_days, found.tone) == (date(dates.NO_YEAR, 11, 24), 60, "friendly")
        assert [task.title for task in today.tasks()] == ["Ida Voss has a birthday today"]
        assert "BDAY:--11-24" in next(card_export.cards())


def test_a_tag_says_after_how_many_days(window, qtbot, answers):
    hotel = add_customer("Hotel", tags=["Regular"])
    window.show_page("settings")
    section = own_fields.FieldsSection(window.pages.page(), lambda: None)
    qtbot.addWidget(section)
    section.refresh()

    def fill(dialog) -> str:
        dialog.form.input("touch_days").setText("90")
        return "act"

    answers.append(fill)
    section._edit_tag(0)
    assert touch.days_of(hotel) == 90


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_preview_of_a_repetition_cuts_nothing_off(qtbot, language):
    i18n.use_language(language)
    formats.use_locale({"en": "en_GB", "de": "de_DE"}[language])
    made = dialogs._FormDialog("Reminder", reminder_form._fields(), {"due_on": TODAY}, None, "")
    made.add_button("act", "Add reminder", "primary")
    qtbot.addWidget(made)
    made.show()
    before = made.height()
    made.form.boxes["repeats"].input.setText("every last Friday")
    qtbot.waitUntil(lambda: made.height() > before)
    preview = made.form.input("repeats").preview
    qtbot.waitUntil(lambda: preview.height() >= preview.heightForWidth(preview.width()))
    note = made.form.input("note")
    assert note.height() >= note.minimumHeight()
    button = next(found for found in made.findChildren(Button) if found.text() == "Add reminder")
    assert note.mapTo(made, note.rect().bottomLeft()).y() < button.y()
    assert button.geometry().bottom() < made.height() <= 700
    made.done(0)
