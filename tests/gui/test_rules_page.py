"""Rules in the window: written as a form, tried before they are switched on, what they did in the pane."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Event

import pytest
from PySide6.QtWidgets import QLabel

from crm_desktop.billing import payments
from crm_desktop.core import dates
from crm_desktop.customers import lifecycle
from crm_desktop.gui import finder
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.widgets.cards import ItemRow
from crm_desktop.gui.widgets.cells import cell_of
from crm_desktop.workflow import rules, running
from crm_desktop.workflow.rules import Act, Rule
from tests.gui.hands import add_customer, fill_company, issue, wait_for_jobs

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


def test_a_rule_is_written_tried_and_switched_on(window: MainWindow, paid: int, qtbot):
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
    qtbot.waitUntil(lambda: would(form) == ["Cafe Ostwind INV-2026-0001 24 Nov"])
    form.primary()
    (kept,) = rules.rules()
    assert not kept.is_on
    form = window.pages.page()
    assert form.switch.text() == "Switch on"
    form.switch.click()
    assert rules.get(kept.id).is_on
    assert form.switch.text() == "Switch off"
    assert running.tend() == 1


def would(form) -> list[str]:
    return [row.accessibleName() for row in form.trial.rows.findChildren(ItemRow)]


def test_a_trial_runs_beside_the_window_and_can_be_stopped(window: MainWindow, paid: int, qtbot, monkeypatch):
    made, tried, held = rules.save(Rule("Pays", "invoice_paid", (Act("tag", "pays"),))), running.tried, Event()

    def slow(rule, today=None, progress=None):
        held.wait(20)
        progress(1, 2)
        return tried(rule, today, progress)

    monkeypatch.setattr(running, "tried", slow)
    window.open_record("rule", made)
    form = window.pages.page()
    qtbot.waitUntil(form.trial.cancel.isVisible)  # the window draws and listens while the work waits
    form.trial.cancel.click()
    held.set()
    wait_for_jobs()
    assert would(form) == []
    assert form.trial.again.isVisible()
    form.trial.again.click()
    qtbot.waitUntil(lambda: len(would(form)) == 1)
    assert not form.trial.again.isVisible()
    form.form.put("least_minor", 10**9)
    form.form.edited.emit("least_minor")
    qtbot.waitUntil(lambda: "Never" in texts(form.trial))


def test_a_rule_that_rests_needs_a_look_and_says_why(window: MainWindow, paid: int, qtbot):
    stage = lifecycle.save_stage("Friend")
    made = rules.save(Rule("Befriend", "invoice_paid", (Act("stage", stage_id=stage),)))
    rules.switch(made, is_on=True)
    lifecycle.remove_stage(stage)
    window.show_page("rules", {"select": made})
    page = window.pages.page()
    qtbot.waitUntil(lambda: page.pane is not None and page.pane._rule is not None)
    assert cell_of(page.made.columns[2], page.model.row_at(0)).text == "Needs a look"
    assert page.counts() == {"all": 1, "on": 0, "look": 1, "off": 0}
    why = "It is on, but rests: Choose the stage to move to."
    assert why in texts(page.pane)
    page.open_id(made)
    form = window.pages.page()
    assert form.strip._sentence.text() == why
    rules.save(replace(rules.get(made), acts=(Act("tag", "friend"),)))
    form.refresh()
    assert form.strip.isHidden()


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
