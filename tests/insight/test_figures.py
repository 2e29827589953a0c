"""The figures of a period against independent sums over the raw documents, payments and lines, on business of every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import chain, deposits, drafts, rows
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.customers import customers, lifecycle
from crm_desktop.db import connection as db
from crm_desktop.exchange import management_lists
from crm_desktop.insight import day_figures, figure_lists, figures, plans, wallet
from crm_desktop.sales import catalogue
from tests import whole_business
from tests.traded_business import trade

TODAY = whole_business.TODAY
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
# Written anew here, so that a mistake of the kept figures is not made twice.
NET = (
    "SELECT coalesce(sum(CASE WHEN d.kind = 'credit_note' THEN -1 ELSE 1 END * (d.tax_basis_minor - "
    "(SELECT coalesce(sum(basis_minor), 0) FROM document_deduction WHERE document_id = d.id))), 0) FROM document d "
    "WHERE d.number IS NOT NULL AND d.kind IN ('invoice', 'receipt', 'credit_note') AND d.currency = ? "
    "AND d.issue_on >= ? AND d.issue_on <= ?"
)


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


def raw_net(currency, first, last):
    return db.value(NET, [currency, first.isoformat(), last.isoformat()])


@pytest.mark.parametrize("seed", range(4))
def test_every_sum_is_that_of_the_raw_documents(seed):
    trade(seed)
    spans = [
        YEAR,
        (date(2026, 7, 1), date(2026, 9, 30)),
        (date(2025, 12, 3), date(2026, 2, 17)),
        (TODAY.replace(day=1), TODAY),
    ]
    for first, last in spans:
        for currency in ("EUR", "CHF", "JPY"):
            found = figures.gather(first, last, currency)
            assert found.net_minor == raw_net(currency, first, last)
            assert [s.net_minor for s in found.steps] == [raw_net(currency, s.first, s.last) for s in found.steps]
            paid = "SELECT coalesce(sum(amount_minor), 0) FROM payment WHERE currency = ? AND paid_on BETWEEN ? AND ?"
            assert found.received_minor == db.value(paid, [currency, first.isoformat(), last.isoformat()])
            before = raw_net(currency, dates.add_months(first, -12), dates.add_months(last, -12))
            assert found.before_minor == before
            assert sum(c.net_minor for c in found.customers) == sum(
                max(0, n) for n in raw_customers(currency, first, last)
            )


def raw_customers(currency, first, last):
    sql = (
        NET.replace("SELECT coalesce", "SELECT d.customer_id, coalesce", 1)
        + " AND d.customer_id IS NOT NULL GROUP BY 1"
    )
    return [minor for _id, minor in db.query(sql, [currency, first.isoformat(), last.isoformat()])]


def test_what_is_open_and_how_long_invoices_wait_is_that_of_the_papers():
    trade(7)
    found = figures.gather(*YEAR)
    assert found.open_minor == db.value(
        "SELECT sum(b.open_minor) FROM document_balance_now b JOIN document d ON d.id = b.id WHERE d.currency = 'EUR'"
    )
    waited = db.query(
        "SELECT julianday(max(p.paid_on)) - julianday(d.issue_on) FROM document d JOIN allocation a ON a.document_id = d.id "
        "JOIN payment p ON p.id = a.payment_id WHERE d.kind = 'invoice' AND a.kind = 'payment' AND d.id IN "
        "(SELECT id FROM document_balance_now WHERE open_minor <= 0) GROUP BY d.id HAVING max(p.paid_on) BETWEEN ? AND ?",
        [day.isoformat() for day in YEAR],
    )
    assert (found.settled, found.settled_days) == (len(waited), sum(int(days) for (days,) in waited))
    assert abs(float(found.days_to_pay) - found.settled_days / found.settled) <= 0.05


def test_a_product_counts_with_its_credit_notes_and_what_has_no_number_stands_apart():
    whole_business.fill()
    found = figures.gather(*YEAR)
    lines = (
        "SELECT sum(l.net_minor) FROM document_line l JOIN document d ON d.id = l.document_id WHERE d.number IS NOT NULL "
        "AND d.kind IN ('invoice', 'receipt') AND l.role = 'item'"
    )
    twice = f"{lines} AND d.id IN (SELECT deducted_id FROM document_deduction)"
    net = db.value(lines) - db.value(twice)
    assert db.value(twice) > 0
    assert [(p.id, p.name, p.net_minor) for p in found.products] == [(0, "In no price list", net)]
    assert found.net_minor == net
    told = figure_lists.sold_of_item(0, *YEAR, "EUR")
    assert sum(line.minor or 0 for line in told) == net


def test_a_deposit_of_last_year_is_not_sold_again_by_the_final_invoice_of_this_year():
    whole_business.profile.save({"name": "Werk", "street": "Kai 1", "postcode": "1", "city": "Kiel", "tax_number": "1"})
    buyer = customers.save({"company": "Café", "city": "Kiel", "street": "Kai 1", "country": "DE"})
    item = catalogue.save({"name": "Kitchen", "price": Decimal(1000), "rate_bp": 1900, "product_group": "Kitchens"})
    line = replace(whole_business.LINE, item_id=item, quantity=Decimal(4))
    with dates.freeze(date(2025, 12, 1)):
        draft = drafts.save(replace(drafts.begin(buyer, "order_confirmation"), lines=(line,)))
        placed = whole_business.issue(draft)
        whole_business.issue(deposits.partial(placed.id, {rows.line_ids(placed.id)[0]: Decimal(1)}))
    whole_business.issue(chain.follow(placed.id, "invoice"))
    for year, net in ((2025, 100_000), (2026, 300_000)):
        first, last = date(year, 1, 1), date(year, 12, 31)
        found = figures.gather(first, last)
        assert found.net_minor == net
        assert [(p.id, p.net_minor) for p in found.products] == [(item, net)]
        assert [(g.name, g.net_minor) for g in found.groups] == [("Kitchens", net)]
        assert day_figures.quantities(first, last)[item] == net * 10
        sheets = {sheet.name: sheet.blocks[0].rows for sheet in management_lists.sheets(found)}
        assert [row[:2] for row in sheets["Product groups"]] == [("Kitchens", Decimal(net) / 100)]
        assert [(row[0], row[1], *row[3:]) for row in sheets["Products"]] == [
            ("Kitchen", Decimal(net) / 100, Decimal(net) / 100_000, "Kitchens")
        ]
        for told in (
            figure_lists.sold_of_item(item, first, last, "EUR"),
            figure_lists.sold_of_group("Kitchens", first, last, "EUR"),
        ):
            assert sum(line.minor or 0 for line in told) == net
    assert [(s.name, s.net_minor) for s in wallet.groups_of_customer(buyer)] == [("Kitchens", 400_000)]


def test_currencies_are_named_and_never_added():
    trade(1)
    found = figures.gather(*YEAR)
    assert (found.currency, found.others) == ("EUR", ("CHF", "JPY"))
    assert figures.gather(*YEAR, "CHF").others == ("EUR", "JPY")


def test_a_running_year_is_set_against_the_days_that_went_by_in_both():
    buyer = customers.save({"company": "Café", "city": "Kiel", "street": "Kai 1", "country": "DE"})
    whole_business.profile.save({"name": "Werk", "street": "Kai 1", "postcode": "1", "city": "Kiel", "tax_number": "1"})
    for day in (date(2025, 3, 1), date(2025, 12, 20), date(2026, 3, 1)):
        with dates.freeze(day):
            whole_business.bill(buyer, issue_on=day)
    found = figures.gather(*YEAR)
    assert (found.before_minor, found.before_so_far_minor, found.net_so_far_minor) == (200_000, 100_000, 100_000)
    assert (found.new_customers, figures.gather(date(2025, 1, 1), date(2025, 12, 31)).new_customers) == (0, 1)


def test_nothing_pretends_where_nothing_was():
    found = figures.gather(*YEAR)
    assert found.is_empty
    assert len(found.steps) == 12
    assert (found.net_minor, found.plan_minor, found.days_to_pay, found.customers) == (0, None, None, ())
    assert (found.satisfaction.nps, found.satisfaction.average) == (None, None)
    assert figures.years() == [2026]


def test_the_years_reach_back_to_the_first_document():
    whole_business.profile.save({"name": "Werk", "street": "Kai 1", "postcode": "1", "city": "Kiel", "tax_number": "1"})
    buyer = customers.save({"company": "Café", "city": "Kiel", "street": "Kai 1", "country": "DE"})
    with dates.freeze(date(2024, 2, 29)):
        whole_business.bill(buyer, issue_on=date(2024, 2, 29))
    assert figures.years() == [2026, 2025, 2024]
    assert figures.gather(date(2025, 2, 1), date(2025, 2, 28)).before_minor == 100_000, (
        "29 February belongs to February"
    )


def test_a_plan_counts_for_whole_months_and_can_be_taken_back():
    plans.save("EUR", {"2026-01": 500_000, "2026-02": 600_000, "2026-03": None})
    plans.save("CHF", {"2026-01": 7})
    assert figures.gather(*YEAR).plan_minor == 1_100_000
    assert figures.gather(date(2026, 1, 15), date(2026, 2, 28)).plan_minor == 600_000
    assert figures.gather(date(2026, 2, 1), date(2026, 2, 28)).plan_minor == 600_000
    plans.save("EUR", {"2026-01": None, "2026-02": 1})
    assert figures.gather(*YEAR).plan_minor == 1
    with pytest.raises(ValidationError):
        plans.save("EUR", {"2026-04": -1})


def test_who_was_moved_to_lost_counts_once_as_lost():
    gone = customers.save({"company": "Café"})
    for stage in ("lost", "customer", "lost"):
        lifecycle.move([gone], lifecycle.find(stage).id, "")
    assert figures.lost_customers(TODAY, TODAY) == [gone]
    assert [(line.id, line.day) for line in figure_lists.lost_customers(TODAY, TODAY)] == [(gone, TODAY)]
    assert figures.gather(*YEAR).lost_customers == 1
