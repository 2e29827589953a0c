"""From one document to the next: quote → order confirmation → delivery note → invoice, and proforma, each in one call.

The next document takes over customer, terms, texts and lines; what was confirmed, delivered or billed already is left
out. Optional and alternative positions of a quote come along only where they are chosen. An invoice deducts the deposits
of its family by itself (see `deposits`). Lines and whole documents can also be copied, without any tie.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from crm_desktop.billing import deductions, drafts, family, kinds, rows
from crm_desktop.billing.document import (
    ALTERNATIVE,
    DELIVERY_NOTE,
    DEPOSIT,
    HEADING,
    INVOICE,
    ITEM,
    OPTIONAL,
    ORDER_CONFIRMATION,
    PROFORMA,
    QUOTE,
    SUBTOTAL,
    Document,
    Draft,
    DraftLine,
)
from crm_desktop.core.errors import Conflict
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import round_amount
from crm_desktop.db import connection as db
from crm_desktop.sales import totals
from crm_desktop.sales.basket import POSITIONS, Adjustment

NEXT = {
    QUOTE: (ORDER_CONFIRMATION, DELIVERY_NOTE, INVOICE, PROFORMA),
    ORDER_CONFIRMATION: (DELIVERY_NOTE, INVOICE, PROFORMA),
    DELIVERY_NOTE: (INVOICE,),
    PROFORMA: (ORDER_CONFIRMATION, INVOICE),
    INVOICE: (DELIVERY_NOTE,),
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of an issued document, to choose from: its id, its content, its amount, and what is left of it.

    `rest` maps the kinds that may follow to the quantity that is left for them.
    """

    id: int
    line: DraftLine
    amount: Decimal
    rest: dict[str, Decimal]


def next_kinds(document: Document) -> tuple[str, ...]:
    """The kinds of documents that can follow now: the usual one first, none where everything went on already."""
    if document.id is None or why_not(document):
        return ()
    lines, own = family.Lines(document.id), rows.line_ids(document.id)
    return tuple(kind for kind in NEXT[document.kind] if _is_left(document, own, lines, kind))


def why_not(document: Document) -> str | None:
    """The reason why nothing can follow from a document, or None."""
    if document.state != "issued":
        return _("Issue it first: what follows refers to its number.")
    if document.kind not in NEXT or (document.kind == INVOICE and document.type_code == DEPOSIT):
        return _("Nothing follows from {number}.").format(number=document.number)
    if not any(line.role in POSITIONS for line in document.lines):
        return _("{number} has no lines.").format(number=document.number)
    declined = document.kind == QUOTE and db.value(
        "SELECT outcome = 'declined' FROM document WHERE id = ?", [document.id]
    )
    return _("{number} was declined. Reopen it first.").format(number=document.number) if declined else None


def _is_left(document: Document, own: list[int], lines: family.Lines, kind: str) -> bool:
    places = [i for i, line in zip(own, document.lines, strict=True) if line.role in POSITIONS]
    if any(lines.rest(place, kind) for place in places):
        return True
    # Partial invoices billed it all: the final invoice, which lists everything and deducts them, is still to come.
    return _is_final(document, kind) and all(lines.used(place, kind, partials=False) == 0 for place in places)


def follow(
    document_id: int,
    kind: str,
    *,
    chosen: Collection[int] = (),
    quantities: Mapping[int, Decimal] | None = None,
) -> Draft:
    """The next document of a kind as a saved draft, with everything that is left for it.

    Args:
        document_id: the issued document that it follows from.
        kind: one of `next_kinds`.
        chosen: ids of optional and alternative lines that the customer wants; an alternative takes the place of the
            line that it stands below.
        quantities: line id → quantity, to take only these lines and so much of them.

    Raises:
        Conflict: nothing is left for it, or nothing can follow; the sentence says why.
        NotFound: the document is no longer there.
    """
    source = rows.read_document(document_id)
    if reason := why_not(source):
        raise Conflict(reason)
    if kind not in NEXT[source.kind]:
        raise Conflict(_("{kind} cannot follow from {number}.").format(kind=kinds.name(kind), number=source.number))
    lines = family.Lines(document_id)
    taken = take(source, lines, kind, chosen=chosen, quantities=quantities, partials=not _is_final(source, kind))
    if not taken or not _is_left(source, rows.line_ids(document_id), lines, kind):
        raise Conflict(_("Everything in {number} went into later documents already.").format(number=source.number))
    draft = begin(source, kind, taken)
    if kind == INVOICE:
        draft = _with_delivery_days(_with_deductions(draft, source, lines, is_last=quantities is None), source)
    return drafts.save(draft)


def _with_delivery_days(draft: Draft, source: Document) -> Draft:
    """An invoice for an order that was delivered says when: from the first delivery to the last, but for those billed."""
    if source.kind == DELIVERY_NOTE:
        return draft
    listed = ",".join(map(str, family.descent(source.id or 0)))
    first, last = db.one(
        "SELECT min(coalesce(service_from_on, issue_on)), max(coalesce(service_to_on, service_from_on, issue_on)) "
        f"FROM document d WHERE id IN ({listed}) AND kind = ? AND state = 'issued' AND NOT EXISTS (SELECT 1 "
        "FROM document i WHERE i.source_id = d.id AND i.kind = ? AND i.state = 'issued')",
        [DELIVERY_NOTE, INVOICE],
    )
    if first is None:
        return draft
    days = date.fromisoformat(first), date.fromisoformat(last)
    return replace(draft, service_from=days[0], service_to=days[1] if days[1] > days[0] else None)


def _is_final(source: Document, kind: str) -> bool:
    """Whether an invoice lists the order as a whole and deducts its partial invoices; that of a delivery does not."""
    return kind == INVOICE and source.kind != DELIVERY_NOTE


def begin(source: Document, kind: str, lines: tuple[DraftLine, ...]) -> Draft:
    """A draft of a kind, not saved, that follows from an issued document with these lines."""
    draft = drafts.fresh(source, kind)
    is_delivered = source.kind == DELIVERY_NOTE and kind == INVOICE
    fixed = _takes_fixed(source, kind)
    return replace(
        draft,
        source_id=source.id,
        service_from=source.service_from if is_delivered else draft.service_from,
        service_to=source.service_to if is_delivered else draft.service_to,
        ship_to=source.ship_to if source.delivery_address_id is None else {},
        lines=lines,
        allowances=tuple(entry for entry in source.allowances if fixed or entry.amount is None),
        charges=tuple(entry for entry in source.charges if fixed or entry.amount is None),
    )


def _takes_fixed(source: Document, kind: str) -> bool:
    """Whether discounts and charges in money come along: only into one document of a kind, unless that was credited."""
    listed = ",".join(map(str, family.ids(source.id or 0)))
    taken = db.value(
        f"SELECT 1 FROM document d JOIN document_adjustment a ON a.document_id = d.id WHERE d.id IN ({listed}) "
        "AND d.id <> ? AND d.kind = ? AND a.line_position IS NULL AND a.percent_scaled IS NULL AND a.is_split = 0 "
        "AND NOT EXISTS (SELECT 1 FROM document c WHERE c.preceding_id = d.id AND c.kind = 'credit_note' "
        "AND c.state = 'issued') LIMIT 1",
        [source.id, kind],
    )
    return kind == PROFORMA or taken is None


def _with_deductions(draft: Draft, source: Document, lines: family.Lines, *, is_last: bool) -> Draft:
    """Deduct deposits, and the partial invoices of the same order; all of them from the last invoice."""
    found = deductions.of_family(source.id or 0, partials=_is_final(source, draft.kind))
    if not is_last or not _ends_the_order(draft, source, lines):
        found = deductions.within(found, totals.calculate(draft.basket()))
    return replace(draft, deductions=found)


def _ends_the_order(draft: Draft, source: Document, lines: family.Lines) -> bool:
    """Whether nothing is left to bill after this draft: deliveries may still be to come."""
    if source.kind != DELIVERY_NOTE or source.source_id is None:
        return True
    above = rows.read_document(source.source_id)
    delivered = dict(zip(rows.line_ids(source.id or 0), (line.source_line_id for line in source.lines), strict=True))
    taken = {delivered.get(line.source_line_id or 0): line.quantity for line in draft.lines if line.role == ITEM}
    left = zip(rows.line_ids(source.source_id), above.lines, strict=True)
    return all(
        abs(lines.rest(place, INVOICE)) <= abs(taken.get(place, Decimal(0)))
        for place, line in left
        if line.role == ITEM
    )


# ---- lines ----------------------------------------------------------------------------------------------------------


def lines_of(document_id: int) -> list[SourceLine]:
    """The lines of a document in their order, with what is left of each for the kinds that may follow.

    Raises:
        NotFound: the document is no longer there.
    """
    document = rows.read_document(document_id)
    lines = family.Lines(document_id)
    gross = document.price_mode == "gross"
    return [
        SourceLine(
            own,
            line,
            sums.entered if gross else sums.net,
            {kind: lines.rest(own, kind) for kind in NEXT.get(document.kind, ())} if line.role in POSITIONS else {},
        )
        for own, (_place, line, sums) in zip(rows.line_ids(document_id), document.entries(), strict=True)
    ]


def take(
    source: Document,
    lines: family.Lines,
    kind: str,
    *,
    chosen: Collection[int] = (),
    quantities: Mapping[int, Decimal] | None = None,
    partials: bool = True,
) -> tuple[DraftLine, ...]:
    """The lines that go from a document into the next one of a kind, each tied to the line that it came from.

    Headings, subtotals and comments come along with the lines among which they stand.
    """
    own = list(zip(rows.line_ids(source.id or 0), source.lines, strict=True))
    wished = {*chosen, *(quantities or ())}
    replaced = _replaced(own, wished)
    picked: dict[int, DraftLine] = {}
    for line_id, line in own:
        if line.role not in POSITIONS or line_id in replaced or (line.role != ITEM and line_id not in wished):
            continue
        rest = lines.rest(line_id, kind, partials=partials)
        wanted = rest if quantities is None else quantities.get(line_id, Decimal(0))
        # A line of quantity 0 says something and is never used up.
        if wanted or (not line.quantity and quantities is None and not lines.used(line_id, kind)):
            picked[line_id] = _part(replace(line, role=ITEM, source_line_id=line_id), wanted, source.currency)
    return tuple(_with_texts(own, picked)) if picked else ()


def _replaced(own: list[tuple[int, DraftLine]], chosen: Collection[int]) -> set[int]:
    """The lines in whose place a chosen alternative comes: the usual line above it."""
    found: set[int] = set()
    above: int | None = None
    for line_id, line in own:
        if line.role == ITEM:
            above = line_id
        elif line.role == ALTERNATIVE and line_id in chosen and above is not None:
            found.add(above)
        elif line.role in (HEADING, OPTIONAL):
            above = None
    return found


def _part(line: DraftLine, quantity: Decimal, currency: str) -> DraftLine:
    """So much of a line: discounts in per cent stay, those in money become smaller with the quantity."""
    if quantity == line.quantity or not line.quantity:
        return line

    def share(entry: Adjustment) -> Adjustment:
        if entry.amount is None:
            return entry
        return replace(entry, amount=round_amount(abs(entry.amount * quantity / line.quantity), currency))

    return replace(
        line,
        quantity=quantity,
        allowances=tuple(map(share, line.allowances)),
        charges=tuple(map(share, line.charges)),
    )


def _with_texts(own: list[tuple[int, DraftLine]], picked: Mapping[int, DraftLine]) -> list[DraftLine]:
    """The picked lines in their order, with the texts of each group that is not empty now but was not before."""
    groups: list[list[tuple[int, DraftLine]]] = [[]]
    for line_id, line in own:
        if line.role == HEADING:
            groups.append([])
        groups[-1].append((line_id, line))
        if line.role == SUBTOTAL:
            groups.append([])
    found: list[DraftLine] = []
    for group in groups:
        positions = [line_id for line_id, line in group if line.role in POSITIONS]
        if positions and not any(line_id in picked for line_id in positions):
            continue
        for line_id, line in group:
            if line_id in picked:
                found.append(picked[line_id])
            elif line.role not in POSITIONS:
                found.append(replace(line, source_line_id=None))
    return found


# ---- copies ---------------------------------------------------------------------------------------------------------


def copy_lines(document_id: int, line_ids: Collection[int] | None = None) -> tuple[DraftLine, ...]:
    """Lines of any document to be put into another draft, without a tie; all of them unless some are named.

    Raises:
        NotFound: the document is no longer there.
    """
    own = zip(rows.line_ids(document_id), rows.read_draft(document_id).lines, strict=True)
    return tuple(replace(line, source_line_id=None) for line_id, line in own if line_ids is None or line_id in line_ids)


def copy_as(document_id: int, kind: str, customer_id: int | None = None) -> Draft:
    """A new saved draft of any kind with the content of a document, for the same customer or another one.

    Options come along into quotes only. Another customer brings own terms, language and references.

    Raises:
        NotFound: the document or the customer is no longer there.
    """
    source = rows.read_draft(document_id)
    draft = drafts.fresh(source, kind)
    lines = draft.lines if kind == QUOTE else tuple(x for x in draft.lines if x.role not in (OPTIONAL, ALTERNATIVE))
    draft = replace(draft, lines=lines)
    if customer_id is not None and customer_id != source.customer_id:
        begun = drafts.begin(customer_id, kind)
        draft = replace(
            draft,
            customer_id=customer_id,
            language=begun.language,
            payment_terms_id=begun.payment_terms_id,
            buyer_reference=begun.buyer_reference,
            order_number="",
            intro=begun.intro,
            closing=begun.closing,
            contact_person_id=None,
            delivery_address_id=None,
            contract_id=None,
            buyer={},
            ship_to={},
        )
    return drafts.save(draft)
