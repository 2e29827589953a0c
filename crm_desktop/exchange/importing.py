"""Importing a file: look, match, check without writing, then all or nothing; and taking an import back.

`run` does it in one go for scripts. The window goes step by step with `open_file`: `Opened.choose` looks at a sheet,
`Opened.match` proposes where the columns go, `Opened.check` is the dry run, `Opened.carry_out` writes.

An import is one transaction and one step of the journal; undoing it leaves what was edited since, and says so.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, cast

from crm_desktop.company import profile
from crm_desktop.core import dates, garbage
from crm_desktop.core.errors import Conflict, NotFound, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import bulk, counters, history, stopping
from crm_desktop.db import connection as db
from crm_desktop.exchange import (
    column_remarks,
    contract_words,
    customer_columns,
    customer_import,
    guessing,
    mappings,
    reading,
)
from crm_desktop.exchange import survey as surveys
from crm_desktop.exchange.columns import Matching, price_mode
from crm_desktop.exchange.customer_import import CustomerImport, kinds_of_own_fields
from crm_desktop.exchange.deal_import import DealImport
from crm_desktop.exchange.deciding import AUTO, Decisions
from crm_desktop.exchange.hidden import Hidden
from crm_desktop.exchange.invoice_import import InvoiceImport
from crm_desktop.exchange.mixed import MixedImport, kind_of
from crm_desktop.exchange.payment_import import PaymentImport
from crm_desktop.exchange.person_birthdays import BirthdayImport
from crm_desktop.exchange.product_import import ProductImport
from crm_desktop.exchange.reading import Sheet
from crm_desktop.exchange.record_names import names_of_records
from crm_desktop.exchange.records import (
    Record,
    RecordReader,
    customer_of,
    own_kinds,
    stated_currency,
    why_no_customer,
    with_units,
)
from crm_desktop.exchange.result import ImportResult, Outcome
from crm_desktop.exchange.sales_import import CatalogueImport, ContractImport
from crm_desktop.exchange.survey import Locale, Survey
from crm_desktop.exchange.tables import Layout
from crm_desktop.exchange.targets import FIELDS, LEAVE_OUT, REMINDERS, WITH_OWN_FIELDS, is_enough

KINDS = tuple(FIELDS)
# From here on it pays to note inserted rows all at once.
_MANY = 1000


class _Taker(Protocol):
    """What takes the records of a kind row by row."""

    def take(self, row: int, raw: Record) -> object: ...

    def finish(self) -> None: ...


@dataclass(frozen=True)
class UndoResult:
    """What taking an import back did: rows reversed, and records left because they were edited since or are in use."""

    import_id: int
    file_name: str
    rows: int
    left: list[str]

    def as_json(self) -> dict[str, Any]:
        """The result in the stable shape of `import undo --json`."""
        return {"import_id": self.import_id, "file": self.file_name, "rows": self.rows, "left": self.left}


@dataclass(frozen=True)
class ImportRun:
    """One line of the list of imports."""

    id: int
    made_at: datetime
    file_name: str
    kind: str
    created: dict[str, int]
    updated: dict[str, int]
    undone: bool


# ---- step by step ---------------------------------------------------------------------------------------------------


class Opened:
    """A file that is being imported. Close it, or use it in a `with`.

    After `choose`: `sheet`, `layout`, `survey`; after `match`: `matching`, and `remembered` says from when it is known.
    """

    def __init__(self, source: reading.Source, progress: Progress) -> None:
        self.source = source
        self.sheet: Sheet | None = None
        self.survey: Survey | None = None
        self.matching: Matching | None = None
        self.remembered: datetime | None = None
        self.decisions = Decisions()
        self.hidden = Hidden()
        self.skip_hidden = False
        company = profile.load()
        self._country = company.country
        self._locale = Locale.of(company.country, company.language)
        self._progress = progress

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process that reads the file."""
        self.source.close()

    def during(self, progress: Progress) -> Self:
        """Report to this progress from now on, and let it cancel."""
        self._progress = progress
        self.source.use(progress)
        return self

    def reopen(self, encoding: str, delimiter: str) -> None:
        """Read a text file with another charset or separator; look at its table again afterwards."""
        self.source.open(encoding, delimiter)
        self.sheet = self.survey = self.matching = None

    def sheet_names(self) -> list[str]:
        """The names of the sheets, as the user sees them."""
        return [sheet.name for sheet in self.source.sheets]

    def choose(self, sheet: str | None = None, header_row: int | None = None, kind: str = "auto") -> Survey:
        """Look at a sheet (None = the one that is most likely meant) with its headings in a row (None = find it).

        Raises:
            UserError: there is no such sheet, or nothing in it.
        """
        chosen, layout = self._find_sheet(sheet, header_row, kind)
        if not layout.columns:
            raise UserError(_("“{name}” has no table in it.").format(name=chosen.name or self.source.name))
        self.sheet = chosen
        self.survey = surveys.survey(self.source, chosen, layout, self._locale, self._progress)
        self.matching = None
        self.hidden = self.source.hidden(chosen).within(layout, self.source.count(chosen))
        return self.survey

    def _find_sheet(self, name: str | None, header_row: int | None, kind: str) -> tuple[Sheet, Layout]:
        wanted = [s for s in self.source.sheets if name is None or name.casefold() == s.name.casefold()]
        if not wanted and name is not None and name.isdecimal() and 0 < int(name) <= len(self.source.sheets):
            wanted = [self.source.sheets[int(name) - 1]]
        if not wanted:
            raise UserError(
                _("There is no sheet “{name}”. The sheets are: {sheets}.").format(
                    name=name, sheets=", ".join(self.sheet_names())
                )
            )
        shown = [s for s in wanted if s.visible] or wanted
        if len(shown) == 1:
            return shown[0], surveys.look(self.source, shown[0], header_row)
        scored = []
        for sheet in surveys.first_of(self.source, shown):
            layout = surveys.look(self.source, sheet, header_row)
            score = guessing.sheet_score(layout, sheet.name, kind, self.source.count(sheet))
            scored.append((score, -sheet.index, sheet, layout))
        best = max(scored, key=lambda item: item[:2])
        return best[2], best[3]

    def match(self, kind: str = "auto", mapping: dict[str, str] | None = None) -> Matching:
        """Where the columns go: as given, as remembered from a file with the same headings, or as guessed.

        Raises:
            UserError: nothing says what the rows are about, or the mapping names what is not there.
        """
        found = self._surveyed()
        self.remembered = None
        if self.source.format == "ics" and not found.rows:
            # A calendar without birthdays: all that it brings is read by `appointments`.
            self.matching = Matching(REMINDERS, [])
            return self.matching
        if mapping is not None:
            guessed = kind if kind != "auto" else _kind_of_mapping(mapping, found)
            self.matching = mappings.apply_mapping(found, guessed, mapping)
            return self.matching
        self.matching = self._from_memory(kind) or guessing.guess(found, kind)
        if self.skip_hidden:
            self.matching = mappings.without(self.matching, self.hidden.columns)
        return self.matching

    def _from_memory(self, kind: str) -> Matching | None:
        row = db.one(
            "SELECT kind, mapping, used_at FROM import_mapping WHERE fingerprint = ?", [_fingerprint(self._surveyed())]
        )
        if row is None or kind not in {"auto", row[0]}:
            return None
        known = json.loads(row[1])
        try:
            guessed = guessing.guess(self._surveyed(), row[0])
        except UserError:
            guessed = guessing.blank(self._surveyed(), row[0])
        matching = mappings.as_before(guessed, known["fields"], known["left_out"])
        if not is_enough(matching.kind, matching.fields(), asked_for=True):
            return None
        self.remembered = dates.instant_from(row[2])
        return matching

    def _surveyed(self) -> Survey:
        return self.survey if self.survey is not None else self.choose()

    def rows(self, count: int = 50) -> list[list[Any]]:
        """The first rows of the chosen sheet as they stand in the file, for the preview."""
        self._surveyed()
        return self.source.head(self.sheet or self.source.sheets[0], count)

    def preview(self, matching: Matching, count: int = 3) -> list[Record]:
        """What the first rows become with a matching."""
        own = kinds_of_own_fields(own_kinds(matching))
        found = self._surveyed()
        reader = RecordReader(self.source, found, matching, Outcome(), kinds_of_own=own, country=self._country)
        records = []
        for _row, raw in reader.read(self._progress):
            record = customer_of(raw) if matching.kind in WITH_OWN_FIELDS else raw
            if matching.kind == "customers" and why_no_customer(record):
                continue
            records.append(record | {key: raw[key] for key in raw if kind_of(key) != "customers"})
            if len(records) == count:
                break
        return records

    def check(self, progress: Progress | None = None) -> ImportResult:
        """The dry run: what would become of each row. Nothing is written.

        Raises:
            Cancelled: the user asked to stop.
        """
        progress = progress or self._progress
        self.during(progress)
        return self._go_through(progress, dry_run=True)

    def carry_out(self, progress: Progress | None = None) -> ImportResult:
        """Import, all or nothing.

        Raises:
            Cancelled: the user asked to stop; nothing is written.
            UserError: the file turns out to be damaged; nothing is written.
        """
        progress = progress or self._progress
        self.during(progress)
        title = _("Import {file}").format(file=self.source.name)
        with stopping.with_progress(progress), db.small_cache(), db.transaction(title):
            stood = counters.standing()
            return self._log(self._go_through(progress, dry_run=False), counters.raised_since(stood))

    def _go_through(self, progress: Progress, *, dry_run: bool) -> ImportResult:
        found, matching = self._surveyed(), self.matching or self.match()
        outcome = Outcome(lists_new=dry_run)
        own = kinds_of_own_fields(own_kinds(matching))
        in_bulk = matching.kind == "customers" and not dry_run and found.rows > _MANY and self.source.format != "ics"
        taker = _taker(matching, outcome, with_units(own, matching), self.decisions, dry_run=dry_run, in_bulk=in_bulk)
        if self.source.format == "ics" and matching.kind == "customers":
            taker = BirthdayImport(outcome, dry_run=dry_run, decisions=self.decisions)
        reader = RecordReader(self.source, found, matching, outcome, kinds_of_own=own, country=self._country)
        reader.take_in(self.decisions.taken_in)
        if self.skip_hidden:
            reader.leave_out(self.hidden.rows)
        elif self.hidden:
            outcome.warn(0, "", "", self.hidden.sentence())
        at_once = bulk.inserting(customer_import.TABLES if in_bulk else (), found.rows)
        with garbage.looked_for_seldom(), at_once as tell_the_journal:
            if isinstance(taker, CustomerImport):
                for batch in reader.put_together(progress, customer_columns.gather):
                    taker.take_batch(batch)
                    tell_the_journal()
            else:
                for row, record in reader.read(progress):
                    taker.take(row, record)
            progress.check()
            taker.finish()
        if self.source.known_headings:
            self._take_beside(taker, outcome, progress, dry_run=dry_run)
        self._remark(matching, outcome)
        return self._result(found, matching, outcome)

    def _remark(self, matching: Matching, outcome: Outcome) -> None:
        """What holds for the whole file, or for rows of which the reader knows more."""
        for row, value, reason, skipped in self.source.remarks():
            (outcome.skip if skipped else outcome.warn)(row, "", value, reason)
        for row, line, lines in self.source.open_quotes():
            outcome.warn(row, "", "", reading.about_quote(line, lines))
        for column, value, reason in column_remarks.of(matching):
            outcome.warn(0, column, value, reason)

    def _take_beside(self, taker: _Taker, outcome: Outcome, progress: Progress, *, dry_run: bool) -> None:
        """What cards and calendars bring beside their rows: pictures, appointments."""
        if isinstance(taker, CustomerImport):
            taker.photos.write(self.source.photo, progress)
        if self.source.format == "ics":
            from crm_desktop.exchange import appointments

            appointments.take_in(self.source, outcome, dry_run=dry_run)

    def _result(self, found: Survey, matching: Matching, outcome: Outcome) -> ImportResult:
        source = self.source
        return ImportResult(
            None, source.name, source.format, source.encoding, source.delimiter, found.sheet.name,
            found.layout.header_row, matching.kind, matching.mapping(), found.rows, outcome,
        )  # fmt: skip

    def _log(self, result: ImportResult, raised: list[counters.Raised]) -> ImportResult:
        told = {name: value for name, value in result.as_json().items() if name not in _LONG}
        now = dates.instant_text(dates.now())
        # A stick may have been pulled out since the file was read.
        reading.check_path(self.source.path)
        with self.source.path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        values = {
            "made_at": now,
            "file_name": result.file_name,
            "sha256": sha256,
            "kind": result.kind,
            "result": json.dumps(told | {"counters": raised}, ensure_ascii=False),
            "step_id": db.current_step(),
        }
        import_id = db.insert("import_run", values)
        if self.survey is not None and self.survey.rows:
            db.execute(
                "INSERT INTO import_mapping VALUES(?1, ?2, ?3, ?4) ON CONFLICT(fingerprint) "
                "DO UPDATE SET kind = ?2, mapping = ?3, used_at = ?4",
                [_fingerprint(self.survey), result.kind, json.dumps(self._chosen(result), ensure_ascii=False), now],
            )
        return replace(result, import_id=import_id)

    def _chosen(self, result: ImportResult) -> dict[str, Any]:
        """What to remember for the next file with the same headings."""
        choices = self.matching.choices if self.matching is not None else []
        left_out = [c.column.label for c in choices if c.field == LEAVE_OUT]
        return {"fields": result.mapping, "left_out": left_out}


_LONG = {"import_id", "skipped", "warnings"}


def _taker(
    matching: Matching, outcome: Outcome, own: dict[str, str], decisions: Decisions, *, dry_run: bool, in_bulk: bool
) -> _Taker:
    if decisions.key != AUTO and matching.kind != "customers":
        raise UserError(_("By what rows are found can be chosen for customers only."))
    currency = stated_currency(matching, profile.load().currency)
    labels = [choice.column.label for choice in matching.choices if choice.field in {"value", "contract_value"}]
    per = contract_words.per(labels[0]) if labels else ""
    simple: dict[str, Any] = {
        "contracts": partial(ContractImport, per=per), "catalogue": CatalogueImport, "payments": PaymentImport,
        "opportunities": DealImport, "owned_products": ProductImport,
    }  # fmt: skip
    told: dict[str, Any] = {"fields": matching.fields(), "currency": currency, "price_mode": price_mode(matching)}
    if matching.kind == REMINDERS:
        return CustomerImport(outcome, dry_run=dry_run)
    if matching.kind in simple:
        return cast("_Taker", simple[matching.kind](outcome, dry_run=dry_run, currency=currency))
    if matching.kind == "invoices":
        return InvoiceImport(outcome, dry_run=dry_run, decisions=decisions, **told)
    if matching.kind == "mixed":
        return MixedImport(outcome, dry_run=dry_run, own_fields=own, per=per, **told)
    return CustomerImport(outcome, dry_run=dry_run, own_fields=own, in_bulk=in_bulk, decisions=decisions)


def _kind_of_mapping(mapping: dict[str, str], found: Survey) -> str:
    """The kind of records that a given mapping is for: the one that knows most of its fields."""
    guessed = guessing.guess(found).kind
    return max(KINDS, key=lambda kind: (sum(1 for name in mapping if name in FIELDS[kind]), kind == guessed))


def _fingerprint(found: Survey) -> str:
    """Names the headings of a table, whatever is in it."""
    return hashlib.sha256("\x1f".join(found.layout.headings).casefold().encode()).hexdigest()


def open_file(path: str | Path, progress: Progress | None = None, *, encoding: str = "", delimiter: str = "") -> Opened:
    """Open a file for import, step by step.

    Raises:
        UserError: it cannot be read as a table; the sentence says what it is and what to do.
        Problem: it may not be read.
        Cancelled: the user asked to stop.
    """
    progress = progress or Progress()
    return Opened(reading.open_file(path, progress, encoding=encoding, delimiter=delimiter), progress)


# ---- in one go ------------------------------------------------------------------------------------------------------


def run(
    path: str | Path,
    kind: str = "auto",
    sheet: str | None = None,
    mapping: dict[str, str] | None = None,
    *,
    dry_run: bool = False,
    match: str = AUTO,
    skip_hidden: bool = False,
    progress: Progress | None = None,
) -> ImportResult:
    """Import a file with what the wizard would propose.

    Args:
        path: the file.
        kind: "auto" or one of `KINDS`.
        sheet: the name or number of the sheet; None takes the one that is most likely meant.
        mapping: our field → label or letter of the column; None guesses.
        dry_run: only say what would happen.
        match: by what customers who are there are found: a key of `deciding.KEYS`.
        skip_hidden: leave out rows and columns that are hidden in the workbook.
        progress: told how far it is; its `cancel` stops the import, nothing is then written.

    Raises:
        UserError: the file, sheet or mapping cannot be used; the sentence says what to do.
        Problem: the file may not be read, or the data file cannot be written.
        Cancelled: the user asked to stop.
    """
    with open_file(path, progress) as opened:
        opened.decisions, opened.skip_hidden = Decisions(match), skip_hidden
        opened.choose(sheet, kind=kind)
        opened.match(kind, mapping)
        return opened.check() if dry_run else opened.carry_out()


def undo(import_id: int, progress: Progress | None = None) -> UndoResult:
    """Take an import back; what was edited since, or is needed by other records, stays and is named.

    Raises:
        Cancelled: the user asked to stop; the import stays as it is.
        NotFound: there is no such import, or its step is no longer in the journal.
        Conflict: it was taken back already.
    """
    row = db.one("SELECT file_name, step_id, undone_at FROM import_run WHERE id = ?", [import_id])
    if row is None:
        raise NotFound(_("There is no import with the number {number}.").format(number=import_id))
    file_name, step_id, undone_at = row
    if undone_at is not None:
        raise Conflict(_("The import of “{file}” was taken back already.").format(file=file_name))
    if step_id is None:
        # Nothing was changed by it, or its step is too old to be in the journal.
        raise NotFound(_("The import of “{file}” changed nothing that could be taken back.").format(file=file_name))
    # Not inside a transaction of our own: a savepoint for each row below another savepoint takes quadratic time.
    with stopping.with_progress(progress or Progress()):
        undone = history.undo(step_id, leave_edited=True)
    with db.transaction():
        now = dates.instant_text(dates.now())
        db.execute("UPDATE import_run SET undone_at = ? WHERE id = ?", [now, import_id])
    return UndoResult(import_id, file_name, undone.rows, names_of_records(undone.left))


def imports(limit: int = 100) -> list[ImportRun]:
    """The imports so far, the newest first."""
    rows = db.query(
        "SELECT i.id, i.made_at, i.file_name, i.kind, i.result, i.undone_at IS NOT NULL OR s.undone_by IS NOT NULL "
        "FROM import_run i LEFT JOIN journal_step s ON s.id = i.step_id ORDER BY i.id DESC LIMIT ?",
        [limit],
    )
    found = []
    for import_id, made_at, file_name, kind, result, undone in rows:
        counts = json.loads(result)
        found.append(
            ImportRun(
                import_id,
                dates.instant_from(made_at),
                file_name,
                kind,
                counts["created"],
                counts["updated"],
                bool(undone),
            )
        )
    return found
