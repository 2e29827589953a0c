"""Lists of records in JSON, our own export and that of others, as tables. Runs in the reading child.

A list of objects is one table; an object of lists, as whole exports are, has a table for each. Objects within a record
become columns of their own ("address city"), lists of words one cell each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crm_desktop.exchange.identify import Refused

_LARGEST = 60_000_000
_MOST_CELLS = 5_000_000
_DEEPEST = 3
# Objects within a record whose parts are called as if they stood in the record itself.
_SAYS_NOTHING = {"custom", "custom_fields", "address", "billing_address", "contact", "details"}
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
        inner = [(name, value) for name, value in found.items() if isinstance(value, list)]
        records = [(str(name), [r for r in value if isinstance(r, dict)]) for name, value in inner]
        if any(part for _name, part in records):
            yield from records
        else:
            yield "", [found]


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
        if isinstance(value, dict) and depth < _DEEPEST:
            inner = _flat(value, depth=depth + 1)
            plain = key.lower() in _SAYS_NOTHING and inner.keys().isdisjoint({*record, *found})
            found |= inner if plain else {f"{name} {part}": cell for part, cell in inner.items()}
        else:
            found[name] = _cell(value)
    return found


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(str(_cell(part)) for part in value if not isinstance(part, dict | list))[:20_000]
    if isinstance(value, dict):
        return ""
    # A number is written as it was, so that amounts and long numbers stay what they are.
    return value if isinstance(value, bool | str) else str(value) if isinstance(value, float) else value
