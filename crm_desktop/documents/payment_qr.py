"""The payment code of the European Payments Council (GiroCode): scan it, and the transfer is filled in.

Source: EPC069-12 version 2.1: service tag BCD, version 002, UTF-8, SCT; EUR only, 0.01 to 999,999,999.99; name up to 70
and text up to 140 characters; error correction M, at most version 13.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

_LARGEST = Decimal("999999999.99")
# Trying all eight masks takes most of the time; any of them reads well.
_MASK = 3


def payload(*, name: str, iban: str, amount: Decimal, currency: str, text: str, bic: str = "") -> str | None:
    """What stands in the code, or None where the rules allow none (other currency, nothing to pay, wrong IBAN)."""
    from stdnum import iban as rules

    compact = "".join(iban.split()).upper()
    if currency != "EUR" or not Decimal("0.01") <= amount <= _LARGEST or not name.strip():
        return None
    if not rules.is_valid(compact):
        return None
    who, what = " ".join(name.split())[:70], " ".join(text.split())[:140]
    code = "".join(bic.split()).upper()
    lines = ("BCD", "002", "1", "SCT", code, who, compact, f"EUR{amount:.2f}", "", "", what)
    return "\n".join(lines)


def squares(content: str) -> tuple[int, list[tuple[int, int, int]]]:
    """The code as dark bars: modules a side, and (column, row, length) of each horizontal run of dark modules."""
    import segno

    code = segno.make(content, error="m", mask=_MASK, micro=False, boost_error=False, encoding="utf-8")
    matrix = code.matrix
    return len(matrix), [bar for row, modules in enumerate(matrix) for bar in _bars(row, modules)]


def _bars(row: int, modules: bytearray) -> Iterator[tuple[int, int, int]]:
    start: int | None = None
    for column, dark in enumerate((*modules, 0)):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            yield start, row, column - start
            start = None
