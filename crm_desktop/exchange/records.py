"""Rows of a sheet into records: each column through its converter, then names, addresses and lists put together.

A record is a dictionary of the fields that the row fills; what is empty in the file is not in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.core.text import fold
from crm_desktop.exchange import targets
from crm_desktop.exchange.amounts import currency_in
from crm_desktop.exchange.columns import Choice, Matching
from crm_desktop.exchange.convert import Complain, Reading, converter, with_leading_zeros
from crm_desktop.exchange.names import is_organisation, split_address, split_name
from crm_desktop.exchange.reading import Source
from crm_desktop.exchange.result import Outcome
from crm_desktop.exchange.survey import Profile, Survey, below_heading
from crm_desktop.exchange.targets import OWN_FIELD
from crm_desktop.exchange.values import Cell, parse_kind

Record = dict[str, Any]


def own_kind(profile: Profile) -> str:
    """The kind of field that suits a column that becomes a field of the owner's own: text, number, date or bool."""
    shares = profile.shares
    if not shares:
        return "text"
    if shares["day"] == 1:
        return "date"
    if profile.sample and all(isinstance(value, bool) for value in profile.sample):
        return "bool"
    return "number" if shares["amount"] == 1 or profile.numbers == profile.filled else "text"


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
        self._country = country
        self._used = matching.ordered()
        places = {column.index: place for place, column in enumerate(found.layout.columns)}
        self._places = [places[choice.column.index] for choice in self._used]
        self._keys = _unique_keys(self._used)
        self._converters = [
            converter(f"custom.{kinds_of_own[c.column.label]}" if c.field == OWN_FIELD else c.field) for c in self._used
        ]
        self._readings = [self._reading(choice) for choice in self._used]
        names = frozenset(c.column.index for c in self._used if c.field in targets.NAMING)
        self._sieve = found.sieve(names)
        self._hidden: frozenset[int] = frozenset()

    def leave_out(self, rows: frozenset[int]) -> None:
        """Leave out these rows of the file, which are hidden in the workbook."""
        self._hidden = rows

    def _reading(self, choice: Choice) -> Reading:
        answers = {question.column: question.chosen for question in self._matching.questions}
        answer = answers.get(choice.column.label, "")
        order = answer if answer in {"dmy", "mdy"} else choice.profile.day_order.order
        sign = answer if answer in {",", "."} else choice.profile.decimal_sign.sign
        return Reading(choice.field, order, sign, since_1904=self._source.since_1904)

    def read(self, progress: Progress) -> Iterator[tuple[int, Record]]:
        """Every record with the number of its row; rows that are none are noted as left out."""
        layout, outcome = self._found.layout, self._outcome
        for skipped in layout.skipped:
            outcome.skip(skipped.row, "", skipped.value, skipped.reason)
        for batch in self._source.rows(self._found.sheet):
            progress(min(batch.first_row, self._found.rows), self._found.rows)
            columns, size = below_heading(batch, layout)
            if size:
                yield from self._records(columns, batch.first_row + batch.size - size)

    def _records(self, columns: list[list[Cell]], first_row: int) -> Iterator[tuple[int, Record]]:
        left_out = self._sift(columns, first_row)
        converted = self._convert(columns, first_row, left_out)
        keys = self._keys
        for place, values in enumerate(zip(*converted, strict=True)):
            if place not in left_out:
                yield (
                    first_row + place,
                    {key: value for key, value in zip(keys, values, strict=True) if value or value == 0},
                )

    def _sift(self, columns: list[list[Cell]], first_row: int) -> set[int]:
        """The places of rows that are no records; those that hold something are noted."""
        left_out = set()
        few = max(2.0, 0.7 * self._sieve.usual)
        indexes = [column.index for column in self._found.layout.columns]
        labels = self._found.layout.labels
        for place, row in enumerate(zip(*columns, strict=True)):
            count = len(row) - row.count("") - row.count(None)
            if self._hidden and first_row + place in self._hidden and count:
                left_out.add(place)
                shown = " · ".join(str(cell) for cell in row if cell not in {"", None})
                self._outcome.skip(first_row + place, "", shown[:200], _("Hidden in the workbook"))
                continue
            if count > few and row[0] != labels[0]:
                continue
            full: list[Cell] = [""] * (indexes[-1] + 1)
            for index, cell in zip(indexes, row, strict=True):
                full[index] = cell
            reason = self._sieve.reason_to_skip(full)
            if reason is not None:
                left_out.add(place)
            if reason:
                shown = " · ".join(str(cell) for cell in row if cell not in {"", None})
                self._outcome.skip(first_row + place, "", shown[:200], reason)
        return left_out

    def _convert(self, columns: list[list[Cell]], first_row: int, left_out: set[int]) -> list[list[Any]]:
        converted = []
        for place, convert, reading, choice in zip(
            self._places, self._converters, self._readings, self._used, strict=True
        ):
            label = choice.column.label

            def complain(row: int, value: str, reason: str, label: str = label) -> None:
                if row not in left_out:
                    self._outcome.warn(first_row + row, label, value, reason)

            converted.append(convert(_without_errors(columns[place], complain), reading, complain))
        self._mend_postcodes(columns, converted, first_row)
        return converted

    def _mend_postcodes(self, columns: list[list[Cell]], converted: list[list[Any]], first_row: int) -> None:
        if "postcode" not in self._keys:
            return
        at = self._keys.index("postcode")
        label = self._used[at].column.label
        lands = converted[self._keys.index("country")] if "country" in self._keys else [""] * len(converted[at])

        def complain(row: int, value: str, reason: str) -> None:
            self._outcome.warn(first_row + row, label, value, reason)

        with_leading_zeros(columns[self._places[at]], converted[at], lands, self._country, complain)


_ERROR = re.compile(r"#(?:DIV/0|N/A|NV|REF|BEZUG|NAME|VALUE|WERT|NUM|ZAHL|NULL|SPILL|ÜBERLAUF|CALC)[!?]?\Z")


def _without_errors(values: list[Cell], complain: Complain) -> list[Cell]:
    """The cells of a column with the errors of formulas (#DIV/0!) emptied and reported."""
    if not any(type(value) is str and value[:1] == "#" for value in values):
        return values
    kept = list(values)
    for place, value in enumerate(values):
        if isinstance(value, str) and _ERROR.match(value):
            kept[place] = ""
            complain(place, value, _("An error of a formula in the spreadsheet; left empty"))
    return kept


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
    "served_by",
)  # fmt: skip


def customer_of(raw: Record) -> Record:
    """A customer's record out of a row: names and address taken apart, lists put together, own fields apart."""
    record: Record = {}
    for key, value in raw.items():
        role = _role(key)
        if role == "plain":
            record[key] = value
        elif role:
            _collect(record, role, key, value)
    if "birthday" in raw:
        record["birthday_on"] = raw["birthday"].isoformat()
    if "name" in raw or "company" in record:
        _add_name(record, raw)
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
    """What a key of a row is for: "plain", "custom", "notes", or the list that it adds to."""
    if key.startswith("custom."):
        return "custom"
    name = key.partition("_")[0]
    if name in {"emails", "phones", "tags", "notes"}:
        return name
    return "plain" if key in _PLAIN else ""


def _add_name(record: Record, raw: Record) -> None:
    name, company = raw.get("name", ""), record.get("company", "")
    has_person = "last_name" in record or "first_name" in record
    if name and not has_person and fold(name) != fold(company):
        is_firm = is_organisation(name)
        if not company and (is_firm or parse_kind(raw.get("kind", "")) == "organisation"):
            record["company"] = name
        elif not company or not is_firm:
            person = split_name(name)
            for key, part in (("first_name", person.first), ("last_name", person.last), ("title", person.title)):
                if part and key not in record:
                    record[key] = part
    elif company and has_person and fold(company) == fold(_full_name(record)):
        # A list that repeats the person's name as the organisation means a person.
        del record["company"]


def _full_name(record: Record) -> str:
    return f"{record.get('first_name', '')} {record.get('last_name', '')}".strip()


def _add_address(record: Record, raw: Record) -> None:
    if "house_number" in raw:
        record["street"] = f"{record.get('street', '')} {raw['house_number']}".strip()
    if "address" not in raw:
        return
    found = split_address(raw["address"])
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
