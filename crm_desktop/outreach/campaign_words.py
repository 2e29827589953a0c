"""The words of a campaign for each recipient: previewed, and checked on every one of them before anything goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from crm_desktop.billing.document import Party
from crm_desktop.core import dates, text
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.outreach import campaign_people, campaigns, merge_fields
from crm_desktop.outreach.campaign_audience import Person, address_of
from crm_desktop.outreach.campaigns import FIRM, WITH_WORDS, Campaign, Recipient, Words
from crm_desktop.outreach.merge_fields import Part

_AT_ONCE, _STEP = 500, 100
_SHOWN = 5


@dataclass(frozen=True)
class Written:
    """What one recipient reads."""

    customer_id: int
    name: str
    address: str
    language: str
    variant: str
    subject: str
    body: str
    party: Party = field(default_factory=dict)


@dataclass(frozen=True)
class Addressed:
    """Whom words are written for: a customer, or one of its people."""

    customer_id: int
    name: str
    address: str
    language: str
    variant: str = "a"
    contact_person_id: int | None = None


def addressed(one: Person | Recipient) -> Addressed:
    """Somebody of a plan, or one who was written down when a campaign started."""
    return Addressed(one.customer_id, one.name, one.address, one.language, one.variant, one.contact_person_id)


@dataclass
class Checked:
    """What a check on every recipient found: `problems` stop the campaign, `hints` are worth a look."""

    problems: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    people: int = 0


@lru_cache(maxsize=64)
def _parsed(template: str, known: tuple[str, ...]) -> tuple[Part, ...]:
    return tuple(merge_fields.parse(template, known))


def problem_of(template: str) -> str:
    """What is wrong with a text whoever reads it; "" when nothing is."""
    try:
        _parsed(template, tuple(campaign_people.names()))
    except UserError as error:
        return str(error)
    return ""


def chosen(said: Sequence[Words], variant: str, language: str) -> Words | None:
    """The words for a recipient: their language, else the first one of their variant, else of variant "a"."""
    for wanted in (variant, "a"):
        of_variant = [one for one in said if one.variant == wanted]
        for one in of_variant:
            if one.language == language:
                return one
        if of_variant:
            return of_variant[0]
    return None


def write(campaign: Campaign, people: Sequence[Addressed]) -> Iterator[Written]:
    """What each of these people reads, in order; who is no longer there is left out.

    Raises:
        UserError: a field is unknown, a text too long.
    """
    said, known = campaigns.words(campaign.id), tuple(campaign_people.names())
    for person, party, values in _fields(campaign, people):
        yield _written(person, party, values, chosen(said, person.variant, person.language), known)


def _fields(campaign: Campaign, people: Sequence[Addressed]) -> Iterator[tuple[Addressed, Party, dict[str, str]]]:
    """Everybody who is still there, as a party and with what the fields say about them; read in a few statements."""
    day = dates.today()
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        ids = sorted({person.customer_id for person in some})
        parties, values = campaign_people.parties(ids), dict(campaign_people.values(ids, day))
        named = campaign_people.persons([p.contact_person_id for p in some if p.contact_person_id is not None])
        for person in some:
            party = parties.get(person.customer_id)
            if party is None or _has_left(campaign, person, party, named):
                continue
            found = values[person.customer_id]
            if person.contact_person_id is not None:
                party = campaign_people.as_person(party, named[person.contact_person_id])
                found = campaign_people.of_person(found, party)
            yield person, party, found


def _has_left(campaign: Campaign, person: Addressed, party: Party, named: Mapping[int, Party]) -> bool:
    """Whether the one who was meant is no longer with this customer: deleted, or moved to another one."""
    if person.contact_person_id is not None:
        known = named.get(person.contact_person_id)
        return known is None or known["customer_id"] != str(person.customer_id)
    # Once a person is deleted, their line names the customer alone; it is told by an address that is not the customer's.
    return campaign.recipients != FIRM and person.address != address_of(party | {"person": ""}, campaign.kind)


def _written(
    person: Addressed, party: Party, values: dict[str, str], words: Words | None, known: tuple[str, ...]
) -> Written:
    language = words.language if words else person.language
    found = campaign_people.in_language(values, party, language)
    subject = merge_fields.fill(_parsed(words.subject, known), found) if words else ""
    body = merge_fields.fill(_parsed(words.body, known), found) if words else ""
    return Written(
        person.customer_id, person.name, person.address, language, person.variant, text.tidy(subject), body, party
    )


def check(campaign: Campaign, people: Sequence[Addressed], progress: Progress | None = None) -> Checked:
    """Write every text for every recipient, and say what is wrong.

    Raises:
        Cancelled: through `progress`.
    """
    found = Checked(people=len(people))
    if campaign.kind not in WITH_WORDS:
        return found
    said = campaigns.words(campaign.id)
    if not any(one.body for one in said if one.variant == "a"):
        found.problems.append(_("There are no words yet. Write what the campaign says."))
        return found
    found.problems += _of_templates(campaign, said)
    if found.problems:
        return found
    try:
        _check_each(campaign, people, found, progress or Progress())
    except UserError as error:
        found.problems.append(str(error))
    return found


def _of_templates(campaign: Campaign, said: Sequence[Words]) -> list[str]:
    found = []
    for one in said:
        if campaign.kind != "call" and not one.subject:
            found.append(_("The words in “{language}” have no subject.").format(language=one.language))
        found += [wrong for wrong in map(problem_of, (one.subject, one.body)) if wrong]
    return list(dict.fromkeys(found))


def _check_each(campaign: Campaign, people: Sequence[Addressed], found: Checked, progress: Progress) -> None:
    """Who gets an empty text, and which fields are empty for some where nothing stands in for them."""
    said, known = campaigns.words(campaign.id), tuple(campaign_people.names())
    empty: dict[str, list[str]] = {}
    gaps = dict.fromkeys(sorted(_without_words(said, known)), 0)
    for number, (person, party, values) in enumerate(_fields(campaign, people)):
        if number % _STEP == 0:
            progress(number, len(people), person.name)
        one = _written(person, party, values, chosen(said, person.variant, person.language), known)
        if not one.body.strip():
            empty.setdefault(_("get an empty text"), []).append(one.name)
        elif campaign.kind != "call" and not one.subject:
            empty.setdefault(_("get an empty subject"), []).append(one.name)
        for name in gaps:
            gaps[name] += not values.get(name)
    for what, names in empty.items():
        listed = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
        found.problems.append(_("{n} recipients {what}: {names}").format(n=len(names), what=what, names=listed))
    for name, number in gaps.items():
        if number:
            found.hints.append(_gap(name, number, len(people)))


def _without_words(said: Sequence[Words], known: tuple[str, ...]) -> set[str]:
    """The fields of all texts for which nothing stands in where they are empty."""
    return {
        part.name
        for one in said
        for template in (one.subject, one.body)
        for part in merge_fields.fields_in(_parsed(template, known))
        if not part.instead
    }


def _gap(name: str, number: int, everybody: int) -> str:
    said = _("{field} is empty for {n} of {all} recipients. {example} puts other words there.")
    return said.format(field=f"{{{name}}}", n=number, all=everybody, example=f"{{{name}|…}}")
