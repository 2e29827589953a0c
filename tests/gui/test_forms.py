"""Forms and fields: what is typed is read leniently, kept exactly, and a problem stands at its field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.gui import theme
from crm_desktop.gui.widgets import dialogs, formats, inputs
from crm_desktop.gui.widgets.form import Field, Form, Heading
from crm_desktop.gui.widgets.tags_input import TagsInput


@pytest.fixture
def form(qtbot) -> Form:
    """One field of each kind."""
    made = Form(
        [
            Field("name", "Name", needed=True),
            Heading("Rest"),
            Field("born", "Born", "date", width=0.5),
            Field("amount", "Amount", "money", width=0.5),
            Field("hours", "Hours", "number", decimals=2),
            Field("country", "Country", "search", choices=[("DE", "Germany"), ("AT", "Austria")]),
            Field("paid", "Paid", "bool"),
            Field("tags", "Tags", "tags"),
            Field("note", "Note", "lines"),
        ]
    )
    qtbot.addWidget(made)
    made.show()
    return made


VALUES = {
    "name": "Ida",
    "born": date(1990, 3, 4),
    "amount": 123450,
    "hours": Decimal("3.5"),
    "country": "AT",
    "paid": True,
    "tags": ["Lamps"],
    "note": "one\ntwo",
}


def test_what_is_loaded_is_collected_unchanged(form):
    form.load(VALUES)
    assert form.collect() == VALUES


def test_a_needed_field_that_is_empty_is_named(form):
    form.load({})
    with pytest.raises(ValidationError) as error:
        form.collect()
    assert error.value.fields == {"name": "Name is needed."}
    form.show_problems(error.value.fields)
    assert form.boxes["name"]._said.text() == "Name is needed."
    assert form.input("name").property("s") == "bad"
    form.load({"name": "Ida"})
    assert form.boxes["name"]._said.text() == ""


def test_leaving_a_field_tells_its_name_once(form, qtbot):
    form.load(VALUES)
    form.focus("name")
    seen = []
    form.left.connect(seen.append)
    qtbot.keyClicks(form.input("name"), "x")
    qtbot.keyClick(form.input("name"), Qt.Key.Key_Tab)
    assert seen == ["name"]


def test_escape_brings_back_what_stood_there(form, qtbot):
    form.load(VALUES)
    form.input("name").setFocus()
    qtbot.keyClicks(form.input("name"), "abc")
    qtbot.keyClick(form.input("name"), Qt.Key.Key_Escape)
    assert form.values()["name"] == "Ida"

    qtbot.keyClick(form.input("name"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert form.values()["name"] == "abcIda"


def test_escape_in_a_form_of_something_new_clears_nothing(form, qtbot):
    form.load({"country": "DE"}, new=True)
    assert not form.is_changed()
    field = form.input("amount")
    qtbot.keyClicks(field, "twelve")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "twelve"
    assert form.is_changed()  # also what cannot be read
    field.clear()
    assert not form.is_changed()


def test_a_dialog_asks_before_it_lets_go_of_what_was_typed(qtbot, answers):
    made = dialogs._FormDialog("New reminder", [Field("title", "Remind me of")], {}, None, "")
    qtbot.addWidget(made)
    made.show()
    qtbot.keyClicks(made.form.input("title"), "Clean the kiln")
    answers += ["", "act"]
    qtbot.keyClick(made.form.input("title"), Qt.Key.Key_Escape)
    assert made.isVisible()
    assert made.form.input("title").text() == "Clean the kiln"
    qtbot.keyClick(made.form.input("title"), Qt.Key.Key_Escape)
    assert not made.isVisible()
    made.form.load({}, new=True)
    made.show()
    qtbot.keyClick(made.form.input("title"), Qt.Key.Key_Escape)
    assert not made.isVisible()


def test_a_date_that_cannot_be_keeps_the_text_and_says_why(form, qtbot):
    field = form.input("born")
    field.setFocus()
    qtbot.keyClicks(field, "31.2.2026")
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == "31.2.2026"
    assert "not a day" in form.boxes["born"]._said.text()


def test_a_date_in_the_year_26_is_refused_in_plain_words(form):
    form.input("born").setText("1.1.0026")
    assert "The year is 26" in form.input("born").problem()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("4.3.26", date(2026, 3, 4)),
        ("4/3/2026", date(2026, 3, 4)),
        ("2026-03-04", date(2026, 3, 4)),
        ("4 Mar 2026", date(2026, 3, 4)),
        ("March 4, 2026", date(2026, 3, 4)),
        ("4.3.", date(2026, 3, 4)),
        ("+14", date(2026, 12, 6)),
        ("tomorrow", date(2026, 11, 23)),
        ("32.1.2026", None),
        ("hello", None),
        ("", None),
    ],
)
def test_days_are_read_as_people_type_them(typed, day):
    with dates.freeze(date(2026, 11, 22)):
        assert formats.parse_date(typed) == day


@pytest.mark.parametrize(
    ("locale", "typed", "minor"),
    [
        ("en_GB", "1,234.50", 123450),
        ("en_GB", "1234,5", 123450),
        ("en_GB", "€ 12", 1200),
        ("de_DE", "1.234,50 €", 123450),
        ("de_DE", "1.234", 123400),
        ("de_DE", "12,5", 1250),
        ("de_CH", "1’234.50", 123450),
        ("de_DE", "-3,00", -300),
        ("de_DE", "zwölf", None),
        ("de_DE", "1e12", None),
    ],
)
def test_amounts_are_read_as_people_type_them(locale, typed, minor):
    formats.use_locale(locale)
    assert formats.parse_money(typed) == minor


@pytest.mark.parametrize(
    ("locale", "minor", "text"),
    [
        ("en_GB", 123450, "€1,234.50"),
        ("de_DE", 123450, "1.234,50\u00a0€"),
        ("de_DE", -300, "\u22123,00\u00a0€"),
        ("en_GB", 0, "€0.00"),
        ("en_GB", 123456789012345, "€1,234,567,890,123.45"),
    ],
)
def test_amounts_are_written_exactly(locale, minor, text):
    formats.use_locale(locale)
    assert formats.money_text(minor) == text


def test_what_is_written_is_read_back():
    for locale in ("en_GB", "en_US", "de_DE", "de_CH", "fr_FR", "es_ES"):
        formats.use_locale(locale)
        for minor in (0, 5, 100, 99999, 100000, 123456789):
            assert formats.parse_money(formats.amount(minor)) == minor, (locale, minor)
        for day in (date(2026, 3, 4), date(2026, 12, 31), date(1999, 1, 2)):
            assert formats.parse_date(formats.day(day)) == day, (locale, formats.day(day))


def test_a_currency_without_cents_has_none():
    assert formats.amount(1200, "JPY") == "1,200"
    assert formats.parse_money("1,200", "JPY") == 1200


def test_numbers_say_what_is_wrong(qtbot):
    field = inputs.NumberInput(2)
    qtbot.addWidget(field)
    field.setText("1000000000000")
    assert field.problem() == "This number is too large."
    field.setText("1.234567")
    assert "At most 2 digits" in field.problem()
    field.setText("3,5")
    assert field.problem() == ""


def test_tags_are_added_by_enter_and_comma_and_removed_by_backspace(qtbot):
    field = TagsInput(["Lamps"])
    qtbot.addWidget(field)
    field.resize(300, 32)
    field.show()
    qtbot.keyClicks(field._line, "Repair,")
    qtbot.keyClicks(field._line, "hotel")
    qtbot.keyClick(field._line, Qt.Key.Key_Return)
    assert field.value() == ["Repair", "hotel"]
    qtbot.keyClicks(field._line, "REPAIR,")
    assert field.value() == ["Repair", "hotel"]
    qtbot.keyClick(field._line, Qt.Key.Key_Backspace)
    assert field.value() == ["Repair"]


def test_arrows_in_a_date_move_by_a_day(qtbot):
    field = inputs.DateInput()
    qtbot.addWidget(field)
    field.set_value(date(2026, 2, 28))
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == date(2026, 3, 1)


def test_a_choice_is_found_by_typing(form, qtbot):
    field = form.input("country")
    field.lineEdit().setText("aus")
    field.lineEdit().editingFinished.emit()
    assert field.value() == "AT"


@pytest.mark.parametrize(("mode", "ground"), [("light", "raised"), ("dark", "raised")])
def test_what_is_found_by_typing_stands_on_a_ground_that_is_not_black_on_black(form, qtbot, qapp, mode, ground):
    theme.apply(qapp, mode)
    try:
        field = form.input("country")
        field.lineEdit().setFocus()
        field.lineEdit().clear()
        qtbot.keyClicks(field.lineEdit(), "a")
        popup = field.completer().popup()
        qtbot.waitUntil(popup.isVisible)
        picture = popup.grab().toImage()
        assert picture.pixelColor(6, picture.height() - 4).name() == QColor(theme.color(ground)).name()
        popup.hide()
    finally:
        theme.apply(qapp, "light")


def test_what_there_is_to_choose_is_read_anew_each_time_a_form_is_entered(qtbot):
    lists, words = [(1, "Hotels")], [("Lamps", "Lamps")]
    made = Form(
        [
            Field("list", "List", "choice", choices=lambda: list(lists)),
            Field("tags", "Tags", "tags", choices=lambda: words),
        ]
    )
    qtbot.addWidget(made)
    made.load({"list": 1})
    lists.append((2, "Surgeries"))
    made.load({"list": 2})
    assert (made.input("list").value(), made.input("list").currentText()) == (2, "Surgeries")
    assert not made.is_changed()
