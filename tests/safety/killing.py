"""Work that goes on until the process is killed, and who kills it: `Victim(work, path)` starts a child that repeats it.

The children are forks of one process that has everything loaded, where the system can fork; else each starts afresh.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import random
import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from crm_desktop.billing import (
    bank_booking,
    bank_matching,
    drafts,
    dunning,
    dunning_letters,
    invoices,
)
from crm_desktop.billing.bank_movement import BankFile, Movement, Statement
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.billing.document_files import Printed
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Problem
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.db import history
from crm_desktop.safety import company_files

TODAY = date(2026, 11, 24)
IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
LINES = tuple(
    DraftLine(name=name, price=Decimal(price), rate=Decimal(19))
    for name, price in (("Lamp", "120.00"), ("Bulb", "3.00"), ("Way", "17.50"))
)


def set_up(count: int = 25) -> None:
    """A company with customers who take each kind of e-invoice, and invoices that are late and on a statement."""
    profile.save(
        {
            "name": "Werkstatt Lindner", "street": "Hafenstr. 4", "postcode": "20457", "city": "Hamburg",
            "vat_id": "DE136695976", "iban": "DE89370400440532013000", "phone": "+49 40 123456",
            "email": "post@lindner.example", "contact_name": "Jo Lindner",
        }
    )  # fmt: skip
    for form in ("none", "facturx", "xrechnung_ubl"):
        customers.save(
            {
                "company": f"Kunde {form}", "street": "Kai 7", "postcode": "20459", "city": "Hamburg", "country": "DE",
                "email": "a@kunde.example", "buyer_reference": "04011000-12345-34", "einvoice_format": form,
            }
        )  # fmt: skip
    late = TODAY - timedelta(days=20)
    moved = []
    for number in range(count):
        customer = customers.save(
            {"company": f"Hafen {number}", "street": "Kai 8", "postcode": "20459", "city": "Hamburg", "country": "DE"}
        )
        with dates.freeze(late - timedelta(days=14)):
            bill = invoices.issue_draft(
                replace(drafts.begin(customer), lines=LINES, issue_on=late - timedelta(days=14), due_on=late),
                lambda _document: b"%PDF-1.7 first",
            )
        cents = int(bill.totals.due * 100)
        moved.append(Movement(booked_on=TODAY, amount_minor=cents, currency="EUR", purpose=bill.number or ""))
    statement = Statement(format="camt", account="DE89", currency="EUR", movements=tuple(moved))
    bank_booking.take_in(BankFile(name="november.xml", sha256="0" * 64, statements=(statement,)))


# ---- what the children do -------------------------------------------------------------------------------------------


def issue(*, really: bool) -> None:
    """Write a draft that stays, and issue an invoice; its files are printed, or bytes as long as printed ones."""
    from crm_desktop.documents import issuing

    customer = random.choice((1, 2, 3))
    draft = replace(drafts.begin(customer), lines=LINES)
    drafts.save(draft)
    if really:
        invoices.issue_draft(draft, issuing.print_out)
    else:
        invoices.issue_draft(draft, _invented)


def _invented(document: Document) -> Printed:
    xml = b"<x/>" * 2000 if document.einvoice_format == "xrechnung_ubl" else None
    return Printed(os.urandom(60_000), xml)


def issue_printed() -> None:
    """Invoices with real papers."""
    issue(really=True)


def issue_fast() -> None:
    """Invoices with invented papers: more of the time goes into writing."""
    issue(really=False)


def book_and_take_back() -> None:
    """Book the whole statement, or take that back."""
    found = bank_booking.matches(bank_matching.proposals().values())
    _take_back() if not found else bank_booking.book(found)


def remind_and_take_back() -> None:
    """Make all letters, or take that back."""
    waiting = dunning.waiting()
    if waiting:
        choices = [dunning_letters.Choice(entry.customer_id, entry.currency) for entry in waiting]
        dunning_letters.make_letters(choices, lambda _letter: os.urandom(20_000))
    else:
        _take_back()


def send() -> None:
    """What the window does: name what was on its way, try again what failed, send what waits; the server is bad."""
    from crm_desktop.outreach import mails, sending

    sending.AGAIN_AFTER_S = 0
    sending.after_a_crash()
    for mail in mails.listed("state = 'failed' AND attempts < 4"):
        mails.try_again(mail.id)
    with contextlib.suppress(Problem):
        sending.send_all()


def campaign() -> None:
    """Send a campaign as the window does, on and on; the server is bad."""
    from crm_desktop.outreach import campaign_running, campaigns, sending

    sending.AGAIN_AFTER_S = 0
    campaign_running.after_a_crash()
    for found in campaigns.everything():
        if found.state == "paused":
            campaign_running.resume(found.id)
        if campaigns.get(found.id).state == "running":
            pause = Pausing(random.randint(10, 60))
            with contextlib.suppress(Problem, Cancelled):
                campaign_running.send(found.id, pause)


class Pausing(Progress):
    """Pauses after so many steps."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._left = after

    def __call__(self, done: int, total: int = 0, text: str = "") -> None:
        super().__call__(done, total, text)
        self._left -= 1
        if self._left < 0:
            self.cancel()


def _take_back() -> None:
    step = history.next_undo()
    if step is None:
        raise RuntimeError("Nothing to take back")
    history.undo(step)


def repeat(work: str, path: str, settings: str, seed: int, ready: object) -> None:
    """What a child runs: open the file as the window does, then work for ever; each round is told."""
    os.environ["CRM_DESKTOP_SETTINGS"] = settings
    random.seed(seed)
    with dates.freeze(TODAY):
        company_files.open_data_file(Path(path))
        for _round in itertools.count():
            globals()[work]()
            ready.send(work)  # type: ignore[attr-defined]


# ---- who kills them -------------------------------------------------------------------------------------------------


def _context() -> multiprocessing.context.BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(
        [
            __name__,
            "crm_desktop.documents.issuing",
            "crm_desktop.documents.einvoice",
            "crm_desktop.outreach.campaign_running",
        ]
    )
    return found


def kill_while(work: str, path: Path, seed: int, longest_s: float = 0.25) -> int:
    """Let a child work, kill it at a random moment; gives how many rounds it had told."""
    context = _context()
    told, ready = context.Pipe(duplex=False)
    values = (work, str(path), os.environ["CRM_DESKTOP_SETTINGS"], seed, ready)
    child = context.Process(target=repeat, args=values, daemon=True)  # type: ignore[attr-defined]
    child.start()
    ready.close()
    try:
        if not told.poll(60) or told.recv() != work:
            raise AssertionError("The child never got to work")
        time.sleep(random.Random(seed).uniform(0, longest_s))
        if not child.is_alive():
            raise AssertionError(f"The child ended by itself: {child.exitcode}")
        child.kill()
        child.join(30)
        return 1 + _rest(told)
    finally:
        child.kill()
        child.join(30)
        told.close()
        child.close()


def _rest(told: object) -> int:
    count = 0
    with contextlib.suppress(EOFError, OSError):
        while told.poll():  # type: ignore[attr-defined]
            told.recv()  # type: ignore[attr-defined]
            count += 1
    return count
