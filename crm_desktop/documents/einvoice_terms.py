"""The business terms of EN 16931 (BT and BG numbers) of a document, as the table that `facturx` turns into XML.

Only what is stored is said: nothing is added up here. Texts are strings, days are `date`, amounts have the currency's
own decimals; never a binary fraction. Headings and comments between the lines become notes of the line that they stand
before (or, at the end, after), since the standard knows only lines that are sold.

Source: EN 16931-1; XRechnung 3.0 (BT-20 `#SKONTO#`, BT-24); Peppol BIS Billing 3.0 (BT-23, BT-24).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from crm_desktop.billing.document import COMMENT, CREDIT_NOTE, HEADING, ITEM, Document, DraftLine, Party
from crm_desktop.core import formats
from crm_desktop.core.i18n import document_text
from crm_desktop.sales.basket import Adjustment
from crm_desktop.sales.tax_categories import O
from crm_desktop.sales.totals import AdjustmentTotal, LineTotal

FACTURX, XRECHNUNG_CII, XRECHNUNG_UBL, PEPPOL = "facturx", "xrechnung_cii", "xrechnung_ubl", "peppol"
XRECHNUNG = (XRECHNUNG_CII, XRECHNUNG_UBL)
_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
# How a document is paid (UNTDID 4461).
_TRANSFER, _SEPA, _CASH, _CARD, _CLEARING, _UNNAMED = "30", "58", "10", "48", "97", "1"
Terms = dict[str, Any]


def of_document(document: Document, format: str = FACTURX) -> Terms:
    """All business terms of an issued document, for one of the formats."""
    terms: Terms = {
        "BT-1": document.number or "",
        "BT-2": document.issue_on,
        "BT-3": document.type_code,
        "BT-5": document.currency,
        "BT-10": plain(document.buyer_reference),
        "BT-13": plain(document.order_number),
        "BT-20": _payment_terms(document, format),
        "BG-1": [{"BT-22": note} for note in _notes(document)],
        "BG-4": seller(document),
        "BG-7": buyer(document),
        "BG-20": [_part(document, part) for part in document.totals.allowances],
        "BG-21": [_part(document, part, is_charge=True) for part in document.totals.charges],
        "BG-23": list(_taxes(document)),
        "BG-25": list(_lines(document)),
    }
    if document.due_on and _left(document) > 0 and document.kind != CREDIT_NOTE:
        terms["BT-9"] = document.due_on
    terms["BG-3"] = list(_preceding(document))
    if format != FACTURX:
        terms["BT-23"] = _PROCESS
    if format == PEPPOL and document.type_code == "326":
        terms["BT-3"] = "380"  # Peppol has no code for a part of several (PEPPOL-EN16931-P0100)
    return terms | _delivery(document) | _sums(document) | _payment(document)


def _preceding(document: Document) -> Iterator[Terms]:
    """BG-3: the invoice that is corrected, and the deposit and partial invoices that a final invoice takes off."""
    if document.preceding_number:
        yield {"BT-25": plain(document.preceding_number), "BT-26": document.preceding_on}
    for number, day in dict.fromkeys((part.number, part.issue_on) for part in document.deductions):
        yield {"BT-25": plain(number), "BT-26": day}


def plain(text: str) -> str:
    """A text as XML can hold it: composed letters, no control signs but line breaks."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ").strip()
    return "".join(sign for sign in composed if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn"))


def figure(value: Decimal) -> str:
    """A quantity, price or rate without needless zeros: "1.5", "19"."""
    return f"{value.normalize() + 0:f}"


def money(value: Decimal) -> str:
    """An amount with the decimals that it has; never "-0.00"."""
    return f"{value + 0:f}"


# ---- who ------------------------------------------------------------------------------------------------------------


def _party(party: Party) -> Terms:
    found = {
        "name": party.get("name", ""),
        "addr_l1": party.get("street", ""),
        "addr_l2": party.get("addition", ""),
        "city": party.get("city", ""),
        "postcode": party.get("postcode", ""),
        "country_subdivision": party.get("state", ""),
        "country_code": party.get("country", ""),
    }
    return {name: plain(value) for name, value in found.items() if value}


def seller(document: Document) -> Terms:
    """BG-4. A seller without VAT id and register number is named by its tax number too (BR-CO-26)."""
    party, outside = document.seller, _is_outside(document)
    found = _party(party)
    vat_id, tax_number = compact(party.get("vat_id", "")), plain(party.get("tax_number", ""))
    if vat_id and not outside:
        found["vat_identifier"] = vat_id
    if tax_number and not outside:
        found["tax_identifier"] = tax_number
    register, own = plain(party.get("register_number", "")), plain(party.get("seller_id", ""))
    if register:
        found["legal_identifier"] = register
    if own or (not register and "vat_identifier" not in found):
        found["identifiers"] = {None: own or tax_number or vat_id}
    contact = {
        "name": plain(party.get("contact_name") or party.get("owner") or party.get("name", "")),
        "phone": plain(party.get("phone", "")),
        "email": plain(party.get("email", "")),
    }
    found["contacts"] = [{name: value for name, value in contact.items() if value}]
    return found | _address(party, party.get("email", ""))


def buyer(document: Document) -> Terms:
    """BG-7."""
    party = document.buyer
    found = _party(party)
    vat_id = compact(party.get("vat_id", ""))
    if vat_id and not _is_outside(document):
        found["vat_identifier"] = vat_id
    if party.get("number"):
        found["identifiers"] = {None: plain(party["number"])}
    contact = {name: plain(party.get(name, "")) for name in ("phone", "email")} | {
        "name": plain(party.get("contact", ""))
    }
    if any(contact.values()):
        found["contacts"] = [{name: value for name, value in contact.items() if value}]
    return found | _address(party, party.get("invoice_email") or party.get("email", ""))


def compact(number: str) -> str:
    """An id without the blanks and dots that people put into it."""
    return "".join(sign for sign in number.upper() if sign.isalnum())


def _address(party: Party, email: str) -> Terms:
    """The electronic address (BT-34, BT-49); where none is entered, the e-mail address is one."""
    address, scheme = plain(party.get("electronic_address", "")), party.get("electronic_scheme", "")
    if not address and email:
        address, scheme = plain(email), "EM"
    return {"einvoicing_addr": address, "einvoicing_addr_schemeid": scheme} if address and scheme else {}


def _is_outside(document: Document) -> bool:
    """Outside the scope of VAT no VAT ids may stand on the document (BR-O-02)."""
    return any(group.category == O for group in document.totals.breakdown)


def _delivery(document: Document) -> Terms:
    """When (BT-72 or BT-73 and BT-74) and where (BG-13) goods or services went."""
    found: Terms = {}
    first, last = document.service_from, document.service_to
    if first and last and first != last:
        found |= {"BT-73": first, "BT-74": last, "BT-72": last}
    elif first or last:
        found["BT-72"] = first or last
    goods_abroad = any(group.category == "K" for group in document.totals.breakdown)
    place = document.ship_to or (document.buyer if goods_abroad else {})
    if place.get("country"):
        where = _party(place)
        found["BG-13"] = {"name": plain(document.buyer.get("name", ""))} | where
    return found


# ---- what -----------------------------------------------------------------------------------------------------------


def _lines(document: Document) -> Iterator[Terms]:
    """BG-25, numbered as on paper; notes before the first line go to it, notes at the end to the last one."""
    notes: list[str] = []
    found: list[Terms] = []
    for _place, line, sums in document.entries():
        if line.role in (HEADING, COMMENT):
            notes += filter(None, (plain(line.name), plain(line.description)))
        elif line.role == ITEM:
            found.append(_line(document, len(found) + 1, line, sums))
            found[-1]["BT-127-00"] = [{"BT-127": "\n".join(notes)}] if notes else []
            notes = []
    if notes and found:
        before = [note["BT-127"] for note in found[-1]["BT-127-00"]]
        found[-1]["BT-127-00"] = [{"BT-127": "\n".join([*before, *notes])}]
    yield from found


def _line(document: Document, number: int, line: DraftLine, sums: LineTotal) -> Terms:
    base = sums.net + sum(sums.allowances) - sum(sums.charges)
    found: Terms = {
        "BT-126": str(number),
        "BT-129": figure(line.quantity),
        "BT-130": line.unit,
        "BT-131": money(sums.net),
        "BT-146": money(sums.net_price),
        "BT-151": line.category,
        "BT-153": plain(line.name),
        "BT-154": plain(line.description),
        "BT-155": plain(line.item_number),
        "BG-27": [_on_line(document, *pair, base) for pair in zip(line.allowances, sums.allowances, strict=True)],
        "BG-28": [
            _on_line(document, *pair, base, is_charge=True) for pair in zip(line.charges, sums.charges, strict=True)
        ],
    }
    if sums.net_price < 0:
        _without_price(document, found, base)
    if line.base_quantity != 1:
        found["BT-149"] = figure(line.base_quantity)
    return found | _rate("BT-152", line.category, line.rate)


def _without_price(document: Document, found: Terms, extension: Decimal) -> None:
    """A price below zero, which rounding can make of tiny price tags, is none (BR-27): the amount becomes a discount."""
    entry = {"amount": money(abs(extension)), "reason": document_text(document.language, "Rounding")}
    found["BG-27" if extension < 0 else "BG-28"].append(entry)
    found["BT-146"] = "0"


def _rate(term: str, category: str, rate: Decimal | None) -> Terms:
    return {} if category == O else {term: figure(rate or Decimal(0))}


def _on_line(
    document: Document, entry: Adjustment, amount: Decimal, base: Decimal, *, is_charge: bool = False
) -> Terms:
    found = {"amount": money(amount), "reason": _reason(document, entry.reason, is_charge=is_charge)}
    return found | _share(amount, base, entry.percent)


def _part(document: Document, part: AdjustmentTotal, *, is_charge: bool = False) -> Terms:
    found = {
        "amount": money(part.amount),
        "reason": _reason(document, part.reason, is_charge=is_charge),
        "vat_category_code": part.category,
    }
    share = _share(part.amount, part.base, part.percent)
    return found | share | _rate("vat_rate", part.category, part.rate)


def _share(amount: Decimal, base: Decimal | None, percent: Decimal | None) -> Terms:
    """Percentage and what it was taken of, where they give the amount again to two cents (PEPPOL-EN16931-R040)."""
    if base is None or percent is None or abs(base * percent / 100 - amount) > Decimal("0.02"):
        return {}
    return {"rate": figure(percent), "base_amount": money(base)}


def _reason(document: Document, reason: str, *, is_charge: bool) -> str:
    say = document.language
    usual = document_text(say, "Surcharge") if is_charge else document_text(say, "Discount")
    return plain(reason) or usual


def _taxes(document: Document) -> Iterator[Terms]:
    for group in document.totals.breakdown:
        found = {"BT-116": money(group.basis), "BT-117": money(group.tax), "BT-118": group.category}
        why = document.exemptions.get(group.category)
        if why:
            found |= {"BT-120": plain(why.reason), "BT-121": why.code}
        yield found | _rate("BT-119", group.category, group.rate)


def _sums(document: Document) -> Terms:
    totals = document.totals
    paid = totals.prepaid + (totals.due if _is_settled(document) else 0)
    found = {
        "BT-106": money(totals.line_total),
        "BT-109": money(totals.tax_basis),
        "BT-110": money(totals.tax_total),
        "BT-112": money(totals.grand_total),
        "BT-115": money(_left(document)),
    }
    found |= {"BT-107": money(totals.allowance_total)} if totals.allowances else {}
    found |= {"BT-108": money(totals.charge_total)} if totals.charges else {}
    found |= {"BT-113": money(paid)} if paid else {}
    found |= {"BT-114": money(totals.rounding)} if totals.rounding else {}
    if totals.tax_currency and totals.tax_total_accounting is not None and totals.tax_currency != document.currency:
        found |= {"BT-6": totals.tax_currency, "BT-111": money(totals.tax_total_accounting)}
    return found


def _is_settled(document: Document) -> bool:
    return bool(document.paid_at_issue) and document.totals.due > 0


def _left(document: Document) -> Decimal:
    """What the buyer still has to pay: nothing where it was paid over the counter."""
    return document.totals.due * 0 if _is_settled(document) else document.totals.due


# ---- how it is paid -------------------------------------------------------------------------------------------------


def _payment(document: Document) -> Terms:
    party = document.seller
    iban, reference = compact(party.get("iban", "")), document.payment_reference or document.number or ""
    if document.paid_at_issue:
        cash = document.paid_at_issue == "cash"
        names = {"card": document_text(document.language, "Paid by card. Thank you.")}
        return {"BT-81": _CASH if cash else _UNNAMED, "BT-82": names.get(document.paid_at_issue, "")}
    if document.kind == CREDIT_NOTE:
        return {"BT-81": _CLEARING}
    if _is_qr_reference(document.payment_reference):
        iban = compact(party.get("qr_iban", "")) or iban
    if not iban:
        return {"BT-81": _UNNAMED}
    return {
        "BT-81": _SEPA if document.currency == "EUR" else _TRANSFER,
        "BT-83": plain(reference),
        "BT-84": iban,
        "BT-85": plain(party.get("account_holder") or party.get("name", "")),
        "BT-86": compact(party.get("bic", "")),
    }


def _is_qr_reference(reference: str) -> bool:
    return len(reference) == 27 and reference.isdigit()


def _payment_terms(document: Document, format: str) -> str:
    """BT-20: an early payment's discount, as a tag where XRechnung wants it, else in words; then what was written."""
    own = plain(document.terms_text)
    tagged = own.startswith("#SKONTO#")
    discount = [] if tagged else list(_discount(document, format))
    lines = [*discount, *own.split("\n")] if own else discount
    text = "\n".join(lines)
    return f"{text}\n" if format in XRECHNUNG and text.startswith("#") else text


def _discount(document: Document, format: str) -> Iterator[str]:
    terms = document.terms
    if terms is None or not terms.discount_bp or document.discounted is None or document.discount_until is None:
        return
    percent = Decimal(terms.discount_bp) / 100
    if format in XRECHNUNG:
        yield f"#SKONTO#TAGE={terms.discount_days}#PROZENT={percent:.2f}#"
        return
    locale = formats.locale_name(
        document.language, document.buyer.get("country", ""), document.seller.get("country", "")
    )
    yield document_text(document.language, "If you pay by {date}, deduct {percent}: {amount}").format(
        date=formats.day_long(document.discount_until, locale),
        percent=formats.percent(percent.normalize(), locale),
        amount=formats.money(document.discounted, document.currency, locale),
    )


def _notes(document: Document) -> Iterator[str]:
    """BG-1, one note at most (PEPPOL-EN16931-R002): the opening and the closing words."""
    words = "\n\n".join(filter(None, (plain(document.intro), plain(document.closing))))
    if words:
        yield words
