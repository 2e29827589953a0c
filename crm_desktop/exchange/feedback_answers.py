"""Answers to feedback, read from a workbook or CSV file: code, e-mail or customer number, then score and comment.

`read` only says what would be noted; `note` notes it, as one step that can be undone. The same file twice changes
nothing: an answer that is there already is counted as known. A code finds its question; an e-mail or a number finds the
customer's question that waits for an answer, else the answer is noted as one that came by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from crm_desktop.care import feedback
from crm_desktop.core import text
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.exchange import reading
from crm_desktop.exchange.days import DayOrder, parse_day
from crm_desktop.exchange.values import Cell, as_text

# Our column → what it may be called, folded.
_HEADINGS = {
    "code": ("code", "feedback code", "antwortcode", "kennung", "token"),
    "email": ("email", "e-mail", "mail", "e-mail-adresse", "email address", "e-mail address", "emailadresse"),
    "number": (
        "customer number",
        "customer no",
        "customer",
        "kundennummer",
        "kunden-nr.",
        "kunden-nr",
        "kunde",
        "number",
    ),
    "score": (
        "score",
        "rating",
        "answer",
        "points",
        "stars",
        "nps",
        "bewertung",
        "note",
        "punkte",
        "sterne",
        "antwort",
        "wert",
    ),
    "comment": ("comment", "comments", "text", "remark", "kommentar", "bemerkung", "freitext", "anmerkung"),
    "day": ("date", "day", "answered", "datum", "tag", "beantwortet", "timestamp", "zeitstempel"),
}
_NPS_WORDS = ("nps", "recommend", "empfehl")
_LOOK_ROWS, _MOST_ROWS = 20, 100_000
_SATISFIED_MOST = 5


@dataclass(frozen=True)
class Answer:
    """One answer that would be noted: to a question, or (without one) as one that came by itself."""

    row: int
    customer_id: int
    feedback_id: int | None
    kind: str
    score: int
    comment: str
    day: date | None


@dataclass(frozen=True)
class Bad:
    """A row that cannot be noted, with the reason."""

    row: int
    sentence: str


@dataclass
class Plan:
    """What a file would change; see the module."""

    name: str
    fresh: list[Answer] = field(default_factory=list)
    known: int = 0
    problems: list[Bad] = field(default_factory=list)


def read(path: Path, progress: Progress | None = None) -> Plan:
    """Look into a file; nothing is written.

    Raises:
        UserError: it is no table, or lacks the columns; the sentence says which.
        Problem: the file may not be read.
        Cancelled: the user asked to stop.
    """
    rows = _rows(path, progress or Progress())
    place, columns = _find_columns(rows, path.name)
    return _Reader(path.name, rows, place, columns).plan()


def _rows(path: Path, progress: Progress) -> list[list[Cell]]:
    found: list[list[Cell]] = []
    with reading.open_file(path, progress) as source:
        sheet = next((sheet for sheet in source.sheets if sheet.visible), source.sheets[0])
        for batch in source.rows(sheet):
            found += [list(row) for row in zip(*batch.columns, strict=True)]
            progress(len(found), 0, "")
            if len(found) > _MOST_ROWS:
                raise UserError(
                    _("“{name}” has more than 100,000 rows. Split it into smaller files.").format(name=path.name)
                )
    return found


def _find_columns(rows: list[list[Cell]], name: str) -> tuple[int, dict[str, int]]:
    """The row of the headings and which column is which."""
    for place, row in enumerate(rows[:_LOOK_ROWS]):
        columns: dict[str, int] = {}
        for index, cell in enumerate(row):
            heading = text.fold(as_text(cell)).strip(" :*")
            for ours, words in _HEADINGS.items():
                if heading in words:
                    columns.setdefault(ours, index)
        if "score" in columns and {"code", "email", "number"} & set(columns):
            return place, columns
    raise UserError(
        _("“{name}” needs a column score, and one of code, e-mail or customer number, with these headings.").format(
            name=name
        )
    )


class _Reader:
    """Turns rows into a plan."""

    def __init__(self, name: str, rows: list[list[Cell]], place: int, columns: dict[str, int]) -> None:
        self._found = Plan(name)
        self._rows, self._first, self._columns = rows[place + 1 :], place + 2, columns
        self._taken: set[int] = set()
        heading = text.fold(as_text(rows[place][columns["score"]]))
        scores = [_score(self._cell(row, "score")) for row in self._rows]
        is_nps = any(word in heading for word in _NPS_WORDS)
        wide = any(score is not None and not 1 <= score <= _SATISFIED_MOST for score in scores)
        self._kind = feedback.NPS if is_nps or wide else feedback.SATISFACTION
        self._order = DayOrder.of([self._cell(row, "day") for row in self._rows], "dmy") if "day" in columns else None

    def _cell(self, row: list[Cell], name: str) -> Cell:
        index = self._columns.get(name)
        return row[index] if index is not None and index < len(row) else None

    def plan(self) -> Plan:
        """What the rows would change."""
        for number, row in enumerate(self._rows, self._first):
            if any(as_text(cell) for cell in row):
                self._read(number, row)
        return self._found

    def _read(self, number: int, row: list[Cell]) -> None:
        asked, customer_id, sentence = self._whose(row)
        score = _score(self._cell(row, "score"))
        kind = asked.kind if asked is not None else self._kind
        sentence = sentence or feedback.check_score(kind, score)
        if sentence or score is None:
            self._found.problems.append(Bad(number, sentence))
            return
        comment = text.tidy_lines(as_text(self._cell(row, "comment")))
        if asked is not None and asked.score is not None:
            if asked.score == score:
                self._found.known += 1
            else:
                words = _("Answered already, with {score}.").format(score=asked.score)
                self._found.problems.append(Bad(number, words))
            return
        if asked is None and _is_known(customer_id, score, comment):
            self._found.known += 1
            return
        self._taken |= {asked.id} if asked is not None else set()
        day = self._day(self._cell(row, "day"))
        self._found.fresh.append(Answer(number, customer_id, asked.id if asked else None, kind, score, comment, day))

    def _whose(self, row: list[Cell]) -> tuple[feedback.Feedback | None, int, str]:
        """The question that a row answers, the customer, and what is wrong."""
        code = feedback.plain_code(as_text(self._cell(row, "code")))
        if code:
            asked = feedback.with_code(code)
            if asked is None:
                return None, 0, _("There is no question with the code {code}.").format(code=code)
            if asked.id in self._taken:
                return None, 0, _("The code {code} stands in the file twice.").format(code=code)
            return asked, asked.customer_id, ""
        customer_id, sentence = _customer(as_text(self._cell(row, "number")), as_text(self._cell(row, "email")))
        if sentence:
            return None, 0, sentence
        score, comment = _score(self._cell(row, "score")), text.tidy_lines(as_text(self._cell(row, "comment")))
        if score is not None and _is_known(customer_id, score, comment):
            return None, customer_id, ""
        waiting = [f for f in feedback.of_customer(customer_id) if f.score is None and f.id not in self._taken]
        return (waiting[0] if waiting else None), customer_id, ""

    def _day(self, cell: Cell) -> date | None:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        return parse_day(cell, self._order.order) if self._order is not None and as_text(cell) else None


def _score(cell: Cell) -> int | None:
    """A whole number, however it was written; None for anything else."""
    try:
        found = Decimal(as_text(cell).replace(",", "."))
    except InvalidOperation:
        return None
    return int(found) if found.is_finite() and found == found.to_integral_value() else None


def _is_known(customer_id: int, score: int, comment: str) -> bool:
    return any(found.score == score and found.comment == comment for found in feedback.of_customer(customer_id))


def _customer(number: str, email: str) -> tuple[int, str]:
    if number:
        found = db.query("SELECT id FROM customer WHERE number = ? AND deleted_at IS NULL", [number])
        return (int(found[0][0]), "") if found else (0, _("There is no customer with the number {n}.").format(n=number))
    if not email:
        return 0, _("It does not say whose answer it is.")
    found = db.query(
        "SELECT id FROM customer WHERE email = ?1 COLLATE NOCASE AND deleted_at IS NULL UNION SELECT k.customer_id "
        "FROM contact_channel k JOIN customer c ON c.id = k.customer_id WHERE k.kind = 'email' "
        "AND k.value = ?1 COLLATE NOCASE AND c.deleted_at IS NULL UNION SELECT p.customer_id FROM contact_person p "
        "JOIN customer c ON c.id = p.customer_id WHERE p.email = ?1 COLLATE NOCASE AND c.deleted_at IS NULL",
        [email],
    )
    if len(found) == 1:
        return int(found[0][0]), ""
    words = _("Several customers have the e-mail {email}.") if found else _("No customer has the e-mail {email}.")
    return 0, words.format(email=email)


def note(plan: Plan) -> int:
    """Note the answers of a plan, as one step; gives how many.

    Raises:
        Conflict: an answer was noted otherwise meanwhile.
    """
    title = ngettext("Read {n} answer from {file}", "Read {n} answers from {file}", len(plan.fresh))
    with db.transaction(title.format(n=len(plan.fresh), file=plan.name)):
        for answer in plan.fresh:
            if answer.feedback_id is not None:
                feedback.answer(answer.feedback_id, answer.score, answer.comment, answer.day)
            else:
                feedback.add(answer.customer_id, answer.score, answer.comment, answer.kind, answer.day)
    return len(plan.fresh)
