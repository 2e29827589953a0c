"""The price list: entries with unit, price and tax in plain words, and the form that keeps itself."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt

from crm_desktop.company import profile, tax_rates
from crm_desktop.gui.pages import catalogue_page
from crm_desktop.gui.parts import tax_choice
from crm_desktop.gui.widgets.cells import cell_of
from crm_desktop.safety import undo
from crm_desktop.sales import catalogue
from tests.gui.hands import add_item


@pytest.fixture
def form(window, qtbot):
    """The form of an entry; id 0 is a new one."""

    def enter(item_id: int = 0):
        window.open_record("product", item_id)
        qtbot.wait(10)
        return window.pages.page()

    return enter


def _type(page, name: str, text: str) -> None:
    given = page.form.input(name)
    given.setText(text)
    given.edited.emit()
    given.editingFinished.emit()


def _pick(page, name: str, value) -> None:
    given = page.form.input(name)
    given.set_value(value)
    given.activated.emit(given.currentIndex())


def _said(page, name: str) -> str:
    return page.form.boxes[name]._said.text()


def _shown(page, place: int) -> dict[str, str]:
    row = page.model.row_at(place)
    return {column.key: cell_of(column, row).text for column in page.made.columns}


def test_an_empty_list_offers_to_add_or_import(window, qtbot):
    window.show_page("catalogue")
    page = window.pages.page()
    assert page.empty.isVisible()
    page.new()
    assert window.pages.key() == "product"


def test_a_row_says_unit_price_and_tax_in_words(window):
    catalogue.save({"name": "Cable", "unit": "MTR", "price": Decimal("3.4525"), "category": "S", "rate_bp": 1900})
    catalogue.save({"name": "Export case", "unit": "C62", "price": Decimal(1200), "category": "G", "rate_bp": 0})
    window.show_page("catalogue")
    page = window.pages.page()
    first = _shown(page, 0)
    assert (first["unit"], first["price"], first["price_mode"], first["rate_bp"]) == (
        "metre",
        "3.4525",
        "without tax",
        "19%",
    )
    assert _shown(page, 1)["rate_bp"] == "Export"


def test_the_pane_shows_the_price_with_and_without_tax(window, qtbot):
    catalogue.save(
        {
            "name": "Bulb",
            "unit": "C62",
            "price": Decimal("9.99"),
            "price_mode": "gross",
            "category": "S",
            "rate_bp": 1900,
        }
    )
    window.show_page("catalogue")
    page = window.pages.page()
    qtbot.waitUntil(lambda: page.pane is not None and page.pane._name.text() == "Bulb")
    words = [label.text() for label in page.pane._facts.findChildren(type(page.pane._name))]
    assert "8.39 EUR per piece" in words
    assert "9.99 EUR per piece" in words


def test_a_new_entry_starts_with_the_usual_tax_and_lands_in_the_list(form, window):
    page = form()
    assert page.form.input("tax").value() == ("S", 1900)
    assert page.form.input("unit").currentText() == "piece"
    _type(page, "name", "Table lamp, oak")
    _type(page, "price", "389,5")
    page.primary()
    (found,) = catalogue.rows(catalogue.ids())
    assert (found.name, found.price, found.rate_bp, found.number) == (
        "Table lamp, oak",
        Decimal("389.5"),
        1900,
        "P-0001",
    )
    assert window.pages.key() == "catalogue"
    assert window.pages.page().table.current_id() == found.id
    assert window.toast.text == "Table lamp, oak added"


def test_what_is_missing_or_too_fine_stands_at_its_field(form):
    page = form()
    _type(page, "price", "1.23456")
    page.primary()
    assert _said(page, "name") == "Name is needed."
    assert _said(page, "price") == "At most 4 digits after the point."
    assert catalogue.ids() == []


def test_an_edit_is_kept_field_by_field_and_undone_field_by_field(form, window):
    item = add_item("Haircut", "40")
    page = form(item)
    _type(page, "name", "Haircut, short")
    _type(page, "price", "42.50")
    _pick(page, "unit", "HUR")
    found = catalogue.get(item)
    assert (found.name, found.price, found.unit) == ("Haircut, short", Decimal("42.5"), "HUR")
    assert page.head.title.text() == "Edit Haircut, short"
    assert page.head.state.text().startswith("Saved")
    undo.undo_last()
    undo.undo_last()
    found = catalogue.get(item)
    assert (found.name, found.price, found.unit) == ("Haircut, short", Decimal(40), "C62")


def test_a_number_that_is_taken_is_refused_and_the_text_stays(form):
    add_item("Haircut")
    other = add_item("Colour")
    page = form(other)
    _type(page, "number", "P-0001")
    assert "belongs to another product" in _said(page, "number")
    assert page.form.input("number").text() == "P-0001"
    assert catalogue.get(other).number == "P-0002"


def test_names_in_other_languages(form):
    item = add_item("Haircut")
    page = form(item)
    assert "name:en" not in page.form.boxes
    _type(page, "name:fr", "Coupe")
    _type(page, "description:fr", "avec shampooing")
    assert catalogue.get(item).names == {"fr": ("Coupe", "avec shampooing")}


def test_the_tax_that_is_no_longer_in_the_settings_is_kept(form):
    item = add_item("Old", rate_bp=1600)
    page = form(item)
    assert page.form.input("tax").value() == ("S", 1600)
    assert page.form.input("tax").currentText() == "16%, no longer in the settings"


def test_every_way_of_not_being_taxed_can_be_chosen(window):
    keys = [key for key, _words in tax_choice.choices()]
    assert keys[:3] == [("S", 1900), ("S", 700), ("Z", 0)]
    assert {code for code, _rate in keys} == {"S", "Z", "E", "AE", "K", "G", "O"}
    for rate in tax_rates.all_rates():
        tax_rates.remove(rate.id)
    assert ("Z", 0) in [key for key, _words in tax_choice.choices()]


def test_a_small_business_starts_without_tax(form):
    profile.save({"tax_status": "small"})
    assert form().form.input("tax").value() == ("E", 0)


def test_archive_takes_it_from_the_list_and_back(form, window, qtbot):
    item = add_item("Haircut")
    page = form(item)
    qtbot.mouseClick(page._archive, Qt.MouseButton.LeftButton)
    assert catalogue.ids() == []
    assert page._archive.text() == "Bring back"
    qtbot.mouseClick(page._archive, Qt.MouseButton.LeftButton)
    assert catalogue.ids() == [item]


def test_duplicate_begins_a_copy(window, qtbot):
    add_item("Haircut", "40")
    window.show_page("catalogue")
    window.pages.page().duplicate()
    page = window.pages.page()
    assert page.key == "product"
    assert page.form.input("name").value() == "Haircut, copy"
    assert page.form.input("price").value() == Decimal(40)
    page.primary()
    assert len(catalogue.ids()) == 2


def test_delete_moves_to_the_bin_with_undo(window):
    add_item("Haircut")
    window.show_page("catalogue")
    page = window.pages.page()
    page.delete()
    assert catalogue.ids() == []
    assert window.toast.text == "Haircut moved to the bin"
    undo.undo_last()
    assert len(catalogue.ids()) == 1


def test_leaving_a_begun_entry_asks(form, window, answers):
    page = form()
    _type(page, "name", "Half")
    answers.append("")
    window.show_page("today")
    assert window.pages.key() == "product"
    answers.append("act")
    window.show_page("today")
    assert window.pages.key() == "today"
    assert catalogue.ids() == []


def test_search_finds_by_number_and_name(window):
    add_item("Haircut")
    add_item("Colour")
    window.show_page("catalogue", {"search": "colo"})
    page = window.pages.page()
    assert [page.model.row_at(place).name for place in range(len(page.model.ids))] == ["Colour"]


def test_a_product_group_is_offered_while_it_is_typed_kept_and_narrows_the_list(form, window, qtbot):
    add_item("Shade")
    lamp, desk = add_item("Ceiling lamp"), add_item("Desk lamp")
    catalogue.save({"product_group": "Lamps"}, lamp)
    page = form(desk)
    given = page.form.input("product_group")
    qtbot.keyClicks(given, "la")
    assert [hit.text for hit in given.hits()._model.hits] == ["Lamps"]
    qtbot.keyClick(given, Qt.Key.Key_Return)
    assert catalogue.get(desk).product_group == "Lamps"
    window.show_page("catalogue")
    page = window.pages.page()
    assert _shown(page, 0)["product_group"] == "Lamps"
    page._filters.show_values({"group": "Lamps"})
    page._ask()
    assert page.model.ids == [lamp, desk]
    page._filters.show_values({"group": catalogue_page._NONE})
    page._ask()
    assert [row.name for row in page.rows(list(page.model.ids))] == ["Shade"]


def test_several_entries_are_put_into_a_group_together_and_taken_back(window, answers):
    items = [add_item("Ceiling lamp"), add_item("Desk lamp")]
    window.show_page("catalogue")
    page = window.pages.page()
    assert page.group_act.isHidden()
    page.table.selectAll()
    page.tell_sums()
    assert not page.group_act.isHidden()

    def fill(dialog):
        dialog.form.put("group", "Lamps")
        return "act"

    answers.append(fill)
    page.group_act.click()
    assert {catalogue.get(item).product_group for item in items} == {"Lamps"}
    assert window.toast.text == "2 entries changed"
    undo.undo_last()
    assert {catalogue.get(item).product_group for item in items} == {""}
