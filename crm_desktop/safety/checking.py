"""Checking the data file: that it is whole, that all sums add up, that numbers and stored papers are what they were.

A *problem* is something that should never be; a *note* is something to know, such as a missing PDF of an imported
invoice. Nothing is changed.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from crm_desktop.billing import number_report, rows
from crm_desktop.billing.document import KINDS, Document
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.db import derived
from crm_desktop.safety import check_rules
from crm_desktop.safety.check_rules import Rule
from crm_desktop.sales import totals


@dataclass(frozen=True)
class Found:
    """One finding: `what` kind it is, `where` (a document number, a table), and the sentence about it."""

    what: str
    where: str
    sentence: str
    is_note: bool = False


@dataclass(frozen=True)
class Result:
    """What a check found; `ok` when there is no problem."""

    problems: list[Found] = field(default_factory=list)
    notes: list[Found] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """`{"ok": bool, "problems": [{what, where, sentence}], "notes": […]}`."""

        def plain(found: list[Found]) -> list[dict[str, str]]:
            return [{k: v for k, v in asdict(f).items() if k != "is_note"} for f in found]

        return {"ok": self.ok, "problems": plain(self.problems), "notes": plain(self.notes)}


def check(progress: Progress | None = None) -> Result:
    """Check the open data file.

    Raises:
        Cancelled: through `progress`.
    """
    progress = progress or Progress()
    found: list[Found] = []
    for step, (look, title) in enumerate(_checks()):
        progress(step, len(_checks()), title)
        try:
            found += look(progress)
        except sqlite3.DatabaseError as error:
            found.append(Found("file", title, _damage(str(error))))
            break
    return Result([f for f in found if not f.is_note], [f for f in found if f.is_note])


Check = Callable[[Progress], Iterator[Found]]


def _checks() -> list[tuple[Check, str]]:
    return [
        (_pages, _("Data file")),
        (_references, _("Links between records")),
        (_derived, _("Search and balances")),
        (_sums, _("Sums of documents")),
        (_recomputed, _("Amounts of documents")),
        *((partial(_rules, rules), _(title)) for title, rules in check_rules.GROUPS.items()),
        (_numbers, _("Numbers")),
        (_files, _("Stored papers")),
    ]


# ---- the file ------------------------------------------------------------------------------------------------------


def _damage(detail: str) -> str:
    return _("The data file is damaged: {detail}. Restore the last backup: File, Restore a backup.").format(
        detail=detail
    )


def _pages(_progress: Progress) -> Iterator[Found]:
    for (line,) in db.raw().execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield Found("file", db.path().name, _damage(line))


def _references(_progress: Progress) -> Iterator[Found]:
    for table, row_id, parent, _number in db.raw().execute("PRAGMA foreign_key_check"):
        yield Found(
            "links",
            f"{table} {row_id}",
            _("A record in “{table}” belongs to one in “{parent}” that is not there. Restore the last backup.").format(
                table=table, parent=parent
            ),
        )


def _derived(_progress: Progress) -> Iterator[Found]:
    for table, number in derived.differences(db.raw()).items():
        sentence = ngettext(
            "{n} entry of “{table}” differs from the records. Restore the last backup.",
            "{n} entries of “{table}” differ from the records. Restore the last backup.",
            number,
        )
        yield Found("derived", table, sentence.format(n=number, table=table))


# ---- sums ----------------------------------------------------------------------------------------------------------

_SUMS_SQL = """
SELECT d.id, d.number, d.imported,
  d.line_total_minor = (SELECT coalesce(sum(net_minor), 0) FROM document_line l WHERE l.document_id = d.id
    AND l.role = 'item') AS lines,
  d.tax_total_minor = (SELECT coalesce(sum(tax_minor), 0) FROM document_tax t WHERE t.document_id = d.id) AS taxes,
  d.tax_basis_minor = (SELECT coalesce(sum(basis_minor), 0) FROM document_tax t WHERE t.document_id = d.id) AS bases,
  (SELECT coalesce(sum(CASE WHEN is_charge THEN amount_minor ELSE -amount_minor END), 0) FROM document_adjustment a
   WHERE a.document_id = d.id AND a.is_split AND a.line_position IS NULL) = d.charge_total_minor - d.allowance_total_minor
   AS adjustments,
  d.tax_basis_minor = d.line_total_minor - d.allowance_total_minor + d.charge_total_minor AS basis,
  d.grand_total_minor = d.tax_basis_minor + d.tax_total_minor AS grand,
  d.due_minor = d.grand_total_minor - d.prepaid_minor + d.rounding_minor AS due
FROM document d WHERE d.state = 'issued' ORDER BY d.id"""
# What an imported document must fulfil as well: it may have come without lines.
_ALWAYS = ("grand", "due")


def _sums(progress: Progress) -> Iterator[Found]:
    cursor = db.raw().execute(_SUMS_SQL)
    names = [column[0] for column in cursor.description][3:]
    for _id, number, imported, *flags in cursor:
        progress.check()
        wrong = [n for n, right in zip(names, flags, strict=True) if not right and (not imported or n in _ALWAYS)]
        if wrong:
            yield Found(
                "sums",
                number or "",
                _("The sums of {number} do not add up ({parts}). It was changed outside the program.").format(
                    number=number, parts=", ".join(wrong)
                ),
            )


def _recomputed(progress: Progress) -> Iterator[Found]:
    """Every document that was issued here, added up again from its lines."""
    for document_id, number in db.query(
        "SELECT id, number FROM document WHERE state = 'issued' AND NOT imported ORDER BY id"
    ):
        progress.check()
        stored = rows.read_document(document_id)
        try:
            again = totals.calculate(stored.basket())
        except UserError:
            again = None
        if again is None or _amounts(stored.totals) != _amounts(again):
            yield Found(
                "amounts",
                number or "",
                _("The amounts of {number} are not those of its lines. It was changed outside the program.").format(
                    number=number
                ),
            )
        yield from _paper(stored, document_id)


def _amounts(found: totals.Totals) -> tuple[object, ...]:
    return (
        [line.net for line in found.lines],
        sorted((group.category, group.rate or 0, group.basis, group.tax) for group in found.breakdown),
        (found.line_total, found.allowance_total, found.charge_total, found.tax_basis, found.tax_total),
        (found.grand_total, found.prepaid, found.rounding, found.due),
    )


def _paper(stored: Document, document_id: int) -> Iterator[Found]:
    if db.one("SELECT 1 FROM document_file WHERE document_id = ?", [document_id]) is None:
        yield Found(
            "paper",
            stored.number or "",
            _("{number} was issued without a PDF. Print it once, and it is stored.").format(number=stored.number),
            is_note=True,
        )


# ---- what belongs together ---------------------------------------------------------------------------------------------


def _rules(rules: tuple[Rule, ...], progress: Progress) -> Iterator[Found]:
    for rule in rules:
        progress.check()
        for (where,) in db.query(rule.sql):
            name = str(where or "")
            yield Found(rule.what, name, _(rule.sentence).format(where=name), is_note=rule.is_note)


# ---- numbers -------------------------------------------------------------------------------------------------------


def _numbers(_progress: Progress) -> Iterator[Found]:
    for kind in KINDS:
        yield from _doubles(kind)
    for series in number_report.report():
        yield from _gaps(series)
        yield from _order(series)


def _doubles(kind: str) -> Iterator[Found]:
    for number, times in db.query(
        "SELECT number, count(*) FROM document WHERE kind = ? AND state = 'issued' GROUP BY number HAVING count(*) > 1 "
        "OR number IS NULL OR number = ''",
        [kind],
    ):
        yield Found(
            "numbers",
            number or "",
            _("{n} documents carry the number “{number}”.").format(n=times, number=number or ""),
        )


def _gaps(series: number_report.SeriesReport) -> Iterator[Found]:
    missing: dict[tuple[str, str], int] = defaultdict(int)
    for gap in series.gaps:
        # Ahead of the first number nothing tells whether there was one.
        if gap.why == number_report.MISSING and gap.before:
            missing[gap.before, gap.after] += gap.count
    for (first, second), count in missing.items():
        sentence = ngettext(
            "Between {first} and {second} {n} number is missing. A document was removed outside the program.",
            "Between {first} and {second} {n} numbers are missing. Documents were removed outside the program.",
            count,
        )
        yield Found("numbers", second, sentence.format(first=first, second=second, n=count))


def _order(series: number_report.SeriesReport) -> Iterator[Found]:
    for found in series.disorders:
        sentence = _("{second} carries an earlier date than {first}, which has the lower number.")
        yield Found("dates", found.number, sentence.format(second=found.number, first=found.before), is_note=True)


# ---- stored papers -------------------------------------------------------------------------------------------------


def _files(progress: Progress) -> Iterator[Found]:
    for number, kind, digest, content in db.raw().execute(
        "SELECT d.number, f.kind, f.sha256, f.content FROM document_file f JOIN document d ON d.id = f.document_id"
    ):
        progress.check()
        if hashlib.sha256(content).hexdigest() != digest:
            yield Found(
                "hash",
                number or "",
                _("The stored {kind} of {number} is not what it was when it was issued.").format(
                    kind=kind.upper(), number=number
                ),
            )
    for name, digest, size, content in db.raw().execute(
        "SELECT coalesce((SELECT a.name FROM attachment a WHERE a.file_id = f.id), (SELECT l.number FROM dunning_letter l "
        "WHERE l.file_id = f.id), (SELECT trim(r.sender || ' ' || r.number) FROM received_document r WHERE r.file_id = f.id), "
        "f.id), f.sha256, f.size, f.content FROM stored_file f"
    ):
        progress.check()
        if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
            sentence = _("The stored file “{name}” is not what it was when it was stored. Restore the last backup.")
            yield Found("hash", str(name), sentence.format(name=name))
