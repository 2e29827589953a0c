"""The sums of anything that is sold: quote, invoice, credit note, receipt. The only place where amounts are rounded.

Net prices: each line is rounded, a document discount is rounded once and spread over the tax groups, tax is rounded
once per group. Gross prices: the rounded price tags are added up per group and the tax is taken out of that sum, so
that the total is exactly what the tags say; the nets go to the lines by largest remainder.

Only items are added up. An optional or alternative position has the amount that it would cost by itself; a subtotal
shows the sum of the items since the heading or subtotal before it; headings and comments are 0.

Everything is `Decimal`, half up away from zero, in the currency's own minor unit.

Source: EN 16931-1 (BT-106 to BT-115, BG-20 to BG-23, BR-CO-10 to BR-CO-17), checked by `billing_vectors.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache

from crm_desktop.core.errors import ValidationError
from crm_desktop.core.money import digits, from_minor, round_amount, to_minor
from crm_desktop.sales import limits
from crm_desktop.sales.basket import GROSS, HEADING, ITEM, POSITIONS, SUBTOTAL, Adjustment, Basket, Line
from crm_desktop.sales.tax_categories import CATEGORIES

_ZERO, _HUNDRED = Decimal(0), Decimal(100)
# Wide enough that the product of the largest quantity and price is exact before it is rounded.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_PRICE_DECIMALS = 12
_CODES = tuple(CATEGORIES)

Key = tuple[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class LineTotal:
    """One line, added up: `net` = `net_price` × quantity − `allowances` + `charges`, rounded.

    `entered` is the amount in the price mode of the document: with gross prices the sum on the price tag.
    """

    net: Decimal
    net_price: Decimal
    allowances: tuple[Decimal, ...]
    charges: tuple[Decimal, ...]
    entered: Decimal


@dataclass(frozen=True, slots=True)
class AdjustmentTotal:
    """The part of a document discount or charge that falls on one tax group.

    `position` says from which entry it comes; `entered` is its amount in the price mode, `amount` without tax; `base`
    is what the percentage was taken of.
    """

    position: int
    amount: Decimal
    category: str
    rate: Decimal | None
    reason: str
    base: Decimal | None
    percent: Decimal | None
    entered: Decimal


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """All that is taxed alike: one group per category and rate; `rate` is None only for O (outside the scope)."""

    category: str
    rate: Decimal | None
    basis: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a document; amounts have the currency's own number of decimals.

    `grand_total` is with tax; `due` = `grand_total` − `prepaid` + `rounding`. Tax groups stand in the order of their
    first line.
    """

    currency: str
    lines: tuple[LineTotal, ...]
    allowances: tuple[AdjustmentTotal, ...]
    charges: tuple[AdjustmentTotal, ...]
    breakdown: tuple[TaxGroup, ...]
    line_total: Decimal
    allowance_total: Decimal
    charge_total: Decimal
    tax_basis: Decimal
    tax_total: Decimal
    grand_total: Decimal
    prepaid: Decimal
    rounding: Decimal
    due: Decimal
    tax_currency: str | None = None
    tax_total_accounting: Decimal | None = None


# Saving, checking and issuing a draft each ask for the same sums.
@lru_cache(maxsize=8)
def calculate(basket: Basket) -> Totals:
    """Add up a basket; one without lines gives zeros.

    Raises:
        ValidationError: something cannot be added up (see `limits.refusals`).
    """
    if refused := limits.refusals(basket):
        raise ValidationError(refused)
    with localcontext(_EXACT):
        sums = _Sums(basket)
        if basket.price_mode == GROSS:
            sums.take_tax_out()
        sums.add_subtotals()
        return sums.totals()


def split(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Split an amount in proportion to the weights, to the last cent, by largest remainder.

    Among equal remainders the earlier part gets the cent. Where weights have mixed signs only those above zero count;
    where all are zero, the first part gets everything.
    """
    if not weights:
        return []
    with localcontext(_EXACT):
        target = to_minor(amount, currency)
        parts = [to_minor(weight, currency) for weight in weights]
    if any(part > 0 for part in parts):
        parts = [max(part, 0) for part in parts]
    if not any(parts):
        parts[0] = 1
    shares = [target * abs(part) for part in parts]
    return [from_minor(minor, currency) for minor in _to_the_cent(shares, sum(map(abs, parts)), target)]


def net_price(quantity: Decimal, base_quantity: Decimal, extension: Decimal, currency: str) -> Decimal:
    """The price without tax, with the fewest decimals that give the line's amount again; 0 for a quantity of 0."""
    if not quantity:
        return round_amount(_ZERO, currency)
    exact = extension * base_quantity / quantity
    for decimals in range(digits(currency), _PRICE_DECIMALS):
        price = exact.quantize(Decimal(1).scaleb(-decimals))
        if round_amount(quantity * price / base_quantity, currency) == extension:
            return price
    return exact.quantize(Decimal(1).scaleb(-_PRICE_DECIMALS))


def _to_the_cent(numerators: Sequence[int], denominator: int, target: int) -> list[int]:
    """Round exact fractions down, then give the missing cents to those with the largest remainders."""
    rounded = [divmod(numerator, denominator) for numerator in numerators]
    missing = target - sum(whole for whole, _rest in rounded)
    first = sorted(range(len(rounded)), key=lambda place: -rounded[place][1])[:missing]
    return [whole + (place in first) for place, (whole, _rest) in enumerate(rounded)]


def _rank(key: Key) -> tuple[int, Decimal]:
    """Order of tax groups that does not depend on the order of lines: S before Z, high rates first."""
    return _CODES.index(key[0]), -(key[1] or _ZERO)


def _key(category: str, rate: Decimal | None) -> Key:
    if not CATEGORIES[category].has_rate:
        return category, None
    plain = (rate or _ZERO).normalize()
    return category, plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain


def _with_net_base(part: AdjustmentTotal, base: Decimal, currency: str) -> AdjustmentTotal:
    """Name the net sum that the percentage was taken of, where it gives the amount again to two cents."""
    if part.percent is None:
        return part
    fits = abs(base * part.percent / _HUNDRED - part.amount) <= 2 * from_minor(1, currency)
    return replace(part, base=base) if fits else replace(part, base=None, percent=None)


class _Sums:
    """The working sheet of one calculation. Amounts are first those entered; `take_tax_out` turns them into nets."""

    def __init__(self, basket: Basket) -> None:
        self.basket = basket
        self.currency = basket.currency
        # None for what is not added up.
        self.keys = [_key(line.category, line.rate) if line.role == ITEM else None for line in basket.lines]
        self.lines = [self._line(line) for line in basket.lines]
        self.groups: dict[Key, Decimal] = {key: _ZERO for key in self.keys if key is not None}
        for key, line in self._items():
            self.groups[key] += line.net
        self.line_nets = dict(self.groups)
        self.allowances = [
            part for place, entry in enumerate(basket.allowances) for part in self._allowance(place, entry)
        ]
        self.charges = [self._charge(place, entry) for place, entry in enumerate(basket.charges)]
        self.taxes: dict[Key, Decimal] = {}
        self._add_up_groups()

    def round(self, value: Decimal) -> Decimal:
        return round_amount(value, self.currency)

    def total(self, amounts: Iterable[Decimal]) -> Decimal:
        return sum(amounts, self.round(_ZERO))

    def _items(self) -> list[tuple[Key, LineTotal]]:
        """What is added up: tax group and sums of each item."""
        return [(key, line) for key, line in zip(self.keys, self.lines, strict=True) if key is not None]

    def _line(self, line: Line) -> LineTotal:
        if line.role not in POSITIONS:
            return self._text()
        extension = self.round(line.quantity * line.price / line.base_quantity)
        allowances = tuple(self._adjusted(entry, extension) for entry in line.allowances)
        charges = tuple(self._adjusted(entry, extension) for entry in line.charges)
        net = extension - sum(allowances) + sum(charges)
        return LineTotal(net, line.price, allowances, charges, net)

    def _text(self, net: Decimal = _ZERO, entered: Decimal = _ZERO) -> LineTotal:
        return LineTotal(self.round(net), self.round(_ZERO), (), (), self.round(entered))

    def add_subtotals(self) -> None:
        """Give each subtotal the sum of the items since the heading or subtotal before it."""
        net = entered = _ZERO
        for place, line in enumerate(self.basket.lines):
            if line.role == SUBTOTAL:
                self.lines[place] = self._text(net, entered)
            if line.role in (SUBTOTAL, HEADING):
                net = entered = _ZERO
            elif line.role == ITEM:
                net, entered = net + self.lines[place].net, entered + self.lines[place].entered

    def _adjusted(self, entry: Adjustment, base: Decimal) -> Decimal:
        return self.round(base * entry.percent / _HUNDRED if entry.percent is not None else entry.amount or _ZERO)

    def _allowance(self, place: int, entry: Adjustment) -> list[AdjustmentTotal]:
        if entry.category is not None:
            only = _key(entry.category, entry.rate)
            self.groups.setdefault(only, _ZERO)
            base = self.line_nets.get(only, _ZERO)
            return [self._part(place, entry, only, self._adjusted(entry, base), base)]
        keys = sorted(self.line_nets, key=_rank)
        nets = [self.line_nets[key] for key in keys]
        shares = dict(zip(keys, self._shares(entry, nets), strict=True))
        return [
            self._part(place, entry, key, shares[key], net) for key, net in self.line_nets.items() if shares[key] != 0
        ]

    def _shares(self, entry: Adjustment, nets: list[Decimal]) -> list[Decimal]:
        """How much of a discount falls on each group, to the cent."""
        amount = self._adjusted(entry, self.total(nets))
        if entry.percent is None or not (min(nets, default=_ZERO) < 0 < max(nets, default=_ZERO)):
            return split(amount, nets, self.currency)
        # Sales and returns side by side: each group gets its own percentage, or small sums would blow up the parts.
        scaled = int(entry.percent.scaleb(limits.DECIMALS))
        numerators = [to_minor(net, self.currency) * scaled for net in nets]
        target = to_minor(amount, self.currency)
        minors = _to_the_cent(numerators, 100 * 10**limits.DECIMALS, target)
        return [from_minor(minor, self.currency) for minor in minors]

    def _charge(self, place: int, entry: Adjustment) -> AdjustmentTotal:
        only = next(iter(self.line_nets), ("S", _ZERO))
        key = only if entry.category is None else _key(entry.category, entry.rate)
        self.groups.setdefault(key, _ZERO)
        base = self.total(self.line_nets.values())
        return self._part(place, entry, key, self._adjusted(entry, base), base)

    @staticmethod
    def _part(place: int, entry: Adjustment, key: Key, amount: Decimal, base: Decimal) -> AdjustmentTotal:
        shown = base if entry.percent is not None else None
        return AdjustmentTotal(place, amount, *key, entry.reason, shown, entry.percent, amount)

    def _add_up_groups(self) -> None:
        """The basis of each group, and its tax with net prices."""
        self.groups = dict.fromkeys(self.groups, self.round(_ZERO))
        for key, line in self._items():
            self.groups[key] += line.net
        for sign, parts in ((-1, self.allowances), (1, self.charges)):
            for part in parts:
                self.groups[part.category, part.rate] += sign * part.amount
        self.taxes = {key: self.round(basis * (key[1] or _ZERO) / _HUNDRED) for key, basis in self.groups.items()}

    def take_tax_out(self) -> None:
        """Turn gross amounts into net ones: per group `net = gross / (1 + rate)`, then to the cent onto its parts."""
        for key, gross in list(self.groups.items()):
            rate = key[1] or _ZERO
            net = self.round(gross * _HUNDRED / (_HUNDRED + rate))
            self._spread(key, rate, net)
            self.groups[key], self.taxes[key] = net, gross - net
        for place, line in enumerate(self.basket.lines):
            if line.role in POSITIONS and line.role != ITEM:
                rate = _key(line.category, line.rate)[1] or _ZERO
                net = self.round(self.lines[place].entered * _HUNDRED / (_HUNDRED + rate))
                self.lines[place] = self._net_line(place, net, rate)

    def _spread(self, key: Key, rate: Decimal, net: Decimal) -> None:
        lines = [place for place, own in enumerate(self.keys) if own == key]
        lists = ((self.allowances, -1), (self.charges, 1))
        parts = [
            (among, place, sign)
            for among, sign in lists
            for place, part in enumerate(among)
            if (part.category, part.rate) == key
        ]
        gross = [self.lines[place].entered for place in lines]
        gross += [sign * among[place].entered for among, place, sign in parts]
        scale = 10**limits.DECIMALS
        numerators = [to_minor(amount, self.currency) * 100 * scale for amount in gross]
        minors = _to_the_cent(numerators, int((_HUNDRED + rate) * scale), to_minor(net, self.currency))
        nets = [from_minor(minor, self.currency) for minor in minors]
        for place, amount in zip(lines, nets, strict=False):
            self.lines[place] = self._net_line(place, amount, rate)
        for (among, place, sign), amount in zip(parts, nets[len(lines) :], strict=True):
            among[place] = replace(among[place], amount=sign * amount)
        base = self.total(self.lines[place].net for place in lines)
        for among, place, _sign in parts:
            among[place] = _with_net_base(among[place], base, self.currency)

    def _net_line(self, place: int, net: Decimal, rate: Decimal) -> LineTotal:
        line, entered = self.basket.lines[place], self.lines[place]
        factor = _HUNDRED / (_HUNDRED + rate)
        allowances = tuple(self.round(amount * factor) for amount in entered.allowances)
        charges = tuple(self.round(amount * factor) for amount in entered.charges)
        price = net_price(line.quantity, line.base_quantity, net + sum(allowances) - sum(charges), self.currency)
        return LineTotal(net, price, allowances, charges, entered.entered)

    def totals(self) -> Totals:
        """The sums of the whole document."""
        basket = self.basket
        basis, tax = self.total(self.groups.values()), self.total(self.taxes.values())
        prepaid = self.round(basket.prepaid)
        open_amount = basis + tax - prepaid
        rounding = self._cash_rounding(open_amount)
        return Totals(
            currency=self.currency,
            lines=tuple(self.lines),
            allowances=tuple(self.allowances),
            charges=tuple(self.charges),
            breakdown=tuple(TaxGroup(*key, basis, self.taxes[key]) for key, basis in self.groups.items()),
            line_total=self.total(line.net for _key, line in self._items()),
            allowance_total=self.total(part.amount for part in self.allowances),
            charge_total=self.total(part.amount for part in self.charges),
            tax_basis=basis,
            tax_total=tax,
            grand_total=basis + tax,
            prepaid=prepaid,
            rounding=rounding,
            due=open_amount + rounding,
            tax_currency=basket.tax_currency,
            tax_total_accounting=self._accounting(tax),
        )

    def _cash_rounding(self, amount: Decimal) -> Decimal:
        step = self.basket.cash_step
        if not step:
            return self.round(_ZERO)
        coins = (amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return self.round(coins * step - amount)

    def _accounting(self, tax: Decimal) -> Decimal | None:
        basket = self.basket
        if not basket.tax_currency:
            return None
        if basket.tax_total_accounting is not None:
            return round_amount(basket.tax_total_accounting, basket.tax_currency)
        return round_amount(tax * basket.exchange_rate, basket.tax_currency) if basket.exchange_rate else None
