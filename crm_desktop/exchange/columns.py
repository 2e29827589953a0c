"""Understanding columns: which of them goes to which field, how sure that is, and why.

Headings decide first, contents second; contents can also contradict a heading. What is ambiguous is asked, with a
default that follows from the country.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import headings, mere_text, targets
from crm_desktop.exchange.names import is_organisation, split_address
from crm_desktop.exchange.survey import Profile, Survey
from crm_desktop.exchange.tables import Column, Layout
from crm_desktop.exchange.targets import LEAVE_OUT, OWN_FIELD, is_enough
from crm_desktop.exchange.values import parse_kind

SURE, LIKELY, ASK, OUT = "sure", "likely", "ask", "out"
_CONTENT = 0.6
_MOBILE = re.compile(r"mobil|handy|cell|portable|movil|gsm|komork")
_PRIVATE = re.compile(r"home|priv|other|second|zweit|2|3|perso|casa")
_NAMES = {"company", "name", "first_name", "last_name"}
# What Google writes beside each number and address.
_NOT_WORTH_KEEPING = re.compile(r"\d (?:type|label)$")
# Shares of a column's values that a field needs, or the heading is not believed.
_SUMS = {"net", "gross", "value", "price"}
_MUST_HOLD = {"emails": ("email", 0.2), "iban": ("iban", 0.2), "birthday": ("day", 0.2)}


@dataclass(frozen=True)
class Choice:
    """What becomes of one column: its field ("" = left out, "custom" = a field of the owner's own)."""

    column: Column
    profile: Profile
    field: str
    confidence: str
    why: str


@dataclass(frozen=True)
class Question:
    """Something that a column does not prove; `options` map answers to what the user reads, `chosen` is our default."""

    field: str
    column: str
    text: str
    options: dict[str, str]
    chosen: str


@dataclass
class Matching:
    """What a sheet is taken for: the kind of records and where each column goes."""

    kind: str
    choices: list[Choice]
    questions: list[Question] = field(default_factory=list)

    def mapping(self) -> dict[str, str]:
        """Our field → label of the column; further columns of the same field are numbered from 2, as `phones_2`."""
        found: dict[str, str] = {}
        for choice in self.ordered():
            name = f"custom.{choice.column.label}" if choice.field == OWN_FIELD else choice.field
            number = 2
            while name in found:
                name = f"{choice.field}_{number}"
                number += 1
            found[name] = choice.column.label
        return found

    def ordered(self) -> list[Choice]:
        """The columns that are used; of several phones the business one comes first, then mobile, then private."""
        used = [choice for choice in self.choices if choice.field != LEAVE_OUT]
        return sorted(used, key=lambda c: _rank(c.column.label) if c.field in {"phones", "emails"} else 0)

    def fields(self) -> set[str]:
        """The fields that some column goes to."""
        return {choice.field for choice in self.choices} - {LEAVE_OUT}

    def with_field(self, index: int, name: str) -> Matching:
        """The same with one column going elsewhere; a field that takes one column is freed from its former one."""
        frees = name not in targets.SEVERAL | {OWN_FIELD, LEAVE_OUT}
        mine, moved = _("You chose this"), _("Another column goes there now")
        changed = [
            replace(c, field=name, confidence=SURE if name else OUT, why=mine)
            if c.column.index == index
            else replace(c, field=LEAVE_OUT, confidence=OUT, why=moved)
            if frees and c.field == name
            else c
            for c in self.choices
        ]
        answers = {question.column: question.chosen for question in self.questions}
        asked = [replace(q, chosen=answers.get(q.column, q.chosen)) for q in questions(changed)]
        return Matching(self.kind, changed, asked)


def _rank(label: str) -> int:
    plain = headings.normalise(label)
    return 2 if _PRIVATE.search(plain) else 1 if _MOBILE.search(plain) else 0


# ---- guessing -------------------------------------------------------------------------------------------------------


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
            raise UserError(_missing(kind, found))
        mere_text.refuse(matching.kind, matching.choices)
        return matching
    best = max((_match(found, k) for k in headings.KINDS), key=_fitness)
    if not is_enough(best.kind, best.fields()):
        raise UserError(_missing("customers", found))
    mere_text.refuse(best.kind, best.choices)
    return best


def blank(found: Survey, kind: str) -> Matching:
    """A matching in which no column goes anywhere yet, for the user to fill in."""
    pairs = zip(found.layout.columns, found.profiles, strict=True)
    return Matching(kind, [Choice(c, p, LEAVE_OUT, ASK, _("Say what it holds")) for c, p in pairs])


def _missing(kind: str, found: Survey) -> str:
    needs = {
        "customers": _("a name, a company or an e-mail address"),
        "contracts": _("the customer, and a title or number of the contract"),
        "catalogue": _("the name of the product or service"),
        "invoices": _("the invoice number, its date and the customer"),
    }
    return _("No column was found that holds {needs}. The columns are: {columns}. Say which one it is.").format(
        needs=needs[kind], columns=", ".join(found.layout.labels[:12]) or _("none")
    )


def _fitness(matching: Matching) -> tuple[int, float]:
    labels = [choice.column.label for choice in matching.choices]
    decisive = sum(1 for label in labels if headings.decides(label, matching.kind))
    enough = is_enough(matching.kind, matching.fields())
    if matching.kind == "customers":
        return (1 if enough else 0), 0.5
    persons = {"first_name", "last_name", "birthday"} & {
        f.field for label in labels for f in headings.fits(label, "customers")
    }
    # A list of invoice lines names products too; a price list names no invoice.
    rank = {"catalogue": -1.5 * len(persons), "contracts": 0.2, "invoices": 0.4}[matching.kind]
    return (1 if enough and decisive else 0), decisive + rank


def sheet_score(layout: Layout, name: str, kind: str, rows: int) -> float:
    """How likely a sheet is the one that is meant, by its headings, its name and its length."""
    kinds = headings.KINDS if kind == "auto" else (kind,)
    best = 0.0
    for candidate in kinds:
        fits = [found[0] for label in layout.labels if (found := headings.fits(label, candidate))]
        fields = {fit.field for fit in fits}
        if is_enough(candidate, fields, asked_for=kind != "auto"):
            best = max(best, 10 + len(fields) + 4 * _is_named_so(name, candidate))
        best = max(best, float(len(fields)))
    return best + min(rows, 100) / 50


_SHEET_NAMES = {
    "customers": re.compile(r"kund|customer|client|kontakt|contact|adress|address|mitglied|member|klant|klient"),
    "contracts": re.compile(r"vertr|contr|abo|subscr|umow"),
    "catalogue": re.compile(r"artikel|produ|catal|katalog|item|preis|price|leistung|articul|articol"),
    "invoices": re.compile(r"rechn|invoic|factu|fattur|faktur|order|beleg"),
}


def _is_named_so(name: str, kind: str) -> bool:
    return bool(_SHEET_NAMES[kind].search(headings.normalise(name)))


def _match(found: Survey, kind: str) -> Matching:
    pairs = list(zip(found.layout.columns, found.profiles, strict=True))
    chosen: dict[int, Choice] = {}
    taken: set[str] = set()
    offers = sorted(
        (
            (-fit.score, place, position, fit.field)
            for position, (column, profile) in enumerate(pairs)
            for place, fit in enumerate(headings.fits(column.label, kind))
            if _is_believable(fit.field, column.label, profile, kind)
        ),
    )
    for score, _place, position, name in offers:
        column, profile = pairs[position]
        if position not in chosen and (name in targets.SEVERAL or name not in taken):
            chosen[position] = _by_heading(column, profile, name, -score)
            taken.add(name)
    for position, (column, profile) in enumerate(pairs):
        if position not in chosen:
            choice = _by_content(column, profile, kind, taken, has_heading=found.layout.header_row > 0)
            taken.add(choice.field)
            chosen[position] = choice
    choices = _refine([chosen[i] for i in range(len(pairs))], kind, has_heading=found.layout.header_row > 0)
    return Matching(kind, choices, questions(choices))


def _is_believable(name: str, label: str, profile: Profile, kind: str) -> bool:
    """Whether the contents do not contradict what the heading says."""
    shares = profile.shares
    if not shares:
        return True
    as_numbers = profile.numbers > 0.5 * profile.filled
    if name in _MUST_HOLD:
        share, least = _MUST_HOLD[name]
        return shares[share] >= least or (name == "birthday" and as_numbers)
    few = shares["distinct"] < 0.5 or len(profile.sample) < 5
    tests = {
        "house_number": max(map(len, profile.texts())) <= 10,
        "company": shares["wordy"] > 0.2,
        "last_name": shares["wordy"] > 0.2,
    }
    if kind == "customers":
        kinds = sum(1 for text in profile.texts() if parse_kind(text))
        # "Nr" or "ID" may be anything; "Kundennummer" is what it says, even in a list with repeated rows.
        named = len(headings.normalise(label)) > 6
        tests |= {
            "number": shares["distinct"] > (0.2 if named else 0.9),
            "kind": few and kinds > 0.5 * len(profile.sample),
        }
    if name in targets.DAYS:
        return shares["day"] >= 0.2 or as_numbers
    return tests.get(name, not (name in _SUMS and shares["wordy"] > 0.8))


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
    party = kind == "customers"
    for share, name in _BY_CONTENT if party and shares else ():
        is_date = shares["day"] > 0.3 or shares["amount"] > 0.5
        free = name not in taken or name == "emails"
        if shares[share] > _CONTENT and free and not (name == "phones" and (is_date or has_heading)):
            return Choice(column, profile, name, LIKELY, why[name])
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


def _holds_codes(shares: dict[str, float]) -> bool:
    return bool(shares) and shares["code"] > 0.9 and shares["day"] < 0.2 and shares["amount"] < 0.2


# ---- second thoughts ------------------------------------------------------------------------------------------------


def _refine(choices: list[Choice], kind: str, *, has_heading: bool) -> list[Choice]:
    """Look at the columns together: a first name without a last name is a whole name, and so on."""
    if kind == "customers":
        fields = {c.field for c in choices}
        if not has_heading or ("emails" in fields and not fields & _NAMES):
            choices = _without_headings(choices, LEAVE_OUT if not has_heading else OWN_FIELD)
        choices = _whole_names(choices)
        choices = _whole_addresses(choices)
    return [_with_reason(choice) for choice in choices]


def _without_headings(choices: list[Choice], unused: str) -> list[Choice]:
    """Number and name by content alone: the number is what differs in every row, the name the wordiest text."""

    def pick(name: str, candidates: list[Choice], why: str) -> None:
        if candidates:
            best = candidates[0]
            choices[choices.index(best)] = replace(best, field=name, confidence=LIKELY, why=why)

    rest = [c for c in choices if c.field == unused and c.profile.shares]
    wordy = [c for c in rest if c.profile.shares["wordy"] > 0.8 and c.profile.shares["distinct"] > 0.5]
    wordy.sort(key=lambda c: (c.profile.shares["spaced"], c.profile.shares["distinct"]), reverse=True)
    firms = sum(1 for text in wordy[0].profile.texts() if is_organisation(text)) if wordy else 0
    is_list_of_firms = bool(wordy) and firms > 0.25 * len(wordy[0].profile.sample)
    pick("company" if is_list_of_firms else "name", wordy, _("Words, different in nearly every row"))
    codes = [
        c for c in rest if c.profile.shares["code"] > 0.9 and c.profile.shares["distinct"] == 1 and c not in wordy[:1]
    ]
    codes = [c for c in codes if c.profile.shares["day"] < 0.2]
    codes.sort(key=lambda c: any(ch.isalpha() for text in c.profile.texts()[:20] for ch in text), reverse=True)
    pick("number", codes, _("Numbers, all different"))
    return choices


def _find(choices: Sequence[Choice], name: str) -> Choice | None:
    return next((choice for choice in choices if choice.field == name), None)


def _put(choices: list[Choice], old: Choice, name: str, why: str) -> list[Choice]:
    return [replace(c, field=name, confidence=LIKELY, why=why) if c is old else c for c in choices]


def _whole_names(choices: list[Choice]) -> list[Choice]:
    first, last, name = (_find(choices, field) for field in ("first_name", "last_name", "name"))
    for lone, other in ((first, last), (last, first)):
        spaced = lone.profile.shares.get("spaced", 0) if lone else 0
        if lone and not other and not name and spaced > 0.5:
            return _put(choices, lone, "name", _("Will be split into first and last name"))
    return choices


def _whole_addresses(choices: list[Choice]) -> list[Choice]:
    """A street that holds postcodes is a whole address; an address that holds none is a street."""
    has_code = _find(choices, "postcode") is not None
    for name in ("street", "address", "city"):
        choice = _find(choices, name)
        if choice is None:
            continue
        texts = [text for value, text in zip(choice.profile.sample, choice.profile.texts(), strict=True) if value]
        split = sum(1 for value in choice.profile.sample if isinstance(value, str) and split_address(value).is_split)
        if not has_code and split > 0.5 * max(len(texts), 1):
            return _put(choices, choice, "address", _("Will be split at the postcode"))
        if name == "address" and not _find(choices, "street"):
            return _put(choices, choice, "street", choice.why)
    return choices


def _with_reason(choice: Choice) -> Choice:
    """Add to the reason what the user may want to know of the contents."""
    name, profile, shares = choice.field, choice.profile, choice.profile.shares
    if not shares or choice.confidence == ASK:
        return choice
    notes = []
    if name == "number" and shares["distinct"] == 1 and choice.confidence == SURE:
        notes.append(_("all different"))
    if (
        name in targets.DAYS
        and profile.day_order.proved
        and profile.day_order.day_first + profile.day_order.month_first
    ):
        notes.append(_("day first") if profile.day_order.order == "dmy" else _("month first"))
    if name == "name" and any("," in text for text in profile.texts()[:50]):
        notes.append(_("split at the comma"))
    return replace(choice, why=" · ".join([choice.why, *notes])) if notes else choice


def questions(choices: Sequence[Choice]) -> list[Question]:
    """What the columns do not prove and the user should decide."""
    asked = []
    for choice in choices:
        days, amounts = choice.profile.day_order, choice.profile.decimal_sign
        is_own_day = choice.field == OWN_FIELD and choice.profile.shares.get("day", 0) > 0.6
        if (choice.field in targets.DAYS or is_own_day) and days.asks:
            asked.append(_ask_order(choice, days.example, days.order))
        elif choice.field in targets.AMOUNTS and amounts.asks:
            asked.append(_ask_sign(choice, amounts.example, amounts.sign))
    return asked


def _ask_order(choice: Choice, example: str, chosen: str) -> Question:
    text = _("“{example}” in column “{column}” can be read in two ways. Which comes first?").format(
        example=example, column=choice.column.label
    )
    return Question(choice.field, choice.column.label, text, {"dmy": _("The day"), "mdy": _("The month")}, chosen)


def _ask_sign(choice: Choice, example: str, chosen: str) -> Question:
    text = _("“{example}” in column “{column}” can be read in two ways. What is the decimal sign?").format(
        example=example, column=choice.column.label
    )
    return Question(choice.field, choice.column.label, text, {",": _("The comma"), ".": _("The point")}, chosen)


# ---- a mapping that someone gives -----------------------------------------------------------------------------------


def apply_mapping(found: Survey, kind: str, mapping: dict[str, str]) -> Matching:
    """Use a given mapping {our field: label or letter of the column}; columns that it does not name are left out.

    Raises:
        UserError: a field or a column in it does not exist, or it is not enough for this kind of record.
    """
    wanted: dict[int, str] = {}
    for name, label in mapping.items():
        target = _target(name, kind)
        if target not in targets.FIELDS[kind] and target != OWN_FIELD:
            raise UserError(
                _("There is no field “{field}”. The fields are: {fields}.").format(
                    field=name, fields=", ".join(targets.FIELDS[kind])
                )
            )
        wanted[_column(found, label).index] = target
    choices = [
        Choice(c, p, wanted.get(c.index, LEAVE_OUT), SURE if c.index in wanted else OUT, _("From your mapping"))
        for c, p in zip(found.layout.columns, found.profiles, strict=True)
    ]
    matching = Matching(kind, choices, questions(choices))
    if not is_enough(kind, matching.fields(), asked_for=True):
        raise UserError(_missing(kind, found))
    return matching


def _target(name: str, kind: str) -> str:
    """The field that a key of a mapping means: "phones_2" is "phones", "custom.Kat" a field of the owner's own."""
    if name.startswith("custom."):
        return OWN_FIELD
    return name if name in targets.FIELDS[kind] else re.sub(r"_\d+$", "", name)


def as_before(matching: Matching, fields: dict[str, str], left_out: list[str]) -> Matching:
    """A guess with what the user chose for the same headings before; columns that were empty then stay as guessed.

    `fields` is a `Matching.mapping()`, `left_out` are the labels of the columns that went nowhere.
    """
    wanted = {label: _target(name, matching.kind) for name, label in fields.items()}
    taken = set(wanted.values()) - targets.SEVERAL - {OWN_FIELD}
    choices = []
    for choice in matching.choices:
        label = choice.column.label
        if label in wanted:
            choices.append(replace(choice, field=wanted[label], confidence=SURE, why=_("As last time")))
        elif label in left_out or choice.field in taken:
            choices.append(replace(choice, field=LEAVE_OUT, confidence=OUT, why=_("As last time")))
        else:
            choices.append(choice)
    return Matching(matching.kind, choices, questions(choices))


def without(matching: Matching, letters: frozenset[str]) -> Matching:
    """The same with the columns of these letters left out."""
    hidden = _("Hidden in the workbook")
    choices = [
        replace(c, field=LEAVE_OUT, confidence=OUT, why=hidden) if c.column.letter in letters else c
        for c in matching.choices
    ]
    return Matching(matching.kind, choices, questions(choices))


def _column(found: Survey, label: str) -> Column:
    wanted = label.strip().casefold()
    for column in found.layout.columns:
        if wanted in {column.label.casefold(), headings.normalise(column.label)}:
            return column
    for column in found.layout.columns:
        if wanted == column.letter.casefold():
            return column
    raise UserError(
        _("There is no column “{column}” in the file. Its columns are: {columns}.").format(
            column=label, columns=", ".join(found.layout.labels[:20])
        )
    )
