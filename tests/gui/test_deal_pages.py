"""The page of a deal, and deals elsewhere in the window: customer's page, palette, settings."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crm_desktop.activity import timeline
from crm_desktop.billing import deal_drafts, drafts
from crm_desktop.core import dates
from crm_desktop.db import connection as db
from crm_desktop.gui.parts import deal_words
from crm_desktop.sales import contracts, opportunities, opportunity_list, opportunity_steps, pipeline_stages
from tests.gui.deals import NOW, deal
from tests.gui.hands import add_customer, fill_company


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(NOW):
        yield


@pytest.fixture
def bruns(window) -> int:
    fill_company()
    return add_customer("Restaurant Bruns")


@pytest.fixture
def three(bruns) -> list[int]:
    """Two enquiries and a quote."""
    first = deal(bruns, "Terrace lanterns", value=14800, next_step="Confirm date", next_on=date(2026, 11, 26))
    with dates.freeze(NOW - timedelta(days=9)):
        second = deal(bruns, "Foyer chandelier", value=9800)
    return [first, second, deal(bruns, "Bar lighting", 2, 6480)]


@pytest.fixture
def page(three, window):
    window.show_page("pipeline")
    return window.pages.page()


class TestForm:
    def test_a_deal_is_added_and_edited_field_by_field(self, page, bruns, window):
        page.new()
        form = window.pages.page()
        form.form.input("title").setText("Workshop light")
        form.form.input("customer_id").set_value(bruns)
        form.form.input("value_minor").setText("380")
        form.form.input("source").setText("Fair")
        form.primary()
        (found,) = opportunity_list.find("workshop")
        assert (found.value_minor, found.source, found.stage) == (380_00, "Fair", "Enquiry")
        assert window.toast.text == "Workshop light added"

    def test_the_checklist_gives_a_score(self, three, window):
        window.open_record("opportunity", three[0])
        form = window.pages.page()
        bant = form.form.input("bant")
        QTest.mouseClick(bant.answers["budget"]._buttons["2"], Qt.MouseButton.LeftButton)
        QTest.mouseClick(bant.answers["need"]._buttons["1"], Qt.MouseButton.LeftButton)
        assert opportunities.get(three[0]).points == (2, 0, 1, 0)
        assert bant.score.text() == "Score: B 2 + A 0 + N 1 + T 0 = 3 of 8 points = 38 of 100"
        bant.notes["budget"].setText("15,000 at most")
        bant.notes["budget"].editingFinished.emit()
        assert opportunities.get(three[0]).bant_notes == {"budget": "15,000 at most"}

    def test_won_offers_quote_invoice_and_contract(self, three, window):
        window.open_record("opportunity", three[0])
        form = window.pages.page()
        assert form.win.isVisible()
        assert not form.contract.isVisible()
        QTest.mouseClick(form.win, Qt.MouseButton.LeftButton)
        assert form.invoice.isVisible()
        assert form.strip._sentence.text() == "Won on 24 November 2026."
        hidden = ("stage_id", "probability", "expected_on", "next_step", "next_on")
        assert all(form.form.boxes[name].isHidden() for name in hidden)
        assert form.form._headings["What comes next"].isHidden()
        QTest.mouseClick(form.contract, Qt.MouseButton.LeftButton)
        assert window.pages.page().key == "contract"
        (made,) = deal_drafts.links(three[0])
        found = contracts.get(made.id)
        assert (found.title, found.value_minor, found.state) == ("Terrace lanterns", 14800_00, "draft")

    def test_an_accepted_quote_offers_to_win(self, three, window):
        quote = deal_drafts.quote(three[0])
        with db.transaction():
            db.update("document", quote, {"outcome": "accepted"})
        window.open_record("opportunity", three[0])
        form = window.pages.page()
        assert form.strip._sentence.text() == "The quote was accepted."
        QTest.mouseClick(form.strip._button, Qt.MouseButton.LeftButton)
        assert opportunities.get(three[0]).state == "won"

    def test_issuing_the_quote_says_that_it_moved_the_deal_and_undo_takes_the_move_back(self, three, window):
        window.open_record("draft", deal_drafts.quote(three[0]))
        window.pages.page().primary()
        assert window.toast.text.endswith("issued. “Terrace lanterns” moved to Quote sent")
        assert opportunities.get(three[0]).stage == "Quote sent"
        QTest.mouseClick(window.toast._button, Qt.MouseButton.LeftButton)
        assert opportunities.get(three[0]).stage == "Enquiry"

    def test_a_lost_deal_says_why_and_who_got_it_and_no_stage(self, three, window, qtbot):
        opportunity_steps.lose(three[0], "Too dear", "Lampenwelt")
        window.open_record("opportunity", three[0])
        form = window.pages.page()
        assert form.strip._sentence.text() == "Lost on 24 November 2026."
        assert form.strip._more.text() == "Lampenwelt got it · Too dear"
        assert form.form.boxes["stage_id"].isHidden()
        opportunity_steps.reopen(three[0])
        form.refresh()
        qtbot.waitUntil(form.form.boxes["stage_id"].isVisible)

    def test_a_quote_that_was_written_elsewhere_is_linked(self, three, bruns, window, answers):
        quote = drafts.save(drafts.begin(bruns, "quote"))
        window.open_record("opportunity", three[0])
        form = window.pages.page()
        answers.append("act")
        QTest.mouseClick(form.sides.papers.act, Qt.MouseButton.LeftButton)
        assert [one.id for one in deal_drafts.links(three[0])] == [quote.id]
        assert form.sides.papers.body.count() == 1
        assert deal_drafts.linkable(three[0]) == []

    def test_a_probability_beyond_100_is_said_at_its_field(self, three, window):
        window.open_record("opportunity", three[0])
        form = window.pages.page()
        form.form.input("probability").setText("150")
        form.form.input("probability").editingFinished.emit()
        assert form.form.boxes["probability"]._said.text() == "A probability goes from 0 to 100."
        assert opportunities.get(three[0]).own_probability_bp is None

    def test_it_shows_how_the_deal_moved_and_leaves_when_deleted(self, page, three, window, qtbot):
        opportunity_steps.move(three[0], pipeline_stages.all_stages()[1].id)
        window.open_record("opportunity", three[0])
        form = window.pages.page()
        rows = [form.sides.history.body.itemAt(n).widget()._item.text for n in range(2)]
        assert rows == ["Enquiry → Qualified", "Began in Enquiry"]
        form.delete()
        qtbot.waitUntil(lambda: window.pages.page().key == "pipeline")


class TestElsewhere:
    def test_the_customers_page_shows_deals_and_begins_one(self, three, bruns, window):
        window.open_record("customer", bruns)
        card = window.pages.page()
        from crm_desktop.gui.parts.customer_deals import CustomerDeals

        section = card.findChild(CustomerDeals)
        assert section.body.count() == 3
        section.begin()
        form = window.pages.page()
        assert form.key == "opportunity"
        assert form.form.input("customer_id").value() == bruns

    def test_a_line_of_today_opens_the_deal(self, three, window, qtbot):
        window.show_page("today")
        today = window.pages.page()
        qtbot.waitUntil(lambda: today.pane._task is not None)
        task = today.pane._task
        assert (task.title, task.record_id) == ("Ask about Foyer chandelier", three[1])
        today.list.setFocus()
        qtbot.keyClick(today.list, Qt.Key.Key_Return)
        assert window.pages.page().title() == "Foyer chandelier"

    def test_the_palette_finds_deals_and_begins_one(self, three):
        from crm_desktop.gui import commands, finder

        hits = [hit for hit in finder.find("lantern") if hit.kind == "opportunity"]
        assert [(hit.title, hit.detail) for hit in hits] == [("Terrace lanterns", "Restaurant Bruns · Enquiry")]
        verbs = [command.text.replace("&", "") for _menu, entries in commands.menus() for command in entries]
        assert "New deal" in verbs

    def test_settings_change_stages(self, three, window, answers):
        window.show_page("settings", {"section": "pipeline"})
        section = window.pages.page().sections["pipeline"]
        assert section.stages.count() == 4

        def fill(dialog):
            dialog.form.input("name").setText("Visit")
            return "act"

        answers.append(fill)
        section.add_stage.click()
        assert [stage.name for stage in pipeline_stages.all_stages()][-1] == "Visit"

        def earlier(dialog):
            dialog.form.input("place").set_value(-3)
            return "act"

        answers.append(earlier)
        section.stages.press(4)
        assert [stage.name for stage in pipeline_stages.all_stages()][1] == "Visit"
        answers.append("remove")
        section.stages.press(1)
        assert "Visit" not in [stage.name for stage in pipeline_stages.all_stages()]

    def test_words_of_amounts_and_days(self):
        assert deal_words.amount(1694000, "EUR") == "€16,940"
        assert deal_words.amount(1694050, "EUR") == "€16,940.50"
        assert deal_words.amount(0, "EUR") == "€0"
        assert deal_words.amount(5000, "JPY") == "¥5,000"
        assert deal_words.day(date(2026, 11, 26)) == "Thu"
        assert deal_words.day(date(2026, 12, 4)) == "4 Dec"
        assert deal_words.day(date(2026, 11, 25)) == "Tomorrow"

    def test_a_note_starts_the_idle_days_anew_on_the_board(self, page, bruns, qtbot):
        timeline.add(bruns, "call", "Asked")
        cards = page.board.columns[0].list.cards
        qtbot.waitUntil(lambda: not cards.card(1).stale)


@pytest.mark.parametrize("page_key", ["opportunity", "contract"])
def test_an_amount_that_is_typed_stays_as_it_is_typed(window, bruns, page_key):
    window.show_page(page_key, {"id": 0, "customer_id": bruns})
    field = window.pages.page().form.input("value_minor")
    field.setFocus()
    QTest.keyClicks(field, "3600")
    assert (field.text(), field.value()) == ("3600", 360000)
