"""Credit notes: how an issued invoice is corrected. Positive amounts, type 381, their own numbers.

Three forms. `cancel` takes an invoice back as a whole, or what earlier credit notes left of it, at once. `begin_part`
drafts a credit for chosen lines, quantities or amounts. `cancel_and_redo` takes it back as a whole and opens a draft with
the same content. Each credit note names the number and date of the invoice and, when issued, settles what is open of it.
`release` lets hours, jobs and periods that a cancelled invoice had billed wait to be billed again.

Source: EN 16931 BT-25 and BT-26; Directive 2006/112/EC art. 219.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from crm_desktop.billing import deductions, drafts, invoices, own_texts, problems, rows
from crm_desktop.billing.document import (
    BILLS,
    CORRECTED,
    CREDIT_NOTE,
    INVOICE,
    Document,
    Draft,
    DraftLine,
    Exemption,
)
from crm_desktop.billing.invoices import Render
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor, round_amount
from crm_desktop.db import connection as db
from crm_desktop.sales import totals
from crm_desktop.sales.basket import GROSS, POSITIONS, Adjustment
from crm_desktop.sales.tax_categories import E

_Key = tuple[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Part:
    """What is credited of a line: so much of its quantity, or an amount in the invoice's price mode."""

    line_id: int
    quantity: Decimal | None = None
    amount: Decimal | None = None


def why_not(document_id: int) -> str | None:
    """The reason why a document cannot be credited, or None if it can."""
    document = rows.read_document(document_id)
    if document.state != "issued":
        return _("A draft needs no credit note. Change or delete it.")
    if document.kind == CREDIT_NOTE:
        return _("A credit note is not corrected by another one. Write a new invoice instead.")
    if document.kind not in BILLS:
        return _("{number} is no bill: there is nothing to credit.").format(number=document.number)
    return _why_not_bill(document, document_id)


def _why_not_bill(document: Document, document_id: int) -> str | None:
    if document.imported and not document.lines:
        return _("{number} was imported without its lines. Write the credit note by hand.").format(
            number=document.number
        )
    if final := deductions.deducted_in(document_id):
        sentence = _("{number} is deducted in {final}. Correct that one instead.")
        return sentence.format(number=document.number, final=final)
    if not problems.still_to_credit(document_id):
        return _("{number} is credited in full already.").format(number=document.number)
    return None


def begin(document_id: int) -> Draft:
    """A draft, not saved yet, that takes an invoice or receipt back as a whole; edit it to credit a part.

    Raises:
        Conflict: there is nothing to credit.
        NotFound: it is no longer there.
    """
    if reason := why_not(document_id):
        raise Conflict(reason)
    invoice = rows.read_document(document_id)
    entered = rows.read_draft(document_id)
    today = dates.today()
    own = zip(rows.line_ids(document_id), entered.lines, strict=True)
    why = invoice.exemptions[E] if set(invoice.exemptions) == {E} else Exemption("", "")
    intro, closing = own_texts.texts(CREDIT_NOTE, invoice.language)
    return replace(
        entered,
        id=None,
        updated_at="",
        kind=CREDIT_NOTE,
        type_code="381",
        issue_on=max(today, invoice.issue_on or today),
        due_on=None,
        payment_terms_id=None,
        terms_text="",
        intro=intro,
        closing=closing,
        preceding_id=document_id,
        preceding_number=invoice.number or "",
        preceding_on=invoice.issue_on,
        source_id=None,
        schedule_id=None,
        payment_reference="",
        paid_at_issue="",
        internal_note="",
        # How the company is taxed may have changed since.
        exemption_reason=entered.exemption_reason or why.reason,
        exemption_code=entered.exemption_code or why.code,
        seller={},
        buyer=invoice.buyer,
        ship_to=invoice.ship_to,
        lines=tuple(replace(line, source_line_id=line_id) for line_id, line in own),
    )


def begin_part(document_id: int, parts: Sequence[Part]) -> Draft:
    """A draft, not saved yet, that credits chosen lines of an invoice: quantities of them, or amounts.

    Discounts of the invoice hold for quantities in the same proportion; amounts are credited as they are.

    Raises:
        ValidationError: nothing is chosen, or more than the invoice holds; field → sentence.
        Conflict: there is nothing to credit.
        NotFound: it is no longer there.
    """
    whole = begin(document_id)
    lines = {line.source_line_id: line for line in whole.lines if line.role in POSITIONS}
    wanted = [(part, lines[part.line_id]) for part in parts if part.line_id in lines]
    if not wanted:
        raise ValidationError({"lines": _("Choose what is to be credited.")})
    chosen = tuple(_line_of(part, line, whole.currency) for part, line in wanted)
    by_quantity = all(part.amount is None for part, _line in wanted)
    share = _share(whole, wanted) if by_quantity else Decimal(0)
    return replace(
        whole,
        lines=chosen,
        deductions=(),
        prepaid=Decimal(0),
        allowances=_smaller(whole.allowances, share, whole.currency),
        charges=_smaller(whole.charges, share, whole.currency),
    )


# ---- the rest of what was credited in part --------------------------------------------------------------------------

_CREDITED = """
SELECT l.source_line_id, sum(l.quantity_scaled) FROM document_line l JOIN document c ON c.id = l.document_id
WHERE c.preceding_id = ? AND c.kind = 'credit_note' AND c.state = 'issued' AND l.source_line_id IS NOT NULL GROUP BY 1
"""
_LEFT = """
SELECT category, rate_bp, sum(basis), sum(tax) FROM (
  SELECT category, rate_bp, basis_minor AS basis, tax_minor AS tax FROM document_tax WHERE document_id = ?1
  UNION ALL SELECT t.category, t.rate_bp, -t.basis_minor, -t.tax_minor FROM document_tax t
    JOIN document c ON c.id = t.document_id WHERE c.preceding_id = ?1 AND c.kind = 'credit_note' AND c.state = 'issued')
GROUP BY category, rate_bp
"""


def begin_rest(document_id: int) -> Draft:
    """A draft, not saved yet, that takes back what earlier credit notes left of an invoice: all of it, if there are none.

    The quantities that are left, and one line for each tax rate that makes up for discounts and amounts credited before.
    Where that misses a cent of tax, one line with tax for each rate instead: nothing stays open.

    Raises:
        Conflict: there is nothing to credit.
        NotFound: it is no longer there.
    """
    whole = begin(document_id)
    if not of_document(document_id):
        return whole
    left = _left_groups(document_id, whole.currency)
    credited = {line_id: rows.from_scaled(scaled) for line_id, scaled in db.query(_CREDITED, [document_id])}
    lines = [_left_of(line, credited.get(line.source_line_id or 0, Decimal(0)), whole.currency) for line in whole.lines]
    rest = replace(whole, allowances=(), charges=(), lines=tuple(line for line in lines if line is not None))
    words = document_text(whole.language, "Discounts, and what was credited before")
    made = replace(rest, lines=(*rest.lines, *_difference(rest, left, words)))
    if _groups(made) == left:
        return made
    words = document_text(whole.language, "What is left of {number}").format(number=whole.preceding_number)
    bare = replace(rest, lines=(), price_mode=GROSS)
    return replace(bare, lines=_difference(bare, left, words))


def _left_groups(document_id: int, currency: str) -> dict[_Key, tuple[Decimal, Decimal]]:
    """(basis, tax) of each tax group that no credit note has taken back yet."""
    return {
        (category, rows.rate_from(category, bp)): (from_minor(basis, currency), from_minor(tax, currency))
        for category, bp, basis, tax in db.query(_LEFT, [document_id])
        if basis or tax
    }


def _groups(draft: Draft) -> dict[_Key, tuple[Decimal, Decimal]]:
    found = totals.calculate(draft.basket()).breakdown
    return {(group.category, group.rate): (group.basis, group.tax) for group in found if group.basis or group.tax}


def _left_of(line: DraftLine, credited: Decimal, currency: str) -> DraftLine | None:
    """A line with the quantity that was not credited yet; None where nothing is left, and for headings."""
    if line.role not in POSITIONS or line.quantity == credited:
        return None
    return _line_of(Part(line.source_line_id or 0, quantity=line.quantity - credited), line, currency)


def _difference(draft: Draft, left: dict[_Key, tuple[Decimal, Decimal]], words: str) -> tuple[DraftLine, ...]:
    """A line for each tax group in which a draft does not come to what is left."""
    have, made = _groups(draft), []
    for category, rate in {**left, **have}:
        wanted, mine = (found.get((category, rate), (Decimal(0), Decimal(0))) for found in (left, have))
        missing = wanted[0] - mine[0] + (wanted[1] - mine[1] if draft.price_mode == GROSS else 0)
        if missing:
            quantity = Decimal(1) if missing > 0 else Decimal(-1)
            made.append(
                DraftLine(name=words, quantity=quantity, price=abs(missing), unit="LS", category=category, rate=rate)
            )
    return tuple(made)


def _line_of(part: Part, line: DraftLine, currency: str) -> DraftLine:
    if part.amount is not None:
        if not 0 < part.amount < 10**12:
            raise ValidationError({"amount": _("Enter an amount above 0.")})
        # An amount gives no goods back, so the quantity of the line stays billed.
        return replace(
            line,
            quantity=Decimal(1),
            base_quantity=Decimal(1),
            price=part.amount,
            allowances=(),
            charges=(),
            source_line_id=None,
        )
    quantity = line.quantity if part.quantity is None else part.quantity
    if not quantity or abs(quantity) > abs(line.quantity) or (quantity > 0) != (line.quantity > 0):
        raise ValidationError(
            {"quantity": _("Of “{name}” at most {n} can go back.").format(name=line.name, n=line.quantity)}
        )
    part_of = quantity / line.quantity
    return replace(
        line,
        quantity=quantity,
        allowances=_smaller(line.allowances, part_of, currency),
        charges=_smaller(line.charges, part_of, currency),
    )


def _smaller(entries: tuple[Adjustment, ...], share: Decimal, currency: str) -> tuple[Adjustment, ...]:
    """Discounts for a part: percentages stay as they are, amounts become smaller; none for a share of 0."""
    if not share:
        return ()
    return tuple(
        entry if entry.amount is None else replace(entry, amount=round_amount(entry.amount * share, currency))
        for entry in entries
    )


def _share(whole: Draft, wanted: Sequence[tuple[Part, DraftLine]]) -> Decimal:
    """Which part of the lines' value is credited, to divide discounts of the whole document."""
    everything = sum((line.quantity * line.price / line.base_quantity for line in whole.lines), Decimal(0))
    mine = sum(
        ((line.quantity if part.quantity is None else part.quantity) * line.price / line.base_quantity)
        for part, line in wanted
    )
    return min(mine / everything, Decimal(1)) if everything else Decimal(1)


def draft_for(document_id: int, parts: Sequence[Part] = ()) -> Draft:
    """A saved draft that takes an invoice back, as a whole unless parts of it are named.

    Raises:
        ValidationError: more is named than the invoice holds.
        Conflict: there is nothing to credit.
        NotFound: the invoice is no longer there.
    """
    return drafts.save(begin_part(document_id, parts) if parts else begin(document_id))


def cancel(document_id: int, render: Render | None = None) -> Document:
    """Take an invoice or receipt back as a whole with a credit note, issued at once; gives the credit note.

    What is open of the invoice is settled by it; what was paid already stays open on the credit note, to be paid back.
    Where parts were credited before, it is the rest.

    Raises:
        Conflict: there is nothing to credit.
        NotFound: the invoice is no longer there.
    """
    return invoices.issue_draft(begin_rest(document_id), render)


def cancel_and_redo(
    document_id: int, render: Render | None = None, *, corrected: bool = False
) -> tuple[Document, Draft]:
    """Take an invoice back as a whole and open a saved draft with the same content; gives the credit note and the draft.

    The draft keeps its place in the order and the hours, jobs and periods that it bills. `corrected` makes it a
    corrected invoice (type 384) that names the one it replaces.

    Raises:
        Conflict: there is nothing to credit.
        NotFound: the invoice is no longer there.
    """
    invoice = rows.read_document(document_id)
    with db.transaction(durable=True):
        note = cancel(document_id, render)
        draft = drafts.save(_again(invoice, document_id, corrected=corrected))
        for table in ("service", "schedule_period"):
            db.execute(f"UPDATE {table} SET document_id = ? WHERE document_id = ?", [draft.id, document_id])
    return rows.read_document(note.id or 0), draft


def _again(invoice: Document, document_id: int, *, corrected: bool) -> Draft:
    """The content of a cancelled invoice as a draft of today; what was done stays on the day on which it was done."""
    entered = rows.read_draft(document_id)
    is_corrected = corrected and invoice.kind == INVOICE
    return replace(
        entered,
        id=None,
        updated_at="",
        type_code=CORRECTED if is_corrected else entered.type_code,
        issue_on=dates.today(),
        due_on=None,
        preceding_id=document_id if is_corrected else None,
        preceding_number=(invoice.number or "") if is_corrected else "",
        preceding_on=invoice.issue_on if is_corrected else None,
        payment_reference="",
        seller={},
        buyer=entered.buyer if entered.customer_id is None else {},
        ship_to=entered.ship_to if entered.delivery_address_id is None else {},
    )


def to_release(document_id: int) -> int:
    """How many hours, jobs and periods of schedules an invoice billed, which could wait to be billed again."""
    return sum(
        int(db.value(f"SELECT count(*) FROM {table} WHERE document_id = ?", [document_id]))
        for table in ("service", "schedule_period")
    )


def release(document_id: int) -> int:
    """Let what a cancelled invoice had billed wait to be billed again; gives how many hours, jobs and periods.

    Raises:
        Conflict: the invoice still stands; it must be credited in full first.
        NotFound: it is no longer there.
    """
    invoice = rows.read_document(document_id)
    if invoice.state == "issued" and problems.still_to_credit(document_id) > 0:
        sentence = _("{number} still stands. Cancel it first, then its items can be billed again.")
        raise Conflict(sentence.format(number=invoice.number))
    freed = to_release(document_id)
    with db.transaction(_("Bill the items of {number} again").format(number=invoice.number or "")):
        db.execute("UPDATE service SET document_id = NULL WHERE document_id = ?", [document_id])
        db.execute("DELETE FROM schedule_period WHERE document_id = ?", [document_id])
    return freed


def of_document(document_id: int) -> list[tuple[int, str]]:
    """The issued credit notes of an invoice: (id, number), oldest first."""
    found: list[tuple[int, str]] = db.query(
        "SELECT id, number FROM document WHERE preceding_id = ? AND kind = 'credit_note' AND state = 'issued' ORDER BY id",
        [document_id],
    )
    return found
