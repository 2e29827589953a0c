"""Never twice: two programs at once, and whatever else happens to drafts, bin, undo, credit notes and pauses."""

from __future__ import annotations

import threading
from datetime import date
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.billing import credit_notes, drafts, invoices, recurring_edit, to_bill
from crm_desktop.billing.document import Draft
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError
from crm_desktop.db import connection as db
from crm_desktop.safety import bin as trash
from crm_desktop.safety import undo
from tests.billing.waiting import free, hours


def test_two_programs_that_bill_at_once_make_one_draft(cafe: int) -> None:
    for number in range(5):
        hours(cafe, f"Job {number}")
    free(cafe)
    made: list[Draft] = []
    refused: list[Exception] = []
    gate = threading.Barrier(4)

    def work() -> None:
        with db.own_connection():
            gate.wait()
            try:
                made.extend(to_bill.bill(cafe))
            except UserError as error:
                refused.append(error)

    with dates.freeze(date(2026, 11, 24)):
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(made) == 1
    assert len(refused) == 3
    assert len(made[0].lines) == 10


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    deeds=st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "note",
                    "bill",
                    "bill one",
                    "delete",
                    "restore",
                    "undo",
                    "redo",
                    "issue",
                    "credit",
                    "day",
                    "pause",
                    "empty",
                ]
            ),
            st.integers(0, 5),
        ),
        max_size=25,
    )
)
def test_whatever_happens_nothing_is_on_two_bills(cafe: int, deeds: list[tuple[str, int]]) -> None:
    """Every service has a name of its own and every day of the schedule is one: both are looked for on all bills."""
    with db.transaction():
        for table in ("service", "schedule_period", "schedule"):
            db.execute(f"DELETE FROM {table}")
    started = db.value("SELECT max(id) FROM document") or 0
    schedule_id = free(cafe, title=f"Rent {started}", line_name="Rent {period_start} {period_end}")
    today = date(2026, 11, 24)
    for number, (deed, which) in enumerate(deeds):
        with dates.freeze(today):
            try:
                if deed == "day":
                    today = dates.add_days(today, which * 9)
                else:
                    _do(deed, which, cafe, f"Job {started}.{number}.", schedule_id)
            except UserError:
                continue
    _nothing_twice(started)


def _do(deed: str, which: int, cafe: int, name: str, schedule_id: int) -> None:
    ids = [
        i for (i,) in db.query("SELECT id FROM document WHERE state = 'draft' AND deleted_at IS NULL ORDER BY id DESC")
    ]
    gone = [i for (i,) in db.query("SELECT id FROM document WHERE deleted_at IS NOT NULL ORDER BY id DESC")]
    issued = [
        i for (i,) in db.query("SELECT id FROM document WHERE state = 'issued' AND kind = 'invoice' ORDER BY id DESC")
    ]
    pick = lambda found: found[which % len(found)] if found else 0  # noqa: E731
    deeds = {
        "note": lambda: hours(cafe, name),
        "bill": lambda: to_bill.bill(cafe),
        "bill one": lambda: to_bill.bill(cafe, [pick([e.key for e in to_bill.entries(cafe)])]),
        "delete": lambda: drafts.delete([pick(ids)]),
        "restore": lambda: trash.restore("document", pick(gone)),
        "empty": trash.empty,
        "undo": undo.undo_last,
        "redo": undo.redo_last,
        "issue": lambda: invoices.issue(pick(ids)),
        "credit": lambda: _credit(pick(issued)),
        "pause": lambda: recurring_edit.save(
            {"pause_from": date(2026, 12, 1 + which), "pause_to": date(2026, 12, 20 + which)}, schedule_id
        ),
    }
    deeds[deed]()


def _credit(document_id: int) -> None:
    credit_notes.cancel(document_id)
    credit_notes.release(document_id)


def _nothing_twice(started: int) -> None:
    lines = db.query(
        "SELECT l.name, l.document_id FROM document_line l JOIN document d ON d.id = l.document_id "
        "WHERE d.deleted_at IS NULL AND d.kind = 'invoice' AND d.id > ? AND l.role = 'item' AND d.id NOT IN "
        "(SELECT preceding_id FROM document WHERE preceding_id IS NOT NULL AND state = 'issued')",
        [started],
    )
    names = [name for name, _document in lines]
    assert len(names) == len(set(names))
    held = db.query(
        "SELECT from_on, to_on FROM schedule_period p JOIN document d ON d.id = p.document_id WHERE d.deleted_at IS NULL "
        "ORDER BY from_on"
    )
    assert all(before[1] < after[0] for before, after in pairwise(held))
    waiting_names = {e.title for e in to_bill.entries() if not e.is_period}
    assert not waiting_names & set(names)
