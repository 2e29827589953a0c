"""What is missing or odd in a draft, in plain sentences, each for the field it stands beside.

A problem that `stops` keeps the draft from being issued; the others are hints. Field names are those of `limits`
(`lines.0.qty`, `allowances.0`) and of the draft (`customer`, `issue_date`, `service_from`); those of the parties are
`buyer.street`, `seller.name` and so on.

Source: EN 16931 BR-02 to BR-27 and the rules of the tax categories; Directive 2006/112/EC art. 226.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from crm_desktop.billing import deductions, einvoice_rules, parties, usual_tax, wording
from crm_desktop.billing.compose import compose, exemptions
from crm_desktop.billing.document import (
    ALTERNATIVE,
    BILLS,
    COMMENT,
    CORRECTED,
    CREDIT_NOTE,
    DELIVERY_NOTE,
    HEADING,
    INVOICE,
    ITEM,
    OPTIONAL,
    PROFORMA,
    QUOTE,
    RECEIPT,
    Draft,
    DraftLine,
    Party,
)
from crm_desktop.billing.rows import rate_from
from crm_desktop.company import profile, tax_rates
from crm_desktop.company.profile import Profile
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import to_minor
from crm_desktop.db import connection as db
from crm_desktop.sales import totals
from crm_desktop.sales.basket import POSITIONS
from crm_desktop.sales.tax_categories import AE, CATEGORIES, E, G, K, category_name
from crm_desktop.sales.totals import Totals

FAR_DAYS = 366
_ONLY_ON_BILLS = (
    "seller.vat_id",
    "buyer.vat_id",
    "ship_to.country",
    "service_from",
    "exemption_reason",
    "tax_currency",
)


@dataclass(frozen=True, slots=True)
class Found:
    """One problem: the field it belongs to, a sentence, and whether it stops issuing."""

    field: str
    sentence: str
    stops: bool = True


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything that the rules look at."""

    draft: Draft
    company: Profile
    seller: Party
    buyer: Party
    ship_to: Party
    sums: Totals
    used: frozenset[str]


def find(draft: Draft, company: Profile | None = None) -> list[Found]:
    """All problems of a draft, those that stop issuing first; while amounts cannot be added up, only theirs and the days'.

    Raises:
        NotFound: the data file has no company profile.
    """
    found = list(_days(draft))
    try:
        sums = totals.calculate(draft.basket())
    except ValidationError as refused:
        found += [Found(field, sentence) for field, sentence in refused.fields.items()]
    else:
        case = _case(draft, company or profile.load(), sums)
        for rule in _RULES:
            found += rule(case)
    if draft.kind not in BILLS:
        found = [_on_offer(problem) for problem in found if problem.field != "seller.tax_number"]
    first: dict[tuple[str, str], Found] = {(problem.field, problem.sentence): problem for problem in found}
    return sorted(first.values(), key=lambda problem: not problem.stops)


def _on_offer(problem: Found) -> Found:
    """What a bill must say about its taxes is only a hint while nobody is to pay."""
    return replace(problem, stops=False) if problem.field in _ONLY_ON_BILLS else problem


def stops(draft: Draft, company: Profile | None = None) -> dict[str, str]:
    """Field → sentence for what keeps a draft from being issued; empty if it can be issued."""
    found: dict[str, str] = {}
    for problem in find(draft, company):
        if problem.stops:
            found.setdefault(problem.field, problem.sentence)
    return found


def _case(draft: Draft, company: Profile, sums: Totals) -> _Case:
    used = frozenset(group.category for group in sums.breakdown)
    seller = parties.seller(company, draft)
    return _Case(
        draft,
        company,
        seller,
        parties.buyer(draft, company.country),
        parties.ship_to(draft, company.country),
        sums,
        used,
    )


# ---- days -----------------------------------------------------------------------------------------------------------


def _days(draft: Draft) -> Iterator[Found]:
    named = (
        ("issue_date", draft.issue_on),
        ("due_date", draft.due_on),
        ("service_from", draft.service_from),
        ("service_to", draft.service_to),
        ("valid_until", draft.valid_until),
    )
    for field, day in named:
        if day is not None and not dates.is_plausible(day):
            yield Found(
                field, _("The year {year} cannot be right. Please check the date.").format(year=f"{day.year:04}")
            )
    if draft.service_from and draft.service_to and draft.service_to < draft.service_from:
        yield Found("service_to", _("The service ends before it starts."))
    issued = draft.issue_on or dates.today()
    if draft.valid_until and draft.valid_until < issued:
        yield Found("valid_until", _("The offer would end before its issue date."))
    if draft.due_on and draft.due_on < issued and draft.kind in (*BILLS, PROFORMA):
        yield Found("due_date", _("The payment would be due before the issue date."))
    if not dates.is_plausible(issued):
        return
    if abs((issued - dates.today()).days) > FAR_DAYS:
        yield Found("issue_date", _("The issue date is more than a year away from today."), stops=False)
    elif issued > dates.today():
        yield Found("issue_date", _("The issue date lies in the future."), stops=False)
    last = last_issued(draft.kind)
    if last is not None and issued < last:
        sentence = _("The last one was issued on {day}; this one would carry a higher number and an earlier date.")
        yield Found("issue_date", sentence.format(day=wording.day(last)), stops=False)


def last_issued(kind: str) -> date | None:
    """The latest issue date of a kind of document, or None if none was issued yet."""
    found = db.value("SELECT max(issue_on) FROM document WHERE kind = ? AND state = 'issued' AND imported = 0", [kind])
    return date.fromisoformat(found) if found else None


# ---- who ------------------------------------------------------------------------------------------------------------


def _seller(case: _Case) -> Iterator[Found]:
    company = replace(
        case.company,
        name=case.seller.get("name") or "",
        street=case.seller.get("street") or "",
        postcode=case.seller.get("postcode") or "",
        city=case.seller.get("city") or "",
        vat_id=case.seller.get("vat_id") or "",
        tax_number=case.seller.get("tax_number") or case.seller.get("seller_id") or "",
    )
    for field, sentence in profile.missing_for_documents(company).items():
        if field == "tax_number" and not any(CATEGORIES[code].seller_tax_id for code in case.used):
            continue
        yield Found(f"seller.{field}", sentence)
    if case.used & {K, G} and not case.seller.get("vat_id"):
        yield Found("seller.vat_id", _("Your VAT id is needed for sales to other countries. Add it in Settings."))


def _buyer(case: _Case) -> Iterator[Found]:
    buyer = case.buyer
    if not buyer.get("name"):
        if sentence := _why_a_buyer(case):
            yield Found("customer", sentence)
        return
    if not buyer.get("street") and not buyer.get("city") and case.draft.kind in BILLS:
        sentence = _("The customer's address is missing. It belongs on every invoice.")
        yield Found("buyer.street", sentence, stops=False)
    if case.used & {AE, K}:
        yield from _buyer_abroad(case)


def _why_a_buyer(case: _Case) -> str:
    if case.draft.kind == CREDIT_NOTE and _corrects_a_receipt(case.draft):
        return ""
    if case.draft.kind != RECEIPT:
        return _("Choose the customer.")
    limit = tax_rates.receipt_limit(case.company.country)
    total = to_minor(case.sums.grand_total, case.draft.currency)
    if limit is None or case.draft.currency != case.company.currency or total <= limit:
        return ""
    amount = wording.amount(limit, case.draft.currency)
    return _("Above {amount} a receipt needs the buyer's name and address. Choose the customer.").format(amount=amount)


def _corrects_a_receipt(draft: Draft) -> bool:
    return bool(db.value("SELECT kind = 'receipt' FROM document WHERE id = ?", [draft.preceding_id]))


def _buyer_abroad(case: _Case) -> Iterator[Found]:
    name = category_name(next(iter(case.used & {AE, K})))
    vat_id = case.buyer.get("vat_id", "")
    if not vat_id:
        sentence = _("“{category}” needs the customer's VAT id. Add it to the customer.")
        yield Found("buyer.vat_id", sentence.format(category=name))
    elif vat_id[:2] in profile.EU_PREFIXES and not _adds_up(vat_id):
        sentence = _("The customer's VAT id {vat_id} does not add up. Ask for it again.")
        yield Found("buyer.vat_id", sentence.format(vat_id=vat_id), stops=False)
    if K in case.used and not _is_elsewhere_in_the_union(case):
        sentence = _("Goods to another EU country need a delivery address in that country.")
        yield Found("ship_to.country", sentence, stops=False)


def _is_elsewhere_in_the_union(case: _Case) -> bool:
    country = (case.ship_to or case.buyer).get("country")
    return country in usual_tax.EU_COUNTRIES and country != case.seller.get("country")


def _export(case: _Case) -> Iterator[Found]:
    """Exports leave the country, and the Union where the seller is in it."""
    home, country = case.seller.get("country"), (case.ship_to or case.buyer).get("country")
    in_the_union = home in usual_tax.EU_COUNTRIES and country in usual_tax.EU_COUNTRIES
    if G in case.used and (country == home or in_the_union):
        sentence = _("“{category}” is for goods that go to a country outside. Check the delivery address.")
        yield Found("ship_to.country", sentence.format(category=category_name(G)), stops=False)


def _foreign(case: _Case) -> Iterator[Found]:
    """Tax in another currency is declared at home: with the rate of the day."""
    draft, home = case.draft, case.company.currency
    if draft.kind in BILLS and draft.currency != home and not draft.exchange_rate and case.sums.tax_total:
        sentence = _("Enter the day's exchange rate, so that the tax can be declared in {currency}.")
        yield Found("exchange_rate", sentence.format(currency=home), stops=False)


def _adds_up(vat_id: str) -> bool:
    from stdnum.eu import vat

    found: bool = vat.is_valid(vat_id)
    return found


# ---- what -----------------------------------------------------------------------------------------------------------


def _lines(case: _Case) -> Iterator[Found]:
    if not any(line.role in POSITIONS for line in case.draft.lines):
        yield Found("lines", _("Add at least one line."))
    day = case.draft.service_day or dates.today()
    known = {rate_from(rate.category, rate.rate_bp) for rate in tax_rates.rates_on(day)}
    taxed_rates = {rate for rate in known if rate}
    for place, line in enumerate(case.draft.lines):
        where = f"lines.{place}"
        yield from _role(case.draft, line, place)
        if line.role not in POSITIONS:
            continue
        if not line.name.strip():
            yield Found(f"{where}.name", _("Line {line}: Say what was sold.").format(line=place + 1))
        if not line.quantity:
            yield Found(f"{where}.qty", _("Line {line}: The quantity is 0.").format(line=place + 1), stops=False)
        if not CATEGORIES[line.category].taxed or case.draft.kind == DELIVERY_NOTE:
            continue
        if case.company.tax_status != "regular":
            sentence = _("Line {line}: You are registered as not charging tax. Choose “{category}”.")
            yield Found(f"{where}.rate", sentence.format(line=place + 1, category=category_name(E)))
        elif not line.rate:
            sentence = _("Line {line}: “Taxed” needs a rate above 0. Choose zero rate or exempt instead.")
            yield Found(f"{where}.rate", sentence.format(line=place + 1))
        elif taxed_rates and line.rate not in taxed_rates:
            sentence = _("Line {line}: {rate} is not among your tax rates for {day}.")
            text = sentence.format(line=place + 1, rate=wording.percent(line.rate), day=wording.day(day))
            yield Found(f"{where}.rate", text, stops=False)


def _role(draft: Draft, line: DraftLine, place: int) -> Iterator[Found]:
    """Optional and alternative positions belong in quotes; a heading or comment says something."""
    if line.role in (OPTIONAL, ALTERNATIVE) and draft.kind != QUOTE:
        sentence = {
            OPTIONAL: _("Line {line}: An optional position belongs in a quote. Make it a usual line or delete it."),
            ALTERNATIVE: _("Line {line}: An alternative belongs in a quote. Make it a usual line or delete it."),
        }
        yield Found(f"lines.{place}.role", sentence[line.role].format(line=place + 1))
    if line.role in (HEADING, COMMENT) and not line.name.strip() and not line.description.strip():
        yield Found(f"lines.{place}.name", _("Line {line}: Write a text or delete it.").format(line=place + 1))


def _categories(case: _Case) -> Iterator[Found]:
    alone = [code for code in case.used if CATEGORIES[code].alone]
    if alone and len(case.used) > 1:
        place = next((i for i, line in enumerate(case.draft.lines) if line.category == alone[0]), 0)
        sentence = _("“{category}” cannot stand together with other kinds of tax on one document.")
        yield Found(f"lines.{place}.rate", sentence.format(category=category_name(alone[0])))
    for code, exemption in exemptions(case.draft, case.sums, case.company).items():
        if not exemption.reason and not exemption.code:
            sentence = _("“{category}” needs the reason why there is no tax.")
            yield Found("exemption_reason", sentence.format(category=category_name(code)))


def _sums(case: _Case) -> Iterator[Found]:
    draft, total = case.draft, case.sums.grand_total
    if len(draft.currency) != 3 or not draft.currency.isalpha() or not draft.currency.isupper():
        yield Found("currency", _("A currency has three letters, for example EUR."))
    if draft.prepaid < 0:
        yield Found("prepaid", _("What was paid before cannot be below zero."))
    if total < 0 and draft.kind in BILLS:
        yield Found("lines", _("The total is below zero. A credit note may be what you want."), stops=False)
    if draft.kind == RECEIPT and not draft.paid_at_issue:
        yield Found("paid_at_issue", _("A receipt is paid at once. Choose how."))
    if draft.tax_currency and draft.tax_total_accounting is None and not draft.exchange_rate:
        yield Found(
            "tax_currency", _("Enter the exchange rate for the tax in {currency}.").format(currency=draft.tax_currency)
        )


def _correction(case: _Case) -> Iterator[Found]:
    draft = case.draft
    if draft.type_code == CORRECTED and not draft.preceding_number:
        yield Found("preceding", _("A corrected invoice names the number and date of the one that it replaces."))
    if draft.kind != CREDIT_NOTE:
        return
    if not draft.preceding_number:
        yield Found("preceding", _("A credit note names the number and date of the invoice that it corrects."))
    if draft.preceding_id is None:
        return
    left = still_to_credit(draft.preceding_id)
    if to_minor(case.sums.grand_total - draft.deducted, draft.currency) > left:
        amount = wording.amount(left, draft.currency)
        yield Found("lines", _("At most {amount} of this invoice can still be credited.").format(amount=amount))


def _deductions(case: _Case) -> Iterator[Found]:
    """What a final invoice deducts is still there, and what it leaves out or deducts unpaid is said."""
    if sentence := deductions.refusal(case.draft):
        yield Found("deductions", sentence)
    if case.draft.deductions and case.draft.kind == INVOICE and case.sums.due < 0:
        amount = wording.amount(to_minor(-case.sums.due, case.draft.currency), case.draft.currency)
        sentence = _("The deposits are higher than this invoice: {amount} goes back to the customer.")
        yield Found("deductions", sentence.format(amount=amount), stops=False)
    for sentence in deductions.hints(case.draft):
        yield Found("deductions", sentence, stops=False)


def still_to_credit(invoice_id: int) -> int:
    """What of an invoice no credit note has taken back yet, in minor units, with tax.

    What a final invoice deducts was billed by others, so it is theirs to credit.
    """
    own = (
        "{d}.grand_total_minor - coalesce((SELECT sum(x.basis_minor + x.tax_minor) FROM document_deduction x "
        "WHERE x.document_id = {d}.id), 0)"
    )
    found = db.value(
        f"SELECT {own.format(d='d')} - coalesce((SELECT sum({own.format(d='c')}) FROM document c "
        "WHERE c.preceding_id = d.id AND c.kind = 'credit_note' AND c.state = 'issued'), 0) "
        "FROM document d WHERE d.id = ?",
        [invoice_id],
    )
    return int(found or 0)


def _einvoice(case: _Case) -> Iterator[Found]:
    """What a demanded e-invoice lacks stops; of a PDF that only could carry one it is said."""
    document = compose(case.draft, case.company)
    if not einvoice_rules.is_possible(document):
        return
    demanded = einvoice_rules.wanted(document) in einvoice_rules.DEMANDED
    for found in einvoice_rules.broken(document, einvoice_rules.wanted(document) or einvoice_rules.FACTURX):
        if found.rule in einvoice_rules.ON_PAPER_TOO:
            continue
        words = (
            found.sentence if demanded else _("The PDF will carry no e-invoice. {reason}").format(reason=found.sentence)
        )
        yield Found(found.field, words, stops=demanded)


def _taken_out(case: _Case) -> Iterator[Found]:
    """Each service or period has a line of its own: with fewer lines one was taken out, and would never be paid."""
    if case.draft.id is None or case.draft.kind != INVOICE:
        return
    held = db.value(
        "SELECT (SELECT count(*) FROM service WHERE document_id = ?1 AND deleted_at IS NULL) "
        "+ (SELECT count(*) FROM schedule_period WHERE document_id = ?1)",
        [case.draft.id],
    )
    if held > sum(line.role == ITEM for line in case.draft.lines):
        sentence = _(
            "“To bill” put {n} entries on this draft, but it has fewer lines. Under “All work noted”, what you took out "
            "can wait again."
        )
        yield Found("lines", sentence.format(n=held), stops=False)


_RULES = (
    _seller,
    _buyer,
    _export,
    _foreign,
    _lines,
    _categories,
    _sums,
    _correction,
    _deductions,
    _einvoice,
    _taken_out,
)
