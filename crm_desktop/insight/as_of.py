"""A customer as of a day: what the record said then, who belonged to it, and what was open.

The record is read back from the journal, which keeps the changes of customers for good; money is counted from documents,
payments and credit notes by their own days, so it is right for any day.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from crm_desktop.billing.document import TURNOVER_SQL
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import customers, merging
from crm_desktop.customers.customers import Customer
from crm_desktop.db import connection as db
from crm_desktop.db import history

_OPEN = f"""
SELECT coalesce(sum(CASE WHEN d.kind = 'credit_note' THEN -d.due_minor ELSE d.due_minor END), 0)
  - coalesce((SELECT sum(a.amount_minor) FROM allocation a JOIN document x ON x.id = a.document_id
      LEFT JOIN payment p ON p.id = a.payment_id WHERE x.customer_id IN {merging.family_sql("?1")} AND x.currency = ?2
      AND x.kind <> 'credit_note' AND a.kind <> 'credit' AND coalesce(p.paid_on, a.made_on) <= ?3), 0)
  + coalesce((SELECT sum(-a.amount_minor) FROM allocation a JOIN document x ON x.id = a.document_id
      LEFT JOIN payment p ON p.id = a.payment_id WHERE x.customer_id IN {merging.family_sql("?1")} AND x.currency = ?2
      AND x.kind = 'credit_note' AND coalesce(p.paid_on, a.made_on) <= ?3), 0)
FROM document d WHERE d.customer_id IN {merging.family_sql("?1")} AND d.state = 'issued' AND d.currency = ?2
  AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.issue_on <= ?3
"""
_BOUGHT = f"""
SELECT coalesce(sum({TURNOVER_SQL}), 0)
FROM document d WHERE d.customer_id IN {merging.family_sql("?1")} AND d.state = 'issued' AND d.currency = ?2
  AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.issue_on <= ?3
"""


@dataclass(frozen=True)
class AsOf:
    """A customer on a day. `people` are names; amounts in minor units of the company's currency, turnover net.

    `customer` is None when the record was not there yet.
    """

    day: date
    customer: Customer | None
    people: tuple[str, ...]
    open_minor: int
    bought_minor: int
    contacts: int


def of_customer(customer_id: int, day: date) -> AsOf:
    """The customer at the end of a day.

    Raises:
        NotFound: there is no such customer.
    """
    customers.get(customer_id)
    moment = datetime.combine(day + timedelta(days=1), time.min).astimezone()
    values = [customer_id, profile.load().currency, day.isoformat()]
    row = history.row_on("customer", customer_id, moment)
    if row is not None and datetime.fromisoformat(row["created_at"]) > moment:
        row = None
    return AsOf(
        day,
        _customer(row, moment) if row else None,
        tuple(_person(found) for found in history.rows_on("contact_person", "customer_id", customer_id, moment)),
        int(db.value(_OPEN, values)),
        int(db.value(_BOUGHT, values)),
        int(
            db.value(
                "SELECT count(*) FROM timeline_entry WHERE customer_id = ? AND happened_at < ?",
                [customer_id, dates.instant_text(moment)],
            )
        ),
    )


def _customer(row: dict[str, Any], moment: datetime) -> Customer:
    """The record with its related rows, in the shape that `customers.get` gives."""
    known = {f.name for f in fields(Customer)}
    born = row.get("birthday_on")
    channels = history.rows_on("contact_channel", "customer_id", row["id"], moment)
    tags = dict(db.query("SELECT id, name FROM tag"))
    own = dict(db.query("SELECT id, name FROM custom_field"))
    return Customer(
        **{name: value for name, value in row.items() if name in known},
        birthday=date.fromisoformat(born) if born else None,
        more_emails=[channel["value"] for channel in channels if channel["kind"] == "email"],
        more_phones=[channel["value"] for channel in channels if channel["kind"] == "phone"],
        tags=sorted(
            tags.get(link["tag_id"]) or _("(a tag that is gone)")
            for link in history.rows_on("customer_tag", "customer_id", row["id"], moment)
        ),
        custom={
            own[kept["field_id"]]: kept["value"]
            for kept in history.rows_on("custom_value", "customer_id", row["id"], moment)
            if kept["field_id"] in own
        },
    )


def _person(row: dict[str, Any]) -> str:
    return " ".join(part for part in (row["title"], row["first_name"], row["last_name"]) if part)
