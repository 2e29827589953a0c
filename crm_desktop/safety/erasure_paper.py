"""The certificate of an erasing as PDF: what was destroyed, what is kept and until when. It names nobody."""

from __future__ import annotations

from crm_desktop.billing import kinds, parties
from crm_desktop.billing.document import Draft, Party
from crm_desktop.company import profile
from crm_desktop.core import dates, formats
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor
from crm_desktop.documents import from_record, letter_pdf, paper
from crm_desktop.documents.letter_pdf import Column, Letter, Table
from crm_desktop.safety import keeping, person_words
from crm_desktop.safety.erasure import Erasure, KeptPaper


def render(record: Erasure) -> bytes:
    """The certificate, in the language of the company's papers.

    Raises:
        UserError: a character of the reason cannot be printed.
    """
    company = profile.load()
    language = company.language
    sender = parties.seller(company, Draft(language=language, currency=company.currency))
    title = document_text(language, "Record of an erasure")
    return letter_pdf.render(
        Letter(
            paper=_paper(record, language, sender),
            title=title,
            full_title=f"{title} {record.customer_number}",
            facts=(),
            tables=tuple(table for table in (_gone(record), _kept(record, language)) if table.rows),
            with_code=False,
        )
    )


def _paper(record: Erasure, language: str, sender: Party) -> paper.Paper:
    company = profile.load()
    locale, zero = formats.locale_name(language, company.country), from_minor(0, company.currency)
    day = dates.instant_from(record.erased_at).date()
    words = (
        document_text(
            language,
            "The data of a contact person of customer {number} were destroyed on {day}: in the records, search and history.",
        )
        if record.is_person
        else document_text(
            language,
            "The data of customer {number} were destroyed on {day}: in the records, files, search and history.",
        )
    )
    intro = words.format(number=record.customer_number, day=formats.day(day, locale))
    said = [intro, record.reason, _law(record, language)]
    return paper.Paper(
        language=language,
        locale=locale,
        currency=company.currency,
        seller=from_record.seller_of(sender),
        address=(),
        head=paper.Head(number=record.customer_number, issued_on=day),
        lines=(),
        sums=paper.Sums(lines=zero, without_tax=zero, tax=zero, with_tax=zero, due=zero),
        intro="\n\n".join(part for part in said if part),
        closing="",
        stationery=from_record.stationery(),
    )


def _law(record: Erasure, language: str) -> str:
    if not record.kept:
        return ""
    law = keeping.law(profile.load().country, dates.instant_from(record.erased_at).date())
    words = document_text(language, "Papers that must be kept stay until their date and are emptied then.")
    return f"{words} ({law.source})" if law else words


def _gone(record: Erasure) -> Table:
    columns = (Column(heading=_("What was destroyed"), wide=True), Column(heading=_("How many"), right=True))
    rows = tuple((goes_word(name), str(number)) for name, number in record.goes.items())
    return Table(columns=columns, rows=rows, title=_("Destroyed"))


def _kept(record: Erasure, language: str) -> Table:
    locale = formats.locale_name(language, profile.load().country)
    columns = (
        Column(heading=_("Number"), strong=True),
        Column(heading=_("What it is"), wide=True),
        Column(heading=_("Of")),
        Column(heading=_("Kept until")),
    )
    rows = tuple(
        (p.number, paper_word(p), formats.day(p.issued_on, locale), formats.day(p.until, locale)) for p in record.kept
    )
    return Table(columns=columns, rows=rows, title=_("Kept"))


def goes_word(name: str) -> str:
    """What goes with a customer, in words."""
    return {"file": _("Files"), "draft": _("Drafts")}.get(name) or person_words.section(name)


def paper_word(found: KeptPaper) -> str:
    """What kind of paper is kept."""
    return _("Payment reminder") if found.kind == "dunning_letter" else kinds.name(found.kind)
