"""Figures of deals: forecast by month, conversion by stage and source, and the lines of Today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.activity import timeline
from crm_desktop.billing import deal_drafts
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.insight import pipeline_figures, today, today_pipeline
from crm_desktop.safety import undo
from crm_desktop.sales import opportunities, opportunity_steps, pipeline_stages, sources

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("data_file")


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(NOW):
        yield


@pytest.fixture
def bruns() -> int:
    return customers.save({"company": "Restaurant Bruns"})


def deal(customer_id: int, title: str = "Lamps", stage: int = 0, **values: object) -> int:
    stages = pipeline_stages.all_stages()
    return opportunities.save({"customer_id": customer_id, "title": title, "stage_id": stages[stage].id} | values)


class TestForecast:
    def test_each_month_and_currency_stands_for_itself(self, bruns):
        deal(bruns, value_minor=100_00, expected_on=date(2026, 12, 1))
        deal(bruns, stage=3, value_minor=10_01, expected_on=date(2026, 12, 31))
        deal(bruns, value_minor=50_00, currency="CHF", expected_on=date(2026, 12, 5))
        deal(bruns, value_minor=7_00, expected_on=date(2026, 11, 3), probability_bp=10000)
        deal(bruns, value_minor=9_00)
        opportunity_steps.win(deal(bruns, value_minor=999_00, expected_on=date(2026, 12, 1)))
        found = [
            (m.first, m.late, m.currency, m.deals, m.plain_minor, m.weighted_minor) for m in pipeline_figures.forecast()
        ]
        december = date(2026, 12, 1)
        assert found == [
            (None, True, "EUR", 1, 7_00, 7_00),
            (december, False, "CHF", 1, 50_00, 5_00),
            (december, False, "EUR", 2, 110_01, 17_51),  # 10.00 + 7.5075
            (None, False, "EUR", 1, 9_00, 90),
        ]

    @given(deals=st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10000), st.integers(0, 200)), max_size=12))
    def test_it_adds_up_to_all_open_deals(self, deals):
        with db.transaction("Empty"):
            db.execute("DELETE FROM opportunity")
        owner = customers.save({"company": "Bruns"})
        for value, chance, days in deals:
            expected = dates.add_days(date(2026, 10, 1), days)
            deal(owner, value_minor=value, probability_bp=chance, expected_on=expected)
        found = pipeline_figures.forecast()
        assert sum(month.plain_minor for month in found) == sum(value for value, _chance, _days in deals)
        exact = sum(value * chance for value, chance, _days in deals) / 10000
        assert abs(sum(month.weighted_minor for month in found) - exact) <= len(found)


class TestConversion:
    def test_of_stages(self, bruns):
        first, second, third, fourth = (stage.id for stage in pipeline_stages.all_stages())
        with dates.freeze(NOW - timedelta(days=10)):
            won, lost, waiting, back = (deal(bruns, name) for name in ("Won", "Lost", "Waiting", "Back"))
        with dates.freeze(NOW - timedelta(days=4)):
            opportunity_steps.move(won, third)
            opportunity_steps.move(back, second)
        opportunity_steps.win(won)
        opportunity_steps.lose(lost)
        opportunity_steps.move(back, first)
        found = {figure.stage_id: figure for figure in pipeline_figures.by_stage()}
        assert (found[first].entered, found[first].on, found[first].lost) == (4, 2, 1)
        assert found[first].conversion_bp == 6667
        assert found[first].days == pytest.approx((6 + 6 + 10) / 3)
        assert (found[second].entered, found[second].on, found[second].conversion_bp) == (1, 0, None)
        assert (found[third].on, found[third].conversion_bp, found[third].days) == (1, 10000, pytest.approx(4))
        assert found[fourth].entered == 0
        assert opportunities.get(waiting).state == "open"

    def test_of_sources_with_values_per_currency(self, bruns):
        fair = sources.id_of("Fair")
        sources.save({"cost_minor": 500_00}, fair)
        for state, currency in (("won", "EUR"), ("won", "CHF"), ("lost", "EUR"), ("open", "EUR")):
            made = deal(bruns, value_minor=100_00, currency=currency, source_id=fair)
            if state == "won":
                opportunity_steps.win(made)
            elif state == "lost":
                opportunity_steps.lose(made)
        deal(bruns)
        fair_figures, without = pipeline_figures.by_source()
        assert (fair_figures.name, fair_figures.cost_minor, fair_figures.deals) == ("Fair", 500_00, 4)
        assert (fair_figures.won, fair_figures.lost, fair_figures.conversion_bp) == (2, 1, 6667)
        assert fair_figures.won_minor == {"EUR": 100_00, "CHF": 100_00}
        assert (without.source_id, without.deals, without.conversion_bp) == (None, 1, None)

    def test_of_reasons(self, bruns):
        for reason, rival in (("Too dear", "Lampenhaus"), ("Too dear", "Lampenhaus"), ("No answer", "")):
            opportunity_steps.lose(deal(bruns), reason, rival)
        assert pipeline_figures.lost_reasons() == [("Too dear", "Lampenhaus", 2), ("No answer", "", 1)]
        assert pipeline_figures.lost_reasons(date(2026, 12, 1)) == []


class TestToday:
    def test_each_deal_has_one_line_that_says_why(self, bruns):
        hotel = customers.save({"company": "Hotel Alsterblick"})
        with dates.freeze(NOW - timedelta(days=20)):
            silent = deal(bruns, "Terrace lanterns", value_minor=100_00)
        due = deal(hotel, "Corridor", next_step="Call back", next_on=date(2026, 11, 23))
        late = deal(hotel, "Lobby", expected_on=date(2026, 11, 20))
        soon = deal(hotel, "Cellar", next_step="Visit", next_on=date(2026, 11, 27))
        deal(hotel, "Later", next_step="Visit", next_on=date(2027, 2, 1))
        found = {task.record_id: (task.kind, task.group, task.title, task.reason) for task in today_pipeline.lines()}
        assert found == {
            silent: ("stale_deal", "today", "Ask about Terrace lanterns", "Restaurant Bruns · Silent for 20 days."),
            due: ("deal", "today", "Call back", "Hotel Alsterblick · Corridor · Since 1 day."),
            late: ("deal_late", "today", "What became of Lobby?", "Hotel Alsterblick · Expected 4 days ago."),
            soon: ("deal", "week", "Visit", "Hotel Alsterblick · Cellar"),
        }
        assert {task.record_id for task in today.tasks() if task.record == "opportunity"} == set(found)
        timeline.add(bruns, "call", "They think about it")
        assert silent not in {task.record_id for task in today_pipeline.lines()}

    def test_a_silent_one_has_a_few_words_prepared(self, bruns):
        customers.save({"language": "de"}, bruns)
        with dates.freeze(NOW - timedelta(days=20)):
            deal(bruns, "Terrace lanterns")
        (task,) = today_pipeline.lines()
        assert (task.subject, task.language) == ("Terrace lanterns", "de")
        assert "“Terrace lanterns”" in task.words or "„Terrace lanterns“" in task.words
        assert task.words.startswith("Guten Tag")

    def test_an_accepted_quote_asks_whether_it_is_won(self, bruns):
        made = deal(bruns, "Bar lighting")
        quote = deal_drafts.quote(made)
        with db.transaction():
            db.update("document", quote, {"outcome": "accepted"})
        (task,) = today_pipeline.lines()
        assert (task.title, task.reason, task.record_id) == ("Won? Bar lighting", "The quote was accepted.", made)
        opportunity_steps.win(made)
        assert today_pipeline.lines() == []

    def test_done_and_later_of_a_step_and_of_a_silent_deal(self, bruns):
        hotel = customers.save({"company": "Hotel Alsterblick"})
        with dates.freeze(NOW - timedelta(days=20)):
            silent = deal(bruns, "Terrace lanterns")
        due = deal(hotel, "Corridor", next_step="Call back", next_on=date(2026, 11, 23))
        lines = {task.record_id: task for task in today.tasks() if task.record == "opportunity"}
        today.later(lines[due], date(2026, 12, 24))
        assert opportunities.get(due).next_on == date(2026, 12, 24)
        undo.undo_last()
        today.done(lines[due])
        assert (opportunities.get(due).next_step, opportunities.get(due).next_on) == ("", None)
        assert timeline.latest(hotel)[0].title == "Deal “Corridor”: Call back, done"
        today.done(lines[silent])
        assert opportunities.get(silent).idle_days == 0
        assert today_pipeline.lines() == []
        undo.undo_last()
        assert opportunities.get(silent).stale
