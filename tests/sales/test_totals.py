"""The sums of a document: worked examples, and what must hold for any basket."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.core.errors import ValidationError
from crm_desktop.core.money import round_amount
from crm_desktop.sales.basket import GROSS, NET, Adjustment, Basket, Line
from crm_desktop.sales.totals import Totals, calculate, split

DATA = Path(__file__).parents[1] / "data"
VECTORS = json.loads((DATA / "billing_vectors.json").read_text(encoding="utf-8"))["vectors"]
SUMS = ("line_total", "allowance_total", "charge_total", "tax_basis", "tax_total", "grand_total")
SUMS += ("prepaid", "rounding", "due")
CENT = Decimal("0.01")


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def adjustments(entries: list[dict[str, str]]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            amount=number(entry.get("amount")),
            percent=number(entry.get("percent")),
            category=entry.get("category"),
            rate=number(entry.get("rate")),
        )
        for entry in entries
    )


def basket_of(given_input: dict[str, Any]) -> Basket:
    return Basket(
        lines=tuple(
            Line(
                Decimal(line["qty"]),
                Decimal(line["price"]),
                line["category"],
                number(line.get("rate")),
                allowances=adjustments(line.get("allowances", [])),
                charges=adjustments(line.get("charges", [])),
            )
            for line in given_input["lines"]
        ),
        currency=given_input["currency"],
        price_mode=given_input["price_mode"],
        allowances=adjustments(given_input.get("allowances", [])),
        charges=adjustments(given_input.get("charges", [])),
        cash_step=number(given_input.get("payable_rounding")),
        tax_currency=given_input.get("tax_currency"),
        tax_total_accounting=number(given_input.get("tax_total_accounting")),
    )


def shown(totals: Totals) -> dict[str, Any]:
    """The totals with the names of the vectors."""
    return {
        "lines": [(line.net, line.net_price, list(line.allowances), list(line.charges)) for line in totals.lines],
        "allowances": [(a.amount, a.base, a.percent, a.category, a.rate) for a in totals.allowances],
        "charges": [(c.amount, c.category, c.rate) for c in totals.charges],
        "breakdown": [(g.category, g.rate, g.basis, g.tax) for g in totals.breakdown],
        **{name: getattr(totals, name) for name in SUMS},
    }


def wanted(expected: dict[str, Any]) -> dict[str, Any]:
    return {
        "lines": [
            (
                Decimal(line["net"]),
                Decimal(line["net_price"]),
                [Decimal(amount) for amount in line["allowances"]],
                [Decimal(amount) for amount in line["charges"]],
            )
            for line in expected["lines"]
        ],
        "allowances": [
            (
                Decimal(a["amount"]),
                number(a.get("base")),
                number(a.get("percent")),
                a["category"],
                number(a.get("rate")),
            )
            for a in expected["allowances"]
        ],
        "charges": [(Decimal(c["amount"]), c["category"], number(c.get("rate"))) for c in expected["charges"]],
        "breakdown": [
            (g["category"], number(g.get("rate")), Decimal(g["basis"]), Decimal(g["tax"]))
            for g in expected["breakdown"]
        ],
        **{name: Decimal(expected[name]) for name in SUMS},
    }


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["input"]["id"] for vector in VECTORS])
def test_worked_example(vector: dict[str, Any]) -> None:
    assert shown(calculate(basket_of(vector["input"]))) == wanted(vector["expected"])


# ---- any basket -----------------------------------------------------------------------------------------------------

quantities = st.decimals("-500", "500", places=3).filter(bool)
prices = st.decimals("0", "2000", places=4)
rates = st.sampled_from(
    [("S", Decimal(19)), ("S", Decimal("8.1")), ("S", Decimal(7)), ("Z", Decimal(0)), ("E", Decimal(0))]
)
percents = st.decimals("0", "100", places=2)
discounts = st.one_of(
    st.builds(Adjustment, percent=percents), st.builds(Adjustment, amount=st.decimals("0", "50", places=2))
)


@st.composite
def lines(draw: st.DrawFn, sold: st.SearchStrategy[Decimal] = quantities) -> Line:
    category, rate = draw(rates)
    return Line(
        draw(sold),
        draw(prices),
        category,
        rate,
        allowances=tuple(draw(st.lists(discounts, max_size=2))),
        charges=tuple(draw(st.lists(discounts, max_size=1))),
    )


@st.composite
def baskets(draw: st.DrawFn, mode: str | None = None, currency: str | None = None) -> Basket:
    charges = []
    for entry in draw(st.lists(discounts, max_size=2)):
        category, rate = draw(rates)
        charges.append(Adjustment(entry.amount, entry.percent, "", category, rate))
    return Basket(
        lines=tuple(draw(st.lists(lines(), min_size=1, max_size=6))),
        currency=currency or draw(st.sampled_from(["EUR", "JPY", "KWD", "CHF"])),
        price_mode=mode or draw(st.sampled_from([NET, GROSS])),
        allowances=tuple(draw(st.lists(discounts, max_size=3))),
        charges=tuple(charges),
        prepaid=draw(st.decimals("0", "100", places=2)),
        cash_step=draw(st.sampled_from([None, Decimal("0.05"), Decimal(1)])),
    )


@given(baskets())
def test_the_sums_of_a_document_add_up(basket: Basket) -> None:
    t = calculate(basket)
    assert t.line_total == sum(line.net for line in t.lines)
    assert t.allowance_total == sum(part.amount for part in t.allowances)
    assert t.charge_total == sum(part.amount for part in t.charges)
    assert t.tax_basis == t.line_total - t.allowance_total + t.charge_total == sum(g.basis for g in t.breakdown)
    assert t.tax_total == sum(group.tax for group in t.breakdown)
    assert t.grand_total == t.tax_basis + t.tax_total
    assert t.due == t.grand_total - t.prepaid + t.rounding


@given(baskets())
def test_each_tax_group_is_its_lines_less_discounts_plus_charges(basket: Basket) -> None:
    t = calculate(basket)
    for group in t.breakdown:
        key = (group.category, group.rate)
        of_lines = sum(
            line.net for entry, line in zip(basket.lines, t.lines, strict=True) if (entry.category, entry.rate) == key
        )
        less = sum(part.amount for part in t.allowances if (part.category, part.rate) == key)
        plus = sum(part.amount for part in t.charges if (part.category, part.rate) == key)
        assert group.basis == of_lines - less + plus
    assert len({(g.category, g.rate) for g in t.breakdown}) == len(t.breakdown)


@given(baskets(mode=NET))
def test_net_tax_is_rounded_once_per_group(basket: Basket) -> None:
    for group in calculate(basket).breakdown:
        assert group.tax == round_amount(group.basis * (group.rate or 0) / 100, basket.currency)


@given(baskets(mode=GROSS, currency="EUR"))
def test_gross_tax_can_be_recomputed_to_the_cent(basket: Basket) -> None:
    for group in calculate(basket).breakdown:
        assert abs(group.tax - group.basis * (group.rate or 0) / 100) <= CENT


@given(st.lists(lines(), min_size=1, max_size=8), st.lists(discounts, max_size=2))
def test_gross_total_is_the_sum_of_the_price_tags(sold: list[Line], discount: list[Adjustment]) -> None:
    t = calculate(Basket(tuple(sold), price_mode=GROSS, allowances=tuple(discount)))
    tags = sum(line.entered for line in t.lines) - sum(part.entered for part in t.allowances)
    assert t.grand_total == tags


@given(baskets())
def test_a_line_can_be_recomputed_from_its_net_price(basket: Basket) -> None:
    for entry, line in zip(basket.lines, calculate(basket).lines, strict=True):
        extension = round_amount(entry.quantity * line.net_price, basket.currency)
        assert line.net == extension - sum(line.allowances) + sum(line.charges)


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=12))
def test_a_split_sums_to_the_cent_and_is_fair(cents: int, weights: list[int]) -> None:
    amount, parts = Decimal(cents) / 100, [Decimal(weight) / 100 for weight in weights]
    shares = split(amount, parts, "EUR")
    assert sum(shares) == amount
    used = [max(part, Decimal(0)) for part in parts] if max(parts) > 0 else [-part for part in parts]
    if sum(used):
        assert all(abs(share - amount * part / sum(used)) < CENT for share, part in zip(shares, used, strict=True))


@given(baskets(), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_change_what_is_owed(basket: Basket, chance: Any) -> None:
    shuffled = list(basket.lines)
    chance.shuffle(shuffled)
    other = Basket(
        tuple(shuffled), basket.currency, basket.price_mode, basket.allowances, basket.charges, basket.prepaid
    )
    same = Basket(basket.lines, basket.currency, basket.price_mode, basket.allowances, basket.charges, basket.prepaid)
    one, two = calculate(same), calculate(other)
    assert (one.due, one.tax_total, one.line_total) == (two.due, two.tax_total, two.line_total)
    assert set(one.breakdown) == set(two.breakdown)


@given(baskets())
def test_cash_rounding_moves_less_than_half_a_coin(basket: Basket) -> None:
    t = calculate(basket)
    if basket.cash_step is None:
        assert t.rounding == 0
    else:
        assert abs(t.rounding) <= basket.cash_step / 2
        assert basket.currency == "JPY" or t.due % basket.cash_step == 0


# ---- single cases ---------------------------------------------------------------------------------------------------


def sale(*sold: Line, **more: Any) -> Totals:
    return calculate(Basket(sold, **more))


def taxed(quantity: str, price: str, rate: str = "19", **more: Any) -> Line:
    return Line(Decimal(quantity), Decimal(price), "S", Decimal(rate), **more)


def test_nineteen_and_nineteen_point_zero_are_one_tax_group() -> None:
    t = sale(taxed("1", "10", "19"), taxed("1", "10", "19.00"), taxed("1", "5", "20"))
    assert [(str(g.rate), g.basis) for g in t.breakdown] == [("19", Decimal(20)), ("20", Decimal(5))]


def test_yen_have_no_decimals() -> None:
    t = sale(taxed("3", "333.5", "10"), currency="JPY")
    assert (str(t.line_total), str(t.tax_total), str(t.grand_total)) == ("1001", "100", "1101")


def test_dinars_have_three_decimals() -> None:
    assert str(sale(taxed("1", "1.2345", "0.5"), currency="KWD").line_total) == "1.235"


def test_a_price_for_a_hundred_screws() -> None:
    t = sale(taxed("250", "3.99", base_quantity=Decimal(100)))
    assert t.lines[0].net == Decimal("9.98")


def test_two_gross_rates_with_a_discount_give_exactly_the_tags() -> None:
    t = sale(taxed("3", "9.99"), taxed("1", "4.99", "7"), price_mode=GROSS, allowances=(Adjustment(amount=Decimal(5)),))
    assert t.grand_total == Decimal("29.96")
    assert sum(part.entered for part in t.allowances) == 5


def test_a_gross_net_price_gives_the_line_again() -> None:
    line = sale(taxed("7", "9.99"), price_mode=GROSS).lines[0]
    assert line.net == Decimal("58.76")
    assert round_amount(7 * line.net_price, "EUR") == line.net
    assert line.entered == Decimal("69.93")


def test_percent_off_with_returns_keeps_each_group_in_proportion() -> None:
    t = sale(taxed("1", "100"), taxed("-1", "99.99", "7"), allowances=(Adjustment(percent=Decimal(10)),))
    assert [(p.rate, p.amount) for p in t.allowances] == [(19, Decimal("10.00")), (7, Decimal("-10.00"))]


def test_an_amount_off_with_returns_comes_off_the_sales_only() -> None:
    t = sale(taxed("1", "100"), taxed("-1", "40", "7"), allowances=(Adjustment(amount=Decimal(10)),))
    assert [(p.rate, p.amount) for p in t.allowances] == [(19, Decimal("10.00"))]


def test_an_empty_basket_is_zero() -> None:
    t = calculate(Basket(()))
    assert (str(t.due), t.breakdown) == ("0.00", ())


def test_tax_in_a_second_currency_is_converted() -> None:
    t = sale(taxed("1", "200"), currency="USD", tax_currency="EUR", exchange_rate=Decimal("0.9137"))
    assert t.tax_total_accounting == Decimal("34.72")


def test_what_was_paid_before_is_taken_off() -> None:
    assert sale(taxed("1", "100"), prepaid=Decimal("50.005")).due == Decimal("68.99")


def test_large_products_are_exact() -> None:
    t = sale(taxed("999999.999999", "999999.999999", "0"))
    assert t.line_total == Decimal("999999999998.00")


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        (taxed("1e12", "1"), "qty", "Line 1: The quantity 1,000,000,000,000 is too large. Please check it."),
        (taxed("NaN", "1"), "qty", "Line 1: The quantity NaN is too large. Please check it."),
        (taxed("1", "1e12"), "price", "Line 1: The price 1,000,000,000,000 is too large. Please check it."),
        (taxed("1", "Infinity"), "price", "Line 1: The price Infinity is too large. Please check it."),
        (
            taxed("1", "-5"),
            "price",
            "Line 1: A price cannot be below zero. For a return, make the quantity negative instead.",
        ),
        (taxed("1.1234567", "5"), "qty", "Line 1: Please use at most 6 decimals."),
        (taxed("999999999", "99999999999"), "price", "Line 1: Quantity times price is too large. Please check both."),
        (taxed("1", "5", base_quantity=Decimal(0)), "base_qty", "Line 1: The price is for how many units?"),
        (taxed("1", "5", "101"), "rate", "Line 1: A tax rate lies between 0 and 100 %"),
        (Line(Decimal(1), Decimal(5), "S"), "rate", "Line 1: Choose a tax rate."),
        (Line(Decimal(1), Decimal(5), "AE", Decimal(19)), "rate", "Line 1: With “Reverse charge” the tax rate is 0."),
        (Line(Decimal(1), Decimal(5), "XX"), "rate", "Line 1: There is no tax category XX."),
        (
            taxed("1", "5", allowances=(Adjustment(percent=Decimal(101)),)),
            "allowances.0",
            "Line 1: A percentage lies between 0 and 100.",
        ),
        (
            taxed("1", "5", charges=(Adjustment(amount=Decimal(-1)),)),
            "charges.0",
            "Line 1: Enter the amount without a minus sign.",
        ),
        (taxed("1", "5", charges=(Adjustment(),)), "charges.0", "Line 1: Enter either an amount or a percentage."),
    ],
)
def test_what_cannot_be_added_up_is_said_beside_the_field(line: Line, field: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        sale(line)
    assert list(refused.value.fields) == [f"lines.0.{field}"]
    assert refused.value.fields[f"lines.0.{field}"].startswith(words)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"prepaid": Decimal("1e12")}, "prepaid"),
        ({"cash_step": Decimal(0)}, "payable_rounding"),
        ({"exchange_rate": Decimal(0)}, "exchange_rate"),
        ({"price_mode": "both"}, "price_mode"),
        ({"allowances": (Adjustment(amount=Decimal("1e12")),)}, "allowances.0"),
        ({"charges": (Adjustment(amount=Decimal(5)),)}, "charges.0"),
        ({"charges": (Adjustment(amount=Decimal(5), category="S"),)}, "charges.0"),
    ],
)
def test_what_a_document_cannot_have_is_said_beside_the_field(more: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        sale(taxed("1", "5"), taxed("1", "5", "7"), **more)
    assert list(refused.value.fields) == [field]


def test_a_charge_takes_the_only_tax_rate_there_is() -> None:
    t = sale(taxed("1", "100"), charges=(Adjustment(amount=Decimal(10)),))
    assert (t.breakdown[0].basis, t.charges[0].rate) == (110, 19)


def test_a_discount_can_belong_to_one_tax_group() -> None:
    t = sale(
        taxed("1", "100"),
        taxed("1", "50", "7"),
        allowances=(Adjustment(percent=Decimal(10), category="S", rate=Decimal(7)),),
    )
    assert [(g.rate, g.basis) for g in t.breakdown] == [(19, Decimal(100)), (7, Decimal(45))]


def test_reordering_lines_never_moves_a_cent_between_rates() -> None:
    sold = (taxed("1", "100"), taxed("1", "100", "7"), Line(Decimal(1), Decimal(100), "Z", Decimal(0)))
    off = (Adjustment(amount=Decimal(10)),)
    assert set(sale(*sold, allowances=off).breakdown) == set(sale(*reversed(sold), allowances=off).breakdown)


others = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.builds(
            Line,
            quantity=st.decimals(min_value="0.5", max_value="20", places=1),
            price=st.decimals(min_value="0.01", max_value="999.99", places=2),
            rate=st.sampled_from([Decimal(19), Decimal(7), Decimal(3)]),
            role=st.sampled_from(["optional", "alternative", "heading", "subtotal", "comment"]),
        ),
    ),
    max_size=4,
)


@given(items=st.lists(st.sampled_from([Line(Decimal(3), Decimal("9.99"), rate=Decimal(r)) for r in (19, 7)]), max_size=4),
       among=others, mode=st.sampled_from([NET, GROSS]))  # fmt: skip
def test_what_is_no_item_changes_no_sum(items: list[Line], among: list[tuple[int, Line]], mode: str) -> None:
    off = (Adjustment(percent=Decimal(5), reason="Off"),)
    mixed = list(items)
    for place, line in among:
        mixed.insert(place, line)
    plain = calculate(Basket(tuple(items), price_mode=mode, allowances=off))
    found = calculate(Basket(tuple(mixed), price_mode=mode, allowances=off))
    own = tuple(sums for line, sums in zip(mixed, found.lines, strict=True) if line.role == "item")
    assert own == plain.lines
    for name in (*SUMS, "allowances", "breakdown"):
        assert getattr(found, name) == getattr(plain, name)
    subtotals = [sums for line, sums in zip([*mixed, Line(Decimal(1), Decimal(0), role="subtotal")], calculate(
        Basket((*mixed, Line(Decimal(1), Decimal(0), role="subtotal")), price_mode=mode)).lines, strict=True)
        if line.role == "subtotal"]  # fmt: skip
    if not any(line.role == "heading" for line in mixed):
        assert sum(sums.entered for sums in subtotals) == sum(sums.entered for sums in plain.lines)
