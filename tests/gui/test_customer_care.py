"""The cards of a customer about what comes after the sale: cases, products they own, loyalty, feedback."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtGui import QDesktopServices

from crm_desktop.billing import drafts
from crm_desktop.care import cases, feedback, loyalty, loyalty_points, owned_products
from crm_desktop.core import dates
from crm_desktop.customers import consent
from tests.gui import hands

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def hotel(window) -> int:
    hands.fill_company()
    return hands.add_customer("Hotel Alsterblick", email="info@alsterblick.example")


def card(window, customer_id: int, kind: str):
    window.open_record("customer", customer_id)
    page = window.pages.page()
    return next(part for part in page._sides._sections if type(part).__name__ == kind)


def test_a_case_is_noted_on_the_card_with_the_customer_filled_in(window, hotel, answers):
    found = card(window, hotel, "CustomerCases")

    def fill(dialog) -> str:
        assert dialog.form.input("customer_id").value() == hotel
        dialog.form.put("title", "Flicker")
        return "act"

    answers.append(fill)
    found.add()
    found = card(window, hotel, "CustomerCases")
    assert found.heading.text() == "Cases: 1 open"
    assert cases.get(cases.ids()[0]).customer_id == hotel


def test_a_product_is_added_and_complained_about(window, hotel, answers):
    found = card(window, hotel, "CustomerProducts")

    def fill(dialog) -> str:
        dialog.form.put("name", "Chandelier")
        dialog.form.put("service_months", Decimal(12))
        dialog.form.put("next_service", date(2026, 11, 26))
        return "act"

    answers.append(fill)
    found.add()
    product = owned_products.of_customer(hotel)[0]
    assert (product.name, product.bought, product.service_months) == ("Chandelier", TODAY, 12)
    answers.append("case")
    answers.append(lambda dialog: dialog.form.put("title", "Dark") or "act")
    found.edit(product.id)
    assert cases.get(cases.ids()[0]).owned_product_id == product.id
    answers.append("service")
    found.edit(product.id)
    assert window.pages.key() == "case"
    assert cases.get(window.pages.page().id).kind == "maintenance"


def test_loyalty_hides_until_it_is_switched_on_and_says_what_is_missing(window, hotel):
    assert not card(window, hotel, "CustomerLoyalty").loyalty.isVisible()
    loyalty.set_settings({"levels": True, "points": True})
    loyalty.save_level(loyalty.Level(0, "Gold", 20_000, 500))
    hands.issue(hotel)
    found = card(window, hotel, "CustomerLoyalty")
    assert found.loyalty.isVisible()
    words = [label.text() for label in found._facts.findChildren(type(found.loyalty.heading))]
    assert "€100.00 to Gold" in words


def test_points_are_redeemed_on_a_new_invoice(window, hotel, answers):
    loyalty.set_settings({"points": True})
    loyalty_points.give(hotel, 500, "Welcome")
    found = card(window, hotel, "CustomerLoyalty")
    answers.append(lambda dialog: dialog.form.put("points", Decimal(200)) or "act")
    found.redeem()
    assert window.pages.key() == "invoice"
    draft = drafts.get(window.pages.page()._id)
    assert [(a.amount, a.reason) for a in draft.allowances] == [(Decimal("2.00"), "200 loyalty points")]
    assert loyalty_points.balance(hotel) == 300


def test_an_answer_is_noted_by_hand_and_a_low_one_ticked_off(window, hotel, answers):
    found = card(window, hotel, "CustomerLoyalty")

    def fill(dialog) -> str:
        dialog.form.put("score", Decimal(2))
        dialog.form.put("comment", "Late")
        return "act"

    answers.append(fill)
    found.note()
    low = feedback.of_customer(hotel)[0]
    assert (low.score, low.comment) == (2, "Late")
    answers.append("done")
    found.note(low)
    assert feedback.to_follow_up() == []


def test_who_refused_is_not_asked(window, hotel):
    consent.note(hotel, "feedback", "refused")
    found = card(window, hotel, "CustomerLoyalty")
    assert not found.ask_button.isEnabled()
    assert found.ask_button.toolTip() == "They do not want to be asked."


def test_asking_prepares_the_text_with_the_code_and_notes_nothing_when_it_is_not_written(
    window, hotel, answers, monkeypatch
):
    found = card(window, hotel, "CustomerLoyalty")
    seen = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    answers.append(lambda dialog: seen.append(dialog.form.input("body").value()) or "")
    answers.append(lambda dialog: seen.append(dialog.form.input("body").value()) or "draft")
    found.ask()
    assert feedback.of_customer(hotel) == []
    found.ask()
    code = feedback.shown_code(feedback.of_customer(hotel)[0].code)
    assert code in seen[1]


def test_a_question_that_is_not_sent_leaves_the_focus_where_it_was(window, hotel, answers, qtbot):
    found = card(window, hotel, "CustomerLoyalty")
    before = found.ask_button
    before.setFocus()
    answers.append("")
    before.click()
    assert feedback.of_customer(hotel) == []
    qtbot.waitUntil(lambda: found.ask_button is not before and window.focusWidget() is found.ask_button)
