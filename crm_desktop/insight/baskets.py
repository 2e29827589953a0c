"""What is bought together, and what to offer next: pairs of products or product groups with support, confidence and lift.

Counted over bills ("on one bill") or over customers ("ever"). Of a pair A → B with n baskets in all:

* support: baskets with both, as a number and as a share of all;
* confidence: of the baskets with A, the share that also has B;
* lift: by how much more often B is there with A than it is anyway; 1 is chance. Told is only what is more than chance by
  three times the usual scatter of such a number, the root of what chance would give.

Products that too few bought are left out, and of one basket no more than `WIDEST` products are paired, the most common
first, so that half a million lines take seconds. Lines without a product of the price list are not counted,
nor deposits, partial and corrected invoices: the same goods stand on another bill. By groups, a
basket holds the groups of its products; products without one are not counted.

Source: R. Agrawal, R. Srikant, "Fast algorithms for mining association rules", VLDB 1994.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from crm_desktop.core import dates
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.insight import figure_ranks, order_history

LEAST_BASKETS, SCATTER, WIDEST = 5, 3.0, 40
BILL, CUSTOMER = "bill", "customer"
_LINES = """
SELECT d.customer_id, l.document_id, l.item_id FROM document_line l JOIN document d ON d.id = l.document_id
WHERE d.state = 'issued' AND d.kind IN ('invoice', 'receipt') AND d.deleted_at IS NULL AND l.item_id IS NOT NULL
  AND d.type_code NOT IN ('384', '386', '326')
  AND l.role = 'item' AND l.quantity_scaled > 0 AND d.issue_on <= ?
"""
_STEP = 20_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Who has `first` also has `other`: in `both` of `baskets`; `with_first` have the one, `with_other` the other."""

    first: int
    other: int
    both: int
    with_first: int
    with_other: int
    baskets: int

    @property
    def support(self) -> float:
        """The share of all baskets that have both."""
        return self.both / self.baskets

    @property
    def confidence(self) -> float:
        """The share of the baskets with the first that have the other."""
        return self.both / self.with_first

    @property
    def lift(self) -> float:
        """How many times as often as by chance."""
        return self.confidence * self.baskets / self.with_other


@dataclass(frozen=True)
class Groups:
    """The pairs of product groups on one bill and of one customer, with the names of the groups; none are in use: no names."""

    bills: tuple[Pair, ...] = ()
    customers: tuple[Pair, ...] = ()
    names: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Together:
    """The pairs on one bill and of one customer, the surest first, names of products, and who ever bought which."""

    bills: tuple[Pair, ...]
    customers: tuple[Pair, ...]
    names: dict[int, str]
    bought: dict[int, set[int]] = field(default_factory=dict)
    groups: Groups = field(default_factory=Groups)

    @cached_property
    def of_first(self) -> dict[int, list[Pair]]:
        """The pairs of customers by their first product, of products that are still in the price list."""
        found: dict[int, list[Pair]] = {}
        for pair in self.customers:
            if pair.first in self.names and pair.other in self.names:
                found.setdefault(pair.first, []).append(pair)
        return found


_kept: list[tuple[tuple[object, ...], Together]] = []


def together(progress: Progress | None = None) -> Together:
    """The pairs of the open company; kept until orders change. For many lines call it in a job."""
    group_of = figure_ranks.product_groups()
    state = (*order_history.state(), tuple(group_of.items()))
    for of, found in _kept:
        if of == state:
            return found
    progress, merged = progress or Progress(), order_history.merged()
    bills: dict[int, set[int]] = {}
    buyers: dict[int, set[int]] = {}
    rows = db.query(_LINES, [dates.today().isoformat()])
    for place, (customer, document, item) in enumerate(rows):
        if not place % _STEP:
            progress(place, len(rows) * 2)
        bills.setdefault(document, set()).add(item)
        if customer is not None:
            buyers.setdefault(order_history.owner_of(merged, customer), set()).add(item)
    names = dict(db.query("SELECT id, name FROM item WHERE deleted_at IS NULL"))
    progress(len(rows), len(rows) * 2)
    on_bills = pairs(bills.values(), progress)
    of_customers = tuple(pairs(buyers.values(), progress))
    grouped = _grouped(group_of, bills.values(), buyers.values(), progress)
    found = Together(tuple(on_bills), of_customers, names, buyers, grouped)
    _kept[:] = [(state, found)]
    return found


def _grouped(
    group_of: Mapping[int, str], bills: Iterable[set[int]], buyers: Iterable[set[int]], progress: Progress
) -> Groups:
    """The same with the groups of the products, numbered by name."""
    names = dict(enumerate(sorted(set(group_of.values())), 1))
    if not names:
        return Groups()
    number = {name: place for place, name in names.items()}
    own = {item: number[name] for item, name in group_of.items()}

    def told(baskets: Iterable[set[int]]) -> tuple[Pair, ...]:
        return tuple(pairs([{own[item] for item in basket if item in own} for basket in baskets], progress))

    return Groups(told(bills), told(buyers), names)


def latest() -> Together:
    """The pairs of today as they were last counted, at once; none while they were not."""
    now = order_history.state()[:2]
    return next((found for of, found in _kept if of[:2] == now), Together((), (), {}))


def pairs(baskets: Collection[set[int]], progress: Progress | None = None) -> list[Pair]:
    """All pairs worth telling, in both directions, the surest first."""
    alone = Counter(item for basket in baskets for item in basket)
    common = {item: number for item, number in alone.items() if number >= LEAST_BASKETS}
    both: Counter[tuple[int, int]] = Counter()
    for place, basket in enumerate(baskets):
        if progress is not None and not place % _STEP:
            progress.check()
        known = [item for item in basket if item in common]
        if len(known) > WIDEST:
            known = sorted(known, key=lambda item: (-common[item], item))[:WIDEST]
        both.update(combinations(sorted(known), 2))
    return sorted(_told(both, common, len(baskets)), key=lambda p: (-p.confidence, -p.both, p.first, p.other))


def _told(both: Counter[tuple[int, int]], common: dict[int, int], baskets: int) -> Iterable[Pair]:
    for (one, two), number in both.items():
        chance = common[one] * common[two] / baskets
        if number < LEAST_BASKETS or number - chance < SCATTER * math.sqrt(chance):
            continue
        yield Pair(one, two, number, common[one], common[two], baskets)
        yield Pair(two, one, number, common[two], common[one], baskets)


def offers(found: Together, customer_id: int, most: int = 3) -> list[Pair]:
    """What to offer to a customer: of each product that they do not have the surest pair with one that they have."""
    has = found.bought.get(customer_id, set())
    best: dict[int, Pair] = {}
    for first in has:
        for pair in found.of_first.get(first, ()):
            known = best.get(pair.other)
            if pair.other not in has and (known is None or pair.confidence > known.confidence):
                best[pair.other] = pair
    return sorted(best.values(), key=lambda p: (-p.confidence, -p.both, p.other))[:most]
