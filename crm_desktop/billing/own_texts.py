"""The owner's own opening and closing words, per kind of document and language, and the words in braces in them.

What the owner did not write is the program's usual text and follows it. Words in braces ({customer}, {due}, {month}) are
filled in when a document is previewed and issued, so that a text written once fits each of them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from crm_desktop.billing import kinds, recurring_words
from crm_desktop.billing.document import (
    CREDIT_NOTE,
    DELIVERY_NOTE,
    INVOICE,
    ORDER_CONFIRMATION,
    PROFORMA,
    QUOTE,
    Draft,
)
from crm_desktop.company import profile
from crm_desktop.core import formats
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _

KINDS = (INVOICE, CREDIT_NOTE, QUOTE, ORDER_CONFIRMATION, DELIVERY_NOTE, PROFORMA)
PARTS = ("intro", "closing")
WORDS = ("customer", "date", "due", "valid_until", "service", "order", "month", "quarter", "year")
_WORD = re.compile(r"\{([a-z_]+)\}")


def own(language: str) -> dict[str, str]:
    """What the owner wrote in a language: "intro", "quote_closing", "footer" and so on."""
    return (profile.load().texts or {}).get(language, {})


def texts(kind: str, language: str) -> tuple[str, str]:
    """Opening and closing words that a new document of a kind gets."""
    return kinds.texts(kind, language, own(language))


def keep(kind: str, language: str, part: str, text: str) -> None:
    """Keep opening ("intro") or closing words; the usual ones are not kept, so that they follow the program.

    Raises:
        ValidationError: a word in braces is not known; part → sentence.
    """
    if unknown := [word for word in recurring_words.unknown(text) if word.strip("{}") not in WORDS]:
        known = ", ".join(f"{{{word}}}" for word in WORDS)
        sentence = _("“{word}” is not known. You can use {known}.")
        raise ValidationError({part: sentence.format(word=unknown[0], known=known)})
    name = kinds.text_name(kind, part)
    others = {key: said for key, said in own(language).items() if key != name}
    usual = kinds.texts(kind, language, others)[PARTS.index(part)]
    _save(language, others if text.strip() == usual.strip() else others | {name: text.strip()})


def reset(kind: str, language: str) -> None:
    """Go back to the usual words of a kind."""
    names = {kinds.text_name(kind, part) for part in PARTS}
    _save(language, {key: said for key, said in own(language).items() if key not in names})


def keep_footer(language: str, text: str) -> None:
    """Keep the small words at the foot of all papers in a language."""
    others = {key: said for key, said in own(language).items() if key != "footer"}
    _save(language, others | {"footer": text.strip()} if text.strip() else others)


def _save(language: str, said: dict[str, str]) -> None:
    rest = {key: found for key, found in (profile.load().texts or {}).items() if key != language}
    profile.save({"texts": rest | {language: said} if said else rest})


# ---- words in braces -------------------------------------------------------------------------------------------------


def fill_in(draft: Draft) -> Draft:
    """A draft whose parties and days are known, with the words of its texts filled in."""
    if "{" not in draft.intro + draft.closing:
        return draft
    return replace(draft, intro=_filled(draft.intro, draft), closing=_filled(draft.closing, draft))


def renewed(source: Draft, template: tuple[str, str]) -> tuple[str, str]:
    """The texts for another document like this one: where its own came from a template, the template again."""
    made = fill_in(replace(source, intro=template[0], closing=template[1]))
    return (
        template[0] if source.intro == made.intro else source.intro,
        template[1] if source.closing == made.closing else source.closing,
    )


def _filled(text: str, draft: Draft) -> str:
    locale = formats.locale_name(draft.language, draft.buyer.get("country", ""), draft.seller.get("country", ""))
    first = draft.service_from or draft.issue_on
    return fill(
        text,
        locale,
        first=first,
        last=draft.service_to or first,
        values={
            "customer": draft.buyer.get("name", ""),
            "date": _day(draft.issue_on, locale),
            "due": _day(draft.due_on, locale),
            "valid_until": _day(draft.valid_until, locale),
            "order": draft.order_number,
        },
    )


def fill(text: str, locale: str, *, first: date | None, last: date | None, values: dict[str, str]) -> str:
    """A text with its words filled in; what is no word of ours stays as it was typed.

    Args:
        text: as the owner wrote it.
        locale: of the document.
        first: the first day of service, for {service}, {month}, {quarter} and {year}.
        last: the last one.
        values: what the other words stand for.
    """
    if first is not None and last is not None:
        text = recurring_words.fill(text, first, last, locale)
        period = _day(first, locale) if first == last else formats.day_range(first, last, locale)
        values = values | {"service": period}
    return _WORD.sub(lambda found: values.get(found[1], found[0]), text)


def _day(value: date | None, locale: str) -> str:
    return formats.day_long(value, locale) if value else ""
