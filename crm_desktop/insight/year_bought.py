"""What a customer bought in the last twelve months, in the way one speaks with them: companies net, private people gross.

One figure for every place that says it, so that two of them never differ by the tax; `tax_words` names which it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_desktop.billing.document import TURNOVER_SQL
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import merging
from crm_desktop.db import connection as db

# Issued bills `d` in a currency (?1) since a day (?2), credit notes among them.
BILLS_SQL = (
    "d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.currency = ?1 AND d.issue_on >= ?2"
)
# As TURNOVER_SQL, with tax: a final invoice without what its deposits had brought in.
_GROSS_SQL = (
    "(CASE d.kind WHEN 'credit_note' THEN -1 ELSE 1 END) * (d.grand_total_minor - coalesce("
    "(SELECT sum(x.basis_minor + x.tax_minor) FROM document_deduction x WHERE x.document_id = d.id), 0))"
)


@dataclass(frozen=True, slots=True)
class Bought:
    """What was bought, credit notes taken off, in minor units; `bills` are invoices and receipts, `with_tax` its kind."""

    minor: int
    net_minor: int
    bills: int
    with_tax: bool


def since() -> date:
    """The first day that counts."""
    return dates.add_months(dates.today(), -12)


def of_customer(customer_id: int, currency: str) -> Bought:
    """What a customer, with those who were merged into it, bought in one currency."""
    is_person = db.value("SELECT kind FROM customer WHERE id = ?", [customer_id]) == "person"
    net, gross, bills = db.one(
        f"SELECT coalesce(sum({TURNOVER_SQL}), 0), coalesce(sum({_GROSS_SQL}), 0), coalesce(sum(d.kind <> 'credit_note'), 0) "
        f"FROM document d WHERE {BILLS_SQL} AND d.customer_id IN {merging.family_sql('?3')}",
        [currency, since().isoformat(), customer_id],
    )
    return Bought(gross if is_person else net, net, bills, with_tax=is_person)


def tax_words(*, with_tax: bool) -> str:
    """What stands beside the figure, so that nobody has to guess."""
    return _("with tax") if with_tax else _("without tax")
