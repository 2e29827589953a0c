"""Bank movements that plainly name an erased customer and are booked on nothing that must be kept: emptied of words.

What is here is a copy of the bank's statement, which the owner keeps as it came; so day, amount and currency stay and
party, account and texts go. Movements that are booked go with their payment, when its papers do. Decision 0031.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from crm_desktop.core.text import fold
from crm_desktop.db import connection as db
from crm_desktop.safety import erasing_rows

_NO_WORD = re.compile(r"[\W_]+")
_TWO_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "å": "aa", "ø": "oe"}
)


def naming(customer_ids: Collection[int], words: tuple[set[str], set[str]]) -> set[int]:
    """The ids of movements on no payment in which a full name, an e-mail address or an IBAN of customers stands.

    `words` are those of `erasing_rows.words_of`; what another customer is called or reached by names nobody.
    """
    names = {name for name in words[0] if erasing_rows.is_whole(name)}
    names = {name for name in names if not erasing_rows.is_called(name, customer_ids)}
    reached = {word for word in words[1] if not erasing_rows.is_reached_by(word, customer_ids)}
    accounts = set(map(_compact, reached))
    wanted = {f" {variant} " for name in names for variant in _variants(name)}
    wanted |= {f" {_words(word)} " for word in reached if "@" in word}
    rows = db.query(
        "SELECT id, party_iban, party || ' ' || purpose || ' ' || end_to_end FROM bank_transaction "
        "WHERE payment_id IS NULL AND party || party_iban || purpose <> ''"
    )
    return {
        row_id
        for row_id, account, text in rows
        if (account and _compact(account) in accounts) or _names_one(f" {_words(text)} ", wanted)
    }


def _names_one(text: str, wanted: set[str]) -> bool:
    return any(word in text for word in wanted)


def _variants(name: str) -> set[str]:
    """How banks write a name: without accents or with two letters for one, the last name first."""
    found = {_words(name), _words(name.translate(_TWO_LETTERS))}
    return found | {" ".join([last, *first]) for *first, last in map(str.split, found) if first}


def _words(text: str) -> str:
    return " ".join(_NO_WORD.sub(" ", fold(text)).split())


def _compact(text: str) -> str:
    return "".join(text.split()).upper()


def empty(ids: Iterable[int]) -> None:
    """Take the words out of movements, also out of the history."""
    ids = set(ids)
    db.execute(
        "UPDATE bank_transaction SET party = '', party_iban = '', purpose = '', end_to_end = '', bank_reference = '' "
        "WHERE id IN (SELECT value FROM json_each(?))",
        [erasing_rows.listed(ids)],
    )
    erasing_rows.forget("bank_transaction", ids)
