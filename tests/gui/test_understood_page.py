"""Customers understood, by a user's hands: a group is chosen, a figure explains itself, the leavers become a segment."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.gui import jobs
from crm_desktop.gui.parts import understood_tables
from crm_desktop.gui.parts.customer_value import CustomerValue
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import ItemRow
from crm_desktop.insight import action_chances, customer_value, next_action, segments, understood, value_reasons
from crm_desktop.sales import catalogue, competitors, sources
from tests.planted_business import TODAY, plant


@pytest.fixture
def shop(window, qtbot):
    """The window over a planted business, on the page."""
    with dates.freeze(TODAY):
        made = plant(4000)
        yield window, made
        qtbot.waitUntil(lambda: not jobs.busy(), timeout=20_000)


def entered(window, qtbot, **args):
    window.pages.go("understood", args)
    page = window.pages.page()
    qtbot.waitUntil(lambda: page.found is not None and not jobs.busy(), timeout=20_000)
    return page


def rows(table):
    return [widget.accessibleName() for widget in table._rows]


def words(widget):
    return " ".join(w.text() for w in widget.findChildren(QLabel))


def test_who_is_leaving_is_found_in_two_clicks_and_kept_as_a_segment(shop, qtbot):
    window, made = shop
    page = entered(window, qtbot)
    names = [group.split("  ")[0] for group in rows(page.groups)]
    assert not any(name.startswith("Lost") for name in names), "that is a stage, counted by Figures"
    place = next(i for i, name in enumerate(names) if name.startswith("About to leave"))
    QTest.mouseClick(page.groups._rows[place], Qt.MouseButton.LeftButton)
    assert len(rows(page.members)) == min(25, len(made.customers["leaver"]))
    assert f"About to leave: {len(made.customers['leaver'])} customers" in words(page)
    QTest.mouseClick(page.keep_group, Qt.MouseButton.LeftButton)
    assert window.pages.key() == "segments"
    (kept,) = segments.all_segments()
    assert set(segments.ids(kept.conditions)) == set(made.customers["leaver"])


def test_a_customer_says_why_with_the_numbers_that_went_in(shop, qtbot, answers):
    window, _made = shop
    page = entered(window, qtbot)
    said = []

    def look(dialog):
        said.append(words(dialog))
        return "open"

    answers.append(look)
    first = page._members[0]
    page.members.press(0)
    assert f"every {first.interval} days" in said[0]
    assert "BG/NBD" in said[0]
    assert "Gamma-Gamma" in said[0]
    assert str(first.orders) in said[0]
    assert window.pages.key() == "customer"


def test_what_pays_most_today_stands_in_order_with_its_formula(shop, qtbot):
    window, _made = shop
    page = entered(window, qtbot, view="next")
    expected = next_action.best(next_action.everybody())
    assert [row.startswith(action.name) for row, action in zip(rows(page.acts), expected, strict=True)] == [True] * 10
    assert f"× {expected[0].chance}%" in rows(page.acts)[0]


def test_pairs_say_who_also_buys_what(shop, qtbot):
    window, _made = shop
    page = entered(window, qtbot, view="together")
    assert any("Product 1 Product 2" in row for row in rows(page.pairs)[:4])


def test_pairs_and_shares_are_told_by_product_group_where_there_are_groups(shop, qtbot):
    window, _made = shop
    page = entered(window, qtbot, view="together")
    assert not page.by.isVisible()
    catalogue.move_to_group([1, 3], "Pendants")
    catalogue.move_to_group([2, 4], "Bulbs")
    qtbot.waitUntil(lambda: page.by.isVisible() and not jobs.busy(), timeout=20_000)
    qtbot.mouseClick(page.by._buttons["groups"], Qt.MouseButton.LeftButton)
    assert {row.split()[0] for row in rows(page.pairs)} == {"Pendants", "Bulbs"}
    page.show_view("groups")
    assert "They spend on: No product group" in words(page)


def test_the_owner_weighs_the_acts_in_a_dialog_and_goes_back(shop, qtbot, answers):
    window, _made = shop
    page = entered(window, qtbot, view="next")

    def fill(dialog):
        assert not [button for button in dialog.findChildren(Button) if button.property("key") == "remove"]
        for rule in ("leaving", "due", "offer"):
            dialog.form.put(rule, 40)
        return "act"

    answers.append(fill)
    page.weigh()
    qtbot.waitUntil(lambda: not jobs.busy(), timeout=20_000)
    assert "× 40%" in rows(page.acts)[0]
    answers.append(lambda _dialog: "remove")
    page.weigh()
    qtbot.waitUntil(lambda: not jobs.busy() and "× 40%" not in rows(page.acts)[0], timeout=20_000)
    assert not action_chances.is_own()


def test_the_figures_of_all_customers_say_why(shop, qtbot, answers):
    window, _made = shop
    page = entered(window, qtbot)
    said = []

    def look(dialog):
        said.append(words(dialog))
        return "close"

    answers.append(look)
    page.explain()
    future = sum(value.future_minor or 0 for value in page.found.known.customers.values())
    assert value_reasons.money(future) in said[0]
    assert "The share of answers" in said[0] or "Nobody has answered yet" in said[0]
    assert "a quarter later" in said[0]


def test_who_comes_back_is_also_said_in_words(shop, qtbot):
    window, _made = shop
    page = entered(window, qtbot, view="back")
    assert "in the quarters after it" in page.cohorts.accessibleDescription()


def test_notes_on_a_competitor_are_written_down(shop, qtbot, answers):
    window, _made = shop
    page = entered(window, qtbot, view="market")

    def fill(dialog):
        dialog.form.input("name").set_value("Lampenwelt")
        dialog.form.input("strengths").set_value("Cheap")
        return "act"

    answers.append(fill)
    page.new_competitor()
    qtbot.waitUntil(lambda: not jobs.busy(), timeout=20_000)
    assert competitors.all_competitors()[0].strengths == "Cheap"
    qtbot.waitUntil(lambda: any("Lampenwelt" in row for row in rows(page.against)), timeout=20_000)


def test_a_source_says_what_a_customer_from_it_costs_and_brings(shop, qtbot):
    window, made = shop
    fair = sources.save({"name": "Fair", "cost_minor": 100_000})
    two = made.customers["champion"][:2]
    for customer in two:
        customers.save({"source_id": fair}, customer)
    page = entered(window, qtbot, view="market")
    (one,) = [s for s in page.found.sources if s.id == fair]
    assert (one.buying, one.cost_each) == (2, 50_000)
    assert one.net_minor == sum(customer_value.known().customers[c].net_minor for c in two)
    assert "500.00" in next(row for row in rows(page.sources) if row.startswith("Fair"))


def test_with_too_few_customers_no_figure_pretends(window, qtbot):
    page = entered(window, qtbot)
    assert "Not enough known yet: shows up after 10 customers bought." in words(page)
    assert rows(page.groups) == []
    assert "Nothing yet: shows up when five customers have both, clearly more often than by chance." in words(page)
    assert [understood_tables._share(*pair) for pair in ((0, 9), (1, 999), (5, 999), (1, 2), (1, 0))] == [
        "0%", "under 1%", "1%", "50%", "–",
    ]  # fmt: skip
    assert "Not enough known yet: shows up after 20 more customers came back." in words(page.figures)


def test_the_card_of_a_customer_tells_how_they_buy(shop, qtbot, answers):
    window, made = shop
    customer_value.known()
    window.pages.go("customer", {"id": made.customers["leaver"][0]})
    page = window.pages.page()
    card = page.findChild(CustomerValue)
    assert card.isVisible()
    said = " ".join(item.accessibleName() for item in card.findChildren(ItemRow))
    assert "About to leave" in said
    assert "Next: Call" in said
    answers.append("close")
    QTest.mouseClick(card.act, Qt.MouseButton.LeftButton)
    assert answers == []


def test_two_segments_are_laid_over_each_other(shop, qtbot, answers):
    window, made = shop
    leaving = understood.segment_of("leaving")
    found = customer_value.known().customers
    middle = sorted(found[c].orders for c in made.customers["leaver"])[5]
    many = segments.save("Many orders", segments.where(segments.Condition("orders", "at_least", middle)))
    both = {c for c in made.customers["leaver"] if found[c].orders >= middle}
    assert 0 < len(both) < len(made.customers["leaver"])
    window.pages.go("segments", {"segment": leaving})
    page = window.pages.page()
    seen = []

    def look(dialog):
        dialog.choice.set_value(many)
        dialog.compare()
        seen.append((set(dialog.found.both), words(dialog), len(dialog.findChildren(ItemRow))))
        return "close"

    answers.append(look)
    page.compare()
    assert seen[0][0] == both
    assert f"({len(both)} of {len(made.customers['leaver'])})" in seen[0][1]
    assert seen[0][2] >= len(both)
