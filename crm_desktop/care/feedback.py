"""Feedback: how satisfied customers are (1 to 5) and whether they would recommend us (0 to 10, NPS).

States: asked → answered → followed up, where the answer was low. Asked by a text to send, after a case was solved or an
invoice was paid: once per record, no more often than the owner's number of days, and never who refused it. Answers are
entered by hand or read from a workbook (`exchange/feedback_answers`).

Source: NPS is the share of 9 and 10 less the share of 0 to 6, in points from −100 to 100 (Reichheld 2003).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from crm_desktop.activity import timeline
from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict, NotFound, UserError, ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import merging
from crm_desktop.db import connection as db
from crm_desktop.db import noted

NPS, SATISFACTION = "nps", "satisfaction"
KINDS = {SATISFACTION: N_("Satisfaction"), NPS: N_("Recommendation")}
# Lowest and highest score of a kind; up to `LOW` somebody should call.
SCALES = {NPS: (0, 10), SATISFACTION: (1, 5)}
LOW = {NPS: 6, SATISFACTION: 2}
PROMOTERS, DETRACTORS = 9, 6
PURPOSE = "feedback"
CASE, DOCUMENT = "case", "document"
USUAL_PAUSE_DAYS = 90
LONGEST_PAUSE_DAYS = 3650
_PAUSE_KEY = "feedback_pause_days"
# Without letters and digits that look alike on paper.
_LETTERS, _LENGTH = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 8
_COLUMNS = "id, customer_id, kind, code, record, record_id, asked_on, answered_on, score, comment, followed_up_at"


@dataclass(frozen=True)
class Feedback:
    """One question with its answer; `score` is None until it was answered. `record` and `record_id` say what about."""

    id: int
    customer_id: int
    kind: str
    code: str
    record: str
    record_id: int | None
    asked_on: date
    answered_on: date | None
    score: int | None
    comment: str
    followed_up: bool

    @property
    def is_low(self) -> bool:
        """Whether the answer asks for a call."""
        return self.score is not None and self.score <= LOW[self.kind]


# ---- reading --------------------------------------------------------------------------------------------------------


def get(feedback_id: int) -> Feedback:
    """The question with its answer, by id.

    Raises:
        NotFound: there is none.
    """
    found = _read("id = ?", [feedback_id])
    if not found:
        raise NotFound(_("This feedback is no longer there."))
    return found[0]


def _read(where: str, params: Sequence[object] = (), order: str = "asked_on DESC, id DESC") -> list[Feedback]:
    return [
        Feedback(
            row[0], row[1], row[2], row[3], row[4], row[5], date.fromisoformat(row[6]),
            date.fromisoformat(row[7]) if row[7] else None, row[8], row[9], row[10] is not None,
        )
        for row in db.query(f"SELECT {_COLUMNS} FROM feedback WHERE {where} ORDER BY {order}", list(params))
    ]  # fmt: skip


def of_customer(customer_id: int) -> list[Feedback]:
    """What a customer was asked, with those of the records merged into it, newest first."""
    return _read(f"customer_id IN {merging.family_sql('?1')}", [customer_id])


def everything() -> list[Feedback]:
    """All questions, newest first."""
    return _read("1")


def with_code(code: str) -> Feedback | None:
    """The question with this code, however it was typed, or None."""
    found = _read("code = ?", [plain_code(code)])
    return found[0] if found else None


def plain_code(code: str) -> str:
    """A code as it is stored: capitals, without blanks and dashes."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def shown_code(code: str) -> str:
    """A code as it is printed: two groups of four."""
    return f"{code[:4]}-{code[4:]}" if len(code) == _LENGTH else code


# ---- figures --------------------------------------------------------------------------------------------------------


def nps(first: date = date.min, last: date = date.max) -> int | None:
    """The net promoter score of the answers of a period, −100 to 100; None without answers."""
    row = db.one(
        "SELECT count(*), sum(score >= ?), sum(score <= ?) FROM feedback WHERE kind = 'nps' AND score IS NOT NULL "
        "AND answered_on BETWEEN ? AND ?",
        [PROMOTERS, DETRACTORS, first.isoformat(), last.isoformat()],
    )
    if not row[0]:
        return None
    return int((Decimal(100 * (row[1] - row[2])) / row[0]).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def scores(kind: str) -> dict[int, int]:
    """Mark → how many gave it, of all answers of a kind."""
    rows = db.query("SELECT score, count(*) FROM feedback WHERE kind = ? AND score IS NOT NULL GROUP BY 1", [kind])
    return dict(rows)


def average(kind: str, first: date = date.min, last: date = date.max) -> Decimal | None:
    """The mean answer of a kind in a period, with one decimal; None without answers."""
    row = db.one(
        "SELECT count(*), sum(score) FROM feedback WHERE kind = ? AND score IS NOT NULL AND answered_on BETWEEN ? AND ?",
        [kind, first.isoformat(), last.isoformat()],
    )
    return (Decimal(row[1]) / row[0]).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP) if row[0] else None


def answer_share(first: date = date.min, last: date = date.max) -> tuple[int, int]:
    """How many were asked in a period, and how many of those answered."""
    row = db.one(
        "SELECT count(*), coalesce(sum(score IS NOT NULL), 0) FROM feedback WHERE asked_on BETWEEN ? AND ?",
        [first.isoformat(), last.isoformat()],
    )
    return int(row[0]), int(row[1])


# ---- asking ---------------------------------------------------------------------------------------------------------


def pause_days() -> int:
    """For how many days a customer is not asked again."""
    stored = db.value("SELECT value FROM setting WHERE key = ?", [_PAUSE_KEY])
    return USUAL_PAUSE_DAYS if stored is None else int(stored)


def set_pause_days(days: int) -> None:
    """Say for how many days a customer is not asked again.

    Raises:
        ValidationError: it is not from 0 to 3,650.
    """
    if not 0 <= days <= LONGEST_PAUSE_DAYS:
        raise ValidationError({"pause_days": _("Enter a number of days from 0 to 3,650.")})
    with db.transaction(_("Change settings"), merge=True):
        noted.put_setting(_PAUSE_KEY, str(days))


def why_not(customer_id: int, kind: str, about: tuple[str, int] | None = None) -> str:
    """Why a customer may not be asked now, as a sentence; empty where they may."""
    refused = db.value(
        f"SELECT state FROM consent WHERE customer_id IN {merging.family_sql('?1')} AND purpose = ?2 "
        "AND contact_person_id IS NULL ORDER BY on_day_on DESC, id DESC LIMIT 1",
        [customer_id, PURPOSE],
    )
    if refused in ("refused", "withdrawn"):
        return _("They do not want to be asked.")
    if about and db.one("SELECT 1 FROM feedback WHERE record = ? AND record_id = ? AND kind = ?", [*about, kind]):
        return _("They were asked about this already.")
    last = db.value(
        f"SELECT max(asked_on) FROM feedback WHERE customer_id IN {merging.family_sql('?1')}", [customer_id]
    )
    days = pause_days()
    if last and days and dates.add_days(date.fromisoformat(last), days) > dates.today():
        return _("They were asked less than {n} days ago.").format(n=days)
    return ""


def ask(customer_id: int, kind: str = SATISFACTION, about: tuple[str, int] | None = None) -> int:
    """Note that a customer is asked, with a new code for the answer; gives the id.

    Raises:
        UserError: they may not be asked now; the sentence says why.
    """
    if kind not in KINDS:
        raise ValidationError({"kind": _("Choose what is asked.")})
    if sentence := why_not(customer_id, kind, about):
        raise UserError(sentence)
    return _insert(customer_id, kind, about)


def take_back(feedback_id: int) -> None:
    """Take a question back that was not sent after all; one that was answered stays."""
    found = get(feedback_id)
    if found.score is not None:
        return
    with db.transaction(_("Do not ask for feedback")):
        entry = db.value(
            "SELECT max(id) FROM timeline_entry WHERE customer_id = ? AND kind = 'feedback' AND title = ?",
            [found.customer_id, _("Asked for feedback")],
        )
        if entry:
            db.delete("timeline_entry", int(entry))
        db.delete("feedback", feedback_id)


def _insert(customer_id: int, kind: str, about: tuple[str, int] | None) -> int:
    with db.transaction(_("Ask for feedback")):
        found = db.insert(
            "feedback",
            {"customer_id": customer_id, "kind": kind, "code": _new_code(), "record": about[0] if about else "",
             "record_id": about[1] if about else None, "asked_on": dates.today().isoformat(),
             "created_at": dates.instant_text(dates.now())},
        )  # fmt: skip
        timeline.record(customer_id, "feedback", _("Asked for feedback"), about=about)
    return found


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(_LETTERS) for _letter in range(_LENGTH))
        if db.one("SELECT 1 FROM feedback WHERE code = ?", [code]) is None:
            return code


def waiting_to_ask(limit: int = 50) -> list[tuple[int, str, int]]:
    """Whom one could ask now: customer and what about ("case" or "document", id), of the last 14 days, newest first."""
    since = dates.add_days(dates.today(), -14).isoformat()
    found = db.query(
        "SELECT customer_id, 'case', id, solved_at AS at FROM support_case WHERE solved_at >= ?1 AND deleted_at IS NULL "
        "AND state IN ('solved', 'closed') UNION ALL "
        "SELECT d.customer_id, 'document', d.id, max(a.made_on) AS at FROM allocation a JOIN document d ON d.id = a.document_id "
        "JOIN document_balance b ON b.id = d.id WHERE a.made_on >= ?1 AND a.kind = 'payment' AND b.open_minor = 0 "
        "AND d.kind = 'invoice' AND d.customer_id IS NOT NULL GROUP BY d.id ORDER BY at DESC LIMIT ?2",
        [since, limit],
    )
    ready: dict[int, tuple[int, str, int]] = {}
    for customer_id, record, record_id, _at in found:
        if customer_id not in ready and not why_not(customer_id, SATISFACTION, (record, record_id)):
            ready[customer_id] = (customer_id, record, record_id)
    return list(ready.values())


# ---- answers --------------------------------------------------------------------------------------------------------


def check_score(kind: str, score: int | None) -> str:
    """A sentence if a score does not fit its kind; empty where it does."""
    lowest, highest = SCALES[kind]
    if score is None or not lowest <= score <= highest:
        return _("Enter a whole number from {lowest} to {highest}.").format(lowest=lowest, highest=highest)
    return ""


def answer(feedback_id: int, score: int | None, comment: str = "", on: date | None = None) -> None:
    """Note the answer to a question.

    Raises:
        ValidationError: the score does not fit.
        Conflict: it was answered already, in another way.
    """
    found = get(feedback_id)
    if sentence := check_score(found.kind, score):
        raise ValidationError({"score": sentence})
    comment = text.tidy_lines(comment)
    if found.score is not None:
        if (found.score, found.comment) == (score, comment):
            return
        raise Conflict(_("This question is answered already, with {score}.").format(score=found.score))
    day = on or dates.today()
    with db.transaction(_("Note feedback")):
        db.update("feedback", found.id, {"score": score, "comment": comment, "answered_on": day.isoformat()})
        _tell(found, score or 0, comment)


def add(
    customer_id: int, score: int | None, comment: str = "", kind: str = SATISFACTION, on: date | None = None
) -> int:
    """Note what a customer said of themselves, unasked or on the phone; gives the id.

    Raises:
        ValidationError: the score does not fit; field → sentence.
    """
    if kind not in KINDS:
        raise ValidationError({"kind": _("Choose what is asked.")})
    if sentence := check_score(kind, score):
        raise ValidationError({"score": sentence})
    day, comment = on or dates.today(), text.tidy_lines(comment)
    with db.transaction(_("Note feedback")):
        found = db.insert(
            "feedback",
            {"customer_id": customer_id, "kind": kind, "code": _new_code(), "asked_on": day.isoformat(),
             "answered_on": day.isoformat(), "score": score, "comment": comment,
             "created_at": dates.instant_text(dates.now())},
        )  # fmt: skip
        _tell(get(found), score or 0, comment)
    return found


def _tell(found: Feedback, score: int, comment: str) -> None:
    words = score_words(found.kind, score)
    about = (found.record, found.record_id) if found.record_id is not None else None
    timeline.record(
        found.customer_id, "feedback", _("Feedback: {score}").format(score=words), body=comment, about=about
    )


def score_words(kind: str, score: int) -> str:
    """A score with its scale: "4 of 5"."""
    return _("{score} of {highest}").format(score=score, highest=SCALES[kind][1])


def follow_up(feedback_id: int) -> None:
    """Note that somebody took care of a low answer."""
    with db.transaction(_("Follow up on feedback")):
        db.update("feedback", feedback_id, {"followed_up_at": dates.instant_text(dates.now())})


def to_follow_up() -> list[Feedback]:
    """Low answers that nobody took care of yet, the oldest first."""
    low = " OR ".join(f"(kind = '{kind}' AND score <= {score})" for kind, score in LOW.items())
    return _read(
        f"({low}) AND followed_up_at IS NULL AND EXISTS "
        "(SELECT 1 FROM customer c WHERE c.id = feedback.customer_id AND c.deleted_at IS NULL)",
        order="answered_on, id LIMIT 100",
    )


def as_json(found: Feedback) -> dict[str, object]:
    """The question with its answer in the stable shape of `list feedback --json`."""
    return {
        "id": found.id,
        "code": shown_code(found.code),
        "kind": found.kind,
        "asked": found.asked_on.isoformat(),
        "answered": found.answered_on.isoformat() if found.answered_on else None,
        "score": found.score,
        "comment": found.comment,
        "followed_up": found.followed_up,
    }
