"""What the words in braces of a letter about a contract stand for, and the letter in words, before it is put on paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from crm_desktop.company import letter_texts, profile
from crm_desktop.core import dates, formats
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.sales import contract_states, contract_terms, contracts
from crm_desktop.sales.contracts import Contract


@dataclass(frozen=True)
class Words:
    """A letter in words: to which address, in which language, subject and body."""

    to: str
    language: str
    subject: str
    body: str


def lacking_words(lacks: list[str]) -> str:
    """The sentence that says why a letter cannot be written for a contract."""
    named = ", ".join(_(letter_texts.FIELDS[word]) for word in lacks)
    return _("This letter speaks of what the contract does not have: {words}.").format(words=named)


def check(contract: Contract, purpose: str, values: dict[str, str]) -> None:
    """Refuse a letter that would have gaps.

    Raises:
        UserError: it speaks of what the contract does not have.
    """
    text = letter_texts.get(purpose, language_of(contract))
    if lacks := letter_texts.lacking(text, values):
        raise UserError(lacking_words(lacks))


def words(contract: Contract, purpose: str, on: date | None = None) -> Words:
    """A letter in words, ready to be read over and sent; without greeting, without the table of what is agreed.

    Empty where it would speak of what the contract does not have.
    """
    text = letter_texts.get(purpose, language_of(contract))
    values = fields(contract, purpose, text.language, on or dates.today())
    if letter_texts.lacking(text, values):
        return Words("", text.language, "", "")
    before, after, _with_table = letter_texts.parts(letter_texts.fill(text.body, values))
    body = "\n\n".join(part for part in (before, after) if part)
    to = db.value("SELECT email FROM customer WHERE id = ?", [contract.customer_id]) or ""
    return Words(to, text.language, letter_texts.fill(text.subject, values), body)


def language_of(contract: Contract) -> str:
    """The language of letters about a contract: the customer's, else the company's."""
    known = db.value("SELECT language FROM customer WHERE id = ?", [contract.customer_id]) or ""
    return known or profile.load().language


def fields(contract: Contract, purpose: str, language: str, day: date) -> dict[str, str]:
    """What the words in braces stand for; days and amounts as the language writes them."""
    company = profile.load()
    locale = locale_of(contract, language)
    found = contracts.dates_of(replace(contract, state="active") if contract.state == "draft" else contract, day)
    end, next_start = _ends(contract, purpose, day, found)
    said = letter_texts.words(language)

    def written(value: date | None) -> str:
        return formats.day_long(value, locale) if value else ""

    def amount(value: date) -> str:
        return formats.amount(contract.value_on(value), contract.currency, locale)

    return {
        "customer": contract.party,
        "company": company.name,
        "owner": company.owner or company.name,
        "title": contract.title,
        "number": contract.number,
        "their_number": said["their_number"].format(number=contract.number) if is_known_to_them(contract) else "",
        "today": written(day),
        "start": written(contract.start_on),
        "end": written(end),
        "last_day": written(found.last_day_to_cancel),
        "notice": _notice(contract, said),
        "renewal": count(said, "month", max(contract.renewal_months, 0)) if contract.renewal_months > 0 else "",
        "next_start": written(next_start),
        "next_value": amount(next_start or day),
        "value": amount(max(day, contract.start_on or day)),
        "interval": said["interval"][contract.interval],
    }


def _ends(contract: Contract, purpose: str, day: date, found: contracts.Dates) -> tuple[date | None, date | None]:
    """The end that a letter names, and the first day of what would follow."""
    if purpose == "cancellation":
        given = contract.notice_given_on or day
        end = contract.ends_on or contract_states.end_of_notice(contract, given)
    else:
        end = found.cancel_ends_on if purpose == "information" else found.term_ends_on
        end = end or found.term_ends_on
    return end, dates.add_days(end, 1) if end else None


def is_known_to_them(contract: Contract) -> bool:
    """Whether the number says something to the other side: ours to customers, theirs where the owner typed it."""
    if contract.direction == "income" or not contract.number:
        return bool(contract.number)
    pattern = str(db.value("SELECT pattern FROM number_series WHERE kind = 'contract'") or "")
    return not contract.number.startswith(pattern.split("{", maxsplit=1)[0] or "\0")


def locale_of(contract: Contract, language: str) -> str:
    """How days and amounts are written in a letter about a contract."""
    country = (
        db.value("SELECT country FROM customer WHERE id = ?", [contract.customer_id]) if contract.customer_id else ""
    )
    return formats.locale_name(language, country or "", profile.load().country)


def count(said: dict[str, Any], unit: str, n: int) -> str:
    """So many months, weeks and so on in words."""
    one, many = said["units"][unit]
    return str(one if n == 1 else many).format(n=n)


def _notice(contract: Contract, said: dict[str, Any]) -> str:
    kind = contract_terms.kind_of(contract.terms)
    if not contract.notice_count:
        return str(said["no_notice"])
    return str(said["notice_to"][kind]).format(period=count(said, contract.notice_unit, contract.notice_count))


def next_term(contract: Contract, day: date) -> Contract:
    """The contract as it is in the term that follows the one of a day."""
    end = contracts.dates_of(contract, day).term_ends_on
    if end is None:
        return contract
    first = dates.add_days(end, 1)
    months = contract_states.months_of_next(contract)
    last = dates.add_days(dates.add_months(first, months), -1)
    return replace(contract, start_on=first, end_on=last, value_minor=contract.value_on(first))
