"""From a document of the data file to its paper, and to the PDF.

`render` is what `billing.invoices.issue` is handed: it makes the PDF that is stored. `render_draft` makes the preview
while one writes, `copy_of` a further copy that says so; a reprint is the stored file itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from crm_desktop.billing import compose, rows
from crm_desktop.billing.document import ITEM, Document, Draft, DraftLine, Party
from crm_desktop.company import paper_choices, profile
from crm_desktop.core import formats
from crm_desktop.core.errors import NotFound, UserError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.money import round_amount
from crm_desktop.db import files
from crm_desktop.documents import commercial_pdf, paper, swiss_bill
from crm_desktop.documents.stationery import Stationery
from crm_desktop.sales.basket import GROSS, Adjustment
from crm_desktop.sales.totals import AdjustmentTotal, LineTotal

# Where town and postcode change places (address forms of the Universal Postal Union).
_TOWN_FIRST = ("AU", "CA", "NZ", "US")
_POSTCODE_BELOW = ("GB", "IE")


def render(document: Document) -> bytes:
    """The PDF of an issued document, or of one about to be.

    Raises:
        UserError: a character cannot be printed.
    """
    made = to_paper(document)
    commercial_pdf.check_characters(made)
    return commercial_pdf.render(made)


def render_document(document_id: int) -> bytes:
    """The PDF of a stored document or draft, made anew.

    Raises:
        NotFound: there is no such document.
        UserError: a character cannot be printed.
    """
    document = rows.read_document(document_id)
    return render_draft(rows.read_draft(document_id)) if document.state == "draft" else render(document)


def render_draft(draft: Draft) -> bytes:
    """The preview of a draft: marked as a draft, without number and payment code.

    Raises:
        ValidationError: the amounts cannot be added up.
    """
    return commercial_pdf.render(to_paper(compose.compose(draft)))


def copy_of(document_id: int) -> bytes:
    """A further copy of an issued document, marked as one.

    Raises:
        NotFound: there is no such document.
    """
    return commercial_pdf.render(to_paper(rows.read_document(document_id), is_copy=True))


def unprintable(draft: Draft) -> str:
    """The sentence about characters of a draft that cannot be printed; empty if there are none."""
    try:
        commercial_pdf.check_characters(to_paper(compose.compose(draft)))
    except UserError as refusal:
        return str(refusal)
    return ""


def to_paper(document: Document, *, is_copy: bool = False) -> paper.Paper:
    """Everything that is printed of a document."""
    buyer, seller = document.buyer, document.seller
    texts = (profile.load().texts or {}).get(document.language, {})
    return paper.Paper(
        kind=document.kind,
        type_code=document.type_code,
        language=document.language,
        locale=formats.locale_name(document.language, buyer.get("country", ""), seller.get("country", "")),
        currency=document.currency,
        price_mode=document.price_mode,
        seller=seller_of(seller),
        address=tuple(address_lines(buyer, seller.get("country", ""), document.language)) if buyer.get("name") else (),
        delivery=tuple(address_lines(document.ship_to, seller.get("country", ""), document.language)),
        head=_head(document),
        lines=tuple(_line(document, line, sums) for _place, line, sums in document.entries()),
        adjustments=tuple(_adjustments(document)),
        taxes=tuple(_taxes(document)),
        sums=_sums(document),
        deductions=tuple(_deductions(document)),
        terms=_terms(document),
        intro=_opening(document),
        closing=document.closing,
        footer=texts.get("footer", ""),
        slip=swiss_bill.slip(document),
        stationery=stationery(),
        is_draft=document.state == "draft",
        is_copy=is_copy,
    )


_PERSON = ("salutation", "title", "first_name", "last_name")
# How people are addressed, in any language, to the words that the catalogue knows.
_FORMS = {
    **dict.fromkeys(("frau", "ms", "mrs", "madame", "mme", "señora", "sra."), "Ms"),
    **dict.fromkeys(("herr", "mr", "monsieur", "m.", "señor", "sr."), "Mr"),
}


def _opening(document: Document) -> str:
    """Greeting and opening text; a receipt over the counter has neither."""
    return "\n".join((greeting(document.buyer, document.language), document.intro)) if document.intro else ""


def greeting(buyer: Party, language: str) -> str:
    """How a letter to somebody begins, with the name where the form of address is known."""
    form = _FORMS.get(buyer.get("salutation", "").strip().casefold(), "")
    if not form or not buyer.get("last_name"):
        return document_text(language, "Good day,")
    words = {"Ms": document_text(language, "Ms"), "Mr": document_text(language, "Mr")}
    name = " ".join(part for part in (words[form], buyer.get("title", ""), buyer["last_name"]) if part)
    return document_text(language, "Dear {name},").format(name=name)


def seller_of(party: Party) -> paper.Seller:
    """Who sends a paper, as it was copied into the record."""
    plain = (
        "name", "country", "tagline", "owner", "street", "postcode", "city", "vat_id", "tax_number", "seller_id",
        "register_number", "phone", "email", "website",
    )  # fmt: skip
    bank = paper.Bank(
        holder=party.get("account_holder", ""),
        iban=party.get("iban", ""),
        bic=party.get("bic", ""),
        name=party.get("bank_name", ""),
    )
    values = {name: party.get(name, "") for name in plain}
    return paper.Seller(**values, bank=bank, logo=_logo(party), accent=party.get("accent") or paper.Seller.accent)


def stationery() -> Stationery:
    """How the company's papers look from now on."""
    company = profile.load()
    behind = company.letter_paper_file_id
    if behind is not None and not paper_choices.load().with_letter_paper:
        behind = None
    return Stationery(
        layout=company.layout,
        sheet=company.paper,
        window=company.window,
        letter_paper=_content(behind) if behind is not None else None,
    )


def _content(file_id: int) -> bytes | None:
    """The bytes of a file, or None if it is gone."""
    try:
        return files.content(file_id)
    except NotFound:
        return None


def _logo(party: Party) -> bytes | None:
    file_id = party.get("logo_file_id", "")
    return _content(int(file_id)) if file_id else None


def address_lines(party: Party, home: str, language: str) -> Iterator[str]:
    """The lines of an address as the post of its country reads them; the country last, if it is abroad."""
    country, city, postcode = party.get("country", ""), party.get("city", ""), party.get("postcode", "")
    if country in _TOWN_FIRST:
        towns = [", ".join(filter(None, (city, f"{party.get('state', '')} {postcode}".strip())))]
    elif country in _POSTCODE_BELOW:
        towns = [city, postcode]
    else:
        towns = [f"{postcode} {city}".strip()]
    abroad = _country_name(country, language).upper() if country and home and country != home else ""
    contact = party.get("contact", "")
    if not contact and party.get("kind") == "organisation":
        contact = " ".join(filter(None, (party.get(part, "") for part in _PERSON)))
    lines = (party.get("name", ""), contact, party.get("addition", ""), party.get("street", ""))
    yield from filter(None, (*lines, *towns, abroad if any(lines) else ""))


def _country_name(country: str, language: str) -> str:
    from babel.core import Locale

    return str(Locale.parse(language).territories.get(country, country))


def _head(document: Document) -> paper.Head:
    is_credit = document.kind == paper.CREDIT_NOTE
    source_kind, source_number = _source(document)
    return paper.Head(
        number=document.number or "",
        issued_on=document.issue_on,
        service_from=None if is_credit else document.service_from,
        service_to=None if is_credit else document.service_to,
        customer_number=document.buyer.get("number", ""),
        order_number=document.order_number,
        buyer_reference=document.buyer_reference,
        buyer_vat_id=document.buyer.get("vat_id", ""),
        contact=document.seller.get("owner", ""),
        phone=document.seller.get("phone", ""),
        preceding_number=document.preceding_number,
        preceding_on=document.preceding_on,
        valid_until=document.valid_until if document.kind == paper.QUOTE else None,
        source_kind=source_kind,
        source_number=source_number,
    )


def _source(document: Document) -> tuple[str, str]:
    """Kind and number of the document that this one follows; empty if it follows none."""
    if document.source_id is None:
        return "", ""
    source = rows.read_document(document.source_id)
    return source.kind, source.number or ""


def _line(document: Document, line: DraftLine, sums: LineTotal) -> paper.Line:
    gross = document.price_mode == GROSS
    extension = round_amount(line.quantity * line.price / line.base_quantity, document.currency)

    def entered(
        entries: tuple[Adjustment, ...], nets: tuple[Decimal, ...], *, is_charge: bool
    ) -> Iterator[paper.Adjustment]:
        for entry, net in zip(entries, nets, strict=True):
            amount = _entered(entry, extension, document.currency) if gross else net
            yield paper.Adjustment(amount=amount, percent=entry.percent, reason=entry.reason, is_charge=is_charge)

    return paper.Line(
        name=line.name,
        quantity=line.quantity,
        price=line.price,
        amount=sums.entered if gross else sums.net,
        unit=line.unit,
        base_quantity=line.base_quantity,
        rate=line.rate,
        description=line.description,
        item_number=line.item_number,
        adjustments=(
            *entered(line.allowances, sums.allowances, is_charge=False),
            *entered(line.charges, sums.charges, is_charge=True),
        ),
        role=line.role,
    )


def _entered(entry: Adjustment, extension: Decimal, currency: str) -> Decimal:
    """A discount on a price tag; only its net part is stored."""
    if entry.amount is not None:
        return entry.amount
    return round_amount(extension * (entry.percent or Decimal(0)) / 100, currency)


def _adjustments(document: Document) -> Iterator[paper.Adjustment]:
    """Discounts and charges of the whole document, each once: the parts per tax group added up again."""
    kinds = (
        (False, document.allowances, document.totals.allowances),
        (True, document.charges, document.totals.charges),
    )
    for is_charge, entries, parts in kinds:
        for place, entry in enumerate(entries):
            yield paper.Adjustment(
                amount=_amount(document, [part for part in parts if part.position == place]),
                percent=entry.percent,
                reason=entry.reason,
                is_charge=is_charge,
            )


def _amount(document: Document, parts: list[AdjustmentTotal]) -> Decimal:
    zero = round_amount(Decimal(0), document.currency)
    return sum((part.entered if document.price_mode == GROSS else part.amount for part in parts), zero)


def _taxes(document: Document) -> Iterator[paper.TaxGroup]:
    for group in document.totals.breakdown:
        why = document.exemptions.get(group.category)
        yield paper.TaxGroup(
            category=group.category,
            rate=group.rate,
            basis=group.basis,
            tax=group.tax,
            note=why.reason if why else "",
        )


def _sums(document: Document) -> paper.Sums:
    totals = document.totals
    gross = document.price_mode == GROSS
    return paper.Sums(
        lines=_sum_of_lines(document) if gross else totals.line_total,
        without_tax=totals.tax_basis,
        tax=totals.tax_total,
        with_tax=totals.grand_total,
        due=totals.due,
        prepaid=totals.prepaid - document.deducted,
        rounding=totals.rounding,
        tax_currency=totals.tax_currency or "",
        tax_in_currency=totals.tax_total_accounting,
    )


def _sum_of_lines(document: Document) -> Decimal:
    zero = round_amount(Decimal(0), document.currency)
    return sum((sums.entered for _place, line, sums in document.entries() if line.role == ITEM), zero)


def _deductions(document: Document) -> Iterator[paper.Deduction]:
    for part in document.deductions:
        yield paper.Deduction(
            number=part.number, issued_on=part.issue_on, rate=part.rate, basis=part.basis, tax=part.tax
        )


def _terms(document: Document) -> paper.Terms:
    terms = document.terms
    return paper.Terms(
        due_on=document.due_on,
        discount_percent=Decimal(terms.discount_bp) / 100 if terms and terms.discount_bp else None,
        discount_until=document.discount_until,
        discounted=document.discounted,
        text=document.terms_text,
        paid_by=document.paid_at_issue,
        name=terms.name if terms else "",
        days=terms.days if terms and terms.basis == "date" else None,
        discount_days=terms.discount_days if terms else 0,
    )
