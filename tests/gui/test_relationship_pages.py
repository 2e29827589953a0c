"""Stages, checklists, relations and consent on the customer's page; the list with its stages; acts on many; settings."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QMenu, QPushButton

from crm_desktop.activity import checklists
from crm_desktop.activity.checklists import Checklist, Step
from crm_desktop.billing import drafts
from crm_desktop.core import dates
from crm_desktop.customers import (
    consent,
    contacts,
    customer_dates,
    customers,
    kind_defaults,
    lifecycle,
    lifecycle_rules,
    relations,
    tags,
)
from crm_desktop.customers.contacts import Person
from crm_desktop.gui.parts import merge_words
from crm_desktop.gui.parts.customer_checklists import CustomerChecklists
from crm_desktop.gui.parts.customer_consent import CustomerConsent
from crm_desktop.gui.parts.customer_days import CustomerDays
from crm_desktop.gui.parts.customer_relations import CustomerRelations
from crm_desktop.gui.parts.customer_sides import CustomerSides
from crm_desktop.gui.parts.customer_stage import CustomerStage
from crm_desktop.gui.parts.settings.checklists import ChecklistsSection, steps_from
from crm_desktop.gui.parts.settings.lifecycle import LifecycleSection
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.cards import ItemRow
from crm_desktop.insight import today
from crm_desktop.sales import sources

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def cafe(window):
    return customers.save({"company": "Cafe Ostwind", "city": "Hamburg"})


def part(window, customer, kind):
    window.pages.go("customer", {"id": customer})
    return window.pages.page().findChild(kind)


def filled(**values):
    """An answer that types into the dialog's form and presses its act."""

    def fill(dialog):
        for name, value in values.items():
            dialog.form.put(name, value)
        return "act"

    return fill


# ---- the customer's page ---------------------------------------------------------------------------------------------


def test_a_click_on_a_stage_moves_there_with_the_reason(window, cafe, answers, qtbot):
    row = part(window, cafe, CustomerStage)
    assert [step.text() for step in row.steps][:3] == ["Suspect", "Prospect", "Lead"]
    assert row.reason.text().startswith("No stage yet")
    answers.append(filled(reason="Talked at the fair"))
    QTest.mouseClick(row.steps[4], Qt.MouseButton.LeftButton)
    assert lifecycle.label(customers.get(cafe).stage_id) == "Regular"
    qtbot.waitUntil(lambda: row.reason.text() == "Regular since 22 Nov 2026: Talked at the fair")
    assert window.focusWidget() is row.steps[4]
    assert row.steps[4].accessibleName() == "Regular, the present stage"
    QTest.mouseClick(row.steps[4], Qt.MouseButton.LeftButton)  # nothing to ask
    window.undo()
    assert customers.get(cafe).stage_id is None


def test_the_arrows_walk_along_the_stages_and_enter_moves(window, cafe, answers, qtbot):
    lifecycle.move([cafe], lifecycle.find("lead").id, "Called us")
    row = part(window, cafe, CustomerStage)
    qtbot.waitUntil(lambda: bool(row.steps) and row.steps[2].isVisible())
    row.steps[2].setFocus()
    answers.append("act")
    QTest.keyClick(row.steps[2], Qt.Key.Key_Right)
    assert window.focusWidget() is row.steps[3]
    QTest.keyClick(row.steps[3], Qt.Key.Key_Return)
    assert lifecycle.label(customers.get(cafe).stage_id) == "Customer"
    told = []
    answers.append(lambda dialog: told.append(dialog.accessibleDescription()) or "ok")
    row.history.click()
    assert "Lead → Customer: by hand" in told[0]
    assert "Called us" in told[0]


def test_birthdays_and_anniversaries_are_added_changed_and_removed_on_the_page(window, cafe, answers, qtbot):
    anna = contacts.save_person(Person(customer_id=cafe, first_name="Anna", last_name="Krüger"))
    card = part(window, cafe, CustomerDays)

    def shown():
        return [row.accessibleName() for row in card.findChildren(ItemRow) if row.isVisibleTo(card)]

    answers += [filled(day=date(dates.NO_YEAR, 5, 14), person_id=anna), filled(title="Opening", day=date(2016, 11, 24))]
    card.act.click()
    qtbot.waitUntil(lambda: shown() == ["Birthday: Anna Krüger 14 May 2027"])
    card.act.click()
    opening = "Opening 24 Nov 2016 · 10 years 24 Nov"
    qtbot.waitUntil(lambda: shown() == [opening, "Birthday: Anna Krüger 14 May 2027"])
    answers += [filled(day=date(2006, 11, 23)), "remove"]
    card.findChildren(ItemRow)[0].click()
    qtbot.waitUntil(lambda: shown()[0] == "Opening 23 Nov 2006 · 20 years Tomorrow")
    assert [task.title for task in today.tasks()] == ["Cafe Ostwind: Opening, 20 years"]
    card.findChildren(ItemRow)[0].click()
    qtbot.waitUntil(lambda: len(shown()) == 1)
    window.undo()
    qtbot.waitUntil(lambda: len(shown()) == 2)


def test_usual_days_are_offered_below_the_field(window, cafe, answers, qtbot):
    def typed(dialog):
        field = dialog.form.boxes["title"].input
        QTest.keyClick(field, Qt.Key.Key_Down)
        menu = field.findChild(QMenu)
        next(act for act in menu.actions() if act.text() == "Wedding day").trigger()
        dialog.form.put("day", date(2011, 12, 1))
        return "act"

    answers.append(typed)
    part(window, cafe, CustomerDays).add()
    assert [one.title for one in customer_dates.of_customer(cafe)] == ["Wedding day"]


def test_a_checklist_is_started_ticked_and_ended_on_the_page(window, cafe, qtbot):
    checklists.save(Checklist(0, "Welcome", steps=(Step("Letter"), Step("Visit", 30))))
    card = part(window, cafe, CustomerChecklists)
    assert card.isVisibleTo(window)
    card.act.click()
    qtbot.waitUntil(lambda: [tick.accessibleName() for tick in card.findChildren(QCheckBox)] == ["Letter", "Visit"])
    before = card.ticks[0]
    before.setFocus()
    before.click()
    assert checklists.runs(cafe)[0].done == 1
    # the focus stays at the step, and does not go to the first button of the window
    qtbot.waitUntil(lambda: card.ticks[0] is not before and window.focusWidget() is card.ticks[0])
    next(b for b in card.findChildren(QPushButton) if b.accessibleName() == "End Welcome").click()
    assert checklists.runs(cafe) == []


def test_relations_are_added_and_seen_from_both_sides(window, cafe, answers):
    group = customers.save({"company": "Alster Group"})
    card = part(window, cafe, CustomerRelations)
    answers.append(filled(direction="parent", other=group, note="since 2020"))
    card.add()
    assert [(r.words, r.other) for r in relations.of_customer(group)] == [("Has as branch or daughter", "Cafe Ostwind")]
    answers.append("remove")
    card.open(relations.of_customer(cafe)[0])
    assert relations.of_customer(cafe) == []


def test_a_relation_to_nobody_is_refused_at_the_field(window, cafe, answers):
    card = part(window, cafe, CustomerRelations)
    told = []

    def look(dialog):
        dialog.form.put("other", None)
        assert not dialog.allowed("act")
        told.append(dialog.form.boxes["other"]._said.text())
        return ""

    answers.append(look)
    card.add()
    assert told == ["the customer is needed."]


def test_consent_is_noted_with_day_and_source_and_withdrawn(window, cafe, answers):
    card = part(window, cafe, CustomerConsent)
    answers.append(filled(purpose="newsletter", source="form at the fair"))
    card.add()
    (given,) = consent.current(cafe)
    assert (given.state, given.day, given.source) == ("given", TODAY, "form at the fair")
    answers.append("change")
    answers.append(filled(source="by mail"))
    card.show(given)
    assert consent.current(cafe)[0].state == "withdrawn"
    assert len(consent.history(cafe)) == 2


# ---- the list --------------------------------------------------------------------------------------------------------


def test_the_list_shows_stages_and_is_narrowed_by_them(window, cafe):
    other = customers.save({"company": "Hotel"})
    lifecycle.move([cafe], lifecycle.find("at risk").id)
    window.pages.go("customers")
    page = window.pages.page()
    cells = {row.name: page._stage_cell(row).text for row in page.rows(page.model.ids)}
    assert cells["Cafe Ostwind"] == "At risk"
    page.activate(stage=lifecycle.find("at risk").id)
    assert list(page.model.ids) == [cafe]
    page.activate(stage=0)
    assert list(page.model.ids) == [other]
    page.clear_filters()
    page._view_chosen(f"stage:{lifecycle.find('at risk').id}")
    assert list(page.model.ids) == [cafe]


def test_many_are_moved_tagged_changed_and_archived_at_once(window, cafe, answers):
    other = customers.save({"company": "Hotel"})
    window.pages.go("customers")
    page = window.pages.page()
    page.table.selectAll()
    page.tell_sums()
    page._open_bulk()
    page._bulk_menu.hide()
    answers.append(filled(reason="Fair"))
    page.bulk.set_stage(lifecycle.find("prospect"))
    assert lifecycle.counts() == {lifecycle.find("prospect").id: 2}
    answers.append(filled(tags=["Fair 2026"]))
    page.bulk.add_tags()
    assert tags.of_customer(other) == ["Fair 2026"]
    answers.append(filled(language="fr", tone="friendly"))
    page.bulk.change()
    assert (customers.get(cafe).language, customers.get(other).tone) == ("fr", "friendly")
    assert customers.get(cafe).payment_terms_id is None
    page.table.selectAll()
    page.bulk.archive()
    assert customers.get(cafe).archived_at
    window.undo()
    assert not customers.get(cafe).archived_at


# ---- settings --------------------------------------------------------------------------------------------------------


def section(window, key, kind):
    window.pages.go("settings", {"section": key})
    return window.pages.page().findChild(kind)


def test_rules_are_sentences_that_can_be_tried_and_switched(window, cafe, answers):
    found = section(window, "lifecycle", LifecycleSection)
    assert found.rules.count() == len(lifecycle_rules.rules())
    told = []
    answers += ["try", lambda dialog: told.append(dialogs.label_of(dialog)) or "ok"]
    found.rules.press(2)
    assert told == ["It would move 0 customers now"]
    answers.append("switch")
    found.rules.press(2)
    assert not lifecycle_rules.rules()[2].is_on


def test_a_rule_is_edited_with_its_number(window, answers):
    found = section(window, "lifecycle", LifecycleSection)
    answers += ["edit", filled(number=6, from_stages=["Customer", "Lead"])]
    found.rules.press(2)
    rule = lifecycle_rules.rules()[2]
    assert (rule.number, rule.from_stages) == (6, ("customer", "lead"))


def test_stages_are_renamed_moved_and_removed(window, cafe, answers):
    found = section(window, "lifecycle", LifecycleSection)
    lifecycle.move([cafe], lifecycle.find("suspect").id)
    answers.append(filled(name="Unknown", place=1))
    found.stages.press(0)
    assert [s.label for s in lifecycle.stages()][:2] == ["Prospect", "Unknown"]
    answers += ["remove", filled(instead=lifecycle.find("lead").id)]
    found.stages.press(1)
    assert lifecycle.label(customers.get(cafe).stage_id) == "Lead"


def test_how_people_are_treated_is_taken_by_their_drafts(window, qtbot):
    found = section(window, "lifecycle", LifecycleSection)
    form = found.kinds["person"]
    form.put("price_mode", "gross")
    form.put("tone", "friendly")
    form.left.emit("tone")
    anna = customers.save({"first_name": "Anna", "last_name": "Kern"})
    assert kind_defaults.of_customer(anna).tone == "friendly"
    assert drafts.begin(anna).price_mode == "gross"


def test_checklists_are_written_a_line_a_step(window, answers):
    found = section(window, "checklists", ChecklistsSection)
    answers.append(filled(name="New customer", starts="won", steps="Welcome letter\n7 Papers\n30: First visit"))
    found.add.click()
    (made,) = checklists.all_lists()
    assert [(s.title, s.days_after) for s in made.steps] == [("Welcome letter", 0), ("Papers", 7), ("First visit", 30)]
    answers.append(filled(steps="2 Papers"))
    found.table.press(0)
    assert checklists.all_lists()[0].steps == (Step("Papers", 2),)


def test_steps_keep_what_looks_like_no_day():
    assert steps_from("3 lamps to test\nSend 2 papers") == (Step("lamps to test", 3), Step("Send 2 papers"))


def test_merging_names_stage_and_prices_by_their_words(window):
    stage = lifecycle.find("regular").id
    assert merge_words.text_of("stage_id", {"stage_id": stage}) == "Regular"
    assert merge_words.text_of("stage_id", {"stage_id": None}) == ""
    assert merge_words.text_of("source_id", {"source_id": sources.id_of("Fair")}) == "Fair"
    assert merge_words.text_of("price_mode", {"price_mode": "gross"}) == "Gross, tax is contained"
    assert merge_words.text_of("credit_limit_minor", {"credit_limit_minor": 50_000}).endswith("500.00")


def test_a_person_who_changed_the_company_is_moved_there(window, cafe, answers):
    other = customers.save({"company": "Hotel"})
    contacts.save_person(Person(customer_id=cafe, first_name="Anna", last_name="Kern"))
    sides = part(window, cafe, CustomerSides)
    answers.append(filled(customer_id=other))
    sides._edit_person(contacts.people(cafe)[0])
    assert contacts.people(cafe) == []
    assert [person.name for person in contacts.people(other)] == ["Anna Kern"]
