"""A bank's table (CSV or workbook) as statements: one for each currency in it.

Days and amounts are read as the whole column says; pending and refused movements are left out. Where the file tells the
balance after each movement, the chain of balances is the check that no row is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from crm_desktop.billing.bank_movement import Movement, Statement
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import to_minor
from crm_desktop.core.text import fold
from crm_desktop.exchange.amounts import SYMBOLS, DecimalSign, currency_in, parse_amount
from crm_desktop.exchange.bank_columns import Columns
from crm_desktop.exchange.bank_mt940 import references
from crm_desktop.exchange.days import DayOrder, parse_day
from crm_desktop.exchange.values import Cell, as_text, clean_iban

_NOT_BOOKED = (
    "vorgemerkt", "umsatz vorgemerkt", "pending", "ausstehend", "declined", "reverted", "failed", "canceled", "cancelled",
    "denied", "storniert", "abgelehnt", "memo", "fehlgeschlagen", "zuruckgezogen", "on hold", "einbehalten", "in bearbeitung",
)  # fmt: skip
_OUT_WORDS = {"s", "d", "soll", "debit", "dr", "out", "af", "-", "dbit", "ausgang"}
_AMOUNTS = ("amount", "debit", "credit", "fee", "net", "balance")
_NO_DAY_TOLD = 5


@dataclass
class Table:
    """The rows of a file with what is known of its columns; `first_row` is the number of the first one in the file."""

    name: str
    columns: Columns
    rows: list[list[Cell]]
    first_row: int
    format: str = "csv"
    currency: str = "EUR"
    month_first: bool = False
    decimal_sign: str = ","
    above: Sequence[Sequence[Cell]] = ()


@dataclass
class _Line:
    """One row, read: the movement, the balance after it, and what a fee takes."""

    movement: Movement
    balance: int | None = None
    fee: int = 0


@dataclass
class Found:
    """Statements and sentences about what was doubtful."""

    statements: list[Statement] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def read(table: Table) -> Found:
    """The statements of a table.

    Raises:
        UserError: a day or an amount cannot be read; the sentence names the row.
    """
    return _Reader(table).read()


class _Reader:
    """Reads one table; knows what its columns say together."""

    def __init__(self, table: Table) -> None:
        self._table, self._places = table, table.columns.places
        self.found = Found()
        days = self._column("booked")
        self._order = DayOrder.of(days, "mdy" if table.month_first else "dmy")
        if self._order.asks:
            words = _("Days such as {example} fit two ways; they were read with the {first} first.")
            first = _("month") if self._order.order == "mdy" else _("day")
            self.found.notices.append(words.format(example=self._order.example, first=first))
        money = [value for name in _AMOUNTS for value in self._column(name)]
        self._sign = DecimalSign.of(money, table.decimal_sign).sign
        amounts = [parse_amount(value, self._sign) for value in self._column("amount")]
        self._signs_told = any(amount is not None and amount < 0 for amount in amounts)

    def _column(self, name: str) -> list[Cell]:
        places = self._places.get(name, ())
        return [row[places[0]] for row in self._table.rows if places[0] < len(row)] if places else []

    def read(self) -> Found:
        """All rows, by currency."""
        lines: defaultdict[str, list[_Line]] = defaultdict(list)
        without_day = 0
        for number, row in enumerate(self._table.rows, self._table.first_row):
            if not any(as_text(cell) for cell in row) or self._is_pending(row):
                continue
            if not self._text(row, "booked"):
                without_day += bool(self._amount_cells(row))
                if without_day and without_day <= _NO_DAY_TOLD and self._amount_cells(row):
                    self._tell_left_out(number, row)
                continue
            line = self._line(number, row)
            if line is not None:
                lines[line.movement.currency].append(line)
        self.found.statements = [self._statement(currency, found) for currency, found in lines.items()]
        return self.found

    def _tell_left_out(self, number: int, row: Sequence[Cell]) -> None:
        words = _("Row {row} has no day and was left out: {text}")
        text = " · ".join(t for cell in row if (t := as_text(cell)))[:120]
        self.found.notices.append(words.format(row=number, text=text))

    def _text(self, row: Sequence[Cell], name: str) -> str:
        places = [place for place in self._places.get(name, ()) if place < len(row)]
        return " ".join(text for place in places if (text := as_text(row[place])))

    def _cell(self, row: Sequence[Cell], name: str) -> Cell:
        places = self._places.get(name, ())
        return row[places[0]] if places and places[0] < len(row) else None

    def _amount_cells(self, row: Sequence[Cell]) -> list[Cell]:
        return [cell for name in ("amount", "debit", "credit") if as_text(cell := self._cell(row, name))]

    def _is_pending(self, row: Sequence[Cell]) -> bool:
        states = [fold(as_text(row[place])) for place in self._places.get("state", ()) if place < len(row)]
        return any(state.startswith(_NOT_BOOKED) for state in states if state)

    # ---- one row -----------------------------------------------------------------------------------------------------

    def _line(self, number: int, row: Sequence[Cell]) -> _Line | None:
        day = self._day(row, "booked")
        if day is None:
            if not self._amount_cells(row):
                return None  # a line of words below the table
            raise self._unreadable(number, self._text(row, "booked"), _("Row {row}: “{text}” is no day."))
        currency = self._currency(row)
        amount = self._amount(number, row)
        if amount is None:
            return None
        minor = to_minor(amount, currency)
        movement = self._movement(row, day, minor, currency)
        balance = parse_amount(self._cell(row, "balance"), self._sign)
        fee = self._fee(row, amount)
        return _Line(movement, to_minor(balance, currency) if balance is not None else None, to_minor(fee, currency))

    def _day(self, row: Sequence[Cell], name: str) -> date | None:
        return parse_day(self._cell(row, name), self._order.order)

    @staticmethod
    def _unreadable(number: int, text: str, sentence: str) -> UserError:
        rest = _("Nothing was read. Correct the row, or download the statement again.")
        return UserError(f"{sentence.format(row=number, text=text[:80])} {rest}")

    def _amount(self, number: int, row: Sequence[Cell]) -> Decimal | None:
        """The amount with its sign; None for a row without any."""
        if not self._amount_cells(row):
            return None
        read = {}
        for name in ("amount", "debit", "credit"):
            cell = self._cell(row, name)
            if as_text(cell):
                read[name] = parse_amount(cell, self._sign)
                if read[name] is None:
                    raise self._unreadable(number, as_text(cell), _("Row {row}: “{text}” is no amount."))
        if "amount" in read:
            amount = read["amount"] or Decimal(0)
            out = not self._signs_told and fold(self._text(row, "sign")) in _OUT_WORDS
            return -abs(amount) if out else amount
        return abs(read.get("credit") or Decimal(0)) - abs(read.get("debit") or Decimal(0))

    def _fee(self, row: Sequence[Cell], amount: Decimal) -> Decimal:
        net = parse_amount(self._cell(row, "net"), self._sign)
        if net is not None:
            return net - amount
        fee = parse_amount(self._cell(row, "fee"), self._sign)
        return -abs(fee) if fee is not None else Decimal(0)

    def _currency(self, row: Sequence[Cell]) -> str:
        told = self._text(row, "currency").strip()
        beside = next((c for cell in self._amount_cells(row) if (c := currency_in(as_text(cell)))), "")
        code = SYMBOLS.get(told.lower(), told.upper()) or beside or self._table.columns.currency
        return code if len(code) == 3 and code.isalpha() else self._table.currency

    def _movement(self, row: Sequence[Cell], day: date, minor: int, currency: str) -> Movement:
        told = references(self._text(row, "purpose"))
        side = "party_in" if minor > 0 else "party_out"
        party = self._text(row, side) or self._text(row, "party")
        iban = self._text(row, "iban")
        end_to_end = self._text(row, "end_to_end") or told.get("EREF", "")
        return Movement(
            booked_on=day,
            value_on=self._day(row, "value"),
            amount_minor=minor,
            currency=currency,
            party=party[:140],
            party_iban=clean_iban(iban) or iban[:40],
            purpose=told["purpose"] or self._text(row, "kind"),
            end_to_end="" if end_to_end.upper() in {"NOTPROVIDED", "NONREF"} else end_to_end[:140],
            bank_reference=self._text(row, "reference")[:80],
        )

    # ---- all rows of a currency --------------------------------------------------------------------------------------

    def _statement(self, currency: str, lines: list[_Line]) -> Statement:
        opening, closing = self._balances(currency, lines)
        movements = [part for line in lines for part in _with_fee(line)]
        if movements[0].booked_on > movements[-1].booked_on:
            movements.reverse()
        return Statement(
            format=self._table.format,
            account=self._account(),
            currency=currency,
            from_on=movements[0].booked_on,
            to_on=movements[-1].booked_on,
            opening_minor=opening,
            closing_minor=closing,
            movements=tuple(movements),
        )

    def _balances(self, currency: str, lines: list[_Line]) -> tuple[int | None, int | None]:
        """Before and after, where the balances told row by row follow from each other; a notice where they do not."""
        told = [(line.balance, line.movement.amount_minor + line.fee) for line in lines]
        if any(balance is None for balance, _moved in told):
            return None, None
        pairs = [(balance or 0, moved) for balance, moved in told]
        for chain in (pairs, pairs[::-1]):
            if all(before + moved == after for (before, _m), (after, moved) in pairwise(chain)):
                return chain[0][0] - chain[0][1], chain[-1][0]
        words = _("The balances in {currency} do not follow from the amounts. Rows may be missing in “{name}”.")
        self.found.notices.append(words.format(currency=currency, name=self._table.name))
        return None, None

    def _account(self) -> str:
        """The account: from its column, or from the lines above the table."""
        own = next((text for row in self._table.rows[:5] if (text := self._text(row, "account"))), "")
        if own:
            return clean_iban(own) or own[:40]
        words = (as_text(cell) for row in self._table.above for cell in row)
        return next((iban for word in words if (iban := _iban_in(word))), "")


def _iban_in(text: str) -> str:
    parts = text.replace(":", " ").split()
    return clean_iban(text) or next((found for part in parts if (found := clean_iban(part))), "")


def _with_fee(line: _Line) -> Iterable[Movement]:
    yield line.movement
    if line.fee:
        movement = line.movement
        yield Movement(
            booked_on=movement.booked_on,
            value_on=movement.value_on,
            amount_minor=line.fee,
            currency=movement.currency,
            purpose=_("Fee"),
            bank_reference=movement.bank_reference,
        )
