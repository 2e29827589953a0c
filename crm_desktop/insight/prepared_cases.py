"""Texts about cases that are prepared for the owner: we have it, it is done, how was it. Nothing is sent by itself."""

from __future__ import annotations

from crm_desktop.care import cases, feedback
from crm_desktop.care.cases import Case
from crm_desktop.company import profile
from crm_desktop.core import formats
from crm_desktop.core.i18n import document_text
from crm_desktop.customers import customers
from crm_desktop.insight.prepared import Letter
from crm_desktop.insight.wishes import in_a_letter


def _language(customer_id: int) -> tuple[str, str]:
    """The language of a customer's documents and the locale of its days."""
    company, found = profile.load(), customers.get(customer_id)
    language = found.language or company.language
    return language, formats.locale_name(language, found.country, company.country)


def _subject(found: Case, language: str) -> str:
    words = document_text(language, "Your request {number}: {title}")
    return words.format(number=found.number, title=found.title)


def received(case_id: int) -> Letter:
    """We have received your request, and by when we take care of it."""
    found = cases.get(case_id)
    language, locale = _language(found.customer_id)
    first = {
        "complaint": document_text(
            language, "we are sorry that you have reason to complain, and thank you for telling us."
        ),
        "repair": document_text(language, "we have received your repair order, thank you."),
        "return": document_text(language, "we have received your wish to return something."),
        "maintenance": document_text(language, "the service of your product is due."),
        "question": document_text(language, "thank you for your question."),
    }[found.kind]
    about = document_text(
        language, "It is about: {title}. Please name the number {number} when you write to us or call."
    )
    sentences = [first, about.format(title=found.title, number=found.number)]
    if found.product and found.warranty_until is not None:
        sentences.append(_warranty(found, language, locale))
    if found.due_on is not None:
        words = document_text(language, "We take care of it by {day} and will let you know.")
        sentences.append(words.format(day=formats.day_long(found.due_on, locale)))
    return in_a_letter(found.customer_id, _subject(found, language), sentences)


def _warranty(found: Case, language: str, locale: str) -> str:
    opened = found.opened_at.astimezone().date()
    if found.warranty_until is not None and found.warranty_until >= opened:
        words = document_text(language, "Your {product} is under warranty until {day}.")
    else:
        words = document_text(language, "The warranty of your {product} ended on {day}.")
    until = found.warranty_until or opened
    return words.format(product=found.product, day=formats.day_long(until, locale))


def solved(case_id: int) -> Letter:
    """Your request is done, and what was done."""
    found = cases.get(case_id)
    language, _locale = _language(found.customer_id)
    done = document_text(language, "your request {number} ({title}) is done.")
    sentences = [done.format(number=found.number, title=found.title)]
    if found.solution:
        sentences.append(document_text(language, "What we did: {solution}").format(solution=found.solution))
    sentences.append(document_text(language, "Is anything not as it should be? Then please let us know."))
    return in_a_letter(found.customer_id, _subject(found, language), sentences)


def question(feedback_id: int) -> Letter:
    """How satisfied were you: the scale, and the code by which the answer is found again."""
    found = feedback.get(feedback_id)
    language, _locale = _language(found.customer_id)
    lowest, highest = feedback.SCALES[found.kind]
    if found.kind == feedback.NPS:
        asks = document_text(
            language,
            "how likely are you to recommend us to others, from {lowest} (not at all) to {highest} (certainly)?",
        )
    else:
        asks = document_text(
            language, "how satisfied were you with us, from {lowest} (not at all) to {highest} (very)?"
        )
    code = document_text(
        language, "A short reply with the number is enough, and a sentence if you like. Your code: {code}"
    )
    sentences = [
        asks.format(lowest=lowest, highest=highest),
        code.format(code=feedback.shown_code(found.code)),
        document_text(language, "If you do not want to be asked, just tell us."),
    ]
    return in_a_letter(found.customer_id, document_text(language, "How did we do?"), sentences)


def sorry(feedback_id: int) -> Letter:
    """A word to somebody who was not satisfied."""
    found = feedback.get(feedback_id)
    language, _locale = _language(found.customer_id)
    sentences = [
        document_text(language, "thank you for your honest answer. We are sorry that you were not satisfied with us."),
        document_text(language, "What can we do to make it right? We would like to call you; when does it suit you?"),
    ]
    return in_a_letter(found.customer_id, document_text(language, "Your feedback"), sentences)
