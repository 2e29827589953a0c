"""From what was entered to what stands on paper: parties, terms, dates, exemption texts and sums filled in.

The preview of a draft and the issued document come from here, so that both say the same.
"""

from __future__ import annotations

from dataclasses import fields, replace

from crm_desktop.billing import due, einvoice_rules, own_texts, parties
from crm_desktop.billing.document import BILLS, CREDIT_NOTE, DELIVERY_NOTE, DEPOSIT, Document, Draft, Exemption
from crm_desktop.company import payment_terms, profile, tax_rates
from crm_desktop.company.profile import Profile
from crm_desktop.core import dates
from crm_desktop.sales import totals
from crm_desktop.sales.tax_categories import CATEGORIES, E, exemption_text
from crm_desktop.sales.totals import Totals

_DRAFT_FIELDS = tuple(field.name for field in fields(Draft))


def compose(draft: Draft, company: Profile | None = None) -> Document:
    """The document that a draft would be if it were issued now, without its number; nothing is written.

    Raises:
        ValidationError: the amounts cannot be added up.
        NotFound: the data file has no company profile.
    """
    is_bill = draft.kind in BILLS
    # Before the work is done a deposit invoice names no day of it.
    is_done = is_bill and draft.type_code != DEPOSIT
    company = company or profile.load()
    sums = totals.calculate(draft.basket())
    issued = draft.issue_on or dates.today()
    terms = due.terms_of(draft, company)
    due_on = due.due_on(draft, terms, issued)
    filled = replace(
        draft,
        issue_on=issued,
        due_on=due_on,
        service_from=draft.service_from or draft.service_to or (issued if is_done else None),
        seller=parties.seller(company, draft),
        buyer=parties.buyer(draft, company.country),
        ship_to=parties.ship_to(draft, company.country),
    )
    filled = own_texts.fill_in(filled)
    keeps_terms = terms is not None and not draft.paid_at_issue and draft.kind not in (CREDIT_NOTE, DELIVERY_NOTE)
    document = Document(
        **{name: getattr(filled, name) for name in _DRAFT_FIELDS},
        totals=sums,
        terms=terms if keeps_terms else None,
        discount_until=payment_terms.discount_until(terms, issued) if terms and keeps_terms and is_bill else None,
        exemptions=exemptions(draft, sums, company),
        open=sums.due if is_bill else sums.due * 0,
    )
    return replace(document, einvoice_format=einvoice_rules.decide(document))


def exemptions(draft: Draft, sums: Totals, company: Profile) -> dict[str, Exemption]:
    """Per tax category on the document why there is no tax: what was entered, else the usual words and code."""
    codes = dict.fromkeys(group.category for group in sums.breakdown if CATEGORIES[group.category].reason)
    found = {code: _exemption(code, draft, company) for code in codes}
    if len(found) == 1 and (draft.exemption_reason or draft.exemption_code):
        code, usual = found.popitem()
        found[code] = Exemption(draft.exemption_reason or usual.reason, draft.exemption_code or usual.code)
    return found


def _exemption(code: str, draft: Draft, company: Profile) -> Exemption:
    if code != E:
        return Exemption(exemption_text(code, draft.language), CATEGORIES[code].exemption_code)
    if draft.exemption_reason or draft.exemption_code or company.tax_status != "small":
        return Exemption(draft.exemption_reason, draft.exemption_code)
    return Exemption(*tax_rates.small_business_reason(company.country, draft.language))
