"""What speaks for a bank transaction belonging to a document: numbers in its text, accounts, names.

A document's number is found however it is written ("re 2026 0151" is RE-2026-0151), and its digits alone too, which is
weaker. An account belongs to the customer in whose record it stands, and to those whose payments came from it before.
"""

from __future__ import annotations

import json
import string
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from crm_desktop.billing.document import CREDIT_NOTE
from crm_desktop.core import dates, text
from crm_desktop.core.money import from_minor, round_amount, to_minor
from crm_desktop.db import connection as db

_SHORTEST, _SHORTEST_DIGITS, _PREFIX = 4, 6, 2
_SIGNS = frozenset(string.ascii_letters + string.digits)
# Words of a name that tell nothing: legal forms, forms of address.
_LEGAL = frozenset(
    (
        *("gmbh", "ag", "kg", "ohg", "ug", "ek", "e", "k", "co", "mbh", "haftungsbeschrankt", "gbr", "firma", "fa"),
        *("ltd", "limited", "inc", "llc", "corp", "plc", "sarl", "sas", "sa", "eurl", "spa", "srl", "bv", "nv", "sl"),
        *("und", "and", "et", "the", "herr", "frau", "herrn", "mr", "mrs", "ms", "dr", "prof"),
    )
)


@dataclass(slots=True)
class Claim:
    """An issued document that is not settled; `open_minor` is below zero where we owe. Discounts as of its terms."""

    id: int
    kind: str
    number: str
    customer_id: int | None
    customer: str
    currency: str
    open_minor: int
    reference: str = ""
    discount_minor: int = 0
    discount_until: date | None = None


def open_claims(*, customer_id: int | None = None, document_id: int | None = None) -> list[Claim]:
    """Everything that is open (of a customer, or one document), the earliest due first."""
    where, params = "b.open_minor <> 0", list[int]()
    if customer_id is not None:
        where, params = f"{where} AND b.customer_id = ?", [customer_id]
    if document_id is not None:
        where, params = f"{where} AND b.id = ?", [*params, document_id]
    found = db.query(
        "SELECT d.id, d.kind, d.number, d.customer_id, coalesce(c.name, json_extract(d.buyer, '$.name'), ''), d.currency, "
        "b.open_minor, d.payment_reference, d.due_minor - b.credited_minor, d.terms, d.issue_on "
        "FROM document_balance b JOIN document d ON d.id = b.id LEFT JOIN customer c ON c.id = d.customer_id "
        f"WHERE {where} ORDER BY d.due_on, d.id",
        params,
    )
    return [_claim(*row[:8], base=row[8], terms=row[9], issued=row[10]) for row in found]


def _claim(*values: object, base: int, terms: str, issued: str | None) -> Claim:
    claim = Claim(*values)  # type: ignore[arg-type]
    told = json.loads(terms or "{}")
    if told.get("discount_bp") and claim.kind != CREDIT_NOTE and issued and base > 0:
        share = from_minor(base, claim.currency) * Decimal(told["discount_bp"]) / 10_000
        claim.discount_minor = to_minor(round_amount(share, claim.currency), claim.currency)
        claim.discount_until = dates.add_days(date.fromisoformat(issued), int(told.get("discount_days") or 0))
    return claim


# ---- numbers in a text ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _bare(words: str) -> tuple[str, list[int]]:
    """Letters and digits only, in capitals, and where each stood. Several look at the same text one after the other."""
    places = [place for place, sign in enumerate(words) if sign in _SIGNS]
    return "".join([words[place] for place in places]).upper(), places


class Numbers:
    """Finds the numbers of documents in a text. `add` them first; `named` gives (document id, is it certain)."""

    def __init__(self) -> None:
        self._ids: dict[str, tuple[int, bool]] = {}
        self._doubtful: set[str] = set()
        self._prefixes: set[str] = set()
        self._lengths: list[int] = []

    def add(self, number: str, document_id: int) -> None:
        """Let a number or a payment reference lead to a document."""
        whole, _places = _bare(number)
        digits = text.digits_of(number)
        certain = len(whole) >= _SHORTEST and (not whole.isdigit() or len(whole) >= _SHORTEST_DIGITS)
        if len(whole) >= _PREFIX:
            self._put(whole, document_id, certain=certain)
        if digits != whole and len(digits) >= _SHORTEST_DIGITS:
            self._put(digits, document_id, certain=False)

    def _put(self, key: str, document_id: int, *, certain: bool) -> None:
        known = self._ids.get(key)
        if known is not None and known[0] != document_id:
            if certain and not known[1]:
                self._ids[key] = (document_id, True)
            elif not certain and not known[1]:
                self._doubtful.add(key)
            return
        self._ids[key] = (document_id, certain or (known is not None and known[1]))
        self._prefixes.add(key[:_PREFIX])
        if len(key) not in self._lengths:
            self._lengths = sorted({*self._lengths, len(key)}, reverse=True)

    def named(self, words: str) -> list[tuple[int, bool]]:
        """The documents that a text names, in the order of the text, each once."""
        if not self._ids:
            return []
        bare, places = _bare(words)
        found: dict[int, bool] = {}
        end, prefixes = 0, self._prefixes
        for at in [n for n in range(len(bare) - 1) if bare[n : n + _PREFIX] in prefixes]:
            length = self._longest(bare, places, at) if at >= end else 0
            if length:
                document_id, certain = self._ids[bare[at : at + length]]
                found[document_id] = certain or found.get(document_id, False)
                end = at + length
        return list(found.items())

    def _longest(self, bare: str, places: list[int], at: int) -> int:
        for length in self._lengths:
            key = bare[at : at + length]
            if len(key) == length and key in self._ids and key not in self._doubtful:
                short = len(key) < _SHORTEST_DIGITS and key.isdigit()
                if _stands_alone(bare, places, at, at + length, strictly=short):
                    return length
        return 0


def _stands_alone(bare: str, places: list[int], start: int, end: int, *, strictly: bool) -> bool:
    """Whether no digit (strictly: no letter either) touches what was found, so that 15 is not found in 151."""

    def touches(inner: int, outer: int) -> bool:
        if not 0 <= outer < len(bare) or abs(places[outer] - places[inner]) != 1:
            return False
        return strictly or (bare[inner].isdigit() and bare[outer].isdigit())

    return not touches(start, start - 1) and not touches(end - 1, end)


# ---- accounts and names ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def name_key(name: str) -> frozenset[str]:
    """The telling words of a name: "Café Ostwind GmbH" is {cafe, ostwind}."""
    words = "".join(sign if sign.isalnum() else " " for sign in text.fold(name)).split()
    return frozenset(word for word in words if word not in _LEGAL) or frozenset(words)


class Payers:
    """Knows whose an account is, and which customer a name means."""

    def __init__(self) -> None:
        self._of_iban: defaultdict[str, set[int]] = defaultdict(set)
        self.names: dict[int, str] = {}
        self._of_name: defaultdict[frozenset[str], set[int]] = defaultdict(set)
        for customer_id, name, iban in db.query("SELECT id, name, iban FROM customer WHERE deleted_at IS NULL"):
            self.names[customer_id] = name
            self._of_name[name_key(name)].add(customer_id)
            if iban:
                self._of_iban[iban].add(customer_id)
        learnt = db.query(
            "SELECT DISTINCT t.party_iban, p.customer_id FROM bank_transaction t JOIN payment p ON p.id = t.payment_id "
            "WHERE t.state = 'booked' AND t.party_iban <> '' AND p.customer_id IS NOT NULL"
        )
        for iban, customer_id in learnt:
            self._of_iban[iban].add(customer_id)

    def of_account(self, iban: str) -> int | None:
        """The one customer of an account, None where there is none or several."""
        found = self._of_iban.get(iban, set()) if iban else set()
        return next(iter(found)) if len(found) == 1 else None

    def of_name(self, name: str) -> int | None:
        """The one customer of this name, None where there is none or several."""
        found = self._of_name.get(name_key(name), set()) if name else set()
        return next(iter(found)) if len(found) == 1 else None
