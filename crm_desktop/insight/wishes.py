"""A few words that are prepared for a customer: for a birthday, a jubilee, or after a long silence.

They are in the language of the customer's documents and in the tone that suits them, formal or friendly.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.company import profile
from crm_desktop.core.i18n import document_text
from crm_desktop.customers import contacts, customers, kind_defaults
from crm_desktop.insight.prepared import Letter


@dataclass(frozen=True)
class _Reader:
    """Who reads it: a customer, or one of their people; `close` is the friendly tone."""

    person: customers.Customer | contacts.Person
    to: str
    language: str
    close: bool
    sender: str


def birthday(customer_id: int, person_id: int | None = None) -> Letter:
    """For the birthday of a customer, or of one of their people."""
    reader = _reader(customer_id, person_id)
    language = reader.language
    words = document_text(language, "we wish you a very happy birthday and all the best for the new year of your life.")
    if reader.close:
        words = document_text(language, "happy birthday, and all the best for the new year of your life. See you soon.")
    return _letter(reader, document_text(language, "Happy birthday"), words)


def anniversary(customer_id: int, person_id: int | None = None) -> Letter:
    """For a day that comes round: a jubilee, an opening, a wedding."""
    reader = _reader(customer_id, person_id)
    language = reader.language
    words = document_text(language, "we congratulate you warmly on this special day and wish you all the best.")
    if reader.close:
        words = document_text(language, "congratulations on your special day, and all the best from us.")
    return _letter(reader, document_text(language, "Congratulations"), words)


def thanks(customer_id: int) -> Letter:
    """For somebody who has been a customer for years."""
    reader = _reader(customer_id, None)
    language = reader.language
    words = document_text(
        language, "you have been our customer for years now. We thank you warmly for your trust in us."
    )
    if reader.close:
        words = document_text(language, "you have been with us for years now. Thank you so much for that.")
    return _letter(reader, document_text(language, "Thank you"), words)


def touch(customer_id: int) -> Letter:
    """For somebody who was not heard from for long."""
    reader = _reader(customer_id, None)
    language = reader.language
    words = document_text(
        language, "it has been a while since we last spoke. How are you, and is there anything that we can do for you?"
    )
    if reader.close:
        words = document_text(
            language, "we have not heard from each other for a while. How are you, and can we help with anything?"
        )
    return _letter(reader, document_text(language, "How are you?"), words)


def in_a_letter(customer_id: int, subject: str, sentences: list[str]) -> Letter:
    """Sentences that are in the customer's language already, with greeting and close in the tone that suits them."""
    return _letter(_reader(customer_id, None), subject, "\n\n".join(sentences))


def _reader(customer_id: int, person_id: int | None) -> _Reader:
    company, found = profile.load(), customers.get(customer_id)
    people = contacts.people(customer_id) if person_id else []
    person = next((one for one in people if one.id == person_id), None)
    to = (person.email if person else "") or found.email
    language = found.language or company.language
    return _Reader(
        person or found,
        to,
        language,
        kind_defaults.of_customer(found.id).tone == kind_defaults.FRIENDLY,
        company.owner or company.name,
    )


def _letter(reader: _Reader, subject: str, words: str) -> Letter:
    language = reader.language
    closing = document_text(language, "Best wishes") if reader.close else document_text(language, "Kind regards")
    body = [_greeting(reader), words, f"{closing}\n{reader.sender}"]
    return Letter(reader.to, subject, "\n\n".join(body), language)


def _greeting(reader: _Reader) -> str:
    """With the name of a person where it is known; the salutation is the owner's own word ("Herr", "Ms")."""
    who, language = reader.person, reader.language
    if reader.close:
        name = who.first_name
        return document_text(language, "Hello {name},").format(name=name) if name else document_text(language, "Hello,")
    is_person = isinstance(who, contacts.Person) or who.kind == "person"
    if who.last_name and (who.salutation or is_person):
        parts = (who.salutation, who.title, "" if who.salutation else who.first_name, who.last_name)
        return document_text(language, "Good day {name},").format(name=" ".join(part for part in parts if part))
    return document_text(language, "Good day,")
