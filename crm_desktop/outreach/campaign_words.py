"""The words of a campaign for each recipient: previewed, and checked on every one of them before anything goes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from crm_desktop.core import dates, text
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.outreach import campaign_people, campaigns, merge_fields
from crm_desktop.outreach.campaigns import WITH_WORDS, Campaign, Words
from crm_desktop.outreach.merge_fields import Part

_AT_ONCE = 500
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


@dataclass(frozen=True)
class Addressed:
    """Whom words are written for."""

    customer_id: int
    name: str
    address: str
    language: str
    variant: str = "a"


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
    """What each of these people reads, in order.

    Raises:
        UserError: a field is unknown, a text too long.
    """
    said, known, day = campaigns.words(campaign.id), tuple(campaign_people.names()), dates.today()
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        ids = [person.customer_id for person in some]
        parties = campaign_people.parties(ids)
        values = dict(campaign_people.values(ids, day))
        for person in some:
            if person.customer_id not in values:
                continue
            words = chosen(said, person.variant, person.language)
            found = campaign_people.in_language(
                values[person.customer_id], parties[person.customer_id], words.language if words else person.language
            )
            yield _written(person, words, found, known)


def _written(person: Addressed, words: Words | None, found: dict[str, str], known: tuple[str, ...]) -> Written:
    subject = merge_fields.fill(_parsed(words.subject, known), found) if words else ""
    body = merge_fields.fill(_parsed(words.body, known), found) if words else ""
    language = words.language if words else person.language
    return Written(person.customer_id, person.name, person.address, language, person.variant, text.tidy(subject), body)


def check(campaign: Campaign, people: Sequence[Addressed]) -> Checked:
    """Write every text for every recipient, and say what is wrong."""
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
        _check_each(campaign, people, found)
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


def _check_each(campaign: Campaign, people: Sequence[Addressed], found: Checked) -> None:
    empty: dict[str, list[str]] = {}
    for one in write(campaign, people):
        if not one.body.strip():
            empty.setdefault(_("get an empty text"), []).append(one.name)
        elif campaign.kind != "call" and not one.subject:
            empty.setdefault(_("get an empty subject"), []).append(one.name)
    for what, names in empty.items():
        listed = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
        found.problems.append(_("{n} recipients {what}: {names}").format(n=len(names), what=what, names=listed))
    _hint_at_gaps(campaign, people, found)


def _hint_at_gaps(campaign: Campaign, people: Sequence[Addressed], found: Checked) -> None:
    """Name fields that are empty for some, where nothing stands in for them."""
    known = tuple(campaign_people.names())
    used = {
        part.name
        for one in campaigns.words(campaign.id)
        for template in (one.subject, one.body)
        for part in merge_fields.fields_in(_parsed(template, known))
        if not part.instead
    }
    gaps = dict.fromkeys(sorted(used), 0)
    for start in range(0, len(people), _AT_ONCE):
        ids = [person.customer_id for person in people[start : start + _AT_ONCE]]
        for _customer, values in campaign_people.values(ids, dates.today()):
            for name in gaps:
                gaps[name] += not values.get(name)
    for name, number in gaps.items():
        if number:
            found.hints.append(_gap(name, number, len(people)))


def _gap(name: str, number: int, everybody: int) -> str:
    said = _("{field} is empty for {n} of {all} recipients. {example} puts other words there.")
    return said.format(field=f"{{{name}}}", n=number, all=everybody, example=f"{{{name}|…}}")
