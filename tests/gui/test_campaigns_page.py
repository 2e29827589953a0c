"""Campaigns and scenarios in the window, with a user's hands: planned, previewed, started after a question, called, approved."""

from __future__ import annotations

import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

sys.path.insert(0, str(Path(__file__).parents[1] / "outreach"))
from mail_servers import good_server

from crm_desktop.core import dates
from crm_desktop.customers import consent
from crm_desktop.gui import finder, jobs
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.insight import segments, today_campaigns
from crm_desktop.insight.segments import Condition
from crm_desktop.outreach import campaign_running, campaigns, mail_account, mails, scenarios
from crm_desktop.outreach.campaigns import Words
from crm_desktop.outreach.scenarios import Scenario
from tests.gui.hands import add_customer, fill_company, issue, wait_for_jobs

TODAY = date(2026, 11, 24)


@pytest.fixture
def shop(window: MainWindow):
    """A shop whose customers agreed to everything."""
    with dates.freeze(TODAY):
        fill_company()
        yield window


def people(number: int) -> list[int]:
    made = [
        add_customer(
            f"Cafe {n}", email=f"cafe{n}@kunde.example", phone=f"+49 40 55{n:04}", language="en", street=f"Kai {n}"
        )
        for n in range(number)
    ]
    for customer_id in made:
        for purpose in ("newsletter", "post", "phone"):
            consent.note(customer_id, purpose, consent.GIVEN, source="Form")
    return made


def plan(kind: str = "email", **values: object) -> int:
    made = campaigns.save({"name": "Winter", "kind": kind, "purpose": campaigns.USUAL_PURPOSE[kind]} | values)
    if kind in campaigns.WITH_WORDS:
        campaigns.save_words(made, Words("a", "en", "Lamps for {name}", "Hello {name} in {city}"))
    return made


def texts(page) -> list[str]:
    return [found.text() for found in page.findChildren(QLabel) if not found.isHidden()]


def test_a_campaign_is_planned_written_and_looked_at(shop: MainWindow, qtbot):
    people(3)
    shop.show_page("campaigns")
    assert "No campaigns yet" in texts(shop.pages.page())
    shop.pages.page().new()
    form = shop.pages.page()
    assert form.gets.accessibleName() == "Keep it to see who gets it."
    form.form.put("name", "Winter lamps")
    form.form.put("subject", "Lamps for {nobody}")
    form.form.put("body", "Hello {name}")
    form.primary()
    (made,) = campaigns.everything()
    assert (made.name, made.kind, made.state) == ("Winter lamps", "email", "draft")
    form = shop.pages.page()
    form.preview.tell_now()
    wait_for_jobs()
    assert form.preview.who.text() == "3 people get it"
    assert form.gets.accessibleName() == "3 people get it"
    assert "There is no field {nobody}" in form.preview.trouble.text()
    form.form.put("subject", "Lamps for {name}")
    form.form.left.emit("subject")
    form.preview.tell_now()
    wait_for_jobs()
    assert form.preview.subject.text() == "Lamps for Cafe 0"
    form.preview.next.click()
    assert form.preview.subject.text() == "Lamps for Cafe 1"
    form.preview.previous.click()
    form.preview.previous.click()
    assert form.preview.to.text() == "3 of 3 · Cafe 2 · cafe2@kunde.example"
    form.preview.check.click()
    wait_for_jobs()
    assert "No mail server is set up" in form.preview.trouble.text()
    form.preview.tell_now()
    wait_for_jobs()
    assert "No mail server is set up" in form.preview.trouble.text(), "what a check said stands until something changes"
    form.form.put("subject", "Winter for {name}")
    form.form.left.emit("subject")
    form.preview.tell_now()
    wait_for_jobs()
    assert form.preview.trouble.isHidden()
    form.preview.tell_now()
    form.preview.cancel()
    wait_for_jobs()
    assert form.preview.who.text() == "The recipients were not gathered."
    form.preview.again.click()
    wait_for_jobs()
    assert form.preview.who.text() == "3 people get it"


def test_a_field_is_chosen_from_the_list_and_written_where_the_text_was_edited(shop: MainWindow, qtbot):
    people(1)
    made = plan()
    shop.show_page("campaign", {"id": made})
    form = shop.pages.page()
    menu = form.fields_button
    menu.menu().aboutToShow.emit()
    offered = [act.text() for act in menu.menu().actions()]
    assert "{city}: Town" in offered
    form.form.input("body").set_value("Hello ")
    form.form.input("body").moveCursor(QTextCursor.MoveOperation.End)
    next(act for act in menu.menu().actions() if act.text() == "{city}: Town").trigger()
    assert form.form.input("body").value() == "Hello {city}"
    menu._noticed(None, form.form.input("subject"))
    form.form.input("subject").setCursorPosition(0)
    menu.write("last_name")
    assert form.form.input("subject").value() == "{last_name}Lamps for {name}"


def test_recipients_are_shown_also_while_another_campaign_goes_out(shop: MainWindow, qtbot):
    people(2)
    made = plan()
    shop.show_page("campaign", {"id": made})
    wait_for_jobs()
    preview, goes_on = shop.pages.page().preview, threading.Event()
    jobs.run(lambda _progress: goes_on.wait(20))
    preview.who.setText("")
    preview.tell_now()
    assert preview.who.text() == "", "they are gathered beside the window"
    qtbot.waitUntil(lambda: preview.who.text() == "2 people get it")
    goes_on.set()
    wait_for_jobs()


def test_a_plan_opens_in_the_language_that_it_is_written_in(shop: MainWindow):
    people(1)
    made = campaigns.save({"name": "Winter", "kind": "call", "purpose": ""})
    campaigns.save_words(made, Words("a", "fr", "Lampes", "Bonjour {name}"))
    shop.show_page("campaign", {"id": made})
    form = shop.pages.page()
    assert [form.form.input(name).value() for name in ("language", "body")] == ["fr", "Bonjour {name}"]
    form.form.put("language", "es")
    form._edited("language")
    assert form.form.input("body").value() == ""


def test_the_start_is_asked_about_with_those_left_out_and_no_keeps_it_planned(shop: MainWindow, answers):
    people(3)
    add_customer("No consent", phone="+49 40 99")
    made = plan("call")
    shop.show_page("campaign", {"id": made})
    form = shop.pages.page()
    asked = []
    answers.append(lambda dialog: asked.append((dialog.windowTitle(), " ".join(texts(dialog)))) or "")
    form.start_button.click()
    wait_for_jobs()
    ((title, said),) = asked
    assert title == "Start “Winter” for 3 people?"
    assert "Left out: 1 have not agreed" in said
    assert campaigns.get(made).state == "draft"
    assert campaigns.recipients(made) == []


def test_a_campaign_goes_out_and_says_how_far_it_is(shop: MainWindow, qtbot, answers):
    people(3)
    made = plan()
    with good_server() as (port, inbox):
        mail_account.save({"host": "127.0.0.1", "port": port, "security": "none", "address": "jo@salon.example"})
        shop.show_page("campaign", {"id": made})
        answers.append("act")
        shop.pages.page().start_button.click()
        wait_for_jobs()
        assert len(inbox.messages) == 3
    shop.show_page("campaigns", {"select": made})
    page = shop.pages.page()
    qtbot.waitUntil(lambda: page.pane is not None)
    assert page.pane.progress.text() == "3 of 3 sent"
    assert not page.pane.go_on.isVisible()


def test_the_palette_finds_a_campaign(shop: MainWindow):
    made = plan()
    assert [(hit.kind, hit.id) for hit in finder.find("wint")] == [("campaign", made)]


def test_what_stands_in_the_way_is_named(shop: MainWindow, answers):
    people(1)
    made = plan()
    shop.show_page("campaign", {"id": made})
    said = []
    answers.append(lambda dialog: said.append(" ".join(texts(dialog))) or "ok")
    shop.pages.page().start_button.click()
    wait_for_jobs()
    assert "No mail server is set up" in said[0]


def test_a_draft_that_was_written_is_not_said_to_be_sent(shop: MainWindow, qtbot, tmp_path):
    people(1)
    made = plan("draft")
    campaign_running.start(made)
    campaign_running.write_drafts(made, tmp_path)
    shop.show_page("campaign_people", {"campaign": made})
    page = shop.pages.page()
    assert page._state(page.model.row_at(0)).text == "Draft written"


def test_calls_are_worked_through_with_one_key_each(shop: MainWindow, qtbot):
    people(3)
    made = plan("call")
    campaign_running.start(made)
    shop.show_page("campaign_people", {"campaign": made})
    page = shop.pages.page()
    page.table.setFocus()
    for key in (Qt.Key.Key_R, Qt.Key.Key_N, Qt.Key.Key_R):
        QTest.keyClick(page.table, key)
    assert [r.answer for r in campaigns.recipients(made)] == ["reached", "not_reached", "reached"]
    assert campaigns.get(made).state == "done"


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        ("letter", ["Replied", "Wants no more"]),
        ("call", ["Reached [R]", "Not reached [N]", "Replied", "Wants no more"]),
    ],
)
def test_answers_fit_the_kind_and_wants_no_more_takes_the_consent_back(shop: MainWindow, kind: str, offered: list[str]):
    first, second = people(2)
    made = plan(kind)
    campaign_running.start(made)
    if kind == "letter":
        campaign_running.mark_sent(campaigns.get(made), campaigns.recipients(made))
    shop.show_page("campaign_people", {"campaign": made})
    page = shop.pages.page()
    buttons = [b for b in page._acts.findChildren(Button) if not b.isHidden()]
    assert [act.text for act in page.made.acts if act.text in offered] == offered
    assert len(buttons) == len(offered)
    page.table.select_id(campaigns.recipients(made)[0].id)
    buttons[-1].click()
    purpose = campaigns.USUAL_PURPOSE[kind]
    assert campaigns.recipients(made)[0].answer == "opted_out"
    assert [consent.allows(i, purpose) for i in (first, second)] == [False, True]
    page.table.select_id(campaigns.recipients(made)[0].id)
    buttons[-1].click()
    assert consent.allows(first, purpose)
    if kind == "letter":
        page.key_pressed("n", campaigns.recipients(made)[1].id)
        assert [r.answer for r in campaigns.recipients(made)] == ["", ""]


def test_recipients_are_found_filtered_and_sorted(shop: MainWindow):
    people(4)
    made = plan("call", hold_out_bp=2500)
    campaign_running.start(made)
    first, second, third = (r.id for r in campaigns.recipients(made, "waiting"))
    campaign_running.note_call(second, reached=True)
    shop.show_page("campaign_people", {"campaign": made})
    page = shop.pages.page()
    assert page.counts() == {"all": 4, "waiting": 2, "sent": 1, "trouble": 0, "left_out": 1}
    assert page.ids("id", False, {"view": "waiting"}, "") == [first, third]
    assert page.ids("id", True, {"view": "all"}, "")[0] == max(r.id for r in campaigns.recipients(made))
    assert page.ids("name", False, {"view": "sent", "answer": "reached"}, "cafe 55") == [second]
    assert page.ids("id", False, {"view": "all", "answer": "none"}, "") == []
    assert [row.answer for row in page.rows([third, second])] == ["", "Reached"]


def test_letters_go_into_one_file_and_no_file_starts_nothing(shop: MainWindow, monkeypatch, tmp_path, answers):
    people(2)
    made = plan("letter")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_o: ("", ""))
    shop.show_page("campaign", {"id": made})
    form, said = shop.pages.page(), []
    form.toast.connect(lambda words, _undo: said.append(words))
    answers.append("act")
    form.start_button.click()
    wait_for_jobs()
    assert (campaigns.get(made).state, campaigns.recipients(made)) == ("draft", [])
    assert said == ["Nothing was started; “Winter” is planned as before."]
    campaign_running.start(made)
    campaign_running.pause(made)
    assert [task.title for task in today_campaigns.lines()] == ["The campaign “Winter” is paused"]
    target = tmp_path / "letters.pdf"
    shop.show_page("campaigns", {"select": made})
    page = shop.pages.page()
    page.acts.go_on(made)
    wait_for_jobs()
    assert campaigns.get(made).state == "paused"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_o: (str(target), ""))
    page.acts.go_on(made)
    wait_for_jobs()
    assert target.read_bytes().startswith(b"%PDF")
    assert campaigns.get(made).state == "done"


def test_a_scenario_is_tried_switched_on_and_its_mails_wait_for_a_yes(shop: MainWindow, qtbot):
    first, second = people(2)
    add_customer("No consent", email="x@kunde.example")
    issue(first)
    shop.show_page("scenario", {"id": 0})
    form = shop.pages.page()
    form.form.put("name", "Thanks")
    form.form.put("subject", "Thank you for {about}")
    form.form.put("body", "Hello {name}")
    form.form.edited.emit("body")
    assert "When an invoice is issued: prepare the mail “Thank you for {about}”." in texts(form)
    qtbot.waitUntil(lambda: "1 e-mail" in texts(form))
    form.primary()
    form = shop.pages.page()
    form.switch.click()
    shop.show_page("scenarios")
    qtbot.waitUntil(lambda: "1 e-mail" in texts(shop.pages.page()))
    issue(second)
    assert scenarios.tend() == 2
    assert scenarios.tend() == 0
    (task,) = today_campaigns.lines()
    assert task.title == "2 prepared e-mails wait for your yes"
    shop.show_page("prepared_mails")
    page = shop.pages.page()
    page.table.selectAll()
    page.new_button.click()
    assert sorted(mail.recipient for mail in mails.outbox()) == ["cafe0@kunde.example", "cafe1@kunde.example"]
    assert scenarios.drafts() == []
    assert len(scenarios.drafts("queued")) == 2


def test_consent_and_days_between_are_kept_with_their_reason_and_dismissed_ones_come_back(shop: MainWindow):
    first, _second = people(2)
    stranger = add_customer("Stranger", email="x@kunde.example")
    made = scenarios.save(Scenario("Thanks", "invoice_issued", {"en": ("Thanks", "Hello {name}")}, cap_days=30))
    scenarios.switch(made, is_on=True)
    for customer_id in (first, first, stranger):
        issue(customer_id)
    assert scenarios.tend() == 1
    assert sorted(one.reason for one in scenarios.drafts("dismissed")) == [
        "Has not agreed",
        "Was written to in the last 30 days",
    ]
    shop.show_page("prepared_mails")
    page = shop.pages.page()
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_D)
    assert scenarios.drafts() == []
    shop.undo()
    assert [one.customer for one in scenarios.drafts()] == ["Cafe 0"]


def test_a_scenario_whose_segment_is_gone_says_so_in_today_and_stops_no_other(shop: MainWindow):
    first, _second = people(2)
    gone = segments.save("Gone", segments.where(Condition("city", "is", "Hamburg")))
    texts = {"en": ("Thanks", "Hello {name}")}
    made = [
        scenarios.save(Scenario(name, "invoice_issued", texts, segment_id=segment))
        for name, segment in (("A", gone), ("B", None))
    ]
    for scenario_id in made:
        scenarios.switch(scenario_id, is_on=True)
    segments.remove(gone)
    issue(first)
    assert scenarios.tend() == 1
    assert [(line.title, line.record_id) for line in today_campaigns.lines()][:1] == [
        ("The scenario “A” prepares nothing", made[0])
    ]
    shop.show_page("today")
    scenarios.switch(made[0], is_on=False)
    assert scenarios.tend() == 0
    assert all(line.kind != "scenario_stopped" for line in today_campaigns.lines())
