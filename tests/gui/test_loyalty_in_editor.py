"""What good customers get, in the window: the discount in the editor, own prices, settings, what an invoice starts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu

from crm_desktop.care import case_rules, cases, feedback, loyalty, owned_products
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.gui.parts import case_document
from crm_desktop.gui.widgets.cards import ItemRow
from crm_desktop.sales import catalogue, price_lists
from crm_desktop.sales.price_lists import Price
from tests.gui import hands

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def gold(window) -> int:
    """A customer on the level Gold."""
    hands.fill_company()
    customer = hands.add_customer("Hotel Alsterblick")
    hands.issue(customer, price="1000")
    loyalty.set_settings({"levels": True})
    loyalty.save_level(loyalty.Level(0, "Gold", 50_000, 500))
    return customer


def reasons(editor) -> list[str]:
    return [given.reason for given in editor.view.draft().allowances]


def test_a_new_invoice_has_the_discount_with_its_reason_and_it_can_be_taken_out(window, gold):
    window.show_page("invoice", {"id": 0, "customer": gold})
    editor = window.pages.page()
    assert reasons(editor) == ["Gold: 5 %"]
    rows = editor.view.adjustments.rows
    assert rows[0].value.value() == "5%"
    rows[0].remove.click()
    assert reasons(editor) == []


def test_another_customer_brings_their_own_discount_once(window, gold):
    other = hands.add_customer("Cafe Ostwind")
    window.show_page("invoice", {"id": 0, "customer": other})
    editor = window.pages.page()
    assert reasons(editor) == []
    for customer, expected in ((gold, ["Gold: 5 %"]), (gold, ["Gold: 5 %"]), (other, [])):
        editor.view.form.customer._take(customer)
        assert reasons(editor) == expected


def test_an_issued_invoice_lists_the_discount_and_says_its_percentage_once(window, gold):
    sold = hands.issue(gold, name="Lamp", price="200", allowances=(loyalty.discount_of(gold),))
    window.show_page("invoice", {"id": sold.id})
    rows = [row._item for row in window.pages.page().pane._sold.findChildren(ItemRow)]
    assert [(item.text, item.right) for item in rows] == [("Lamp", "200.00"), ("Gold, 5%", "\u221210.00")]


def test_a_picked_item_takes_the_customers_price_and_follows_the_quantity(window, gold):
    item = catalogue.get(hands.add_item("Lamp", "100", kind="product"))
    prices = price_lists.save({"name": "Hotels", "percent": Decimal(-10)})
    price_lists.set_price(Price(list_id=prices, item_id=item.id, from_quantity=Decimal(10), price=Decimal(80)))
    customers.save({"price_list_id": prices}, gold)
    window.show_page("invoice", {"id": 0, "customer": gold})
    table = window.pages.page().view.table
    hit = table._painter.items("lam")[0]
    assert (hit.right, hit.detail.endswith("Hotels")) == ("90.00", True)
    table._item_picked(0, hit.value)
    sheet = table.sheet()
    assert sheet.rows[0].line.price == 90
    sheet.set_text(0, "qty", "12")
    assert sheet.rows[0].line.price == 80
    sheet.set_text(0, "price", "85")
    sheet.set_text(0, "qty", "1")
    assert sheet.rows[0].line.price == 85


def test_what_was_bought_is_registered_from_the_invoice_with_one_click(window, gold):
    item = hands.add_item("Lamp", "100", kind="product", warranty_months=24)
    window.show_page("invoices")
    page = window.pages.page()
    sold = hands.issue(gold)
    menu = QMenu(page)
    case_document.fill(menu, page, sold)
    assert not any("Register" in act.text() for act in menu.actions())
    from dataclasses import replace

    from crm_desktop.billing import drafts, invoices

    draft = drafts.begin(gold)
    sold = invoices.issue_draft(replace(draft, lines=(drafts.line_of(catalogue.get(item), draft),)))
    menu.clear()
    case_document.fill(menu, page, sold)
    act = next(act for act in menu.actions() if act.text() == "Register what was bought: 1 product")
    act.trigger()
    assert [p.warranty_until for p in owned_products.of_customer(gold)] == [date(2028, 11, 24)]


def test_settings_of_loyalty_cases_and_feedback(window, gold, answers):
    window.show_page("settings", {"section": "loyalty"})
    section = window.pages.page().sections["loyalty"]
    section.points.set_value(True)
    section._switch("points")
    assert loyalty.settings().points

    def silver(dialog) -> str:
        dialog.form.put("name", "Silver")
        dialog.form.put("from_minor", 10_000)
        dialog.form.put("discount", Decimal("2.5"))
        return "act"

    answers.append(silver)
    section._add()
    assert [(level.name, level.discount_bp) for level in loyalty.levels()] == [("Silver", 250), ("Gold", 500)]
    window.show_page("settings", {"section": "cases"})
    section = window.pages.page().sections["cases"]
    answers.append(lambda dialog: dialog.form.put("normal", Decimal(4)) or "act")
    section._edit(list(case_rules.KINDS).index("complaint"))
    assert case_rules.rules()[1].normal == 4
    window.show_page("settings", {"section": "feedback"})
    section = window.pages.page().sections["feedback"]
    answers.append(lambda dialog: dialog.form.put("pause_days", Decimal(30)) or "act")
    section._change()
    assert feedback.pause_days() == 30


def test_who_could_be_asked_is_listed_and_asked_with_a_click(window, gold, answers, monkeypatch):
    case_id = cases.save({"customer_id": gold, "kind": "repair", "title": "Dark"})
    cases.solve(case_id)
    window.show_page("settings", {"section": "feedback"})
    section = window.pages.page().sections["feedback"]
    assert section.ready.isVisible()
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    customers.save({"email": "info@alsterblick.example"}, gold)
    answers.append("draft")
    section.ready.body.itemAt(0).widget().click()
    assert [(f.record, f.record_id) for f in feedback.of_customer(gold)] == [("case", case_id)]
    section.refresh()
    assert not section.ready.isVisible()


def test_answers_of_a_file_are_shown_before_they_are_noted(window, gold, answers, tmp_path, qtbot):
    customers.save({"email": "info@alsterblick.example"}, gold)
    path = tmp_path / "answers.csv"
    path.write_text("email,score\ninfo@alsterblick.example,5\nnobody@example.org,1\n", encoding="utf-8")
    window.show_page("settings", {"section": "feedback"})
    answers.append("note")
    window.pages.page().sections["feedback"].read_file(path)
    hands.wait_for_jobs()
    qtbot.waitUntil(lambda: not answers)
    assert [f.score for f in feedback.of_customer(gold)] == [5]


def test_price_lists_are_made_and_filled_on_their_page(window, gold, answers, qtbot):
    item = hands.add_item("Lamp", "100", kind="product")
    window.show_page("price_lists")
    page = window.pages.page()
    assert page.empty.isVisible()

    def new(dialog) -> str:
        dialog.form.put("name", "Hotels")
        dialog.form.put("percent", Decimal(-8))
        return "act"

    answers.append(new)
    page.new()
    qtbot.waitUntil(lambda: page.pane is not None and page.pane.shown is not None)

    def price(dialog) -> str:
        dialog.form.put("item_id", item)
        dialog.form.put("price", Decimal(80))
        dialog.form.put("from_quantity", Decimal(10))
        return "act"

    answers.append(price)
    page.pane.add_price()
    found = price_lists.rows(price_lists.ids())[0]
    assert (found.name, found.percent, found.prices) == ("Hotels", -8, 1)


def test_a_service_in_today_becomes_a_case_with_one_key(window, gold):
    product = owned_products.save({"customer_id": gold, "name": "Chandelier", "next_service": TODAY})
    window.show_page("today")
    page = window.pages.page()
    place = next(i for i in page.list.model().places() if page.list.model().task(i).kind == "service")
    page.list.setCurrentIndex(page.list.model().index(place, 0))
    page.primary()
    assert window.pages.key() == "case"
    assert cases.get(window.pages.page().id).owned_product_id == product
