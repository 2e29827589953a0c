"""Payment codes: only where the rules of the European Payments Council allow one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm_desktop.documents import payment_qr

GOOD = {
    "name": "Atelier Nordlicht",
    "iban": "DE89 3704 0044 0532 0130 00",
    "amount": Decimal("12.50"),
    "currency": "EUR",
    "text": "RE-1",
}


@pytest.mark.parametrize(
    "change",
    [
        {"currency": "CHF"},
        {"amount": Decimal(0)},
        {"amount": Decimal("-5.00")},
        {"amount": Decimal("1000000000.00")},
        {"iban": "DE89 3704 0044 0532 0130 01"},
        {"iban": ""},
        {"name": " "},
    ],
)
def test_no_code_where_the_rules_allow_none(change):
    assert payment_qr.payload(**(GOOD | change)) is None


def test_name_and_text_are_kept_within_their_lengths_and_blanks_leave_the_iban():
    lines = payment_qr.payload(
        **(GOOD | {"name": "N" * 90, "text": "T" * 200, "iban": "de89 3704 0044 0532 0130 00"})
    ).split("\n")
    assert lines[5] == "N" * 70
    assert lines[6] == "DE89370400440532013000"
    assert lines[7] == "EUR12.50"
    assert lines[10] == "T" * 140


def test_the_squares_cover_exactly_the_dark_modules():
    import segno

    content = payment_qr.payload(**GOOD)
    side, bars = payment_qr.squares(content)
    drawn = {(column + step, row) for column, row, length in bars for step in range(length)}
    matrix = segno.make(content, error="m", mask=3, micro=False, boost_error=False, encoding="utf-8").matrix
    assert side == len(matrix)
    assert drawn == {(x, y) for y, modules in enumerate(matrix) for x, dark in enumerate(modules) if dark}
