"""Erasing a customer: what the owner knows about somebody is destroyed, what the law wants to be kept stays until its date.

`plan` says beforehand what goes, what stays and until when, and what stands in the way. `erase` does it in one
transaction that has no way back and writes the file anew (`wiping`). Issued papers stay with their payments until their
date (`keeping`); `erase_papers` empties them then: number, days and amounts stay as figures without a person, so that
sums and the row of numbers still fit. Nothing happens by itself.

Source: GDPR art. 17 (1) and (3) b; docs/decisions/0031-erasing.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers, merging
from crm_desktop.db import connection as db
from crm_desktop.safety import erased_backups, erasing_bank, erasing_rows, keeping, wiping
from crm_desktop.safety.backup import Backup
from crm_desktop.safety.erasing_rows import listed

# What is told of what goes: the table and the words; what has no line here goes as well.
_TOLD = (
    "timeline_entry", "contact_person", "customer_address", "contact_channel", "reminder", "mail", "opportunity", "contract",
    "support_case", "service", "owned_product", "consent", "feedback", "loyalty_entry", "campaign_recipient",
)  # fmt: skip
_ISSUED = "SELECT id, kind, number, issue_on, coalesce(json_extract(buyer, '$.erased'), 0) AS blank FROM document WHERE state = 'issued'"


@dataclass(frozen=True)
class KeptPaper:
    """An issued paper or letter that stays until a day."""

    kind: str
    number: str
    issued_on: date
    until: date


@dataclass(frozen=True)
class Plan:
    """What erasing a customer would do. `goes` counts rows by table; `hindrances` are sentences that forbid it.

    `bank_lines` are movements that name the customer and are booked on nothing; `backups` those that still hold them.
    """

    customer_id: int
    number: str
    name: str
    goes: dict[str, int] = field(default_factory=dict)
    files: int = 0
    drafts: int = 0
    stays: tuple[KeptPaper, ...] = ()
    hindrances: tuple[str, ...] = ()
    bank_lines: int = 0
    backups: tuple[Backup, ...] = ()

    @property
    def until(self) -> date | None:
        """The last day on which something has to be kept."""
        return max((paper.until for paper in self.stays), default=None)


@dataclass(frozen=True)
class Erasure:
    """The record of an erasing; it names nobody. `kept` are the papers that stayed then.

    `is_person` where only a contact person of the customer was erased.
    """

    id: int
    customer_number: str
    erased_at: str
    reason: str
    goes: dict[str, int]
    kept: tuple[KeptPaper, ...]
    kept_until: date | None
    finished_at: str | None
    is_person: bool = False


# ---- before ----------------------------------------------------------------------------------------------------------


def plan(customer_id: int) -> Plan:
    """What would go and stay.

    Raises:
        NotFound: the customer is no longer there.
    """
    customer = customers.get(customer_id)
    ids = merging.family(customer_id)
    owned = erasing_rows.owned_by(ids)
    return Plan(
        customer_id,
        customer.number,
        customer.name,
        {table: len(owned[table]) for table in _TOLD if owned.get(table)},
        _count_files(owned),
        len(_drafts(ids)),
        tuple(paper for paper in _papers(ids) if paper.until >= dates.today()),
        tuple(_hindrances(ids, customer.name)),
        len(erasing_bank.naming(ids, erasing_rows.words_of(owned))) if _has_bank() else 0,
        tuple(erased_backups.holding(ids)),
    )


def _hindrances(ids: list[int], name: str) -> list[str]:
    chosen, found = listed(ids), []
    mine = "customer_id IN (SELECT value FROM json_each(?))"
    if db.value(
        "SELECT 1 FROM customer WHERE erased_at IS NOT NULL AND id IN (SELECT value FROM json_each(?))", [chosen]
    ):
        found.append(_("This customer is erased already."))
    unpaid = int(db.value(f"SELECT count(*) FROM document_balance WHERE open_minor <> 0 AND {mine}", [chosen]))
    if unpaid:
        words = ngettext(
            "{n} document of {name} is not settled. Book the payment, credit it or write it off first.",
            "{n} documents of {name} are not settled. Book the payments, credit them or write them off first.",
            unpaid,
        )
        found.append(words.format(n=unpaid, name=name))
    running = [
        number
        for (number,) in db.query(
            f"SELECT number FROM contract WHERE deleted_at IS NULL AND state IN ('active', 'notice_given') AND {mine}",
            [chosen],
        )
    ]
    if running:
        words = _("A contract with {name} still runs: {numbers}. End it first.")
        found.append(words.format(name=name, numbers=", ".join(running)))
    return found


def _has_bank() -> bool:
    return db.value("SELECT 1 FROM bank_transaction LIMIT 1") is not None


def _count_files(owned: erasing_rows.Owned) -> int:
    return sum(
        int(
            db.value(
                "SELECT count(*) FROM attachment WHERE owner = ? AND owner_id IN (SELECT value FROM json_each(?))",
                ["case" if table == "support_case" else table, listed(ids)],
            )
        )
        for table, ids in owned.items()
    )


def _papers(ids: Iterable[int]) -> list[KeptPaper]:
    """Issued documents and letters of these customers that are not emptied yet."""
    chosen = listed(ids)
    rows = db.query(f"{_ISSUED} AND NOT blank AND customer_id IN (SELECT value FROM json_each(?))", [chosen])
    found = [(kind, number or "", issued) for _id, kind, number, issued, _blank in rows]
    found += [
        ("dunning_letter", number, made)
        for number, made in db.query(
            "SELECT number, made_on FROM dunning_letter WHERE customer_id IN (SELECT value FROM json_each(?))", [chosen]
        )
    ]
    papers = [(kind, number, date.fromisoformat(day)) for kind, number, day in found if day]
    return sorted(
        (KeptPaper(kind, number, day, keeping.until(kind, day)) for kind, number, day in papers),
        key=lambda paper: (paper.issued_on, paper.number),
    )


def _drafts(ids: Iterable[int]) -> set[int]:
    rows = db.query(
        "SELECT id FROM document WHERE state = 'draft' AND customer_id IN (SELECT value FROM json_each(?))",
        [listed(ids)],
    )
    return {row_id for (row_id,) in rows}


# ---- erasing ---------------------------------------------------------------------------------------------------------


def erase(customer_id: int, reason: str = "", progress: Progress | None = None) -> Erasure:
    """Destroy what is known about a customer, for good; gives the record of it.

    Raises:
        NotFound: the customer is no longer there.
        Conflict: something stands in the way, see `Plan.hindrances`.
        Problem: the disk is full while the file is written anew.
        Cancelled: through `progress`, before anything was erased.
    """
    progress = progress or Progress()
    progress(0, 3, _("Erasing"))
    with wiping.overwriting(), db.transaction(durable=True):
        found = plan(customer_id)
        if found.hindrances:
            raise Conflict(" ".join(found.hindrances))
        ids = merging.family(customer_id)
        progress.check()
        _destroy(ids, found)
        record_id = _note(found, ids, reason)
        wiping.note()
    wiping.wipe(progress)
    return get(record_id)


def _destroy(ids: list[int], found: Plan) -> None:
    owned, drafts = erasing_rows.owned_by(ids), _drafts(ids)
    names, reached = erasing_rows.words_of(owned)
    with erasing_rows.thawed():
        erasing_rows.remove_files({**owned, "document": drafts})
        _loosen(ids, drafts)
        erasing_rows.remove_rows(owned)
        _remove_drafts(drafts)
        _forget_documents(ids, drafts)
        for table, rows in owned.items():
            erasing_rows.forget(table, rows)
        _empty_due_papers(ids)
    erasing_bank.empty(erasing_bank.naming(ids, (names, reached)))
    erasing_rows.redact(names, reached)
    erasing_rows.mend_steps()
    until = found.until.isoformat() if found.until else None
    db.execute("UPDATE customer SET keep_until_on = ? WHERE id = ?", [until, found.customer_id])


def _loosen(ids: list[int], drafts: set[int]) -> None:
    """Nothing that stays refers to what goes."""
    gone, chosen = listed(drafts), listed(ids)
    for column in ("source_id", "preceding_id"):
        db.execute(f"UPDATE document SET {column} = NULL WHERE {column} IN (SELECT value FROM json_each(?))", [gone])
    db.execute("UPDATE schedule SET template_id = NULL WHERE template_id IN (SELECT value FROM json_each(?))", [gone])
    db.execute(
        "UPDATE document SET schedule_id = NULL, contact_person_id = NULL, delivery_address_id = NULL, internal_note = '' "
        "WHERE customer_id IN (SELECT value FROM json_each(?))",
        [chosen],
    )


def _remove_drafts(drafts: set[int]) -> None:
    gone = listed(drafts)
    db.execute("DELETE FROM document_deduction WHERE deducted_id IN (SELECT value FROM json_each(?))", [gone])
    db.execute("DELETE FROM document WHERE id IN (SELECT value FROM json_each(?))", [gone])


def _forget_documents(ids: list[int], drafts: set[int]) -> None:
    """Documents, payments and letters leave the history with what they said as drafts."""
    chosen = set(ids)
    documents = drafts | erasing_rows.journaled("document", "customer_id", chosen)
    documents |= {
        row[0] for row in db.query(f"{_ISSUED} AND customer_id IN (SELECT value FROM json_each(?))", [listed(ids)])
    }
    erasing_rows.forget("document", documents)
    for table in erasing_rows.DOCUMENT_PARTS[:-1]:
        erasing_rows.forget(table, erasing_rows.journaled(table, "document_id", documents))
    for table in ("payment", "dunning_letter"):
        erasing_rows.forget(table, erasing_rows.journaled(table, "customer_id", chosen))


def _note(found: Plan, ids: list[int], reason: str) -> int:
    kept = {
        "customer_id": ids,
        "goes": found.goes | {"file": found.files, "draft": found.drafts},
        "papers": [[p.kind, p.number, p.issued_on.isoformat(), p.until.isoformat()] for p in found.stays],
    }
    now = dates.instant_text(dates.now())
    return db.insert(
        "erasure",
        {
            "customer_number": found.number,
            "erased_at": now,
            "reason": reason.strip(),
            "kept": json.dumps(kept),
            "kept_until_on": found.until.isoformat() if found.until else None,
            "finished_at": None if found.stays else now,
        },
    )


# ---- when papers are due ---------------------------------------------------------------------------------------------


def erase_papers(erasure_id: int, progress: Progress | None = None) -> Erasure:
    """Empty the kept papers of an erased customer whose date is past, for good.

    Raises:
        NotFound: there is no such record.
        Conflict: none of them is past its date.
    """
    get(erasure_id)
    ids = _erased_customers(erasure_id)
    due = [paper for paper in _papers(ids) if paper.until < dates.today()]
    if not due:
        raise Conflict(_("None of the papers kept is past its date yet."))
    with wiping.overwriting(), db.transaction(durable=True):
        with erasing_rows.thawed():
            _empty_due_papers(ids)
            _forget_documents(ids, set())
        erasing_rows.mend_steps()
        left = _papers(ids)
        if not left:
            db.update("erasure", erasure_id, {"finished_at": dates.instant_text(dates.now())})
        wiping.note()
    wiping.wipe(progress)
    return get(erasure_id)


def _erased_customers(erasure_id: int) -> list[int]:
    """The records that were erased in one act: a customer and what had been merged into it."""
    told = json.loads(str(db.value("SELECT kept FROM erasure WHERE id = ?", [erasure_id]) or "{}"))
    return [int(row_id) for row_id in told.get("customer_id", ())]


def _empty_due_papers(ids: list[int]) -> None:
    """Inside `thawed`: what is past its date keeps number, days and amounts."""
    today, chosen = dates.today(), listed(ids)
    documents, letters = set(), set()
    for row_id, kind, _number, issued, blank in db.query(
        f"{_ISSUED} AND customer_id IN (SELECT value FROM json_each(?))", [chosen]
    ):
        if not blank and issued and keeping.until(kind, date.fromisoformat(issued)) < today:
            documents.add(row_id)
    for row_id, made in db.query(
        "SELECT id, made_on FROM dunning_letter WHERE customer_id IN (SELECT value FROM json_each(?))", [chosen]
    ):
        if keeping.until("dunning_letter", date.fromisoformat(made)) < today:
            letters.add(row_id)
    _empty_documents(documents)
    _remove_letters(letters)
    _empty_payments(chosen)


def _empty_documents(documents: set[int]) -> None:
    chosen, name = listed(documents), erasing_rows.neutral_name()
    erasing_rows.remove_files({"document": documents})
    buyer = json.dumps({"name": name, "country": profile.load().country, "erased": 1}, ensure_ascii=False)
    db.execute(
        "UPDATE document SET buyer = json_set(?1, '$.country', coalesce(json_extract(buyer, '$.country'), ?2)), "
        "ship_to = NULL, contact_person_id = NULL, delivery_address_id = NULL, order_number = '', buyer_reference = '', "
        "intro = '', closing = '', internal_note = '', payment_reference = '', outcome_reason = '', dunning_hold = '' "
        "WHERE id IN (SELECT value FROM json_each(?3))",
        [buyer, profile.load().country, chosen],
    )
    db.execute(
        "UPDATE document_line SET description = '', name = coalesce((SELECT i.name FROM item i WHERE i.id = item_id), ?1) "
        "WHERE document_id IN (SELECT value FROM json_each(?2))",
        [name, chosen],
    )
    db.execute(
        "UPDATE document_adjustment SET reason = '' WHERE document_id IN (SELECT value FROM json_each(?))", [chosen]
    )
    db.execute("DELETE FROM document_file WHERE document_id IN (SELECT value FROM json_each(?))", [chosen])


def _remove_letters(letters: set[int]) -> None:
    chosen = listed(letters)
    files = db.query("SELECT file_id FROM dunning_letter WHERE id IN (SELECT value FROM json_each(?))", [chosen])
    db.execute("DELETE FROM dunning_letter WHERE id IN (SELECT value FROM json_each(?))", [chosen])
    for (file_id,) in files:
        erasing_rows.remove_bytes(file_id)


def _empty_payments(chosen: str) -> None:
    """Payments keep their words as long as a paper that they settled is kept."""
    rows = db.query(
        "SELECT p.id FROM payment p WHERE (p.customer_id IN (SELECT value FROM json_each(?1)) OR EXISTS (SELECT 1 FROM "
        "allocation a JOIN document d ON d.id = a.document_id WHERE a.payment_id = p.id AND d.customer_id IN "
        "(SELECT value FROM json_each(?1)))) AND NOT EXISTS (SELECT 1 FROM allocation a JOIN document d ON d.id = a.document_id "
        "WHERE a.payment_id = p.id AND coalesce(json_extract(d.buyer, '$.erased'), 0) = 0)",
        [chosen],
    )
    payments = {row_id for (row_id,) in rows}
    ids = listed(payments)
    db.execute(
        "UPDATE payment SET reference = '', note = '', end_to_end = '' WHERE id IN (SELECT value FROM json_each(?))",
        [ids],
    )
    booked = db.query("SELECT id FROM bank_transaction WHERE payment_id IN (SELECT value FROM json_each(?))", [ids])
    erasing_bank.empty(row_id for (row_id,) in booked)
    erasing_rows.forget("payment", payments)
    erasing_rows.forget("allocation", erasing_rows.journaled("allocation", "payment_id", payments))
    erasing_rows.forget("bank_transaction", erasing_rows.journaled("bank_transaction", "payment_id", payments))


# ---- records ---------------------------------------------------------------------------------------------------------


def get(erasure_id: int) -> Erasure:
    """The record of an erasing.

    Raises:
        NotFound: there is none.
    """
    found = next((one for one in everything() if one.id == erasure_id), None)
    if found is None:
        raise NotFound(_("There is no such record of an erasing."))
    return found


def everything() -> list[Erasure]:
    """All records, newest first."""
    return [_erasure(row) for row in db.records("SELECT * FROM erasure ORDER BY id DESC")]


def _erasure(row: dict[str, Any]) -> Erasure:
    told = json.loads(row["kept"])
    papers = tuple(
        KeptPaper(kind, number, date.fromisoformat(issued), date.fromisoformat(until))
        for kind, number, issued, until in told.get("papers", ())
    )
    return Erasure(
        row["id"],
        row["customer_number"],
        row["erased_at"],
        row["reason"],
        {name: n for name, n in told.get("goes", {}).items() if n},
        papers,
        date.fromisoformat(row["kept_until_on"]) if row["kept_until_on"] else None,
        row["finished_at"],
        "customer_id" not in told,
    )


def due_papers(record: Erasure) -> list[KeptPaper]:
    """The kept papers of an erasing whose date is past and that are still there."""
    return [paper for paper in _papers(_erased_customers(record.id)) if paper.until < dates.today()]
