"""Works out the formulas of our reports as Excel would, so that tests can compare them with SQL."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

_DATE = re.compile(r'"(>=|<)"&DATE\((\d+),(\d+),(\d+)\)')


def value(book, sheet, cell):
    """The value of a cell, its formula worked out."""
    found = book[sheet][cell].value
    return result(book, sheet, found) if isinstance(found, str) and found.startswith("=") else found


def result(book, sheet, formula):  # noqa: PLR0911  (one form of formula each)
    """The value of one formula."""
    body = formula.removeprefix("=")
    if re.fullmatch(r"\$?[A-Z]+\$?\d+", body):
        return _total([value(book, sheet, body.replace("$", ""))])
    if difference := re.fullmatch(r"([A-Z]+\d+)-([A-Z]+\d+)", body):
        return result(book, sheet, difference[1]) - result(book, sheet, difference[2])
    if quota := re.fullmatch(r"([A-Z]+\d+)/\(([A-Z]+\d+)\+([A-Z]+\d+)\)", body):
        first, second, third = (result(book, sheet, cell) for cell in quota.groups())
        return first / (second + third)
    if body.startswith("IF("):
        test, zero, share = _parts(body[3:-1])
        return Decimal(zero) if result(book, sheet, test.split("=")[0]) == 0 else result(book, sheet, share)
    if share := re.fullmatch(r"(.+\))/\$?([A-Z]+)(\d+)", body):
        return result(book, sheet, share[1]) / result(book, sheet, f"{share[2]}{share[3]}")
    if share := re.fullmatch(r"([A-Z]+\d+)/(.+)", body):
        return result(book, sheet, share[1]) / result(book, sheet, share[2])
    if "+" in body:
        return sum(value(book, sheet, cell) for cell in body.split("+"))
    name, inside = body.split("(", 1)
    return _CALLS[name](book, sheet, _parts(inside[:-1]))


def _parts(inside):
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(inside):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append(inside[start:place])
            start = place + 1
    return [*parts, inside[start:]]


def cells(book, sheet, reference):
    """The values of a range."""
    if "!" in reference:
        sheet, reference = reference.rsplit("!", 1)
        sheet = sheet.strip("'").replace("''", "'")
    found = book[sheet][reference.replace("$", "")]
    places = [row[0] for row in found] if isinstance(found, tuple) else [found]
    return [value(book, sheet, place.coordinate) for place in places]


def _fits(book, sheet, wanted, found):
    if match := _DATE.fullmatch(wanted):
        day = datetime(*map(int, match.groups()[1:]))  # noqa: DTZ001
        return found is not None and (found >= day if match[1] == ">=" else found < day)
    if wanted == '"<>0"':
        return found != 0
    if wanted == '">0"':
        return found is not None and found > 0
    if wanted.isdigit():
        return found == int(wanted)
    if wanted.startswith('"'):
        return found == wanted.strip('"')
    return found == value(book, sheet, wanted.replace("$", ""))


def _rows(book, sheet, pairs):
    """Which rows fit all criteria."""
    columns = [(cells(book, sheet, pairs[place]), pairs[place + 1]) for place in range(0, len(pairs), 2)]
    count = len(columns[0][0])
    return [row for row in range(count) if all(_fits(book, sheet, wanted, column[row]) for column, wanted in columns)]


def _total(found):
    return sum((Decimal(str(number)) for number in found if isinstance(number, int | float | Decimal)), Decimal(0))


_CALLS = {
    "SUM": lambda book, sheet, parts: _total(cells(book, sheet, parts[0])),
    "SUBTOTAL": lambda book, sheet, parts: _total(cells(book, sheet, parts[1])),
    "COUNTA": lambda book, sheet, parts: sum(1 for found in cells(book, sheet, parts[0]) if found is not None),
    "COUNTIF": lambda book, sheet, parts: len(_rows(book, sheet, parts)),
    "COUNTIFS": lambda book, sheet, parts: len(_rows(book, sheet, parts)),
    "SUMIF": lambda book, sheet, parts: _total(
        [cells(book, sheet, parts[2])[row] for row in _rows(book, sheet, parts[:2])]
    ),
    "SUMIFS": lambda book, sheet, parts: _total(
        [cells(book, sheet, parts[0])[row] for row in _rows(book, sheet, parts[1:])]
    ),
}
