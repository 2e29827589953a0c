"""The lists that an own report can show, in the words of the owner.

Most are those of the export. Where sums are asked for, they are made for it: "Invoices" are what was billed, credit notes
count as less and a final invoice without what its deposits had, so that a sum is the revenue that Figures shows; quotes and
orders are a list of their own. Codes are written in words.
"""

from __future__ import annotations

from crm_desktop.billing import invoice_list, settlement
from crm_desktop.care import case_rules
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import lifecycle
from crm_desktop.exchange import exporting
from crm_desktop.exchange.export_tables import Table
from crm_desktop.sales import contracts, opportunities, pipeline_stages

_BILLED = "d.state = 'issued' AND d.deleted_at IS NULL AND d.kind IN ('invoice', 'credit_note', 'receipt')"
_SIGN = "(CASE WHEN d.kind = 'credit_note' THEN -1 ELSE 1 END)"
_LESS = "coalesce((SELECT sum({what}) FROM document_deduction x WHERE x.document_id = d.id), 0)"
_WHO = (
    "(SELECT number FROM customer c WHERE c.id = d.customer_id) AS customer_number, json_extract(d.buyer, '$.name') AS customer, "
    "json_extract(d.buyer, '$.city') AS city, json_extract(d.buyer, '$.country') AS country"
)
_TAX, _BASIS = _LESS.format(what="x.tax_minor"), _LESS.format(what="x.basis_minor")
_INVOICES = f"""
SELECT d.number, d.kind, d.issue_on, d.due_on, {_WHO}, {_SIGN} * (d.tax_basis_minor - {_BASIS}) AS tax_basis_minor,
  {_SIGN} * (d.tax_total_minor - {_TAX}) AS tax_total_minor,
  {_SIGN} * (d.grand_total_minor - {_BASIS} - {_TAX}) AS grand_total_minor,
  (SELECT {_SIGN} * b.open_minor FROM document_balance b WHERE b.id = d.id) AS open_minor, d.currency, d.state,
  d.service_from_on, d.service_to_on, d.order_number, d.buyer_reference, d.preceding_number,
  {_SIGN} * d.line_total_minor AS line_total_minor, {_SIGN} * d.allowance_total_minor AS allowance_total_minor,
  {_SIGN} * d.charge_total_minor AS charge_total_minor, {_SIGN} * d.prepaid_minor AS prepaid_minor,
  {_SIGN} * d.rounding_minor AS rounding_minor, {_SIGN} * d.due_minor AS payable_minor, d.payment_reference, d.sent_at,
  d.dunning_hold, d.internal_note
FROM document d WHERE {_BILLED} ORDER BY d.issue_on, d.number, d.id
"""
_LINES = f"""
SELECT d.number AS invoice, d.kind, d.issue_on, {_WHO}, l.position, l.item_number, l.name,
  coalesce((SELECT i.product_group FROM item i WHERE i.id = l.item_id), '') AS product_group,
  {_SIGN} * l.quantity_scaled AS quantity_scaled, l.unit, l.price_scaled, {_SIGN} * l.net_minor AS net_minor,
  {_SIGN} * l.gross_minor AS gross_minor, d.currency, l.rate_bp, l.description
FROM document_line l JOIN document d ON d.id = l.document_id WHERE {_BILLED} AND l.role = 'item'
ORDER BY d.issue_on, d.number, d.id, l.position
"""
_PAPERS = f"""
SELECT d.number, d.kind, d.state, d.issue_on, d.valid_until_on, {_WHO}, d.tax_basis_minor, d.grand_total_minor, d.currency,
  d.outcome, d.outcome_on, d.outcome_reason, (SELECT number FROM document s WHERE s.id = d.source_id) AS follows
FROM document d WHERE d.deleted_at IS NULL AND d.kind NOT IN ('invoice', 'credit_note', 'receipt')
ORDER BY d.issue_on, d.number, d.id
"""
_CUSTOMERS = """
SELECT x.*, coalesce(s.net_minor, 0) AS revenue_minor, coalesce(s.orders, 0) AS orders, s.first_on AS first_order_on,
  s.last_on AS last_order_on FROM ({known}) x LEFT JOIN customer c ON c.number = x.number LEFT JOIN customer_sales s ON s.id = c.id
"""
# The lists that one asks for most, in the order in which they are offered.
_FIRST = (
    "invoices", "invoice_lines", "customers", "contact_persons", "payments", "papers", "opportunities", "contracts", "cases",
    "feedback", "catalogue", "recurring_bills", "work_done", "reminders", "campaigns", "campaign_recipients", "timeline",
)  # fmt: skip
# The columns that a new report begins with; other lists begin with their first ones.
_USUAL = {
    "invoices": (
        "number",
        "kind",
        "issue_on",
        "customer",
        "city",
        "tax_basis_minor",
        "grand_total_minor",
        "open_minor",
    ),
    "invoice_lines": ("issue_on", "invoice", "customer", "name", "product_group", "quantity_scaled", "net_minor"),
    "customers": ("number", "name", "city", "stage", "revenue_minor", "orders", "last_order_on"),
    "payments": ("paid_on", "customer_number", "amount_minor", "currency", "method"),
    "opportunities": ("customer_number", "title", "stage", "state", "value_minor", "currency", "expected_on", "source"),
    "contracts": ("number", "party", "title", "direction", "state", "value_minor", "currency", "interval"),
    "cases": ("number", "kind", "state", "customer_number", "title", "opened_at", "solved_at", "cost_minor"),
}
_USUAL_NUMBER = 8
# Lists whose amounts are in the company's currency, whatever their column "currency" is about.
IN_OWN_CURRENCY = ("customers",)
HEADINGS = {
    "address": N_("Address"),
    "answer": N_("Answer"),
    "buyer_reference": N_("Buyer reference"),
    "campaign": N_("Campaign"),
    "credit_limit": N_("Credit limit"),
    "ended": N_("Ended"),
    "first_order": N_("First order"),
    "goal": N_("Goal"),
    "internal_note": N_("Internal note"),
    "last_order": N_("Last order"),
    "orders": N_("Orders ever"),
    "price_list": N_("Price list"),
    "revenue": N_("Revenue"),
    "rounding": N_("Rounding"),
    "started": N_("Started"),
    "who": N_("Who"),
}
_DOCUMENTS = {
    "invoice": N_("Invoice"), "credit_note": N_("Credit note"), "receipt": N_("Receipt"), "quote": N_("Quote"),
    "order_confirmation": N_("Order confirmation"), "delivery_note": N_("Delivery note"), "proforma": N_("Proforma invoice"),
}  # fmt: skip
_ISSUED = {"draft": N_("Draft"), "issued": N_("Issued")}
WORDS: dict[tuple[str, str], dict[str, str]] = {
    ("invoices", "kind"): invoice_list.KINDS, ("invoices", "state"): _ISSUED, ("invoice_lines", "kind"): invoice_list.KINDS,
    ("papers", "kind"): _DOCUMENTS, ("papers", "state"): _ISSUED,
    ("customers", "kind"): {"organisation": N_("Company"), "person": N_("Person")},
    ("payments", "method"): settlement.METHODS, ("opportunities", "state"): opportunities.STATES,
    ("opportunities", "stage"): pipeline_stages.NAMES, ("contracts", "state"): contracts.STATES,
    ("contracts", "direction"): contracts.DIRECTIONS, ("contracts", "notice_unit"): contracts.NOTICE_UNITS,
    ("cases", "kind"): case_rules.KINDS,
    ("cases", "state"): {"open": N_("Open"), "waiting": N_("Waiting"), "solved": N_("Solved"), "closed": N_("Closed")},
}  # fmt: skip


def tables() -> list[Table]:
    """All lists, those that are asked for most first, the others by their titles."""
    made = {
        "invoices": Table("invoices", N_("Invoices"), _INVOICES),
        "invoice_lines": Table("invoice_lines", N_("Lines of invoices"), _LINES),
        "papers": Table("papers", N_("Quotes, orders and delivery notes"), _PAPERS),
    }
    known = {table.name: table for table in exporting.TABLES}
    sql = _CUSTOMERS.format(known=known["customers"].sql)
    made["customers"] = Table("customers", known["customers"].title, sql)
    found = known | made
    first = [found.pop(name) for name in _FIRST]
    return [*first, *sorted(found.values(), key=lambda table: _(table.title).casefold())]


def usual_columns(table: str, names: list[str]) -> tuple[str, ...]:
    """The columns that a new report over a list begins with."""
    return tuple(name for name in _USUAL.get(table, names[:_USUAL_NUMBER]) if name in names)


def words(table: str) -> dict[str, dict[str, str]]:
    """Column → code → what the owner reads instead."""
    found = {
        column: {code: _(said) for code, said in known.items()} for (of, column), known in WORDS.items() if of == table
    }
    if table == "customers":
        found["stage"] = {stage.code: stage.label for stage in lifecycle.stages() if stage.code}
    return found
