"""Bank statements that were read, and their transactions: kept once each, whatever file brings them again.

States of a transaction: open (waits to be booked) → booked (a payment holds it) or ignored; both lead back to open.
Each transaction has a fingerprint: account, days, amount, texts, the bank's reference, and its running number among
identical ones of the same statement. The same statement read again, or one that overlaps, adds nothing twice.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from crm_desktop.billing import wording
from crm_desktop.billing.bank_movement import BankFile, Movement, Statement
from crm_desktop.company import profile
from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict, NotFound, UserError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import bulk
from crm_desktop.db import connection as db

STATES = {"open": N_("To book"), "booked": N_("Booked"), "ignored": N_("Ignored")}
FORMATS = {"camt": "camt.053", "mt940": "MT940", "csv": "CSV", "workbook": "Excel"}
_BLANK = re.compile(r"\s+")
# Rows that are written in one go before the progress is told and Cancel is heard.
_BATCH = 5000


class WrongSumsError(UserError):
    """The sums of a statement do not add up; the owner may read it all the same."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a file: movements read, those that are new, those known already, sentences about the file.

    `first_id` is the first new transaction, 0 if there is none; `ignored` are those of the new ones that were put with the
    ignored at once.
    """

    read: int
    new: int
    known: int
    notices: tuple[str, ...] = ()
    first_id: int = 0
    ignored: int = 0


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction as a list shows it; `document_numbers` and `customer` are those of its payment."""

    id: int
    statement_id: int
    booked_on: date
    value_on: date | None
    amount_minor: int
    currency: str
    party: str
    party_iban: str
    purpose: str
    end_to_end: str
    state: str
    payment_id: int | None
    document_numbers: str
    file_name: str


# ---- keeping a file -------------------------------------------------------------------------------------------------


def check_sums(statement: Statement) -> str:
    """Why the balances of a statement do not fit its movements, as a sentence; empty where they do or are not told."""
    if statement.opening_minor is None or statement.closing_minor is None:
        return ""
    moved = sum(m.amount_minor for m in statement.movements if m.currency == statement.currency)
    missing = statement.closing_minor - statement.opening_minor - moved
    if not missing:
        return ""
    shown = {
        "opening": statement.opening_minor,
        "moved": moved,
        "closing": statement.closing_minor,
        "missing": abs(missing),
    }
    words = _(
        "The statement {number} does not add up: {opening} before and {moved} moved do not make {closing}; {missing} "
        "differ. The file may be incomplete."
    )
    amounts = {name: wording.amount(minor, statement.currency) for name, minor in shown.items()}
    return words.format(number=statement.number or _("of the file"), **amounts)


def notices(file: BankFile) -> list[str]:
    """What the owner should know about a file before it is kept: sums, another account, an empty or broken chain."""
    found = list(file.notices)
    found += [sentence for statement in file.statements if (sentence := check_sums(statement))]
    own = profile.load().iban
    accounts = {_compact(s.account) for s in file.statements if s.account}
    strangers = [a for a in accounts if own and a[:2].isalpha() and a != own and not _knows_account(a)]
    if strangers:
        words = _("This is a statement of {account}; the account in Settings is {own}.")
        found += [words.format(account=account, own=own) for account in sorted(strangers)]
    found += [sentence for before, after in pairwise(file.statements) if (sentence := _gap(before, after))]
    return found


def _gap(before: Statement, after: Statement) -> str:
    """A sentence where one statement does not begin with the balance with which the one before ended."""
    if before.account != after.account or before.closing_minor is None or after.opening_minor is None:
        return ""
    if before.closing_minor == after.opening_minor or before.currency != after.currency:
        return ""
    words = _("A statement seems to be missing between {first} and {second}: the balances do not meet.")
    return words.format(first=before.number or _shown(before.to_on), second=after.number or _shown(after.from_on))


def _shown(day: date | None) -> str:
    return wording.day(day) if day else "?"


def _compact(account: str) -> str:
    return _BLANK.sub("", account).upper()


def _knows_account(account: str) -> bool:
    return db.one("SELECT 1 FROM bank_statement WHERE account = ? LIMIT 1", [account]) is not None


def fingerprints(statement: Statement, seen: Counter[str] | None = None) -> Iterator[str]:
    """The fingerprint of each movement of a statement, in order; `seen` counts on from the page before."""
    seen = Counter() if seen is None else seen
    for movement in statement.movements:
        words = (
            _compact(statement.account),
            movement.booked_on.isoformat(),
            movement.value_on.isoformat() if movement.value_on else "",
            str(movement.amount_minor),
            movement.currency,
            *(_BLANK.sub("", text.fold(part)) for part in _texts(movement)),
        )
        key = "\x1f".join(words)
        yield hashlib.sha256(f"{key}\x1f{seen[key]}".encode()).hexdigest()
        seen[key] += 1


def _texts(movement: Movement) -> tuple[str, ...]:
    return (
        movement.party,
        movement.party_iban,
        movement.purpose,
        movement.end_to_end,
        movement.bank_reference,
    )


def keep(file: BankFile, progress: Progress | None = None, *, despite_sums: bool = False) -> Kept:
    """Keep what is new in a file, all or nothing; the transactions then wait to be booked.

    Raises:
        UserError: there is nothing in it.
        WrongSumsError: the sums do not add up, and `despite_sums` is not set.
        Cancelled: through `progress`; nothing is kept.
    """
    progress = progress or Progress()
    if not file.count:
        raise UserError(_("There is no booked transaction in “{name}”.").format(name=file.name))
    wrong = next((sentence for s in file.statements if (sentence := check_sums(s))), "")
    if wrong and not despite_sums:
        raise WrongSumsError(wrong)
    told = tuple(notices(file))
    with db.transaction(_("Read bank statement {name}").format(name=file.name), durable=True):
        first = bulk.next_id("bank_transaction")
        new = 0
        with bulk.inserting(("bank_statement", "bank_transaction")):
            before: Statement | None = None
            seen: Counter[str] = Counter()
            for statement in file.statements:
                seen = seen if _goes_on(before, statement) else Counter()
                new += _keep_statement(file, statement, list(fingerprints(statement, seen)), progress, done=new)
                before = statement
    return Kept(file.count, new, file.count - new, told, first if new else 0)


def _goes_on(before: Statement | None, after: Statement) -> bool:
    """Whether a statement is the next page of the one before: then identical movements of a day are counted on."""
    if before is None or before.account != after.account or before.closing_minor is None:
        return False
    return before.closing_minor == after.opening_minor


def _keep_statement(
    file: BankFile, statement: Statement, marks: Sequence[str], progress: Progress, *, done: int
) -> int:
    known = _known(marks)
    fresh = [(m, mark) for m, mark in zip(statement.movements, marks, strict=True) if mark not in known]
    if not fresh:
        return 0
    statement_id = db.insert("bank_statement", _head(file, statement))
    for start in range(0, len(fresh), _BATCH):
        progress(done + start, file.count)
        _insert(statement_id, fresh[start : start + _BATCH])
    return len(fresh)


def _known(marks: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(marks), 500):
        part = marks[start : start + 500]
        rows = db.query(
            f"SELECT fingerprint FROM bank_transaction WHERE fingerprint IN ({', '.join('?' * len(part))})", part
        )
        found |= {row[0] for row in rows}
    return found


def _head(file: BankFile, statement: Statement) -> dict[str, Any]:
    days = [m.booked_on for m in statement.movements]
    return {
        "sha256": file.sha256,
        "file_name": file.name,
        "format": statement.format,
        "account": _compact(statement.account),
        "number": statement.number,
        "from_on": (statement.from_on or min(days)).isoformat(),
        "to_on": (statement.to_on or max(days)).isoformat(),
        "currency": statement.currency,
        "opening_minor": statement.opening_minor,
        "closing_minor": statement.closing_minor,
        "read_at": dates.instant_text(dates.now()),
    }


def _insert(statement_id: int, fresh: Iterable[tuple[Movement, str]]) -> None:
    rows = [
        (
            statement_id, mark, m.booked_on.isoformat(), m.value_on.isoformat() if m.value_on else None, m.amount_minor,
            m.currency, text.tidy(m.party), _compact(m.party_iban), text.tidy_lines(m.purpose), text.tidy(m.end_to_end),
            text.tidy(m.bank_reference),
        )
        for m, mark in fresh
    ]  # fmt: skip
    db.execute_many(
        "INSERT INTO bank_transaction(statement_id, fingerprint, booked_on, value_on, amount_minor, currency, party, "
        "party_iban, purpose, end_to_end, bank_reference) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


# ---- the list -------------------------------------------------------------------------------------------------------

_ORDERS = {
    "booked_on": "t.booked_on",
    "party": "fold(t.party)",
    "amount": "t.amount_minor",
    "purpose": "fold(t.purpose)",
    "state": "t.state",
}


def ids(
    view: str = "open", *, search: str = "", order: str = "booked_on", descending: bool = True, statement_id: int = 0
) -> list[int]:
    """The ids of the transactions in a state ("all" for every one), in order; the newest first unless asked otherwise."""
    where, params = ["1"], list[Any]()
    if view in STATES:
        where.append("t.state = ?")
        params.append(view)
    if statement_id:
        where.append("t.statement_id = ?")
        params.append(statement_id)
    for word in text.fold(search).split():
        where.append("fold(t.party || ' ' || t.purpose || ' ' || t.end_to_end || ' ' || t.party_iban) LIKE ?")
        params.append(f"%{word}%")
    direction = "DESC" if descending else "ASC"
    found = db.raw().execute(
        f"SELECT t.id FROM bank_transaction t WHERE {' AND '.join(where)} "
        f"ORDER BY {_ORDERS[order]} {direction}, t.id {direction}",
        params,
    )
    return [row[0] for row in found]


def rows(wanted: Sequence[int]) -> list[Transaction]:
    """The rows of these transactions, in the given order; ones that are gone are left out."""
    found = {
        row[0]: _row(row)
        for row in db.raw().execute(
            "SELECT t.id, t.statement_id, t.booked_on, t.value_on, t.amount_minor, t.currency, t.party, t.party_iban, "
            "t.purpose, t.end_to_end, t.state, t.payment_id, coalesce((SELECT group_concat(number, ', ') FROM (SELECT "
            "DISTINCT d.number FROM allocation a JOIN document d ON d.id = a.document_id WHERE a.payment_id = "
            "t.payment_id ORDER BY d.number)), ''), s.file_name FROM bank_transaction t "
            f"JOIN bank_statement s ON s.id = t.statement_id WHERE t.id IN ({','.join(map(str, wanted))})"
        )
    }
    return [found[i] for i in wanted if i in found]


def _row(row: tuple[Any, ...]) -> Transaction:
    booked, value = date.fromisoformat(row[2]), date.fromisoformat(row[3]) if row[3] else None
    return Transaction(row[0], row[1], booked, value, *row[4:])


def get(transaction_id: int) -> Transaction:
    """One transaction.

    Raises:
        NotFound: it is no longer there.
    """
    found = rows([transaction_id])
    if not found:
        raise NotFound(_("This bank transaction is no longer there."))
    return found[0]


def counts() -> dict[str, int]:
    """The number of transactions in each state, and of all."""
    found = dict(db.query("SELECT state, count(*) FROM bank_transaction GROUP BY state"))
    return {state: int(found.get(state, 0)) for state in STATES} | {"all": sum(found.values())}


def sums(wanted: Sequence[int]) -> dict[str, tuple[int, int]]:
    """Currency → (money in, money out) of these transactions in minor units; money out is below zero."""
    return {
        currency: (came, went)
        for currency, came, went in db.raw().execute(
            "SELECT currency, sum(max(amount_minor, 0)), sum(min(amount_minor, 0)) FROM bank_transaction "
            f"WHERE id IN ({','.join(map(str, wanted))}) GROUP BY currency ORDER BY currency"
        )
    }


# ---- states ---------------------------------------------------------------------------------------------------------


def ignore(transaction_ids: Sequence[int]) -> int:
    """Put open transactions aside: they are not to be booked; gives how many."""
    return _move(
        transaction_ids, "open", "ignored", _("Ignore {n} bank transaction"), _("Ignore {n} bank transactions")
    )


def bring_back(transaction_ids: Sequence[int]) -> int:
    """Let ignored transactions wait again; gives how many."""
    return _move(
        transaction_ids, "ignored", "open", _("Bring back {n} bank transaction"), _("Bring back {n} bank transactions")
    )


def _move(transaction_ids: Sequence[int], before: str, after: str, one: str, many: str) -> int:
    number = len(transaction_ids)
    with db.transaction((one if number == 1 else many).format(n=number)):
        return sum(
            db.execute(
                "UPDATE bank_transaction SET state = ? WHERE id = ? AND state = ?", [after, row_id, before]
            ).rowcount
            for row_id in transaction_ids
        )


def mark_booked(transaction_id: int, payment_id: int | None) -> None:
    """Say that a payment holds a transaction; inside the transaction that books it.

    Raises:
        Conflict: it does not wait any more.
    """
    done = db.execute(
        "UPDATE bank_transaction SET state = 'booked', payment_id = ? WHERE id = ? AND state = 'open'",
        [payment_id, transaction_id],
    )
    if not done.rowcount:
        raise Conflict(
            _("This transaction was booked or put aside meanwhile. Nothing was booked; look at the list again.")
        )


def count_words(number: int) -> str:
    """How many transactions, in words."""
    return ngettext("{n} transaction", "{n} transactions", number).format(n=number)
