"""Many customers of a file at once, as columns: made in the child that reads the file, and cheap to hand over and write.

A dictionary for each of 100,000 rows costs more than reading them; what is the same for all rows is said once here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm_desktop.core.text import fold
from crm_desktop.exchange.records import Record, add_name, customer_of
from crm_desktop.exchange.values import parse_kind

# Stands between the values of one customer; texts that were tidied have no such sign.
SEVERAL = "\x1f"
Column = list[str]
_LISTS = ("emails", "phones", "tags")
_NAMING = ("title", "first_name", "last_name")
# The keys of columns that say one thing each, whatever stands beside them.
_ALONE = frozenset(
    ("number", "company", "salutation", "title", "first_name", "last_name", "addition", "street", "postcode", "city",
     "state", "country", "website", "vat_id", "tax_number", "iban", "bic", "bank_name", "language", "currency",
     "served_by", "notes", "kind", "name", *_LISTS)
)  # fmt: skip
_PARTS = ("company", "salutation", "title", "first_name", "last_name")


@dataclass(frozen=True)
class CustomerColumns:
    """Some customers of a file, place by place.

    `rows` are the numbers of their rows; `values` the columns by the keys of `Record`, with "" for what is empty and
    lists as texts with `SEVERAL` in between; `own` the columns of the owner's own fields by name; `names` are the names
    that lists show, `folded` the same for comparing.
    """

    rows: Sequence[int]
    values: dict[str, Column]
    own: dict[str, Column]
    names: list[str]
    folded: list[str]

    def record(self, place: int) -> Record:
        """One customer as `customer_of` makes it."""
        found: Record = {key: column[place] for key, column in self.values.items() if column[place] != ""}
        for key in _LISTS:
            if key in found:
                found[key] = found[key].split(SEVERAL)
        own = {name: column[place] for name, column in self.own.items() if column[place] != ""}
        return found | {"custom": own} if own else found

    def pieces(self, size: int) -> Iterator[CustomerColumns]:
        """The same customers, so many at a time."""
        for start in range(0, len(self.rows), size):
            piece = slice(start, start + size)
            yield CustomerColumns(
                self.rows[piece],
                {key: column[piece] for key, column in self.values.items()},
                {name: column[piece] for name, column in self.own.items()},
                self.names[piece],
                self.folded[piece],
            )

    def several(self, key: str) -> list[str]:
        """All e-mail addresses, phones or tags, one after the other."""
        column = list(filter(None, self.values.get(key, ())))
        return SEVERAL.join(column).split(SEVERAL) if column else []

    def firsts(self, key: str) -> list[str]:
        """The first e-mail address or phone of each."""
        column = self.values[key]
        return [text.partition(SEVERAL)[0] for text in column] if SEVERAL in "".join(column) else column

    def telling(self) -> Iterator[Column]:
        """Columns that tell customers of one name apart: town, first e-mail address, first phone."""
        if "city" in self.values:
            yield self.values["city"]
        yield from (self.firsts(key) for key in ("emails", "phones") if key in self.values)

    def further(self, key: str) -> Iterator[tuple[int, str]]:
        """Place and value of each e-mail address or phone after the first."""
        column = self.values.get(key, [])
        if SEVERAL in "".join(column):
            for place, text in enumerate(column):
                yield from ((place, value) for value in text.split(SEVERAL)[1:])

    def contents(self) -> Iterator[int]:
        """A fingerprint of what each row says, to recognise its repetition."""
        return map(hash, zip(*self.values.values(), *self.own.values(), strict=True))

    def content_of(self, record: Record) -> int:
        """The fingerprint of a record; it is the same in all pieces of a file."""
        own = record.get("custom", {})
        said = [SEVERAL.join(record.get(k, ())) if k in _LISTS else record.get(k, "") for k in self.values]
        return hash((*said, *(own.get(name, "") for name in self.own)))


def gather(
    keys: Sequence[str], columns: Sequence[Column], rows: Sequence[int]
) -> CustomerColumns | list[tuple[int, Record]]:
    """The customers of a batch: its columns by the keys of `Conversion`, and the numbers of its rows.

    They come row by row where a column says several things, such as a whole address.
    """
    named = dict(zip(keys, columns, strict=True))
    own = {key.removeprefix("custom."): column for key, column in named.items() if key.startswith("custom.")}
    values = {key: column for key, column in named.items() if not key.startswith("custom.")}
    if _ALONE.issuperset(values):
        return _side_by_side(values, own, rows)
    raws = ({key: v for key, v in zip(keys, row, strict=True) if v or v == 0} for row in zip(*columns, strict=True))
    return list(zip(rows, map(customer_of, raws), strict=True))


def _side_by_side(values: dict[str, Column], own: dict[str, Column], rows: Sequence[int]) -> CustomerColumns:
    for key in _LISTS:
        if key in values:
            values[key] = _joined(values[key])
    apart = _taken_apart(values) if "name" in values else set()
    names, folded = _names(values, len(rows), apart)
    kinds = values.pop("kind", None)
    told = ["organisation" if company else "person" for company in values.get("company", [""] * len(rows))]
    if kinds is not None:
        meant = {text: parse_kind(text) for text in set(kinds)}
        told = [meant[text] or usual for text, usual in zip(kinds, told, strict=True)]
    return CustomerColumns(rows, values | {"kind": told}, own, names, folded)


def _joined(column: Column) -> Column:
    return [value[0] if len(value) == 1 else SEVERAL.join(dict.fromkeys(value)) for value in column]


def _taken_apart(values: dict[str, Column]) -> set[int]:
    """Put names in one cell into the columns of their parts; gives the places of those names."""
    whole = values.pop("name")
    nothing = [""] * len(whole)
    parts = {key: values.get(key, nothing).copy() for key in _PARTS}
    kinds = values.get("kind", nothing)
    found = {place for place, name in enumerate(whole) if name}
    for place in found:
        record: Record = {key: column[place] for key, column in parts.items() if column[place]}
        add_name(record, {"name": whole[place], "kind": kinds[place]})
        for key, column in parts.items():
            column[place] = record.get(key, "")
    values |= parts
    return found


def _names(values: dict[str, Column], count: int, apart: set[int]) -> tuple[list[str], list[str]]:
    """The names of customers, shown and folded; a company that only repeats the person's name is taken away.

    At the places `apart` that was looked at already.
    """
    nothing = [""] * count
    persons, plain = _persons([values.get(key, nothing) for key in _NAMING[1:]])
    companies = values.get("company", nothing)
    compared = list(map(fold, companies))
    twice = [
        i for i, (one, two) in enumerate(zip(compared, plain, strict=True)) if one and one == two and i not in apart
    ]
    if twice:
        values["company"] = companies = companies.copy()
        for place in twice:
            companies[place] = compared[place] = ""
    if "title" in values:
        persons = [f"{title} {name}".strip() for title, name in zip(values["title"], persons, strict=True)]
        plain = list(map(fold, persons))
    names = [one or other for one, other in zip(companies, persons, strict=True)]
    folded = [one or other for one, other in zip(compared, plain, strict=True)]
    if "emails" in values and not all(names):
        for place, email in enumerate(values["emails"]):
            names[place] = names[place] or email.partition(SEVERAL)[0]
            folded[place] = folded[place] or fold(names[place])
    return names, folded


def _persons(parts: list[Column]) -> tuple[list[str], list[str]]:
    """First and last names put together, shown and folded; parts come again and again, so each is folded once."""
    plain = {text: fold(text) for part in parts for text in set(part)}
    shown = [f"{first} {last}" if first and last else first or last for first, last in zip(*parts, strict=True)]
    folded = [
        f"{plain[first]} {plain[last]}" if first and last else plain[first or last]
        for first, last in zip(*parts, strict=True)
    ]
    return shown, folded


def display_name(record: Record) -> str:
    """The name that lists show, as `customers.display_name` makes it."""
    company = record.get("company")
    if company:
        return str(company)
    person = " ".join(record[key] for key in _NAMING if key in record)
    return person or next(iter(record.get("emails", ())), "")
