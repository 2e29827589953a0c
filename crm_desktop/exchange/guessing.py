"""Guessing where the columns of a sheet go.

Headings decide first, contents second; contents can also contradict a heading.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import (
    believing,
    customer_numbers,
    headings,
    mere_text,
    mixed,
    programs,
    refining,
    sales_columns,
    sheet_kinds,
    targets,
)
from crm_desktop.exchange.columns import ASK, LIKELY, OUT, SURE, Choice, Matching, questions
from crm_desktop.exchange.programs import Program
from crm_desktop.exchange.survey import Profile, Survey
from crm_desktop.exchange.tables import Column, Layout
from crm_desktop.exchange.targets import LEAVE_OUT, OWN_FIELD, is_enough
from crm_desktop.exchange.values import parse_kind

_CONTENT = 0.6
_SURELY = 0.9
_SOMETIMES = 0.3
_IN_TOUCH = re.compile(r"kontakt|contact|contatt|erreichbar|anruf")
# "Polisnr" and "Card number" are numbers of something else.
_NAMES_A_CODE = re.compile(r"(?:nr|no|num|number|nummer|numero|numer|id|code|codice|codigo|kod)\Z")
_PLAIN_PHONE = re.compile(r"(?:\+\d|00\d|\(?0\d{1,5}\)?\s?[ /-]\s?\d)[\d\s()/.-]{3,}\Z")
# Numbers at which nobody answers.
_NOBODY_SPEAKS = re.compile(r"fax|\bpager\b|\btelex\b|telecopie|\bfaks\b|\btty\b")
# What Google writes beside each number and address.
_NOT_WORTH_KEEPING = re.compile(r"\d (?:type|label)$")


def guess(found: Survey, kind: str = "auto") -> Matching:
    """What the sheet is most likely meant for.

    Raises:
        UserError: no column says what the rows are about.
    """
    if not found.rows:
        raise UserError(_("The table has headings but no rows below them, so there is nothing to import."))
    if kind != "auto":
        matching = _match(found, kind)
        if not is_enough(kind, matching.fields(), asked_for=True):
            raise UserError(missing(kind, found))
        mere_text.refuse(matching.kind, matching.choices)
        return matching
    program = programs.find(found.layout.headings)
    known = _match(found, program.kind) if program else None
    if known and is_enough(known.kind, known.fields()):
        return replace(known, looks_like=sheet_kinds.looks_like(known.kind, found, is_known=True) or known.looks_like)
    if mixed.is_mixed(found.layout.meanings):
        return _match(found, "mixed")
    best = max((_match(found, k) for k in headings.KINDS), key=_fitness)
    sheet_kinds.refuse(best.kind, found)
    if not is_enough(best.kind, best.fields()):
        best = _match(found, "invoices")
        # Orders with their numbers, days and customers, but without sums: they are told to have none.
        if not is_enough("invoices", best.fields(), asked_for=True):
            raise UserError(missing("customers", found))
    mere_text.refuse(best.kind, best.choices)
    return replace(best, looks_like=best.looks_like or sheet_kinds.looks_like(best.kind, found))


def blank(found: Survey, kind: str) -> Matching:
    """A matching in which no column goes anywhere yet, for the user to fill in."""
    pairs = zip(found.layout.columns, found.profiles, strict=True)
    return Matching(kind, [Choice(c, p, LEAVE_OUT, ASK, _("Say what it holds")) for c, p in pairs])


def as_far_as_known(found: Survey, kind: str) -> Matching:
    """What is known of a sheet that is no list of this kind yet: the user says the rest."""
    matching = _match(found, kind)
    try:
        mere_text.refuse(kind, matching.choices)
    except UserError:
        return blank(found, kind)
    choices = [
        replace(c, confidence=ASK, why=_("Say what it holds")) if c.field == LEAVE_OUT and c.profile.filled else c
        for c in matching.choices
    ]
    return replace(matching, choices=choices)


def needs(kind: str) -> str:
    """What a list of a kind of records must hold, in words."""
    return {
        "customers": _("a name, a company or an e-mail address"),
        "contracts": _("the customer, and a title or number of the contract"),
        "catalogue": _("the name of the product or service"),
        "invoices": _("the invoice number, its date and the customer"),
        "payments": _("the day and the amount of the payment, and its invoice or customer"),
        "mixed": _("the customer, and a contract or invoice"),
        "opportunities": _("the customer, and what the deal is about"),
        "owned_products": _("the customer, and the product or its serial number"),
    }[kind]


def missing(kind: str, found: Survey) -> str:
    """What a sheet lacks to be a list of a kind of records, as a sentence for the user."""
    return _("No column was found that holds {needs}. The columns are: {columns}. Say which one it is.").format(
        needs=needs(kind), columns=", ".join(found.layout.labels[:12]) or _("none")
    )


def _fitness(matching: Matching) -> tuple[int, float]:
    labels = [choice.column.meaning for choice in matching.choices]
    together = sheet_kinds.told_together(labels)
    decisive = sum(1 for label in labels if headings.decides(label, matching.kind)) + (matching.kind in together)
    enough = is_enough(matching.kind, matching.fields())
    if matching.kind == "customers":
        return (1 if enough else 0), 0.5
    persons = {"first_name", "last_name", "birthday"} & {
        f.field for label in labels for f in headings.fits(label, "customers")
    }
    # A list of invoice lines names products too; a price list names no invoice.
    # The day of an invoice, or when it is due, is in no list of payments.
    billed = {"due_date", "net", "gross", "issue_date"} & {
        f.field for label in labels for f in headings.fits(label, "invoices") if headings.decides(label, "invoices")
    }
    no_prices = 1.5 * len(persons) + 3 * ("invoices" in together)
    rank = {
        "catalogue": -no_prices, "contracts": 0.2, "invoices": 0.4, "payments": 0.1 - 3 * len(billed),
        "opportunities": 0.3, "owned_products": 0.25 - 3 * len(billed),
    }[matching.kind]  # fmt: skip
    return (1 if enough and decisive else 0), decisive + rank


def sheet_score(layout: Layout, name: str, kind: str, rows: int) -> float:
    """How likely a sheet is the one that is meant, by its headings, its name and its length."""
    kinds = headings.KINDS if kind == "auto" else (kind,)
    best = 0.0
    for candidate in kinds:
        fits = [found[0] for label in layout.meanings if (found := headings.fits(label, candidate))]
        fields = {fit.field for fit in fits}
        if is_enough(candidate, fields, asked_for=kind != "auto"):
            best = max(best, 10 + len(fields) + 4 * _is_named_so(name, candidate))
        best = max(best, float(len(fields)))
    return best + min(rows, 100) / 50


_SHEET_NAMES = {
    "customers": re.compile(r"kund|customer|client|kontakt|contact|adress|address|mitglied|member|klant|klient"),
    "contracts": re.compile(r"vertr|contr|abo|subscr|umow"),
    "catalogue": re.compile(r"artikel|produ|catal|katalog|item|preis|price|leistung|articul|articol"),
    "payments": re.compile(r"zahlung|payment|paiement|pagos|pagament|betaling|platnos"),
    "opportunities": re.compile(r"deal|opportun|chance|pipeline|affaire|szans"),
    "owned_products": re.compile(
        r"gerat|geraet|garantie|warrant|serien|device|asset|appareil|equipo|apparecch|toestel|urzadzen|rader"
    ),
    "invoices": re.compile(r"rechn|invoic|factu|fattur|faktur|order|beleg"),
}


def _is_named_so(name: str, kind: str) -> bool:
    return bool(_SHEET_NAMES[kind].search(headings.normalise(name)))


def _match(found: Survey, kind: str) -> Matching:
    pairs = list(zip(found.layout.columns, found.profiles, strict=True))
    program = programs.find(found.layout.headings, kind)
    chosen = _by_program(pairs, program) if program else _of_mixed(pairs) if kind == "mixed" else {}
    numbered = {place: choice for place, choice in chosen.items() if program and choice.field == "number"}
    taken = {choice.field for choice in chosen.values()}
    offers = sorted(
        (
            (-fit.score, place, position, fit.field)
            for position, (column, profile) in enumerate(pairs)
            for place, fit in enumerate(headings.fits(column.meaning, kind) if kind != "mixed" else ())
            if believing.is_believable(fit.field, column.meaning, profile, kind)
        ),
    )
    for score, _place, position, name in offers:
        column, profile = pairs[position]
        if position not in chosen and (name in targets.SEVERAL or name not in taken):
            chosen[position] = _by_heading(column, profile, name, -score)
            taken.add(name)
    for position, (column, profile) in enumerate(pairs):
        if position not in chosen:
            choice = _by_content(column, profile, kind, taken, has_heading=found.layout.has_headings)
            taken.add(choice.field)
            chosen[position] = choice
    refined = refining.refine([chosen[i] for i in range(len(pairs))], kind, has_heading=found.layout.has_headings)
    # The "Konto" of DATEV is the customer's number, also beside a bank.
    choices = [numbered.get(place, choice) for place, choice in enumerate(refined)]
    choices = customer_numbers.refine(choices, kind)
    if kind in {"invoices", "mixed"}:
        choices = sales_columns.refine(choices, mixed.INVOICE if kind == "mixed" else "", "invoices")
    if kind in {"contracts", "mixed"}:
        choices = sales_columns.refine(choices, mixed.CONTRACT if kind == "mixed" else "", "contracts")
    return Matching(kind, choices, questions(choices), program.name if program else "")


def _of_mixed(pairs: list[tuple[Column, Profile]]) -> dict[int, Choice]:
    """The columns of a sheet that tells of several things, as their headings and what stands left of them say."""
    found = mixed.choices(pairs)
    return {
        place: choice
        for place, choice in found.items()
        if believing.is_believable(
            mixed.plain(choice.field), choice.column.meaning, choice.profile, mixed.kind_of(choice.field)
        )
    }


def _by_program(pairs: list[tuple[Column, Profile]], program: Program) -> dict[int, Choice]:
    """The columns that a known program names, by their place; of two for the same field the first counts."""
    chosen: dict[int, Choice] = {}
    taken: set[str] = set()
    why = _("As {program} names it").format(program=program.name) if program.name else _("Known heading")
    for position, (column, profile) in enumerate(pairs):
        name = program.field_of(column.label)
        if name is None or name in taken:
            continue
        if name not in targets.SEVERAL | {OWN_FIELD, LEAVE_OUT}:
            taken.add(name)
        confidence = OUT if name == LEAVE_OUT else ASK if name == OWN_FIELD else SURE
        reason = {LEAVE_OUT: _("Not needed"), OWN_FIELD: _("Kept as a field of your own")}.get(name, why)
        chosen[position] = Choice(column, profile, name, confidence, reason)
    return chosen


def _by_heading(column: Column, profile: Profile, name: str, score: float) -> Choice:
    sure = score == headings.EXACT
    why = _("Known heading") if sure else _("Known heading, with an addition")
    return Choice(column, profile, name, SURE if sure else LIKELY, why)


_BY_CONTENT = (("email", "emails"), ("iban", "iban"), ("vat_id", "vat_id"), ("phone", "phones"), ("country", "country"))


def _by_content(column: Column, profile: Profile, kind: str, taken: set[str], *, has_heading: bool) -> Choice:
    """What a column without a known heading is by its values; else a field of the owner's own."""
    shares = profile.shares
    why = {
        "emails": _("Holds e-mail addresses"),
        "iban": _("Holds IBANs"),
        "vat_id": _("Holds VAT ids"),
        "phones": _("Holds phone numbers"),
        "country": _("Holds countries"),
    }
    party = kind in targets.WITH_OWN_FIELDS
    if party and shares and has_heading and shares["reach"] > _SOMETIMES:
        return Choice(column, profile, "phones", LIKELY, _("Phones and e-mail addresses in one cell"))
    for share, name in _BY_CONTENT if party and shares else ():
        is_date = shares["day"] > 0.3 or shares["amount"] > 0.5
        free = name not in taken or name in {"emails", "phones"}
        if name == "phones" and (is_date or (has_heading and not _are_phones(column, profile))):
            continue
        # "No" is Norway in a list of countries only.
        if name == "country" and shares["bool"] > _CONTENT:
            continue
        if shares[share] > _CONTENT and free:
            return Choice(column, profile, name, LIKELY, why[name])
    if kind == "customers" and "kind" not in taken and _tell_companies_from_people(profile):
        return Choice(column, profile, "kind", LIKELY, _("Says company or person"))
    if kind == "invoices" and "number" not in taken and _holds_codes(shares):
        return Choice(column, profile, "number", LIKELY, _("Numbers, and no other column has them"))
    if (
        not party
        or not profile.filled
        or not has_heading
        or _NOT_WORTH_KEEPING.search(headings.normalise(column.label))
    ):
        return Choice(column, profile, LEAVE_OUT, OUT, _("Not needed"))
    return Choice(column, profile, OWN_FIELD, ASK, _("Kept as a field of your own"))


def _tell_companies_from_people(profile: Profile) -> bool:
    texts = profile.texts()
    return bool(texts) and sum(1 for text in texts if parse_kind(text)) > _CONTENT * len(texts)


def _are_phones(column: Column, profile: Profile) -> bool:
    """Whether numbers under an unknown heading begin as only phone numbers do, or the heading says how to get in touch."""
    heading = headings.normalise(column.meaning)
    if _NOBODY_SPEAKS.search(heading):
        return False
    if _IN_TOUCH.search(heading):
        return profile.shares["phone"] > _SURELY
    texts = profile.texts()
    if _NAMES_A_CODE.search(heading) and all(map(str.isdecimal, texts)):
        return False
    return sum(1 for text in texts if _PLAIN_PHONE.match(text)) > 0.8 * len(texts)


def _holds_codes(shares: dict[str, float]) -> bool:
    return bool(shares) and shares["code"] > 0.9 and shares["day"] < 0.2 and shares["amount"] < 0.2
