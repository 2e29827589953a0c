"""Letters that remind of money: made from proposals, kept with their PDF, marked as sent, taken back until then.

A letter takes its number from its series and freezes what it says: texts, parties, rows and sums, as JSON. Its rows in
`dunning_item` say which invoice got which level, once. Fees and interest are asked for, not booked as revenue: what a
customer pays on them is booked with `book_charges` as money that belongs to no invoice and is nobody's credit.

Source: docs/decisions/0021-dunning.md.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.activity import timeline
from crm_desktop.billing import dunning, dunning_levels, interest, parties, rows, settlement, wording
from crm_desktop.billing.document import Draft, Party
from crm_desktop.billing.dunning import Item, Proposal
from crm_desktop.billing.settlement import Words
from crm_desktop.company import numbering, profile
from crm_desktop.core import dates, formats, text
from crm_desktop.core.errors import Conflict, NotFound, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import from_minor
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.db import files

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')


@dataclass(frozen=True, slots=True)
class Row:
    """One document in a letter. `paid_minor` is what was settled of it; below zero open is a credit that is deducted."""

    document_id: int
    number: str
    issue_on: date
    due_on: date
    days_late: int
    total_minor: int
    paid_minor: int
    open_minor: int
    interest_minor: int = 0
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class RateUsed:
    """A rate with which interest was computed: from the first to the last day, in hundredths of a per cent a year."""

    first: date
    last: date
    rate_bp: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """Everything that a letter says, frozen when it was made; amounts are minor units.

    `rows` are claimed or deducted, `coming` is open but not due yet. `id` is 0 and `number` empty in a preview.
    `customer_id` is below zero for a sale without a customer (see `dunning.Proposal`).
    """

    customer_id: int
    customer: str
    made_on: date
    deadline_on: date
    level: int
    level_days: int
    level_name: str
    title: str
    body: str
    language: str
    currency: str
    seller: Party
    buyer: Party
    rows: tuple[Row, ...]
    coming: tuple[Row, ...] = ()
    credit_minor: int = 0
    open_minor: int = 0
    interest_minor: int = 0
    fee_minor: int = 0
    earlier_fees_minor: int = 0
    charges_paid_minor: int = 0
    rates: tuple[RateUsed, ...] = ()
    number: str = ""
    id: int = 0
    file_id: int | None = None
    sent_at: str | None = None

    @property
    def charges_minor(self) -> int:
        """Fees and interest that are asked for, less what was paid on them."""
        return max(0, self.interest_minor + self.fee_minor + self.earlier_fees_minor - self.charges_paid_minor)

    @property
    def total_minor(self) -> int:
        """What is asked for."""
        return self.open_minor + self.charges_minor

    @property
    def is_note(self) -> bool:
        """Whether nothing is late yet."""
        return self.level_days <= 0


Render = Callable[[Letter], bytes]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which proposal becomes a letter: at the level reached or at another, without the documents left out."""

    customer_id: int
    currency: str
    level: int | None = None
    leave_out: frozenset[int] = frozenset()


# ---- making ----------------------------------------------------------------------------------------------------------


def preview(choice: Choice, day: date | None = None) -> Letter:
    """The letter that a choice would make, without number.

    Raises:
        NotFound: nothing is left to remind of.
    """
    until = day or dates.today()
    return _compose(_proposal(choice, until), until)


def _proposal(choice: Choice, day: date) -> Proposal:
    return dunning.proposal(
        choice.customer_id, choice.currency, level=choice.level, leave_out=choice.leave_out, day=day
    )


def make_letters(
    selection: Sequence[Choice],
    render: Render | None = None,
    *,
    day: date | None = None,
    progress: Progress | None = None,
) -> list[int]:
    """Make letters, all or none; gives their ids in the order of the selection.

    Args:
        selection: which proposals; each is worked out anew, so that nothing goes twice.
        render: makes the PDF that is stored with the letter.
        day: the day of the letters, today if not given.
        progress: is told how many are done; its Cancel takes all of them back.

    Raises:
        Conflict: one of them was paid, put on hold or reminded of meanwhile.
        UserError: a character cannot be printed.
    """
    until, told = day or dates.today(), progress or Progress()
    if not selection:
        raise UserError(_("Choose at least one customer to remind."))
    made = []
    with db.transaction(durable=True):
        dunning_levels.keep_usual()
        title = ngettext("Make {n} payment reminder", "Make {n} payment reminders", len(selection))
        with db.transaction(title.format(n=len(selection))):
            for place, choice in enumerate(selection):
                told(place, len(selection), _name(choice.customer_id))
                made.append(_make(choice, render, until))
            told(len(selection), len(selection), "")
    return made


def _name(customer_id: int) -> str:
    if customer_id < 0:
        return str(db.value("SELECT number FROM document WHERE id = ?", [-customer_id]) or "")
    return str(db.value("SELECT name FROM customer WHERE id = ?", [customer_id]) or "")


def _make(choice: Choice, render: Render | None, day: date) -> int:
    try:
        found = _proposal(choice, day)
    except NotFound:
        found = None
    if found is None or not found.waits:
        sentence = _("{name} need not be reminded any more: it was paid, put on hold, or a letter was made meanwhile.")
        raise Conflict(sentence.format(name=_name(choice.customer_id)))
    number = numbering.take_free("dunning_letter", day, "dunning_letter")
    letter = replace(_compose(found, day), number=number)
    letter_id = db.insert("dunning_letter", _stored(letter))
    for item in (*found.items, *found.coming):
        if item.level is not None:
            _note_item(letter_id, item)
    if render is not None:
        file_id = files.put(render(replace(letter, id=letter_id)), "application/pdf")
        db.update("dunning_letter", letter_id, {"file_id": file_id})
    _tell(letter_id, letter, letter.level_name)
    return letter_id


def _note_item(letter_id: int, item: Item) -> None:
    values = {
        "letter_id": letter_id,
        "document_id": item.document_id,
        "level": item.level.position if item.level else 0,
        "open_minor": item.open_minor,
        "interest_minor": item.interest_minor,
    }
    try:
        db.insert("dunning_item", values)
    except sqlite3.IntegrityError:
        sentence = _("{number} had this reminder already.").format(number=item.number)
        raise Conflict(sentence) from None


def _tell(letter_id: int, letter: Letter, what: str) -> None:
    if letter.customer_id < 0:
        return  # nobody's timeline
    timeline.record(
        letter.customer_id,
        "dunning",
        f"{what} {letter.number}",
        body=", ".join(row.number for row in letter.rows if row.open_minor > 0),
        about=("dunning_letter", letter_id),
        amount_minor=letter.total_minor,
        currency=letter.currency,
    )


def _compose(found: Proposal, day: date) -> Letter:
    level = found.level
    if level is None:
        raise NotFound(_("Nothing is left to remind this customer of. It was paid, or a letter was made meanwhile."))
    company = profile.load()
    known = found.customer_id if found.customer_id > 0 else None
    draft = Draft(language=found.language, currency=found.currency, customer_id=known)
    last_due = max((item.due_on for item in found.items), default=day)
    deadline = last_due if level.before_due else dates.add_days(day, level.deadline_days)
    letter = Letter(
        customer_id=found.customer_id,
        customer=found.customer,
        made_on=day,
        deadline_on=deadline,
        level=level.position,
        level_days=level.days,
        level_name=level.name,
        title="",
        body="",
        language=found.language,
        currency=found.currency,
        seller=parties.seller(company, draft),
        buyer=parties.buyer(draft, company.country) if known else rows.read_document(-found.customer_id).buyer,
        rows=tuple(map(_row, (*found.items, *found.credits))),
        coming=tuple(map(_row, found.coming)),
        credit_minor=found.credit_minor,
        open_minor=found.open_minor,
        interest_minor=found.interest_minor,
        fee_minor=found.fee_minor,
        earlier_fees_minor=found.earlier_fees_minor,
        charges_paid_minor=found.charges_paid_minor,
        rates=_rates_used(found, day) if found.interest_minor else (),
    )
    words, values = dunning_levels.words(level, found.language), field_values(letter)
    return replace(letter, title=dunning_levels.fill(words.title, values), body=dunning_levels.fill(words.body, values))


def _row(item: Item) -> Row:
    total = -item.total_minor if item.open_minor < 0 else item.total_minor
    return Row(
        item.document_id, item.number, item.issue_on, item.due_on, item.days_late, total, total - item.open_minor,
        item.open_minor, item.interest_minor, item.level is not None,
    )  # fmt: skip


def _rates_used(found: Proposal, day: date) -> tuple[RateUsed, ...]:
    """The rates that bore the interest of a letter, in the order of their days."""
    known = interest.rates()
    spans: dict[date, tuple[date, date, int]] = {}
    for item in found.items:
        for stretch in interest.of_document(item.document_id, day, business=found.is_business, known=known):
            rate = interest.rate_on(stretch.first, known)
            key = rate.from_on if rate else stretch.first
            first, last, _bp = spans.get(key, (stretch.first, stretch.last, 0))
            spans[key] = (min(first, stretch.first), max(last, stretch.last), stretch.rate_bp)
    return tuple(RateUsed(*spans[key]) for key in sorted(spans))


def field_values(letter: Letter) -> dict[str, str]:
    """The fields that texts may use (`dunning_levels.FIELDS`), in the forms of the letter's language."""
    locale = locale_of(letter)
    claimed = [row for row in letter.rows if row.open_minor > 0]
    oldest = min(claimed, key=lambda row: row.due_on, default=None)
    return {
        "number": ", ".join(row.number for row in claimed),
        "date": formats.day_long(oldest.due_on, locale) if oldest else "",
        "amount": formats.amount(letter.total_minor, letter.currency, locale),
        "deadline": formats.day_long(letter.deadline_on, locale),
        "days": str(max((row.days_late for row in claimed), default=0)),
        "name": letter.customer,
        "company": letter.seller.get("name", ""),
    }


def locale_of(letter: Letter) -> str:
    """The locale in which a letter writes amounts and days."""
    return formats.locale_name(letter.language, letter.buyer.get("country", ""), letter.seller.get("country", ""))


# ---- storing ---------------------------------------------------------------------------------------------------------

_COLUMNS = (
    "id", "customer_id", "number", "made_on", "level", "deadline_on", "language", "currency", "open_minor", "fee_minor",
    "interest_minor", "content", "file_id", "sent_at",
)  # fmt: skip
_IN_CONTENT = tuple(f.name for f in fields(Letter) if f.name not in _COLUMNS)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [{name: _plain(part) for name, part in asdict(entry).items()} for entry in value]
    return value


def _stored(letter: Letter) -> dict[str, Any]:
    content = {name: _plain(getattr(letter, name)) for name in _IN_CONTENT}
    columns = {name: _plain(getattr(letter, name)) for name in _COLUMNS if name not in ("id", "content", "file_id")}
    return columns | {
        "customer_id": letter.customer_id if letter.customer_id > 0 else None,
        "content": json.dumps(content, ensure_ascii=False),
        "created_at": dates.instant_text(dates.now()),
    }


def _days(entry: dict[str, Any]) -> dict[str, Any]:
    named = ("issue_on", "due_on", "first", "last")
    return {name: date.fromisoformat(value) if name in named else value for name, value in entry.items()}


def _read(row: tuple[Any, ...]) -> Letter:
    columns = dict(zip(_COLUMNS, row, strict=True))
    content = json.loads(columns.pop("content"))
    for name, kind in (("rows", Row), ("coming", Row), ("rates", RateUsed)):
        content[name] = tuple(kind(**_days(entry)) for entry in content[name])
    for name in ("made_on", "deadline_on"):
        columns[name] = date.fromisoformat(columns[name])
    if columns["customer_id"] is None:
        columns["customer_id"] = -content["rows"][0].document_id
    return Letter(**columns, **content)


def letters(customer_id: int | None = None, *, unsent: bool = False) -> list[Letter]:
    """Letters, newest first; of one customer, or only those that were not given out yet."""
    found = db.query(
        f"SELECT {', '.join(_COLUMNS)} FROM dunning_letter WHERE (?1 IS NULL OR customer_id = ?1) "
        "AND (?2 = 0 OR sent_at IS NULL) ORDER BY made_on DESC, id DESC",
        [customer_id, int(unsent)],
    )
    return [_read(row) for row in found]


def get(letter_id: int) -> Letter:
    """A letter.

    Raises:
        NotFound: it was taken back.
    """
    row = db.one(f"SELECT {', '.join(_COLUMNS)} FROM dunning_letter WHERE id = ?", [letter_id])
    if row is None:
        raise NotFound(_("This letter is no longer there. It was taken back."))
    return _read(row)


def pdf(letter_id: int) -> bytes:
    """The stored PDF of a letter, always the same bytes.

    Raises:
        NotFound: it was taken back, or made without a PDF.
    """
    letter = get(letter_id)
    if letter.file_id is None:
        raise NotFound(_("This letter was made without a PDF."))
    return files.content(letter.file_id)


def file_name(letter: Letter) -> str:
    """The name of its PDF, without what file systems refuse: "RM-2026-0007 Café Ostwind.pdf"."""
    return f"{text.tidy(_UNSAFE.sub(' ', f'{letter.number} {letter.customer}'))[:80].strip(' .')}.pdf"


def address_of(letter: Letter) -> str:
    """Where a letter goes by mail: the customer's address for invoices, else their usual one; empty if none is known."""
    row = db.one("SELECT invoice_email, email FROM customer WHERE id = ?", [letter.customer_id])
    return str(row[0] or row[1] or "") if row else str(letter.buyer.get("email", ""))


def mark_sent(letter_ids: Sequence[int]) -> int:
    """Note that letters were printed or sent; gives how many were not before. From then on they stay."""
    waiting = [letter for letter in map(get, letter_ids) if letter.sent_at is None]
    title = ngettext("{n} payment reminder given out", "{n} payment reminders given out", len(waiting))
    with db.transaction(title.format(n=len(waiting)), undoable=False, durable=True):
        now = dates.instant_text(dates.now())
        for letter in waiting:
            db.update("dunning_letter", letter.id, {"sent_at": now})
            _tell(letter.id, letter, _("Given out:"))
    return len(waiting)


def take_back(letter_id: int) -> None:
    """Undo a letter that nobody has yet; what it reminded of is proposed again.

    Raises:
        Conflict: it was given out.
        NotFound: it was taken back already.
    """
    letter = get(letter_id)
    if letter.sent_at is not None:
        raise Conflict(
            _("{number} was given out and stays. Put the customer on hold instead.").format(number=letter.number)
        )
    with db.transaction(_("Take {number} back").format(number=letter.number)):
        for table, column in (("dunning_item", "letter_id"), ("timeline_entry", "record_id")):
            more = " AND record = 'dunning_letter'" if table == "timeline_entry" else ""
            for (row_id,) in db.query(f"SELECT id FROM {table} WHERE {column} = ?{more}", [letter_id]):
                db.delete(table, row_id)
        db.delete("dunning_letter", letter_id)


# ---- money on fees and interest --------------------------------------------------------------------------------------


def charges_paid(letter: Letter) -> Decimal:
    """What was paid on the fees and interest of a letter."""
    minor = db.value(
        "SELECT coalesce(sum(p.amount_minor), 0) FROM payment p WHERE p.customer_id IS NULL AND p.reference = ? "
        "AND p.currency = ? AND NOT EXISTS (SELECT 1 FROM allocation a WHERE a.payment_id = p.id)",
        [letter.number, letter.currency],
    )
    return from_minor(int(minor), letter.currency)


def charges_left_minor(letter: Letter) -> int:
    """What is still asked for as fees and interest of a letter, in minor units; 0 if all was paid."""
    return max(0, letter.charges_minor - settlement.minor_of(charges_paid(letter), letter.currency))


def book_charges(letter_id: int, amount: Decimal, paid_on: date | None = None, *, method: str = "transfer") -> int:
    """Book money that a customer paid on the fees and interest of a letter; gives the payment's id.

    It settles no invoice, is no credit of the customer and no revenue; the bookkeeper finds it among the payments.

    Raises:
        ValidationError: the amount or day cannot be right.
        NotFound: the letter was taken back.
    """
    letter, day = get(letter_id), paid_on or dates.today()
    problems = settlement.check_day(day)
    minor = settlement.minor_of(amount, letter.currency)
    left = charges_left_minor(letter)
    if minor <= 0:
        problems["amount"] = _("Enter the amount that was paid.")
    elif minor > left:
        sentence = _("Only {amount} of fees and interest is open. Book the rest for an invoice.")
        problems["amount"] = sentence.format(amount=wording.amount(left, letter.currency))
    if problems:
        raise ValidationError(problems)
    title = _("Fees and interest of {number}").format(number=letter.number)
    with db.transaction(title, durable=True):
        words = Words(method=method, reference=letter.number, note=f"{title}, {letter.customer}")
        payment_id = settlement.insert_payment(None, minor, letter.currency, day, words)
        if letter.customer_id > 0:
            timeline.record(letter.customer_id, "payment", title, amount_minor=minor, currency=letter.currency)
    return payment_id
