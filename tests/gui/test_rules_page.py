"""Rules in the window: written as a form, tried before they are switched on, what they did in the pane."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLabel

from crm_desktop.billing import payments
from crm_desktop.core import dates
from crm_desktop.gui import finder
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.widgets.cards import ItemRow
from crm_desktop.workflow import rules, running
from crm_desktop.workflow.rules import Act, Rule
from tests.gui.hands import add_customer, fill_company, issue

TODAY = date(2026, 11, 24)


@pytest.fixture
def paid(window: MainWindow):
    with dates.freeze(TODAY):
        fill_company()
        buyer = add_customer("Cafe Ostwind")
        made = issue(buyer)
        payments.record(made.id, Decimal(made.totals.due), TODAY)
        yield buyer


def texts(page) -> list[str]:
    return [found.text() for found in page.findChildren(QLabel)]


def test_a_rule_is_written_tried_and_switched_on(window: MainWindow, paid: int):
    window.new_record("rule")
    form = window.pages.page()
    assert form.key == "rule"
    form.primary()
    assert rules.rules() == []
    form.form.put("name", "Thanks")
    form.form.put("reminder", "Thank {nobody}")
    form.primary()
    assert "{nobody} is not known here" in " ".join(texts(form))
    form.form.put("reminder", "Thank {customer}")
    form.form.edited.emit("reminder")
    assert "When an invoice is paid: remind me at once: “Thank {customer}”." in texts(form)
    assert [row.accessibleName() for row in form.trial.findChildren(ItemRow)] == ["Cafe Ostwind INV-2026-0001 24 Nov"]
    form.primary()
    (kept,) = rules.rules()
    assert not kept.is_on
    form = window.pages.page()
    assert form.switch.text() == "Switch on"
    form.switch.click()
    assert rules.get(kept.id).is_on
    assert form.switch.text() == "Switch off"
    assert running.tend() == 1


def test_the_list_says_each_rule_in_a_sentence_and_what_it_did(window: MainWindow, paid: int, qtbot):
    made = rules.save(Rule("Pays", "invoice_paid", (Act("tag", "pays"),)))
    rules.switch(made, is_on=True)
    running.tend()
    window.show_page("rules", {"select": made})
    page = window.pages.page()
    qtbot.waitUntil(lambda: page.pane is not None)
    assert "When an invoice is paid: give the tag “pays”." in texts(page.pane)
    assert "Cafe Ostwind give the tag “pays” Today" in [r.accessibleName() for r in page.pane.findChildren(ItemRow)]
    page.pane.switch.click()
    assert not rules.get(made).is_on
    page.delete_ids([made])
    assert rules.rules() == []
    window.undo()
    assert [rule.name for rule in rules.rules()] == ["Pays"]


def test_fields_fit_what_sets_it_off(window: MainWindow, paid: int):
    window.new_record("rule")
    form = window.pages.page()
    for event, shown in (("quiet", "days"), ("stage_changed", "stage_id"), ("deal_won", "least_minor")):
        form.form.put("event", event)
        form.form.edited.emit("event")
        visible = [name for name in ("days", "stage_id", "least_minor") if not form.form.boxes[name].isHidden()]
        assert visible == [shown]


def test_many_rules_go_with_one_step_and_come_back_with_one_undo(window: MainWindow, paid: int):
    made = [rules.save(Rule(name, "invoice_paid", (Act("tag", "pays"),))) for name in ("A", "B")]
    window.show_page("rules")
    window.pages.page().delete_ids(made)
    assert rules.rules() == []
    window.undo()
    assert [rule.id for rule in rules.rules()] == made


def test_the_palette_finds_a_rule_by_its_name(window: MainWindow, paid: int):
    made = rules.save(Rule("Thank for big orders", "invoice_paid", (Act("tag", "pays"),)))
    assert ("rule", made) in [(hit.kind, hit.id) for hit in finder.find("big ord")]
