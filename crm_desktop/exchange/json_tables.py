"""Lists of records in JSON, our own export and that of others, as tables. Runs in the reading child.

A list of objects is one table; an object of lists, as whole exports are, has a table for each, and so has an object
whose entries are all objects of one kind. Objects within a record become columns of their own ("address city"), also
those of a list ("addresses 2 city"), lists of words one cell each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crm_desktop.exchange import headings
from crm_desktop.exchange.identify import Refused

_LARGEST = 60_000_000
_MOST_CELLS = 5_000_000
_DEEPEST = 3
# So many objects of a list within a record become columns.
_MOST_OF_A_LIST = 3
# A single record that is none of a list has so many known headings, or it is no record of ours.
_LEAST_KNOWN = 2
# Objects within a record whose parts are called as if they stood in the record itself.
_SAYS_NOTHING = {
    "custom", "custom_fields", "address", "addresses", "billing_address", "billingaddress", "billing", "billaddr",
    "bill_addr", "default_address", "defaultaddress", "primary_address", "invoice_address", "adresse", "anschrift",
    "rechnungsadresse", "contact", "contacts", "details", "attributes", "properties", "fields",
}  # fmt: skip
Table = tuple[str, list[list[Any]]]


def read_tables(path: Path) -> list[Table]:
    """Name and rows of each table, the first row with the headings.

    Raises:
        Refused: too large, damaged, or without a list of records.
    """
    content = path.read_bytes()
    if len(content) > _LARGEST:
        raise Refused("too_large")
    lists = [(name, records) for name, records in _lists(_parsed(content)) if records]
    if not lists:
        raise Refused("json")
    return [(name, _table(records)) for name, records in lists]


def _parsed(content: bytes) -> Any:
    text = content.decode(json.detect_encoding(content), "replace").lstrip("\ufeff")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise Refused("damaged") from error
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            # One object a line, as logs and exports of databases are.
            return [json.loads(line) for line in lines]
        except (ValueError, RecursionError):
            raise Refused("damaged", str(error)) from error


def _lists(found: Any) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    if isinstance(found, list):
        yield "", [record for record in found if isinstance(record, dict)]
    elif isinstance(found, dict):
        records = list(_lists_within(found))
        if any(part for _name, part in records):
            yield from records
        elif _are_alike(found.values()):
            yield "", [record if "id" in record else {"id": name, **record} for name, record in found.items()]
        elif sum(1 for name in _flat(found) if headings.fits(name, "customers")) >= _LEAST_KNOWN:
            yield "", [found]


def _lists_within(found: dict[str, Any], depth: int = 0) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """The lists of records of an object, also those that lie deeper in it."""
    for name, value in found.items():
        if isinstance(value, list):
            yield str(name), [record for record in value if isinstance(record, dict)]
        elif isinstance(value, dict) and depth < _DEEPEST and not _are_alike(found.values()):
            yield from _lists_within(value, depth=depth + 1)


def _are_alike(values: Iterable[Any]) -> bool:
    """Whether these are several objects of one kind: most of what the first says the others say as well."""
    records = list(values)
    if len(records) < 2 or not all(isinstance(record, dict) and record for record in records):
        return False
    first = set(records[0])
    return all(len(first & record.keys()) * 2 > len(first) for record in records)


def _table(records: list[dict[str, Any]]) -> list[list[Any]]:
    flat = [_flat(record) for record in records]
    keys = list(dict.fromkeys(key for record in flat for key in record))
    if len(keys) > 1000:
        raise Refused("too_wide")
    if len(keys) * len(flat) > _MOST_CELLS:
        raise Refused("too_large")
    return [list(keys), *([record.get(key, "") for key in keys] for record in flat)]


def _flat(record: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in record.items():
        name = key[:200]
        objects = [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
        if isinstance(value, dict) and depth < _DEEPEST:
            _add_object(found, record, name, value, depth)
        elif objects and depth < _DEEPEST:
            _add_object(found, record, name, objects[0], depth)
            for number, other in enumerate(objects[1:_MOST_OF_A_LIST], 2):
                found |= {f"{name} {number} {part}": cell for part, cell in _flat(other, depth=depth + 1).items()}
        else:
            found[name] = _cell(value)
    return found


def _add_object(found: dict[str, Any], record: dict[str, Any], name: str, value: dict[str, Any], depth: int) -> None:
    """The parts of an object within a record, under its name where they would be mixed up without it."""
    inner = _flat(value, depth=depth + 1)
    if len(inner) == 1:
        # {"PrimaryPhone": {"FreeFormNumber": "0351 1"}} only wraps a value up.
        found[name] = next(iter(inner.values()))
        return
    for part, cell in inner.items():
        plain = name.lower() in _SAYS_NOTHING and part not in record and part not in found
        found[part if plain else f"{name} {part}"] = cell


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(str(_cell(part)) for part in value if not isinstance(part, dict | list))[:20_000]
    if isinstance(value, dict):
        return ""
    # A number is written as it was, so that amounts and long numbers stay what they are.
    return value if isinstance(value, bool | str) else str(value) if isinstance(value, float) else value
