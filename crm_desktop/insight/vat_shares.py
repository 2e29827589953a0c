"""What of a bill counts for the VAT return, day by day: what fell due or was paid, and what was lost of it.

Every bill has running totals of the money that settled it, of the credit notes for it that settle it, and of discounts
and losses. A credit note for a bill takes its own tax groups off what the bill still asks for, so that a payment after
it holds the tax of what was paid for and of nothing else. A credit note that is set against another bill, or paid back,
counts as money on both sides. Each step is the difference of two running totals, converted before they are subtracted,
so that nothing is lost or counted twice by rounding.

A deposit, and a credit note for it, counts with the money; what is left of it falls due with the final invoice.

Source: § 13 Abs. 1 Nr. 1, § 17, § 20 UStG; Directive 2006/112/EC art. 65, 66, 90.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from crm_desktop.db import connection as db

ISSUED, PAID, REDUCED = "issued", "paid", "reduced"
_MONEY, _CREDIT, _REDUCED = "money", "credit", "reduced"
# (category, rate, 0 for the basis or 1 for the tax) → minor units, below zero on a credit note.
Vector = dict[tuple[str, int, int], int]
Convert = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Taxed:
    """A bill as the return sees it: its tax groups after deductions, and what is asked for them; signed.

    `counts_with_money` is true of deposits and credit notes for them; `due_on` is the day on which all of it counts at
    the latest, None while no final invoice deducted it.
    """

    id: int
    kind: str
    issued_on: date
    preceding_id: int | None
    claim_minor: int
    prepaid_minor: int
    groups: Vector
    counts_with_money: bool
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Step:
    """What one day changes, and why: `issued`, `paid` or `reduced`."""

    day: date
    why: str
    change: Vector


@dataclass(frozen=True, slots=True)
class _Move:
    """What settled a bill on a day; `part` is what a credit note for this bill takes off its groups."""

    day: date
    kind: str
    minor: int
    part: Vector


def steps(bill: Taxed, method: str, load: Callable[[int], Taxed], convert: Convert) -> Iterator[Step]:
    """Everything that a bill ever adds to the return, oldest first.

    Args:
        bill: the bill.
        method: "agreed" or "received".
        load: gives another bill by its id, for credit notes.
        convert: minor units of the bill's currency to those of the return.
    """
    moves = _moves(bill, load)
    paid, lost = _Running(bill, moves, convert), Vector()
    before = Vector()
    for day in sorted({bill.issued_on, *(move.day for move in moves), *([bill.due_on] if bill.due_on else [])}):
        is_due = bill.due_on is not None and day >= bill.due_on
        if method == "received" or (bill.counts_with_money and not is_due):
            now, why = paid.paid(day), PAID
        else:
            now, why = (paid.whole() if is_due else Vector()), ISSUED
        yield Step(day, why, minus(now, before))
        before = now
        if method == "agreed" and is_due:
            gone = paid.lost(day)
            yield Step(day, REDUCED, minus(lost, gone))
            lost = gone


class _Running:
    """The running totals of a bill."""

    def __init__(self, bill: Taxed, moves: list[_Move], convert: Convert) -> None:
        self._bill, self._moves, self._convert = bill, moves, convert

    def whole(self) -> Vector:
        """All that the bill says."""
        return self._converted(self._bill.groups)

    def paid(self, day: date) -> Vector:
        """What the money up to a day holds."""
        if not self._bill.claim_minor:
            return self.whole() if day >= self._bill.issued_on else Vector()
        left, asked = self._left(day)
        return self._converted(share(left, self._sum(_MONEY, day), asked))

    def lost(self, day: date) -> Vector:
        """What discounts and losses up to a day take off: what the money does not hold once all is settled."""
        left, asked = self._left(day)
        gone = self._sum(_REDUCED, day)
        if not gone or not asked:
            return Vector()
        return minus(self._converted(left), self._converted(share(left, asked - gone, asked)))

    def _left(self, day: date) -> tuple[Vector, int]:
        """The groups without what was credited up to a day, and what is asked for them."""
        left = self._bill.groups
        for move in self._moves:
            if move.kind == _CREDIT and move.day <= day:
                left = minus(left, move.part)
        return left, self._bill.claim_minor - self._sum(_CREDIT, day)

    def _sum(self, kind: str, day: date) -> int:
        return sum(move.minor for move in self._moves if move.kind == kind and move.day <= day)

    def _converted(self, vector: Vector) -> Vector:
        return {key: self._convert(minor) for key, minor in vector.items()}


def minus(one: Vector, other: Vector) -> Vector:
    """The difference of two vectors."""
    return {key: one.get(key, 0) - other.get(key, 0) for key in {**one, **other}}


def share(whole: Vector, part: int, claim: int) -> Vector:
    """So much of each entry as `part` is of `claim`, half up."""
    if part == claim:
        return whole
    return {key: _half_up(minor * part, claim) if claim else 0 for key, minor in whole.items()}


def _half_up(above: int, below: int) -> int:
    """A fraction, rounded half up away from zero, in whole numbers: this is done for each group of each payment."""
    size = (2 * abs(above) + abs(below)) // (2 * abs(below))
    return size if (above < 0) == (below < 0) else -size


# ---- what settled a bill --------------------------------------------------------------------------------------------

_ALLOCATIONS = """
SELECT a.id, a.made_on, a.kind, a.amount_minor, a.document_id, a.credit_note_id, n.preceding_id
FROM allocation a LEFT JOIN document n ON n.id = a.credit_note_id
WHERE a.document_id = ?1 OR a.credit_note_id = ?1 ORDER BY a.made_on, a.id
"""


def _moves(bill: Taxed, load: Callable[[int], Taxed]) -> list[_Move]:
    # What was paid before the bill was written comes first.
    found = [_Move(bill.issued_on, _MONEY, bill.prepaid_minor, {})] if bill.prepaid_minor else []
    for own_id, day, kind, minor, _document_id, note_id, preceding_id in db.query(_ALLOCATIONS, [bill.id]):
        made_on, is_note = date.fromisoformat(day), note_id == bill.id
        signed = -minor if is_note else minor
        if kind in ("discount", "write_off"):
            found.append(_Move(made_on, _REDUCED, signed, {}))
        elif kind == "credit" and _document_id == preceding_id:
            part = _parts(bill if is_note else load(note_id))[own_id]
            # A note's own groups are below zero, as is what it takes off itself.
            found.append(_Move(made_on, _CREDIT, signed, part if is_note else minus({}, part)))
        else:
            found.append(_Move(made_on, _MONEY, signed, {}))
    return found


def _parts(note: Taxed) -> dict[int, Vector]:
    """Allocation id → which of a credit note's groups it sets against its own bill."""
    found, total = {}, 0
    for own_id, _day, kind, minor, document_id, note_id, preceding_id in db.query(_ALLOCATIONS, [note.id]):
        if kind == "credit" and note_id == note.id and document_id == preceding_id:
            before = share(note.groups, total, note.claim_minor)
            total -= minor
            found[own_id] = minus(share(note.groups, total, note.claim_minor), before)
    return found
