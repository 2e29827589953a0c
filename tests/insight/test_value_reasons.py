"""Why a figure is what it is: each is reckoned here a second time, from the raw documents and the formula that is told."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import pairwise
from statistics import median

import pytest

from crm_desktop.care import feedback
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import migrate
from crm_desktop.insight import company_reasons, customer_value, value_reasons
from tests.insight.ordering import order, pay
from tests.planted_business import TODAY, plant

YEAR = 365 / 7


@pytest.fixture(scope="module")
def shop(template_file, tmp_path_factory):
    path = tmp_path_factory.mktemp("why") / "why.crm"
    path.write_bytes(template_file.read_bytes())
    migrate.open_file(path)
    with dates.freeze(TODAY):
        return path, plant(1500)


@pytest.fixture
def known(shop):
    path, _made = shop
    migrate.open_file(path)
    with dates.freeze(TODAY):
        yield customer_value.known()


@pytest.fixture
def some(known, shop):
    """Three customers of each kind."""
    return [known.customers[c] for ids in shop[1].customers.values() for c in ids[:3]]


def why(value, known, key):
    (found,) = [one for one in value_reasons.of(value, known) if one.key == key]
    return found


def raw_days(customer):
    rows = db.query("SELECT DISTINCT issue_on FROM document WHERE customer_id = ? ORDER BY 1", [customer])
    return [date.fromisoformat(day) for (day,) in rows]


def test_interval_and_next_order_are_the_middle_of_the_gaps_that_are_told(known, some):
    told = 0
    for value in some:
        days = raw_days(value.customer_id)
        gaps = [(after - before).days for before, after in pairwise(days)]
        if len(days) < 3:
            assert value.interval is None
            continue
        told += 1
        assert value.interval == max(1, round(median(gaps)))
        assert (value.next_on - days[-1]).days == value.interval
        said = dict(why(value, known, "interval").inputs)["Days between orders, sorted"]
        if len(gaps) <= 15:
            assert said == ", ".join(map(str, sorted(gaps)))
        else:
            assert said.startswith("… ")
    assert told > 5


def test_risk_is_what_the_published_formula_gives(known, some):
    m = known.purchases
    for value in some:
        days = raw_days(value.customer_id)
        x, last = len(days) - 1, (days[-1] - days[0]).days / 7
        span = (TODAY - days[0]).days / 7
        odds = 0.0 if x == 0 else m.a / (m.b + x - 1) * ((m.alpha + span) / (m.alpha + last)) ** (m.r + x)
        assert value.alive == pytest.approx(1 / (1 + odds), abs=0.01)
        assert ("Not known from one order" in why(value, known, "risk").figure) == (x == 0)
        assert dict(why(value, known, "risk").inputs)["Came back"] == (f"{x} times" if x != 1 else "1 time")


def hypergeometric(a, b, c, z):
    term = total = 1.0
    for n in range(20_000):
        term *= (a + n) * (b + n) / (c + n) * z / (n + 1)
        total += term
    return total


def test_expected_orders_are_equation_ten_as_it_is_printed(known, some):
    m = known.purchases
    for value in some[::3]:
        h = value.history
        x, span = h.repeats, h.known_weeks
        z = YEAR / (m.alpha + span + YEAR)
        tail = ((m.alpha + span) / (m.alpha + span + YEAR)) ** (m.r + x)
        tail *= hypergeometric(m.r + x, m.b + x, m.a + m.b + x - 1, z)
        expected = (m.a + m.b + x - 1) / (m.a - 1) * (1 - tail) * value.alive
        assert value.expected == pytest.approx(expected, rel=0.02, abs=0.01)


def test_lifetime_value_is_what_they_brought_and_will_bring(known, some):
    w = known.worth
    for value in some:
        rows = db.query(
            "SELECT issue_on, sum(tax_basis_minor) FROM document WHERE customer_id = ? GROUP BY 1 ORDER BY 1",
            [value.customer_id],
        )
        nets = [net for _day, net in rows]
        x = len(nets) - 1
        mean = sum(nets[1:]) / x if x else 0
        worth = w.p * (w.gamma + x * mean) / (w.p * x + w.q - 1)
        assert value.worth_minor == pytest.approx(worth, abs=1)
        assert value.net_minor == sum(nets)
        assert value.lifetime_minor == sum(nets) + round(value.expected * value.worth_minor)
        told = dict(why(value, known, "lifetime").inputs)
        assert told["Brought so far"] == value_reasons.money(sum(nets))
        assert told["Their own average"] == (value_reasons.money(round(mean)) if x else "–")


def test_the_marks_are_the_fifths_of_all_customers(known, some):
    orders = [value.orders for value in known.customers.values()]
    for value in some:
        below = Fraction(sum(number < value.orders for number in orders), len(orders))
        assert value.marks.frequency == 1 + min(4, int(below * 5))
        assert dict(why(value, known, "group").inputs)["Orders"] == f"{value.orders}: mark {value.marks.frequency}"


def test_shares_of_products_are_those_of_the_lines(known, some):
    value = some[0]
    (best, net), *_rest = db.query(
        "SELECT l.name, sum(l.net_minor) FROM document_line l JOIN document d ON d.id = l.document_id "
        "WHERE d.customer_id = ? GROUP BY 1 ORDER BY 2 DESC, 1",
        [value.customer_id],
    )
    found = why(value, known, "wallet")
    assert found.figure == f"{best}, {round(net * 100 / value.net_minor)}%"
    assert sum(int(words.rpartition(", ")[2].removesuffix("%")) for _name, words in found.inputs) in (99, 100, 101)


def test_retention_and_the_sums_of_all_customers_are_told(known):
    told = {one.key: one for one in company_reasons.of(known)}
    days = {customer: raw_days(customer) for customer in known.customers}
    assert dict(told["bought"].inputs) == {
        "Bought": str(len(days)), "Came back": str(sum(len(own) > 1 for own in days.values())),
    }  # fmt: skip
    assert told["future"].figure == value_reasons.money(sum(v.future_minor for v in known.customers.values()))
    quarter = Counter(own[0].year * 4 + (own[0].month - 1) // 3 for own in days.values())
    now = TODAY.year * 4 + (TODAY.month - 1) // 3
    counted = {n: size for n, size in quarter.items() if now - n > 1}
    back = sum(
        own[0].year * 4 + (own[0].month - 1) // 3 + 1 in {d.year * 4 + (d.month - 1) // 3 for d in own}
        for own in days.values()
        if own[0].year * 4 + (own[0].month - 1) // 3 in counted
    )
    assert told["retention"].figure == f"{round(back * 100 / sum(counted.values()))}% a quarter later"


def test_the_net_promoter_score_and_paying_are_told_with_what_went_in(data_file):
    with dates.freeze(TODAY):
        for place, mark in enumerate((10, 9, 8, 3)):
            shop = customers.save({"company": f"Café {place}", "country": "DE"})
            feedback.answer(feedback.ask(shop, feedback.NPS), mark, "")
        late = order(shop, date(2026, 6, 1), paid=False)
        pay(late, date(2026, 6, 11))
        found = customer_value.known()
        told = {one.key: one for one in company_reasons.of(found)}
        assert told["nps"].figure == "25"
        assert dict(told["nps"].inputs) == {"9 and 10": "2", "7 and 8": "1", "0 to 6": "1"}
        paying = why(found.customers[shop], found, "paying")
        assert paying.figure == "80 of 100"
        assert sum(int(points) for _words, points in paying.inputs) == -20
        assert told["retention"].figure == "0% a quarter later"
        assert "20 more customers" in told["future"].figure
