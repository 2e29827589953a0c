"""What a bank statement says, as read from a file: its head and its movements. Plain data, knows no data file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One booked movement of the account; `amount_minor` is above zero for money that came in.

    `purpose` is what the payer wrote, `end_to_end` their reference, `bank_reference` the bank's own number.
    """

    booked_on: date
    amount_minor: int
    currency: str
    value_on: date | None = None
    party: str = ""
    party_iban: str = ""
    purpose: str = ""
    end_to_end: str = ""
    bank_reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement: of which account, from when to when, with the balances before and after (None: not told)."""

    format: str
    account: str = ""
    number: str = ""
    currency: str
    from_on: date | None = None
    to_on: date | None = None
    opening_minor: int | None = None
    closing_minor: int | None = None
    movements: tuple[Movement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFile:
    """A whole file: its statements in order, its SHA-256, and sentences about what was doubtful in it."""

    name: str
    sha256: str
    statements: tuple[Statement, ...] = ()
    notices: tuple[str, ...] = field(default=())

    @property
    def count(self) -> int:
        """The number of movements in it."""
        return sum(len(statement.movements) for statement in self.statements)
