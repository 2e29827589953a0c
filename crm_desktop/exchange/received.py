"""E-invoices that others send: Factur-X and ZUGFeRD PDFs, CII and UBL files; read, checked and filed.

A file is read in a child process with limits, like every foreign file. What it says is kept as it is said; what is odd
about it is named in plain sentences. The same file is never filed twice.
"""

from __future__ import annotations

import logging
import multiprocessing
import time
from dataclasses import dataclass
from datetime import date
from decimal import InvalidOperation
from pathlib import Path
from typing import Any

from crm_desktop.billing import received_documents
from crm_desktop.billing.received_documents import ToFile
from crm_desktop.company import profile
from crm_desktop.core import money
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import reading, received_checks, received_child
from crm_desktop.exchange.received_checks import Finding

_log = logging.getLogger(__name__)
WAIT_SECONDS = 60.0
_POLL_SECONDS = 0.05
ENDINGS = (".pdf", ".xml")
_SENTENCES = {
    "empty": N_("“{name}” is empty."),
    "no_xml": N_(
        "“{name}” is a PDF without an e-invoice in it, which only people can read. Add it to the files of the contract or "
        "customer that it belongs to."
    ),
    "no_invoice": N_("“{name}” is no e-invoice. What can be read: PDF with Factur-X or ZUGFeRD, XRechnung, Peppol, CII and UBL."),
    "entities": N_("“{name}” declares contents of its own (DOCTYPE), which no e-invoice does. It was not read."),
    "damaged": N_("“{name}” is damaged or was not copied completely. Ask the sender for it again."),
    "protected": N_("“{name}” is protected with a password. Ask the sender for a copy without it."),
    "too_large": N_("“{name}” is too large for an e-invoice. It was not read."),
    "slow": N_("“{name}” takes too long to read. Ask the sender for it again."),
}  # fmt: skip
_DIED = {-24: "slow", -9: "too_large", -6: "too_large"}


@dataclass(frozen=True)
class Read:
    """An e-invoice that was read but not filed: what it says, what is odd about it, and its bytes."""

    said: dict[str, Any]
    findings: list[Finding]
    content: bytes
    name: str

    @property
    def format(self) -> str:
        """How it came, in a word: "Factur-X", "XRechnung", "Peppol", "CII" or "UBL"."""
        profile_name = self.said["profile"].lower()
        known = (("xrechnung", "XRechnung"), ("peppol", "Peppol"), ("factur-x", "Factur-X"), ("zugferd", "ZUGFeRD"))
        named = next((word for part, word in known if part in profile_name), "")
        return named or ("Factur-X" if self.said["is_pdf"] else self.said["language"].upper())


def read(path: str | Path, progress: Progress | None = None) -> Read:
    """Read an e-invoice; nothing is kept yet.

    Raises:
        UserError: it is none, or cannot be read; the sentence says why and what to do.
        Problem: the file may not be read.
        Cancelled: the user asked to stop.
    """
    path = Path(path)
    reading.check_path(path)
    said = _ask_child(path, progress or Progress())
    findings = received_checks.find(said)
    own = profile.load()
    to = said["buyer"].get("name", "")
    if (
        to
        and own.name
        and not _same(to, own.name, own.owner)
        and said["buyer"].get("vat_id", "") != (own.vat_id or "?")
    ):
        findings.append({"code": "BUYER", "name": to})
    return Read(said, findings, path.read_bytes(), path.name)


def _same(name: str, *others: str) -> bool:
    words = set(name.casefold().replace(",", " ").split())
    return any(words & set(other.casefold().replace(",", " ").split()) for other in others if other)


def add(path: str | Path, progress: Progress | None = None) -> int:
    """Read an e-invoice and file it; gives its id.

    Raises:
        Conflict: this file is filed already.
        UserError: it is none, or cannot be read.
    """
    return keep(read(path, progress))


def keep(found: Read) -> int:
    """File what was read; gives its id.

    Raises:
        Conflict: this file is filed already.
    """
    said, currency = found.said, found.said["currency"][:3].upper() or "EUR"
    to_file = ToFile(
        kind="credit_note" if said["type_code"] in ("381", "261", "396") else "invoice",
        format=found.format,
        sender=said["seller"].get("name") or _("Unknown sender"),
        sender_vat_id=said["seller"].get("vat_id", ""),
        number=said["number"],
        issue_on=_day(said["issue_on"]),
        due_on=_day(said["due_on"]),
        currency=currency,
        net_minor=_minor(said["tax_basis"], currency),
        tax_minor=_minor(said["tax_total"], currency),
        gross_minor=_minor(said["due"] or said["grand_total"], currency),
        content=said,
        findings=found.findings,
        file=found.content,
        media_type="application/pdf" if said["is_pdf"] else "application/xml",
    )
    return received_documents.file(to_file)


def _day(text: str) -> date | None:
    digits = text.replace("-", "")[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _minor(text: str, currency: str) -> int:
    try:
        return money.to_minor(received_checks.amount(text), currency)
    except InvalidOperation:
        return 0


def _ask_child(path: Path, progress: Progress) -> dict[str, Any]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=received_child.serve, args=(theirs, str(path)), daemon=True, name="e-invoice")
    child.start()
    theirs.close()
    try:
        limit = time.monotonic() + WAIT_SECONDS
        while not ours.poll(_POLL_SECONDS):
            progress.check()
            if time.monotonic() > limit:
                raise _refusal("slow", path.name)
        reply: tuple[Any, ...] = ours.recv()
    except (EOFError, OSError) as error:
        child.join(2)
        raise _refusal(_DIED.get(child.exitcode or 0, "damaged"), path.name) from error
    finally:
        ours.close()
        if child.is_alive():
            child.kill()
        child.join(2)
    if reply[0] == "refused":
        _log.info("An e-invoice was refused %s: %s", reply[1], reply[2])
        raise _refusal(reply[1], path.name)
    said: dict[str, Any] = reply[1]
    return said


def _refusal(code: str, name: str) -> UserError:
    return UserError(_(_SENTENCES[code]).format(name=name))
