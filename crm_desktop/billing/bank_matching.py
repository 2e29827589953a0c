"""What each open bank transaction probably is, with the reason in a sentence; nothing is booked here.

`match`: the text names the document and the amount fits: ticked. `suggest`: something speaks for it, the owner decides.
`none`: the owner must say. No document is proposed to be paid twice: matches take what is open first, oldest first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from crm_desktop.billing import bank_statements, payments, settlement, wording
from crm_desktop.billing.bank_evidence import Claim, Numbers, Payers, open_claims
from crm_desktop.billing.bank_statements import Transaction
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import to_minor
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db

MATCH, SUGGEST, NONE = "match", "suggest", "none"
# A discount this many days late is still shown, for the owner to grant or not.
LATEST_DISCOUNT_DAYS = 14
_NEAR_DAYS, _MOST_COMBINED = 15, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a transaction would settle of one document, in minor units; below zero of a credit note."""

    document_id: int
    number: str
    amount_minor: int
    discount_minor: int = 0
    write_off_minor: int = 0
    late_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a transaction probably is. `payment_id`: a payment that was entered by hand and is the same money.

    `credit_minor` is what would stay as the credit of `customer_id`; `received_id` a received invoice that was paid.
    """

    transaction_id: int
    strength: str
    reason: str
    parts: tuple[Part, ...] = ()
    customer_id: int | None = None
    customer: str = ""
    credit_minor: int = 0
    payment_id: int | None = None
    received_id: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether it can be booked as it stands."""
        return bool(self.parts or self.payment_id or self.received_id or (self.credit_minor and self.customer_id))


def proposals(transaction_ids: Sequence[int] | None = None, progress: Progress | None = None) -> dict[int, Proposal]:
    """What each open transaction (all, or those given) probably is, by its id."""
    progress = progress or Progress()
    wanted = bank_statements.ids("open", order="booked_on", descending=False)
    return _Matcher().all(bank_statements.rows(wanted), progress, set(transaction_ids or wanted))


def _money(minor: int, currency: str) -> str:
    return wording.amount(abs(minor), currency)


class _Matcher:
    """Knows what is open and whose accounts there are; reads them once for all transactions."""

    def __init__(self) -> None:
        self._claims = {claim.id: claim for claim in open_claims()}
        self._left = {claim.id: claim.open_minor for claim in self._claims.values()}
        self._numbers, self._settled = Numbers(), Numbers()
        self._of_customer: defaultdict[int, list[Claim]] = defaultdict(list)
        for claim in self._claims.values():
            self._numbers.add(claim.number, claim.id)
            if claim.reference:
                self._numbers.add(claim.reference, claim.id)
            if claim.customer_id is not None:
                self._of_customer[claim.customer_id].append(claim)
        self._by_amount: defaultdict[tuple[int, str], list[Claim]] = defaultdict(list)
        for claim in self._claims.values():
            self._by_amount[claim.open_minor, claim.currency].append(claim)
        self._payers = Payers()
        self._limit = payments.write_off_limit()
        self._twins = _twins()
        self._by_hand = _by_hand()
        self._received = _received()
        self._read_settled()

    def _read_settled(self) -> None:
        self._settled_numbers: dict[int, str] = {}
        for document_id, number in db.query(
            "SELECT d.id, d.number FROM document d JOIN document_balance b ON b.id = d.id "
            "WHERE b.open_minor = 0 AND d.kind IN ('invoice', 'receipt')"
        ):
            self._settled.add(number, document_id)
            self._settled_numbers[document_id] = number

    # ---- all ---------------------------------------------------------------------------------------------------------

    def all(self, rows: Sequence[Transaction], progress: Progress, wanted: set[int]) -> dict[int, Proposal]:
        """First what is certain, then what may be."""
        found: dict[int, Proposal] = {}
        for number, row in enumerate(rows):
            if number % 500 == 0:
                progress(number, 2 * len(rows))
            if (certain := self._certain(row)) is not None:
                found[row.id] = certain
                for part in certain.parts:
                    self._left[part.document_id] -= part.amount_minor
        for number, row in enumerate(rows):
            if number % 500 == 0:
                progress(len(rows) + number, 2 * len(rows))
            if row.id in wanted and row.id not in found:
                found[row.id] = self._with_twin(row, self._probable(row))
        return {row_id: proposal for row_id, proposal in found.items() if row_id in wanted}

    def _named(self, row: Transaction) -> list[tuple[Claim, bool]]:
        """Documents that the text names whose currency and direction fit."""
        return [
            (claim, certain)
            for document_id, certain in self._numbers.named(f"{row.purpose}\n{row.end_to_end}")
            if (claim := self._claims[document_id]).currency == row.currency
        ]

    def _customer(self, row: Transaction) -> tuple[int | None, str]:
        """Whose transaction it is, and the sentence that says why; a name that is known goes before a shared account."""
        by_account, by_name = self._payers.of_account(row.party_iban), self._payers.of_name(row.party)
        if by_account is not None and by_name in (None, by_account):
            words = _("The account is that of {name}.")
            return by_account, words.format(name=self._payers.names.get(by_account, ""))
        if by_name is not None:
            return by_name, _("The name is that of {name}.").format(name=self._payers.names.get(by_name, ""))
        return None, ""

    def _certain(self, row: Transaction) -> Proposal | None:
        named = self._named(row)
        if len(named) != 1 or row.id in self._twins:
            return None
        claim, certain = named[0]
        if self._left[claim.id] != row.amount_minor or claim.open_minor != row.amount_minor:
            return None
        if not certain and self._customer(row)[0] != claim.customer_id:
            return None
        reason = _("Text names {number} and the amount fits.").format(number=claim.number)
        return self._proposal(row, MATCH, reason, [self._part(claim, row.amount_minor)])

    def _with_twin(self, row: Transaction, found: Proposal) -> Proposal:
        if row.id not in self._twins:
            return found
        words = _("The same day and amount were read from {file} before: probably the same money. Ignore it then.")
        return replace(found, strength=NONE, reason=words.format(file=self._twins[row.id]))

    def _probable(self, row: Transaction) -> Proposal:
        if (known := self._entered_by_hand(row)) is not None:
            return known
        named = [claim for claim, _certain in self._named(row) if (claim.open_minor > 0) == (row.amount_minor > 0)]
        if row.amount_minor < 0:
            return self._outgoing(row, named)
        mixed = [claim for claim, _certain in self._named(row)]
        if named:
            return self._by_number(row, named, mixed)
        return self._by_customer(row) or self._by_amount_only(row) or self._unknown(row)

    # ---- proposals ---------------------------------------------------------------------------------------------------

    def _part(self, claim: Claim, minor: int, **more: int) -> Part:
        return Part(document_id=claim.id, number=claim.number, amount_minor=minor, **more)

    def _proposal(self, row: Transaction, strength: str, reason: str, parts: Sequence[Part]) -> Proposal:
        first = self._claims[parts[0].document_id] if parts else None
        customer_id = first.customer_id if first else self._customer(row)[0]
        rest = row.amount_minor - sum(part.amount_minor for part in parts) if parts else 0
        return Proposal(
            transaction_id=row.id,
            strength=strength,
            reason=reason,
            parts=tuple(parts),
            customer_id=customer_id,
            customer=first.customer if first else self._payers.names.get(customer_id or 0, ""),
            credit_minor=rest if customer_id is not None else 0,
        )

    def _by_number(self, row: Transaction, named: Sequence[Claim], mixed: Sequence[Claim]) -> Proposal:
        numbers = ", ".join(claim.number for claim in mixed)
        together = sum(self._left[claim.id] for claim in mixed)
        if together == row.amount_minor:
            words = (
                _("Text names {numbers}, and the amount fits.")
                if len(mixed) == 1
                else _("Text names {numbers}; together {amount} is open, which fits.")
            )
            parts = [self._part(claim, self._left[claim.id]) for claim in mixed]
            return self._proposal(
                row, SUGGEST, words.format(numbers=numbers, amount=_money(together, row.currency)), parts
            )
        if all(self._left[claim.id] == 0 for claim in named):
            words = _(
                "Text names {numbers}, which another transaction here settles: paid twice? It can be kept as credit."
            )
            return self._keep_as_credit(row, named[0].customer_id, words.format(numbers=numbers))
        if (reduced := self._with_discount(row, named)) is not None:
            return reduced
        return self._unequal(row, named, numbers)

    def _with_discount(self, row: Transaction, named: Sequence[Claim]) -> Proposal | None:
        """All named documents less their discounts, where that is the amount."""
        parts, latest = [], 0
        for claim in named:
            late = (row.booked_on - claim.discount_until).days if claim.discount_until else 0
            taken = claim.discount_minor if late <= LATEST_DISCOUNT_DAYS else 0
            latest = max(latest, late if taken else 0)
            more = {"discount_minor": taken, "late_days": max(late, 0)} if taken else {}
            parts.append(self._part(claim, self._left[claim.id] - taken, **more))
        taken = sum(part.discount_minor for part in parts)
        if not taken or sum(part.amount_minor for part in parts) != row.amount_minor:
            return None
        shown = {"numbers": ", ".join(part.number for part in parts), "discount": _money(taken, row.currency)}
        words = _("Text names {numbers}; the amount fits with the discount of {discount}, taken in time.")
        if latest > 0:
            words = ngettext(
                "Text names {numbers}; the amount fits with the discount of {discount}, but {n} day late. Grant it?",
                "Text names {numbers}; the amount fits with the discount of {discount}, but {n} days late. Grant it?",
                latest,
            )
        return self._proposal(row, SUGGEST, words.format(n=latest, **shown), parts)

    def _unequal(self, row: Transaction, named: Sequence[Claim], numbers: str) -> Proposal:
        """Another amount than is open: a small difference, a part, or more than is open."""
        left, parts = row.amount_minor, []
        for claim in named:
            share = min(left, self._left[claim.id])
            left -= share
            if share > 0:
                parts.append(self._part(claim, share))
        still = sum(self._left[claim.id] for claim in named) - row.amount_minor
        shown = {"numbers": numbers, "difference": _money(still, row.currency)}
        if still < 0:
            words = _("Text names {numbers}; {difference} is more than is open and stays as credit.")
        elif still <= to_minor(self._limit, row.currency) and len(parts) == len(named):
            words = _("Text names {numbers}; {difference} is missing, a small difference to write off.")
            parts[-1] = replace(parts[-1], write_off_minor=still)
        else:
            words = _("Text names {numbers}; {difference} is missing: a part payment.")
        return self._proposal(row, SUGGEST, words.format(**shown), parts)

    def _by_customer(self, row: Transaction) -> Proposal | None:
        customer_id, reason = self._customer(row)
        if customer_id is None:
            return None
        claims = [c for c in self._of_customer[customer_id] if c.currency == row.currency and self._left[c.id] > 0]
        fitting = self._fitting(row, claims)
        if fitting:
            numbers = ", ".join(claim.number for claim in fitting)
            words = _("{numbers} is open with this amount.") if len(fitting) == 1 else _("{numbers} add up to it.")
            parts = [self._part(claim, self._left[claim.id]) for claim in fitting]
            return self._proposal(row, SUGGEST, f"{reason} {words.format(numbers=numbers)}", parts)
        if claims and (reduced := next((r for c in claims if (r := self._with_discount(row, [c]))), None)) is not None:
            words = _("{number} fits with the discount for early payment.").format(number=reduced.parts[0].number)
            return replace(reduced, reason=f"{reason} {words}")
        words = _("None of their open invoices has this amount.") if claims else _("Nothing of theirs is open.")
        if again := self._names_settled(row):
            words = again  # paid twice, perhaps
        return self._keep_as_credit(row, customer_id, f"{reason} {words}")

    def _fitting(self, row: Transaction, claims: Sequence[Claim]) -> list[Claim]:
        """One document with the amount, all together, or the one combination that adds up to it."""
        single = [claim for claim in claims if self._left[claim.id] == row.amount_minor]
        if single:
            return single[:1]
        if len(claims) > 1 and sum(self._left[claim.id] for claim in claims) == row.amount_minor:
            return list(claims)
        if len(claims) > _MOST_COMBINED:
            return []
        ways = [
            group
            for size in range(2, min(len(claims), 4))
            for group in combinations(claims, size)
            if sum(self._left[claim.id] for claim in group) == row.amount_minor
        ]
        return list(ways[0]) if len(ways) == 1 else []

    def _keep_as_credit(self, row: Transaction, customer_id: int | None, reason: str) -> Proposal:
        """The owner must say; the customer is known, and keeping it as credit is one act away."""
        name = self._payers.names.get(customer_id or 0, "")
        return Proposal(transaction_id=row.id, strength=NONE, reason=reason, customer_id=customer_id, customer=name)

    def _by_amount_only(self, row: Transaction) -> Proposal | None:
        found = [c for c in self._by_amount.get((row.amount_minor, row.currency), []) if self._left[c.id]]
        if not found:
            return None
        if len(found) > 1:
            words = _("{n} open documents have this amount, and nothing else tells. Choose one.")
            return Proposal(transaction_id=row.id, strength=NONE, reason=words.format(n=len(found)))
        words = _("Only the amount fits: {number} of {customer}.")
        reason = words.format(number=found[0].number, customer=found[0].customer or "–")
        return self._proposal(row, SUGGEST, reason, [self._part(found[0], row.amount_minor)])

    def _names_settled(self, row: Transaction) -> str:
        """A sentence where the text names a document that is settled; else nothing."""
        for document_id, _certain in self._settled.named(f"{row.purpose}\n{row.end_to_end}"):
            number = self._settled_numbers[document_id]
            return _("Text names {number}, which is settled already.").format(number=number)
        return ""

    def _unknown(self, row: Transaction) -> Proposal:
        words = f"{row.purpose}\n{row.end_to_end}"
        other = [self._claims[i] for i, _c in self._numbers.named(words) if self._claims[i].currency != row.currency]
        settled = self._names_settled(row)
        if other:
            reason = _("Text names {number}, but that is in {currency}. Enter what it came to by hand.").format(
                number=other[0].number, currency=other[0].currency
            )
        elif settled:
            reason = settled
        else:
            reason = _("Nothing open fits. Choose an invoice or a customer, or ignore it.")
        return Proposal(transaction_id=row.id, strength=NONE, reason=reason)

    # ---- money that went out, or was entered before ------------------------------------------------------------------

    def _outgoing(self, row: Transaction, named: Sequence[Claim]) -> Proposal:
        if named and self._left[named[0].id] <= row.amount_minor:
            words = _("Text names {number}: part of it goes back.").format(number=named[0].number)
            return self._proposal(row, SUGGEST, words, [self._part(named[0], row.amount_minor)])
        customer_id, reason = self._customer(row)
        owed = [
            c for c in self._by_amount.get((row.amount_minor, row.currency), [])
            if self._left[c.id] and customer_id in (None, c.customer_id)
        ]  # fmt: skip
        if len(owed) == 1:
            words = _("{reason} {number} is to be paid back with this amount.").format(
                reason=reason, number=owed[0].number
            )
            return self._proposal(row, SUGGEST, words.strip(), [self._part(owed[0], row.amount_minor)])
        for document_id, sender, number in self._received.get((-row.amount_minor, row.currency), []):
            single = Numbers()
            single.add(number, document_id)
            if single.named(f"{row.purpose}\n{row.end_to_end}"):
                words = _("Text names the received invoice {number} of {sender}, and the amount fits.")
                reason = words.format(number=number, sender=sender)
                return Proposal(transaction_id=row.id, strength=SUGGEST, reason=reason, received_id=document_id)
        if customer_id is not None and settlement.credit_minor(customer_id, row.currency) >= -row.amount_minor:
            words = _("It fits their credit: money paid back.")
            return Proposal(
                transaction_id=row.id, strength=SUGGEST, reason=f"{reason} {words}", customer_id=customer_id,
                customer=self._payers.names.get(customer_id, ""), credit_minor=row.amount_minor,
            )  # fmt: skip
        return Proposal(transaction_id=row.id, strength=NONE, reason=_("Money that went out, for nothing known here."))

    def _entered_by_hand(self, row: Transaction) -> Proposal | None:
        """A payment of the same amount that was entered by hand around the day, of a document or customer that fits."""
        named = {i for i, _c in self._settled.named(f"{row.purpose}\n{row.end_to_end}")}
        named |= {claim.id for claim, _c in self._named(row)}
        customer_id = self._customer(row)[0]
        for payment_id, day, owner, documents in self._by_hand.get((row.amount_minor, row.currency), []):
            near = abs((day - row.booked_on).days) <= _NEAR_DAYS
            if near and (named & documents or (not named and owner is not None and owner == customer_id)):
                words = _(
                    "A payment of this amount was entered by hand for {day}: the same money. Nothing is booked again."
                )
                return Proposal(
                    transaction_id=row.id,
                    strength=SUGGEST,
                    reason=words.format(day=wording.day(day)),
                    customer_id=owner,
                    customer=self._payers.names.get(owner or 0, ""),
                    payment_id=payment_id,
                )
        return None


def _twins() -> dict[int, str]:
    """Open transactions that a file of another format brought before (same day and amount) → the name of that file."""
    return dict(
        db.query(
            "SELECT t.id, s2.file_name FROM bank_transaction t JOIN bank_statement s ON s.id = t.statement_id "
            "JOIN bank_transaction t2 ON t2.booked_on = t.booked_on AND t2.amount_minor = t.amount_minor "
            "AND t2.currency = t.currency AND t2.id < t.id JOIN bank_statement s2 ON s2.id = t2.statement_id "
            "WHERE t.state = 'open' AND s2.format <> s.format AND (s.account = s2.account OR '' IN (s.account, s2.account))"
        )
    )


def _by_hand() -> dict[tuple[int, str], list[tuple[int, date, int | None, set[int]]]]:
    """Payments that no bank transaction holds: (amount, currency) → (id, day, customer, documents)."""
    found: defaultdict[tuple[int, str], list[tuple[int, date, int | None, set[int]]]] = defaultdict(list)
    for payment_id, day, minor, currency, customer_id, documents in db.query(
        "SELECT p.id, p.paid_on, p.amount_minor, p.currency, p.customer_id, (SELECT group_concat(a.document_id) "
        "FROM allocation a WHERE a.payment_id = p.id) FROM payment p WHERE p.method NOT IN ('cash', 'card') AND NOT EXISTS "
        "(SELECT 1 FROM bank_transaction t WHERE t.payment_id = p.id)"
    ):
        settled = {int(part) for part in (documents or "").split(",") if part}
        found[minor, currency].append((payment_id, date.fromisoformat(day), customer_id, settled))
    return found


def _received() -> dict[tuple[int, str], list[tuple[int, str, str]]]:
    """Received invoices that are not paid: (amount, currency) → (id, sender, number)."""
    found: defaultdict[tuple[int, str], list[tuple[int, str, str]]] = defaultdict(list)
    for row_id, sender, number, minor, currency in db.query(
        "SELECT id, sender, number, gross_minor, currency FROM received_document WHERE paid_on IS NULL "
        "AND deleted_at IS NULL AND number <> ''"
    ):
        found[minor, currency].append((row_id, sender, number))
    return found
