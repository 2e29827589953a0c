"""The life of a contract: its acts, its history, what ends by itself, what it costs on which day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.activity import timeline
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.safety import undo
from crm_desktop.sales import contract_prices, contract_states, contracts
from crm_desktop.sales.contract_prices import PriceStep
from crm_desktop.sales.contract_states import Change

pytestmark = pytest.mark.usefixtures("data_file")


@pytest.fixture(autouse=True)
def _day():
    with dates.freeze(date(2026, 11, 22)):
        yield


def maintenance(**more):
    values = {
        "title": "Maintenance", "customer_id": customers.save({"name": "Hotel Alsterblick", "kind": "organisation"}),
        "start_on": date(2025, 2, 1), "end_on": date(2026, 1, 31), "renewal_months": 12, "notice_count": 1,
        "value_minor": 14800, "interval": "month",
    }  # fmt: skip
    return contracts.save(values | more)


class TestActs:
    def test_notice_leads_to_the_end_of_the_term_and_stands_in_the_timeline(self):
        one = maintenance()
        assert contract_states.give_notice(one, date(2026, 12, 31), "them") == date(2027, 1, 31)
        found = contracts.get(one)
        assert (found.state, found.ends_on, found.notice_by) == ("notice_given", date(2027, 1, 31), "them")
        assert [c.state for c in contract_states.history(one)] == ["notice_given", "active"]
        assert timeline.latest(found.customer_id, 1)[0].title == "Contract “Maintenance”: Notice given"

    def test_a_day_too_late_it_is_the_next_term(self):
        assert contract_states.give_notice(maintenance(), date(2027, 1, 1)) == date(2028, 1, 31)

    def test_withdrawn_it_goes_on_and_renews(self):
        one = maintenance()
        contract_states.give_notice(one, dates.today())
        contract_states.withdraw_notice(one)
        assert contracts.dates_of(contracts.get(one)).renews
        assert contracts.get(one).ends_on is None

    def test_notice_twice_or_before_the_contract_is_refused(self):
        one = maintenance()
        with pytest.raises(ValidationError):
            contract_states.give_notice(one, date(2024, 1, 1))
        contract_states.give_notice(one, dates.today())
        with pytest.raises(Conflict):
            contract_states.give_notice(one, dates.today())

    def test_a_draft_has_no_last_day_until_it_runs(self):
        one = maintenance(state="draft")
        assert contracts.dates_of(contracts.get(one)).last_day_to_cancel is None
        contract_states.activate([one], date(2026, 11, 20))
        assert contracts.get(one).signed_on == date(2026, 11, 20)
        assert contracts.dates_of(contracts.get(one)).last_day_to_cancel == date(2026, 12, 31)

    def test_what_is_over_ends_by_itself_once_and_undo_brings_it_back(self):
        over, runs = maintenance(renewal_months=0), maintenance(title="Other")
        assert contract_states.tend() == 1
        assert contract_states.tend() == 0
        assert (contracts.get(over).state, contracts.get(runs).state) == ("ended", "active")
        assert contract_states.history(over)[0].from_on == date(2026, 1, 31)
        undo.undo_last()
        assert contracts.get(over).state == "active"

    def test_renewed_it_is_a_draft_of_the_next_term_at_the_price_of_that_day(self):
        one = maintenance()
        contract_prices.save_step(one, PriceStep(date(2027, 1, 1), None, Decimal("3.5")))
        made = contracts.get(contract_states.renew(one))
        assert (made.start_on, made.end_on) == (date(2027, 2, 1), date(2028, 1, 31))
        assert (made.value_minor, made.state, made.renewed_from_id) == (15318, "draft", one)
        assert contract_states.renew(one) == made.id
        contract_states.activate([made.id])
        assert (contracts.get(one).state, contracts.get(one).ends_on) == ("notice_given", date(2027, 1, 31))


class TestPrices:
    def test_the_value_on_any_day_after_prices_and_per_cents(self):
        steps = [PriceStep(date(2026, 1, 1), None, Decimal(3)), PriceStep(date(2027, 1, 1), 16000)]
        values = [contract_prices.value_on(14800, steps, "EUR", day) for day in
                  (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))]  # fmt: skip
        assert values == [14800, 15244, 15244, 16000]

    def test_what_is_under_contract_is_told_for_each_currency_and_way(self):
        maintenance()
        maintenance(title="Weekly", interval="week", value_minor=1000)
        maintenance(title="Rent", direction="expense", payee="Kai 12", customer_id=None, value_minor=139000)
        maintenance(title="Draft", state="draft")
        maintenance(title="Over", renewal_months=0)
        found = {(u.direction, u.currency): (u.contracts, u.month_minor, u.year_minor) for u in
                 contract_prices.under_contract()}  # fmt: skip
        assert found[("income", "EUR")] == (2, 19133, 229600)
        assert found[("expense", "EUR")] == (1, 139000, 1668000)

    def test_two_changes_on_a_day_are_refused(self):
        one = maintenance()
        contract_prices.save_step(one, PriceStep(date(2027, 1, 1), None, Decimal(3)))
        with pytest.raises(ValidationError):
            contract_prices.save_step(one, PriceStep(date(2027, 1, 1), 100))


class TestReminding:
    def test_own_days_go_before_the_usual_ones_and_what_binds_nobody_is_quiet(self):
        assert contracts.reminds(contracts.get(maintenance(remind_days="7, 90,30"))) == (90, 30, 7)
        assert contracts.reminds(contracts.get(maintenance(title="b"))) == contracts.REMIND_DAYS
        free = maintenance(title="c", end_on=None, renewal_months=0, notice_to="month")
        assert contracts.reminds(contracts.get(free)) == ()

    def test_words_that_are_no_days_are_refused(self):
        with pytest.raises(ValidationError) as found:
            maintenance(remind_days="soon")
        assert "remind_days" in found.value.fields


class TestBeginning:
    def test_a_contract_that_is_entered_began_on_its_first_day(self):
        one = maintenance()
        assert contract_states.history(one) == [Change("active", date(2025, 2, 1), "Contract began")]
        (entry,) = timeline.latest(contracts.get(one).customer_id, 3, ("contract",))
        assert (entry.title, entry.body) == ("Contract “Maintenance” began", "")
        assert entry.happened_at.date() == date(2025, 2, 1)

    @pytest.mark.parametrize(
        ("values", "lines"),
        [
            ({"state": "draft"}, [("draft", date(2026, 11, 22), "")]),
            ({"start_on": date(2027, 1, 1), "end_on": None}, [("active", date(2026, 11, 22), "")]),
            ({"state": "ended"}, [("ended", date(2026, 1, 31), ""), ("active", date(2025, 2, 1), "Contract began")]),
            (
                {"state": "notice_given", "notice_given_on": date(2025, 12, 1)},
                [("notice_given", date(2025, 12, 1), ""), ("active", date(2025, 2, 1), "Contract began")],
            ),
        ],
    )
    def test_what_came_in_a_later_state_has_both_lines(self, values, lines):
        assert contract_states.history(maintenance(**values)) == [Change(*line) for line in lines]

    def test_a_contract_of_an_old_file_gets_its_line_once_and_undo_still_works(self):
        one = maintenance()
        who = contracts.get(one).customer_id
        with db.transaction():
            db.execute("DELETE FROM contract_state")
            db.execute("DELETE FROM timeline_entry")
        for _again in range(2):
            assert contract_states.tend() == 0
            assert contract_states.history(one) == [Change("active", date(2025, 2, 1), "Contract began")]
            assert [entry.title for entry in timeline.latest(who, 3)] == ["Contract “Maintenance” began"]
        assert undo.undo_title() == "New contract Maintenance"
        undo.undo_last()
        assert contracts.rows([one]) == []
        assert contract_states.history(one) == []
        undo.redo_last()
        contract_states.tend()
        assert len(contract_states.history(one)) == 1
