"""Deals: stages, places on the board, won and lost, stale ones, and what undo and merging do to them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.activity import checklists, timeline
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound, UserError, ValidationError
from crm_desktop.customers import customers, merging, tags
from crm_desktop.db import connection as db
from crm_desktop.safety import undo
from crm_desktop.sales import (
    bant,
    competitors,
    opportunities,
    opportunity_list,
    opportunity_steps,
    pipeline_places,
    pipeline_stages,
    sources,
)

pytestmark = pytest.mark.usefixtures("data_file")


@pytest.fixture
def bruns() -> int:
    return customers.save({"company": "Restaurant Bruns"})


def deal(customer_id: int, title: str = "Terrace lanterns", **values: object) -> int:
    return opportunities.save({"customer_id": customer_id, "title": title, "value_minor": 100_00} | values)


def stage_ids() -> list[int]:
    return [stage.id for stage in pipeline_stages.all_stages()]


def columns() -> list[list[int]]:
    return [column.ids for column in opportunity_list.board()]


class TestKeeping:
    def test_a_new_deal_lies_in_the_first_stage_with_its_probability(self, bruns):
        found = opportunities.get(deal(bruns))
        assert (found.stage, found.probability_bp, found.state) == ("Enquiry", 1000, "open")
        assert found.weighted_minor == 10_00
        assert timeline.latest(bruns)[0].title == "Deal “Terrace lanterns” began: Enquiry"

    def test_its_own_probability_counts_until_it_is_taken_back(self, bruns):
        made = deal(bruns, probability_bp=8000)
        assert opportunities.get(made).weighted_minor == 80_00
        opportunities.save({"probability_bp": None}, made)
        assert opportunities.get(made).probability_bp == 1000

    def test_a_won_deal_that_gets_another_stage_stays_won_in_its_history(self, bruns):
        made = deal(bruns)
        opportunity_steps.win(made)
        opportunities.save({"stage_id": stage_ids()[2]}, made)
        assert opportunities.get(made).state == "won"
        assert [move.state for move in opportunity_steps.history(made)] == ["won", "won", "open"]

    def test_winning_starts_the_checklist_for_it_once(self, bruns):
        checklists.save(checklists.Checklist(0, "Welcome", checklists.WON, (checklists.Step("Letter"),)))
        for title in ("Lamps", "More lamps"):
            opportunity_steps.win(deal(bruns, title))
        assert [run.name for run in checklists.runs(bruns)] == ["Welcome"]

    def test_a_card_put_again_and_again_between_two_others_lies_between_them(self, bruns):
        first, last, moving, other = (deal(bruns, title) for title in "ABCD")
        for number in range(30):
            opportunity_steps.move((moving, other)[number % 2], stage_ids()[0], after=first)
        assert columns()[0] == [first, other, moving, last]

    def test_what_cannot_be_kept_is_said_at_its_field(self, bruns):
        with pytest.raises(ValidationError) as refused:
            opportunities.save({"title": " ", "value_minor": -1, "expected_on": date(1026, 1, 1), "customer_id": None})
        assert set(refused.value.fields) == {"customer_id", "title", "value_minor", "expected_on"}
        with pytest.raises(ValidationError):
            opportunities.save({"title": ""}, deal(bruns))

    def test_the_score_says_how_it_comes_about(self, bruns):
        found = opportunities.get(deal(bruns, budget=2, authority=1, need=2))
        assert found.score == 63
        assert bant.formula(found.points) == "B 2 + A 1 + N 2 + T 0 = 5 of 8 points = 63 of 100"
        assert [bant.score(p) for p in ((0, 0, 0, 0), (2, 2, 2, 2), (1, 0, 0, 0))] == [0, 100, 13]

    def test_notes_of_the_checklist_stay(self, bruns):
        made = deal(bruns, bant_notes={"budget": " up to 15,000 ", "need": ""})
        assert opportunities.get(made).bant_notes == {"budget": "up to 15,000"}

    def test_many_are_changed_in_one_step(self, bruns):
        made = [deal(bruns, f"Deal {n}") for n in range(3)]
        fair = sources.id_of("Fair")
        opportunities.change_many(made, {"source_id": fair, "expected_on": date(2027, 1, 15)})
        assert {found.source for found in opportunities.rows(made)} == {"Fair"}
        undo.undo_last()
        assert {found.source for found in opportunities.rows(made)} == {""}

    def test_a_deleted_one_comes_back_with_undo(self, bruns):
        made = deal(bruns)
        opportunities.delete([made])
        assert opportunity_list.ids() == []
        with pytest.raises(NotFound):
            opportunities.get(made)
        undo.undo_last()
        assert opportunity_list.ids() == [made]


class TestSteps:
    def test_a_move_is_kept_for_figures_and_in_the_timeline(self, bruns):
        made = deal(bruns)
        assert opportunity_steps.move(made, stage_ids()[2])
        assert timeline.latest(bruns)[0].title == "Deal “Terrace lanterns”: Enquiry → Quote sent"
        newest, first = opportunity_steps.history(made)
        assert (newest.from_stage, newest.to_stage, newest.value_minor) == ("Enquiry", "Quote sent", 100_00)
        assert (first.from_stage, first.to_stage) == ("", "Enquiry")
        undo.undo_last()
        assert opportunities.get(made).stage == "Enquiry"
        assert len(opportunity_steps.history(made)) == 1
        assert timeline.latest(bruns)[0].title.endswith("began: Enquiry")

    def test_a_move_within_its_stage_is_no_news(self, bruns):
        first, second = deal(bruns, "First"), deal(bruns, "Second")
        assert not opportunity_steps.move(second, stage_ids()[0], before=first)
        assert columns()[0] == [second, first]
        assert len(opportunity_steps.history(second)) == 1

    def test_won_and_reopened(self, bruns):
        made = deal(bruns)
        opportunity_steps.win(made, date(2026, 11, 20))
        found = opportunities.get(made)
        assert (found.state, found.closed_on, found.probability_bp) == ("won", date(2026, 11, 20), 10000)
        with pytest.raises(Conflict):
            opportunity_steps.win(made)
        opportunity_steps.reopen(made)
        found = opportunities.get(made)
        assert (found.state, found.closed_on, found.stage) == ("open", None, "Enquiry")
        with pytest.raises(Conflict):
            opportunity_steps.reopen(made)

    def test_lost_with_a_reason_to_a_competitor_who_is_new(self, bruns):
        made = deal(bruns)
        opportunity_steps.lose(made, "Too dear", "Lampenhaus")
        found = opportunities.get(made)
        assert (found.state, found.lost_reason, found.competitor) == ("lost", "Too dear", "Lampenhaus")
        assert competitors.all_competitors()[0].lost == 1
        assert opportunity_steps.reasons() == ["Too dear"]
        entry = timeline.latest(bruns)[0]
        assert (entry.title, entry.body) == ("Deal “Terrace lanterns” lost to Lampenhaus", "Too dear")
        with pytest.raises(Conflict):
            opportunity_steps.lose(made)
        undo.undo_last()
        assert opportunities.get(made).state == "open"
        assert competitors.all_competitors() == []

    def test_many_are_lost_in_one_step(self, bruns):
        made = [deal(bruns, f"Deal {n}") for n in range(3)]
        opportunity_steps.lose(made[0], "Before")
        opportunity_steps.lose_many(made, "Moved away")
        assert [found.lost_reason for found in opportunities.rows(made)] == ["Before", "Moved away", "Moved away"]
        undo.undo_last()
        assert [found.state for found in opportunities.rows(made)] == ["lost", "open", "open"]

    def test_a_won_deal_that_is_moved_is_open_again(self, bruns):
        made = deal(bruns)
        opportunity_steps.win(made)
        opportunity_steps.move(made, stage_ids()[3])
        found = opportunities.get(made)
        assert (found.state, found.stage) == ("open", "Negotiating")


class TestStale:
    def test_it_gets_stale_after_the_days_of_its_stage(self, bruns):
        with dates.freeze(datetime(2026, 11, 1, 12, tzinfo=UTC)):
            made = deal(bruns)
        with dates.freeze(datetime(2026, 11, 8, 11, tzinfo=UTC)):
            assert not opportunities.get(made).stale
        with dates.freeze(datetime(2026, 11, 8, 13, tzinfo=UTC)):
            assert opportunities.get(made).stale
            assert opportunities.get(made).idle_days == 7

    def test_a_call_a_move_or_an_edit_starts_the_days_anew(self, bruns):
        with dates.freeze(datetime(2026, 10, 1, 12, tzinfo=UTC)):
            made = [deal(bruns, f"Deal {n}") for n in range(3)]
        with dates.freeze(datetime(2026, 11, 1, 12, tzinfo=UTC)):
            assert all(found.stale for found in opportunities.rows(made))
            opportunity_steps.move(made[0], stage_ids()[1])
            opportunities.save({"next_step": "Call"}, made[1])
            assert [found.idle_days for found in opportunities.rows(made)] == [0, 0, 31]
            timeline.add(bruns, "call", "Asked when")
            assert opportunities.get(made[2]).idle_days == 0

    def test_a_stage_without_days_keeps_deals_fresh(self, bruns):
        with dates.freeze(datetime(2026, 1, 1, tzinfo=UTC)):
            made = deal(bruns)
        pipeline_stages.save({"stale_days": 0}, stage_ids()[0])
        assert not opportunities.get(made).stale


class TestLists:
    def test_the_board_sums_per_currency_and_shows_what_was_won_this_month(self, bruns):
        with dates.freeze(datetime(2026, 11, 22, 9, tzinfo=UTC)):
            deal(bruns, value_minor=10_00)
            deal(bruns, value_minor=5_00, currency="CHF")
            won, before = deal(bruns), deal(bruns)
            opportunity_steps.win(won)
            opportunity_steps.win(before, date(2026, 10, 31))
            first, *_middle, last = opportunity_list.board()
        assert first.sums == {"EUR": 10_00, "CHF": 5_00}
        assert (last.stage, last.ids, last.sums) == (None, [won], {"EUR": 100_00})

    def test_filters_narrow_board_and_lists(self, bruns):
        other = customers.save({"company": "Hotel Alsterblick"})
        with db.transaction():
            tags.set_for_customer(other, ["Hotels"])
        fair = sources.id_of("Fair")
        mine, theirs = deal(bruns, source_id=fair), deal(other, "Corridor")
        assert opportunity_list.ids(search="alster") == [theirs]
        assert opportunity_list.ids(filters={"tag": "Hotels"}) == [theirs]
        assert opportunity_list.ids(filters={"source": fair}) == [mine]
        assert opportunity_list.board("lantern")[0].ids == [mine]
        assert opportunity_list.counts() == {"list": 2, "won": 0, "lost": 0}
        assert [found.id for found in opportunity_list.find("corri")] == [theirs]

    @pytest.mark.parametrize("order", list(opportunity_list._ORDERS))
    def test_every_order_works_both_ways(self, bruns, order):
        made = [deal(bruns, f"Deal {n}", value_minor=n) for n in range(3)]
        for descending in (False, True):
            assert sorted(opportunity_list.ids(order=order, descending=descending)) == made

    def test_deals_of_a_binned_customer_are_not_shown(self, bruns):
        deal(bruns)
        with db.transaction("Bin"):
            db.update("customer", bruns, {"deleted_at": "2026-11-22T00:00:00Z"})
        assert columns()[0] == []

    def test_merging_customers_takes_their_deals_along(self, bruns):
        twin = customers.save({"company": "Bruns KG"})
        made = deal(twin)
        merging.merge(bruns, twin)
        assert opportunities.get(made).customer_id == bruns
        undo.undo_last()
        assert opportunities.get(made).customer_id == twin


class TestStages:
    def test_they_are_added_renamed_moved_and_removed(self, bruns):
        made = pipeline_stages.save({"name": "Visit", "probability_bp": 4000, "stale_days": 5})
        pipeline_stages.shift(made, -3)
        assert [stage.name for stage in pipeline_stages.all_stages()] == [
            "Enquiry", "Visit", "Qualified", "Quote sent", "Negotiating",
        ]  # fmt: skip
        pipeline_stages.save({"name": "On site"}, made)
        lying = deal(bruns, stage_id=made)
        with pytest.raises(UserError, match="1 deal lies in On site"):
            pipeline_stages.remove(made)
        opportunity_steps.win(lying)
        pipeline_stages.remove(made)
        assert "On site" not in [stage.name for stage in pipeline_stages.all_stages()]
        assert opportunities.get(lying).stage == "Enquiry"
        undo.undo_last()
        assert opportunities.get(lying).stage == "On site"

    def test_our_own_names_stay_translated_unless_changed(self):
        first = stage_ids()[0]
        pipeline_stages.save({"name": "Enquiry", "stale_days": 3}, first)
        assert pipeline_stages.get(first).own_name == ""
        pipeline_stages.save({"name": "Lead"}, first)
        assert pipeline_stages.named("lead").id == pipeline_stages.named("enquiry").id == first

    def test_two_of_the_same_name_are_refused(self):
        with pytest.raises(ValidationError):
            pipeline_stages.save({"name": "qualified"})

    def test_the_last_stage_stays(self):
        for stage in stage_ids()[1:]:
            pipeline_stages.remove(stage)
        with pytest.raises(UserError, match="at least one"):
            pipeline_stages.remove(stage_ids()[0])

    def test_removing_a_source_leaves_its_deals(self, bruns):
        fair = sources.id_of("Fair")
        made = deal(bruns, source_id=fair)
        sources.remove(fair)
        assert opportunities.get(made).source == ""
        undo.undo_last()
        assert opportunities.get(made).source == "Fair"
        with pytest.raises(ValidationError):
            sources.save({"name": "fair"})


MOVES = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 8), st.booleans()), min_size=1, max_size=40
)


class TestPlaces:
    def test_where_a_gap_is_used_up_the_stage_is_numbered_anew(self, bruns):
        made = [deal(bruns, f"Deal {n}") for n in range(3)]
        for _round in range(30):  # each halves the same gap
            opportunity_steps.move(made[2], stage_ids()[0], before=made[1])
            made[1], made[2] = made[2], made[1]
        assert columns()[0] == made

    @given(moves=MOVES)
    def test_after_any_moves_no_card_is_lost_or_doubled(self, moves):
        """The board holds what a plain list of lists holds after the same moves."""
        with db.transaction("Empty"):
            db.execute("DELETE FROM opportunity")
        owner = customers.save({"company": "Bruns"})
        stages = stage_ids()
        made = [deal(owner, f"Deal {n}") for n in range(8)]
        expected: list[list[int]] = [list(made), [], [], []]
        for which, goal, place, by_after in moves:
            card = made[which]
            next(cards for cards in expected if card in cards).remove(card)
            at = min(place, len(expected[goal]))
            before = expected[goal][at] if at < len(expected[goal]) else None
            after = expected[goal][at - 1] if at else None
            if by_after and after is not None:
                opportunity_steps.move(card, stages[goal], after=after)
            elif before is not None:
                opportunity_steps.move(card, stages[goal], before=before)
            else:
                opportunity_steps.move(card, stages[goal])
            expected[goal].insert(at, card)
        assert columns()[:4] == expected
        assert pipeline_places.last(stages[0]) > 0
