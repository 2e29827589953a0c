"""A made-up business of any number of invoice lines in which everything is known beforehand: who is who, and what goes together.

Kinds of customers, each with a rhythm and amounts of their own: `champion` (every fortnight, dear, until today), `regular`
(every month, middling, until today), `fresh` (one first order of late), `leaver` (every three weeks for long, then silent
for ten months), `rare` (one or two cheap orders, long ago). Products 1 and 2, and 3 and 4, are bought together four times
in five; all others come by chance.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from crm_desktop.db import connection as db
from crm_desktop.db import derived

TODAY = date(2026, 11, 22)
ITEMS = 60
PAIRS = ((1, 2), (3, 4))
TOGETHER = 0.8


@dataclass(frozen=True)
class Kind:
    """How customers of a kind buy: days between orders, days since the first and the last order, cents a line, share."""

    gap: int
    first: tuple[int, int]
    last: tuple[int, int]
    cents: tuple[int, int]
    share: float
    orders: tuple[int, int] = (0, 0)


KINDS = {
    "champion": Kind(14, (500, 900), (0, 12), (8_000, 20_000), 0.08),
    "regular": Kind(30, (400, 800), (0, 25), (2_000, 5_000), 0.22),
    "fresh": Kind(0, (1, 20), (1, 20), (1_000, 6_000), 0.15, (1, 1)),
    "leaver": Kind(21, (900, 1100), (300, 330), (4_000, 9_000), 0.15),
    "rare": Kind(60, (700, 1000), (600, 900), (800, 2_000), 0.40, (1, 2)),
}


@dataclass
class Planted:
    """What was planted: customers by kind, and how many lines there are."""

    customers: dict[str, list[int]] = field(default_factory=dict)
    lines: int = 0

    @property
    def kind_of(self) -> dict[int, str]:
        """Customer → kind."""
        return {customer: kind for kind, ids in self.customers.items() for customer in ids}


def plant(lines: int, seed: int = 11) -> Planted:
    """Fill the open company with about so many invoice lines; the same in every run."""
    chance = random.Random(seed)
    customers, documents, rows, made = [], [], [], Planted()
    names, weights = list(KINDS), [kind.share for kind in KINDS.values()]
    while made.lines < lines:
        customer = len(customers) + 1
        name = chance.choices(names, weights)[0]
        made.customers.setdefault(name, []).append(customer)
        customers.append((customer, f"P-{customer:06d}", f"Customer {customer}", TODAY.isoformat()))
        for day in _days(KINDS[name], chance):
            document = len(documents) + 1
            bought = _basket(chance)
            cents = [chance.randint(*KINDS[name].cents) for _item in bought]
            documents.append((document, customer, f"P{document:07d}", day.isoformat(), sum(cents)))
            rows += [
                (document, place, item, f"Product {item}", net)
                for place, (item, net) in enumerate(zip(bought, cents, strict=True), 1)
            ]
            made.lines += len(bought)
    _write(customers, documents, rows)
    return made


def _days(kind: Kind, chance: random.Random) -> Iterator[date]:
    first, last = chance.randint(*kind.first), chance.randint(*kind.last)
    if kind.orders[1]:
        for number in range(chance.randint(*kind.orders)):
            yield TODAY - timedelta(days=max(last, first - number * kind.gap))
        return
    ago = first
    while ago > last:
        yield TODAY - timedelta(days=ago)
        ago -= max(1, round(kind.gap * chance.uniform(0.7, 1.3)))
    yield TODAY - timedelta(days=last)


def _basket(chance: random.Random) -> list[int]:
    bought = set(chance.sample(range(5, ITEMS + 1), chance.randint(2, 4)))
    for one, other in PAIRS:
        if chance.random() < 0.15:
            bought |= {one, other} if chance.random() < TOGETHER else {chance.choice((one, other))}
    return sorted(bought)


def _write(customers: list[tuple], documents: list[tuple], rows: list[tuple]) -> None:
    """Straight into the tables, for speed; what is derived is made anew at the end."""
    with db.transaction():
        db.execute_many(
            "INSERT INTO customer(id, number, kind, name, company, phone, created_at, updated_at) "
            "VALUES(?1, ?2, 'organisation', ?3, ?3, '+49 40 ' || ?1, ?4, ?4)", customers)  # fmt: skip
        db.execute_many(
            "INSERT INTO item(id, number, name, currency, created_at, updated_at) VALUES(?1, ?2, ?3, 'EUR', ?4, ?4)",
            [(item, f"I-{item}", f"Product {item}", TODAY.isoformat()) for item in range(1, ITEMS + 1)])  # fmt: skip
        db.execute_many(
            "INSERT INTO document(id, kind, customer_id, number, issue_on, due_on, language, currency, price_mode, "
            "tax_basis_minor, grand_total_minor, due_minor, created_at, updated_at) "
            "VALUES(?1, 'invoice', ?2, ?3, ?4, ?4, 'en', 'EUR', 'net', ?5, ?5, ?5, ?4, ?4)", documents)  # fmt: skip
        db.execute_many(
            "INSERT INTO document_line(document_id, position, item_id, name, net_minor, quantity_scaled, price_scaled, "
            "category) VALUES(?1, ?2, ?3, ?4, ?5, 1000000, ?5 * 10000, 'S')", rows)  # fmt: skip
        db.execute("UPDATE document SET state = 'issued'")
        db.execute(
            "INSERT INTO payment(id, customer_id, paid_on, amount_minor, currency, created_at) "
            "SELECT id, customer_id, issue_on, due_minor, 'EUR', created_at FROM document"
        )
        db.execute(
            "INSERT INTO allocation(document_id, payment_id, amount_minor, made_on) "
            "SELECT id, id, due_minor, issue_on FROM document"
        )
        db.execute("DELETE FROM stale")
        derived.rebuild(db.raw())
