"""Who buys again: the models against what is published of them for the CDNOW sample, and what must hold for any history.

The sample (2,357 customers of a shop for music, 1997 and 1998) comes with the package `lifetimes`; published are r 0.243,
α 4.414, a 0.793, b 2.426 with a log-likelihood of −9,582.4, and 1.226 purchases in 39 weeks for customer 1 (Fader, Hardie,
Lee 2005, table 2 and the note on its spreadsheet), and p 6.25, q 3.74, γ 15.44 (Fader, Hardie 2013).
"""

from __future__ import annotations

import csv
import random
from importlib import metadata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.insight import purchase_model
from crm_desktop.insight.purchase_model import History, Purchases, Worth

PUBLISHED = Purchases(0.243, 4.414, 0.793, 2.426)


def sample(name: str) -> list[dict[str, str]]:
    """A table of the package, by its columns."""
    found = next(file for file in metadata.files("lifetimes") or () if file.name == name)
    with open(found.locate(), encoding="utf-8") as file:  # noqa: PTH123  (a path of a package, not of the system)
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def cdnow() -> list[History]:
    rows = sample("cdnow_customers_summary.csv")
    return [History(int(row["frequency"]), float(row["recency"]), float(row["T"])) for row in rows]


def test_the_published_numbers_are_found(cdnow: list[History]) -> None:
    found = purchase_model.fit_purchases(cdnow)
    assert found is not None
    assert (found.r, found.alpha) == pytest.approx((0.243, 4.414), rel=0.005)
    assert (found.a, found.b) == pytest.approx((0.793, 2.426), rel=0.01)
    assert found.log_likelihood(cdnow) == pytest.approx(-9582.4, abs=0.1)


def test_the_published_expectation_of_the_first_customer(cdnow: list[History]) -> None:
    assert cdnow[0] == History(2, 30.43, 38.86)
    assert PUBLISHED.expected(cdnow[0], 39) == pytest.approx(1.226, abs=0.001)
    assert PUBLISHED.alive(History(0, 0, 38.86)) == 1


def test_the_published_worth_of_a_purchase() -> None:
    rows = sample("cdnow_customers_summary_with_transactions.csv")
    histories = [History(int(r["x"]), float(r["t_x"]), float(r["T"]), float(r["zbar"])) for r in rows]
    found = purchase_model.fit_worth(histories)
    assert found is not None
    assert (found.p, found.q, found.gamma) == pytest.approx((6.25, 3.74, 15.44), rel=0.01)
    assert Worth(6.25, 3.74, 15.44).mean(History(0, 0, 30)) == pytest.approx(35.2, abs=0.1)


def test_few_customers_give_no_model() -> None:
    few = [History(3, 10, 20, 5.0)] * (purchase_model.LEAST_REPEATING - 1) + [History(0, 0, 20)] * 500
    assert purchase_model.fit_purchases(few) is None
    assert purchase_model.fit_worth(few) is None


def test_numbers_that_were_planted_are_found_again() -> None:
    chance, planted, histories = random.Random(7), Purchases(0.8, 6.0, 0.9, 3.0), []
    for _customer in range(4000):
        rate, leaving = chance.gammavariate(planted.r, 1 / planted.alpha), chance.betavariate(planted.a, planted.b)
        known, now, last, repeats = chance.uniform(20, 80), 0.0, 0.0, 0
        while chance.random() >= (leaving if repeats else 0):
            now += chance.expovariate(rate) if rate else 1e9
            if now > known:
                break
            last, repeats = now, repeats + 1
        histories.append(History(repeats, last, known))
    found = purchase_model.fit_purchases(histories)
    assert found is not None
    assert (found.r, found.alpha) == pytest.approx((planted.r, planted.alpha), rel=0.15)
    assert found.a / (found.a + found.b) == pytest.approx(planted.a / (planted.a + planted.b), rel=0.2)


histories = st.builds(
    lambda x, share, known, value: History(x, share * known if x else 0.0, known, value),
    st.integers(0, 400), st.floats(0, 1), st.floats(0.1, 1000), st.floats(0.01, 1e6),
)  # fmt: skip


@given(found=histories, weeks=st.floats(0.1, 520))
def test_chances_are_chances_and_more_weeks_bring_more(found: History, weeks: float) -> None:
    assert 0 <= PUBLISHED.alive(found) <= 1
    few, more = PUBLISHED.expected(found, weeks), PUBLISHED.expected(found, 2 * weeks)
    assert -1e-9 <= few <= more + 1e-9
    assert Worth(6.25, 3.74, 15.44).mean(found) > 0


def test_where_all_leave_with_the_same_chance_the_figures_stay_figures():
    """Both ways of adding up the series agree where both can be used, and far beyond only one can."""
    history = History(12, 40.0, 60.0)
    near = [Purchases(0.3, 2.0, a, 70 * a).expected(history, 52) for a in (49.9, 50.1)]
    assert near[0] == pytest.approx(near[1], rel=1e-3)
    far = Purchases(0.3, 2.0, 2021.0, 142_108.0)
    assert 0 < far.expected(history, 52) < 52
    assert 0 < far.expected(History(400, 250.0, 251.0), 52) < 400
