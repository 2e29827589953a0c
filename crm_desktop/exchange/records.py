"""Rows of a sheet into records: each column through its converter, then names, addresses and lists put together.

A record is a dictionary of the fields that the row fills; what is empty in the file is not in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.core.text import fold
from crm_desktop.exchange import (
    consent_import,
    joined_cells,
    name_order,
    phone_cells,
    programs,
    second_address,
    sheet_kinds,
    supplier_rows,
    targets,
)
from crm_desktop.exchange.amounts import currency_in, parse_amount, share_of_amounts
from crm_desktop.exchange.columns import Choice, Matching
from crm_desktop.exchange.convert import Complain, Converter, Reading, converter, with_leading_zeros
from crm_desktop.exchange.days import share_of_days
from crm_desktop.exchange.formula_errors import without_errors
from crm_desktop.exchange.names import is_organisation, other_half, split_address, split_name, split_titles, split_town
from crm_desktop.exchange.reading import Batch, Source
from crm_desktop.exchange.result import NoteParts, Outcome
from crm_desktop.exchange.survey import Profile, Survey, below_heading
from crm_desktop.exchange.tables import Layout, Sieve, starts_alike
from crm_desktop.exchange.targets import OWN_FIELD
from crm_desktop.exchange.values import Cell, as_text, is_empty, parse_kind

Record = dict[str, Any]


def own_kind(profile: Profile) -> str:
    """The kind of field that suits a column that becomes a field of the owner's own: text, number, date or bool."""
    said = [value for value in profile.sample if not is_empty(as_text(value))]
    if not said:
        return "text"
    if share_of_days(said) == 1:
        return "date"
    if all(isinstance(value, bool) or fold(as_text(value)) in _TRUE_OR_FALSE for value in said):
        return "bool"
    return "number" if _are_amounts(said, profile) or profile.numbers == profile.filled else "text"


def _are_amounts(said: Sequence[Cell], profile: Profile) -> bool:
    """Whether all of some cells are amounts: some show it, and the others fit the decimal sign that those prove."""
    share = share_of_amounts(said)
    if share in {0, 1}:
        return share == 1
    sign = profile.decimal_sign
    codes = any(
        isinstance(value, str) and value.startswith("0") and value.isdecimal() and value != "0" for value in said
    )
    return sign.proved and not codes and all(parse_amount(value, sign.sign) is not None for value in said)


# From this share of days on, numbers in a column of text are days too.
_SOME_DAYS = 0.3
_TRUE_OR_FALSE = {"true", "false", "wahr", "falsch", "vrai", "faux"}


def own_kinds(matching: Matching) -> dict[str, str]:
    """The kind of each column that becomes a field of the owner's own, by its heading."""
    return {c.column.label: own_kind(c.profile) for c in matching.choices if c.field == OWN_FIELD}


def own_unit(profile: Profile) -> str:
    """The currency that stands beside the amounts of a column; "" where there is none or several."""
    found = {currency_in(text) or "" for text in profile.texts() if text and not is_empty(text)} - {""}
    return found.pop() if len(found) == 1 else ""


def with_units(own: dict[str, str], matching: Matching) -> dict[str, str]:
    """The kinds of own fields, for numbers with the currency that stands beside them: "number:EUR"."""
    units = {c.column.label: own_unit(c.profile) for c in matching.choices if own.get(c.column.label) == "number"}
    return {name: f"{kind}:{units[name]}" if units.get(name) else kind for name, kind in own.items()}


# Currencies written with a bare dollar sign.
_DOLLARS = {"USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD"}


def stated_currency(matching: Matching, own: str) -> str:
    """The currency that stands beside the amounts of a sheet, else `own`; "$" means `own` where that is a dollar."""
    found: Counter[str] = Counter()
    for choice in matching.choices:
        if choice.field in targets.AMOUNTS:
            found.update(code for text in choice.profile.texts() if (code := currency_in(text)))
    if not found:
        return own
    most = found.most_common(1)[0][0]
    return own if most == "USD" and own in _DOLLARS else most


# Keys, columns and numbers of rows into whatever the parent takes instead.
Together = Callable[[Sequence[str], Sequence[list[Any]], Sequence[int]], Any]


@dataclass(frozen=True)
class Converted:
    """A batch of rows as columns; `left_out` are rows that are no records.

    `together` is what became of the columns where they are put together. `skipped` and `warned` are the notes: row,
    column, value, reason.
    """

    first_row: int
    columns: list[list[Any]]
    together: list[Any]
    left_out: set[int]
    skipped: list[NoteParts]
    warned: list[NoteParts]
    # Keys of columns that the batch has beside those of the file.
    more: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Used:
    """A column that goes somewhere: its place in the table, its heading, its key in the record, how it is read."""

    place: int
    label: str
    key: str
    convert: Converter
    reading: Reading


@dataclass(frozen=True)
class Conversion:
    """What turns a batch of a sheet into columns of values. The child that reads the file does it, beside the writing."""

    layout: Layout
    sieve: Sieve
    used: list[_Used]
    country: str
    hidden: frozenset[int] = frozenset()
    taken_in: frozenset[int] = frozenset()
    keeps_words: bool = False
    suppliers: supplier_rows.Suppliers | None = None
    together: Together | None = None

    def __call__(self, batch: Batch) -> Converted:
        """Convert a batch."""
        columns, size = below_heading(batch, self.layout)
        made = Converted(batch.first_row + batch.size - size, [], [], set(), [], [])
        if size:
            self._sift(columns, made)
            made.columns.extend(self._converted(columns, made))
        if self.together is not None and size:
            rows, columns = self._kept(made, size)
            made.together.append(self.together(self._keys(made), columns, rows))
            made.columns.clear()
        return made

    def _keys(self, made: Converted) -> list[str]:
        return [*(used.key for used in self.used), *made.more]

    def _kept(self, made: Converted, size: int) -> tuple[Sequence[int], list[list[Any]]]:
        """The numbers of the rows that are records, and their columns."""
        if not made.left_out:
            return range(made.first_row, made.first_row + size), made.columns
        places = [place for place in range(size) if place not in made.left_out]
        return [made.first_row + place for place in places], [[c[place] for place in places] for c in made.columns]

    def records(self, made: Converted) -> Iterator[tuple[int, Record]]:
        """The rows of a batch that are records, with their numbers, without what is empty."""
        keys, left_out = self._keys(made), made.left_out
        for place, values in enumerate(zip(*made.columns, strict=True)):
            if place not in left_out:
                yield (
                    made.first_row + place,
                    {key: value for key, value in zip(keys, values, strict=True) if value or value == 0},
                )

    def _sift(self, columns: list[list[Cell]], made: Converted) -> None:
        """Find the rows that are no records; those that hold something are noted."""
        few = max(2.0, 0.7 * self.sieve.usual)
        indexes = [column.index for column in self.layout.columns]
        labels = self.layout.labels
        # The last row with one cell, which heads a further table where headings follow.
        lone: list[tuple[int, tuple[Cell, ...]]] = []
        for place, row in enumerate(zip(*columns, strict=True)):
            if self.taken_in and made.first_row + place in self.taken_in:
                continue
            count = len(row) - row.count("") - row.count(None)
            if self.hidden and made.first_row + place in self.hidden and count:
                _leave_out(made, place, row, _("Hidden in the workbook"))
                continue
            if count > few and not starts_alike(row[0], labels[0]):
                continue
            full: list[Cell] = [""] * (indexes[-1] + 1)
            for index, cell in zip(indexes, row, strict=True):
                full[index] = cell
            reason = self.sieve.reason_to_skip(full)
            if reason is not None:
                _leave_out(made, place, row, reason)
            if reason and self.sieve.are_headings(full) and lone:
                _leave_out(made, lone[-1][0], lone[-1][1], _("A heading or a note, not a record"))
            lone = lone if reason == "" else [(place, row)] if reason is None and count == 1 else []

    def _converted(self, columns: list[list[Cell]], made: Converted) -> list[list[Any]]:
        found: list[list[Any]] = []
        for used in self.used:

            def complain(row: int, value: str, reason: str, label: str = used.label) -> None:
                if row not in made.left_out:
                    made.warned.append((made.first_row + row, label, value, reason))

            found.append(used.convert(without_errors(columns[used.place], complain), used.reading, complain))
        keys = [used.key for used in self.used]
        lands = found[keys.index("country")] if "country" in keys else [""] * len(columns[0])
        for at, used in enumerate(self.used):
            if used.key == "postcode":
                with_leading_zeros(
                    columns[used.place], found[at], lands, self.country, self._complain(used.label, made)
                )
            elif used.reading.field == "phones":
                self._mend_phones(at, columns[used.place], found, lands, made)
        if "phone_code" in keys and "phones" in keys:
            codes = found[keys.index("phone_code")]
            phone_cells.join_codes(codes, found[keys.index("phones")], lands, self.country)
        if self.suppliers is not None:
            made.more.extend(self.suppliers.mark(columns, found, self._keys(made), self._complain("", made)))
        return found

    def _complain(self, label: str, made: Converted) -> Complain:
        def complain(row: int, value: str, reason: str) -> None:
            if row not in made.left_out:
                made.warned.append((made.first_row + row, label, value, reason))

        return complain

    def _mend_phones(
        self, at: int, cells: list[Cell], found: list[list[Any]], lands: list[str], made: Converted
    ) -> None:
        """Numbers that lost their 0 get it back; e-mail addresses and words among them go where they belong."""
        complain = self._complain(self.used[at].label, made)
        phone_cells.mend(cells, found[at], lands, self.country, complain)
        if self.keeps_words:
            self._put(found, made, "emails", phone_cells.take_emails(found[at]))
            self._put(found, made, "notes", phone_cells.take_words(found[at], complain))

    def _put(self, found: list[list[Any]], made: Converted, key: str, values: list[Any]) -> None:
        """Add values to those of a column that is there already, or as a further one."""
        if not any(values):
            return
        keys = self._keys(made)
        if key in keys:
            found[keys.index(key)] = phone_cells.together(found[keys.index(key)], values)
        else:
            found.append(values)
            made.more.append(key)


def _leave_out(made: Converted, place: int, row: tuple[Cell, ...], reason: str) -> None:
    made.left_out.add(place)
    if reason:
        shown = " · ".join(str(cell) for cell in row if cell not in {"", None})
        made.skipped.append((made.first_row + place, "", shown[:200], reason))


class RecordReader:
    """Reads the records of one sheet as a matching says; `kinds_of_own` gives the kinds of own fields by name."""

    def __init__(
        self,
        source: Source,
        found: Survey,
        matching: Matching,
        outcome: Outcome,
        *,
        kinds_of_own: dict[str, str],
        country: str,
    ) -> None:
        self._source = source
        self._found = found
        self._matching = matching
        self._outcome = outcome
        used = matching.ordered()
        places = {column.index: place for place, column in enumerate(found.layout.columns)}
        self._keys = _unique_keys(used)
        is_known = programs.find(found.layout.headings) is not None
        if told := sheet_kinds.looks_like(matching.kind, found, is_known=is_known):
            outcome.warn(0, "", "", _("Looks like {what}").format(what=told))
        names = frozenset(c.column.index for c in used if c.field in targets.NAMING)
        self._conversion = Conversion(
            found.layout,
            found.sieve(names),
            [
                _Used(
                    places[choice.column.index],
                    choice.column.label,
                    key,
                    converter(
                        f"custom.{kinds_of_own[choice.column.label]}" if choice.field == OWN_FIELD else choice.field
                    ),
                    self._reading(choice),
                )
                for choice, key in zip(used, self._keys, strict=True)
            ],
            country,
            keeps_words=matching.kind in targets.WITH_OWN_FIELDS,
            suppliers=supplier_rows.find(matching.choices, matching.kind, places),
        )

    def leave_out(self, rows: frozenset[int]) -> None:
        """Leave out these rows of the file, which are hidden in the workbook."""
        self._conversion = replace(self._conversion, hidden=rows)

    def take_in(self, rows: frozenset[int]) -> None:
        """Take in these rows of the file, although they look like none."""
        self._conversion = replace(self._conversion, taken_in=rows)

    def _reading(self, choice: Choice) -> Reading:
        answers = {q.chosen for q in self._matching.questions if q.column == choice.column.label}
        order = next(iter(answers & {"dmy", "mdy"}), choice.profile.day_order.order)
        sign = next(iter(answers & {",", "."}), choice.profile.decimal_sign.sign)
        days = choice.field == OWN_FIELD and choice.profile.shares.get("day", 0) > _SOME_DAYS
        swapped = self._matching.kind in targets.WITH_OWN_FIELDS and name_order.is_last_first(choice)
        return Reading(choice.field, order, sign, self._source.since_1904, some_days=days, last_first=swapped)

    def read(self, progress: Progress) -> Iterator[tuple[int, Record]]:
        """Every record with the number of its row; rows that are none are noted as left out."""
        for made in self._batches(progress, self._conversion):
            self._note_sifted(made)
            yield from self._conversion.records(made)

    def put_together(self, progress: Progress, together: Together) -> Iterator[Any]:
        """The records batch by batch as a function makes them of their columns; the child does that beside the writing."""
        for made in self._batches(progress, replace(self._conversion, together=together)):
            self._note_sifted(made)
            yield from made.together

    def _note_sifted(self, made: Converted) -> None:
        self._outcome.sifted.update(made.first_row + place for place in made.left_out)

    def _batches(self, progress: Progress, conversion: Conversion) -> Iterator[Converted]:
        outcome = self._outcome
        for skipped in self._found.layout.skipped:
            outcome.skip(skipped.row, "", skipped.value, skipped.reason)
        for made in self._source.converted(self._found.sheet, conversion):
            progress(min(made.first_row, self._found.rows), self._found.rows)
            outcome.note(made.skipped, made.warned)
            yield made


def _unique_keys(used: list[Choice]) -> list[str]:
    """A key for each column: fields of the owner's own by their name, further columns of a field numbered."""
    keys: list[str] = []
    for choice in used:
        key = f"custom.{choice.column.label}" if choice.field == OWN_FIELD else choice.field
        number = 2
        plain = key
        while key in keys:
            key = f"{plain}_{number}"
            number += 1
        keys.append(key)
    return keys


# ---- customers ------------------------------------------------------------------------------------------------------

_PLAIN = (
    "number", "company", "salutation", "title", "first_name", "last_name", "addition", "street", "postcode", "city",
    "state", "country", "website", "vat_id", "tax_number", "iban", "bic", "bank_name", "language", "currency",
    "served_by", "stage", "source", "price_list", "credit_limit", "photo",
)  # fmt: skip


def customer_of(raw: Record) -> Record:
    """A customer's record out of a row: names and address taken apart, lists put together, own fields apart."""
    record: Record = {}
    raw = second_address.join(joined_cells.join(raw))
    for key, value in raw.items():
        role = _role(key)
        if role == "plain":
            record[key] = value
        elif role == "consent":
            record["consents"] = consent_import.said(raw)
        elif role:
            _collect(record, role, key, value)
    if "birthday" in raw:
        record["birthday_on"] = raw["birthday"].isoformat()
    if "anniversary" in raw:
        record["anniversary_on"] = raw["anniversary"].isoformat()
    if "vat_country" in raw and record.get("vat_id", "")[:1].isdigit():
        record["vat_id"] = f"{raw['vat_country'].upper()}{record['vat_id']}"
    if "name" in raw or "company" in record:
        add_name(record, raw)
    if "address" in raw or "house_number" in raw:
        _add_address(record, raw)
    record["kind"] = parse_kind(raw.get("kind", "")) or ("organisation" if record.get("company") else "person")
    return record


def _collect(record: Record, role: str, key: str, value: Any) -> None:
    """Put a value to the others of its list, notes or own fields."""
    if role == "custom":
        record.setdefault("custom", {})[key.removeprefix("custom.")] = value
    elif role == "notes":
        record["notes"] = f"{record['notes']}\n{value}" if "notes" in record else value
    elif role in record or len(value) > 1:
        record[role] = list(dict.fromkeys([*record.get(role, ()), *value]))
    else:
        record[role] = value


@cache
def _role(key: str) -> str:
    """What a key of a row is for: "plain", "custom", "notes", "consent", or the list that it adds to."""
    if key.startswith("custom."):
        return "custom"
    if key.startswith(consent_import.PREFIX):
        return "consent"
    name = key.partition("_")[0]
    if name in {"emails", "phones", "tags", "notes"}:
        return name
    return "plain" if key in _PLAIN else ""


def add_name(record: Record, raw: Record) -> None:
    """Put a name in one cell into the parts of a customer's record; a company that repeats the person's name goes."""
    name, company = raw.get("name", ""), record.get("company", "")
    halves = {"last_name", "first_name"} & record.keys()
    has_person = bool(halves)
    if name and len(halves) == 1 and fold(name) != fold(company):
        _complete_name(record, name, *halves)
    elif name and has_person and not company and is_organisation(name) and fold(name) != fold(_full_name(record)):
        record["company"] = name
    elif name and not has_person and fold(name) != fold(company):
        is_firm = is_organisation(name)
        if not company and (is_firm or parse_kind(raw.get("kind", "")) == "organisation"):
            record["company"] = name
        elif not company or not is_firm:
            person = split_name(name)
            salutation, title = split_titles(person.title)
            named = {"first_name": person.first, "last_name": person.last, "title": title, "salutation": salutation}
            for key, part in named.items():
                if part and key not in record:
                    record[key] = part
    elif company and has_person and fold(company) == fold(_full_name(record)):
        # A list that repeats the person's name as the organisation means a person.
        del record["company"]


def _complete_name(record: Record, name: str, half: str) -> None:
    """Put a name beside one half of it: "Meier" beside the first name "Hans" is the last name, a firm is the company."""
    if is_organisation(name):
        record.setdefault("company", name)
    elif rest := other_half(name, record[half]):
        record["first_name" if half == "last_name" else "last_name"] = rest


def _full_name(record: Record) -> str:
    return f"{record.get('first_name', '')} {record.get('last_name', '')}".strip()


def _add_address(record: Record, raw: Record) -> None:
    if "house_number" in raw:
        record["street"] = f"{record.get('street', '')} {raw['house_number']}".strip()
    if "address" not in raw:
        return
    found = split_address(raw["address"])
    if not found.is_split and (town := split_town(raw["address"])).is_split:
        found = town
    elif not found.is_split and "street" in record and fold(found.street) != fold(record["street"]):
        # Nothing of it may be lost, although the street stands elsewhere.
        record["addition"] = ", ".join(filter(None, (record.get("addition", ""), found.street)))
    for name in ("street", "postcode", "city", "state"):
        value = getattr(found, name)
        if value and name not in record:
            record[name] = value
    if found.country and "country" not in record:
        from crm_desktop.exchange.countries import country_code

        code = country_code(found.country)
        if code:
            record["country"] = code


def why_no_customer(record: Record) -> str | None:
    """Why a record cannot become a customer, or None."""
    if any(record.get(name) for name in ("company", "first_name", "last_name", "emails")):
        return None
    return _("No name and no e-mail address")
