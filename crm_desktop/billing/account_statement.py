"""The account statement of a customer: documents and payments of a period with a running balance, per currency.

What the customer owes stands at the left (invoices, money paid back), what settles it at the right (payments, credit
notes, discounts, amounts written off). The balance before the period is the first line; after the last one stands what
was owed on the last day: the sum of all that is open, less what was paid beyond it. Currencies are never mixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from crm_desktop.billing import parties
from crm_desktop.billing.document import Draft, Party
from crm_desktop.company import profile
from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import customers, merging
from crm_desktop.db import connection as db

KINDS = ("invoice", "receipt", "credit_note", "payment", "refund", "discount", "write_off")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `kind` is one of `KINDS`; `number` names the document, or what the bank said of a payment.

    `minor` is above zero where the customer owes more, below zero where less; `balance_minor` is what is owed then.
    """

    day: date
    kind: str
    number: str
    due_on: date | None
    minor: int
    balance_minor: int

    @property
    def debit_minor(self) -> int:
        """What is owed more, else 0."""
        return max(self.minor, 0)

    @property
    def credit_minor(self) -> int:
        """What is owed less, as an amount above zero, else 0."""
        return max(-self.minor, 0)


@dataclass(frozen=True, slots=True)
class Account:
    """All lines in one currency, oldest first."""

    currency: str
    opening_minor: int
    entries: tuple[Entry, ...]

    @property
    def closing_minor(self) -> int:
        """What is owed after the last line; below zero is the customer's credit."""
        return self.entries[-1].balance_minor if self.entries else self.opening_minor


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A statement as it is printed: for whom, from whom, in which language, the period, an account per currency."""

    customer_id: int
    language: str
    seller: Party
    buyer: Party
    first: date
    last: date
    made_on: date
    accounts: tuple[Account, ...]


_FAMILY = merging.family_sql(":customer")
_MOVES = f"""
SELECT currency, day, kind, number, due_on, minor FROM (
  SELECT d.currency, d.issue_on AS day, d.kind, d.number, CASE d.kind WHEN 'credit_note' THEN NULL ELSE d.due_on END AS due_on,
    CASE d.kind WHEN 'credit_note' THEN -d.due_minor ELSE d.due_minor END AS minor, 0 AS place, d.id AS id
  FROM document d WHERE d.customer_id IN {_FAMILY} AND d.state = 'issued' AND d.kind IN ('invoice', 'receipt', 'credit_note')
  UNION ALL
  SELECT p.currency, p.paid_on, CASE WHEN p.amount_minor < 0 THEN 'refund' ELSE 'payment' END, p.reference, NULL,
    -(p.amount_minor - coalesce((SELECT sum(a.amount_minor) FROM allocation a JOIN document d ON d.id = a.document_id
      WHERE a.payment_id = p.id AND a.kind IN ('payment', 'refund') AND coalesce(d.customer_id, 0) NOT IN {_FAMILY}), 0)), 1, p.id
  FROM payment p WHERE p.customer_id IN {_FAMILY}
  UNION ALL
  SELECT p.currency, p.paid_on, CASE WHEN a.amount_minor < 0 THEN 'refund' ELSE 'payment' END, p.reference, NULL,
    -sum(a.amount_minor), 1, p.id
  FROM allocation a JOIN payment p ON p.id = a.payment_id JOIN document d ON d.id = a.document_id
  WHERE d.customer_id IN {_FAMILY} AND coalesce(p.customer_id, 0) NOT IN {_FAMILY} AND a.kind IN ('payment', 'refund') GROUP BY p.id
  UNION ALL
  SELECT d.currency, a.made_on, a.kind, d.number, NULL, -a.amount_minor, 2, a.id
  FROM allocation a JOIN document d ON d.id = a.document_id
  WHERE d.customer_id IN {_FAMILY} AND a.kind IN ('discount', 'write_off'))
WHERE minor <> 0 AND day <= :last ORDER BY currency, day, place, id
"""


def statement(customer_id: int, first: date | None = None, last: date | None = None) -> Statement:
    """The statement of a customer for a period; without days, from the start of this year up to today.

    Raises:
        UserError: the period ends before it begins.
        NotFound: the customer is no longer there.
    """
    until = last or dates.today()
    begin = first or until.replace(month=1, day=1)
    if begin > until:
        raise UserError(_("The period ends before it begins. Exchange the two days."))
    customer, company = customers.get(customer_id), profile.load()
    moves = db.query(_MOVES, {"customer": customer_id, "last": until.isoformat()})
    accounts = tuple(_account(money, list(rows), begin) for money, rows in groupby(moves, key=lambda row: row[0]))
    draft = Draft(language=company.language, currency=company.currency, customer_id=customer_id)
    return Statement(
        customer_id=customer_id,
        language=customer.language or company.language,
        seller=parties.seller(company, draft),
        buyer=parties.buyer(draft, company.country),
        first=begin,
        last=until,
        made_on=dates.today(),
        accounts=accounts or (Account(customer.currency or company.currency, 0, ()),),
    )


def _account(currency: str, rows: list[tuple[str, str, str, str, str | None, int]], first: date) -> Account:
    opening = sum(row[5] for row in rows if row[1] < first.isoformat())
    entries, balance = [], opening
    for _money, day, kind, number, due, minor in rows:
        if day >= first.isoformat():
            balance += minor
            due_on = date.fromisoformat(due) if due else None
            entries.append(Entry(date.fromisoformat(day), kind, number or "", due_on, minor, balance))
    return Account(currency, opening, tuple(entries))


def find_customer(words: str) -> int:
    """The customer with a number, else with a name.

    Raises:
        NotFound: there is none, or there are several of that name.
    """
    for sql in ("number = ?", "fold(name) = ?"):
        wanted = words if sql.startswith("number") else text.fold(text.tidy(words))
        found = db.query(f"SELECT id FROM customer WHERE deleted_at IS NULL AND {sql}", [wanted])
        if len(found) == 1:
            return int(found[0][0])
        if found:
            sentence = _("There are {n} customers called “{name}”. Give the customer's number instead.")
            raise NotFound(sentence.format(n=len(found), name=words))
    raise NotFound(_("There is no customer with the number or name “{name}”.").format(name=words))
