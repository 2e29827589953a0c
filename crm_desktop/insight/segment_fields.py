"""What segments can ask about, as data: fields of the record, the owner's own fields, tags, and figures.

A field has a kind, which says how it is compared and what the value is; its SQL speaks of `c` (the customer), `l` (its row of
`customer_list`) or of its own figure, a table (id, v) that is computed once per question under the field's key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from crm_desktop.billing.document import TURNOVER_SQL
from crm_desktop.company import payment_terms
from crm_desktop.core import dates
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import consent, custom_fields, kind_defaults, lifecycle
from crm_desktop.db import connection as db
from crm_desktop.insight import segment_values
from crm_desktop.insight.lifecycle_moves import ORDERS
from crm_desktop.sales import catalogue

Choices = Sequence[tuple[str, str]]
TEXT, NUMBER, MONEY, DATE, CHOICE, YES_NO, SET, BOUGHT = (
    "text", "number", "money", "date", "choice", "yes_no", "set", "bought",
)  # fmt: skip


@dataclass(frozen=True)
class SegmentField:
    """One thing to ask about. `figure` is SQL of a table (id, v), "" where the value stands in the record.

    `kept` gives the figures that are worked out and not read, as the JSON (id → value) that `figure` has a `?` for.
    """

    key: str
    label: str
    kind: str
    sql: str = ""
    figure: str = ""
    choices: Callable[[], Choices] | None = None
    kept: Callable[[], str] | None = None


# A document counts for the customer that its own was merged into.
# The cast tells SQLite that it may join by an index.
OWNER = "CAST(coalesce((SELECT kept FROM merged WHERE lost = d.customer_id), d.customer_id) AS INTEGER)"
_BILLS = "d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.deleted_at IS NULL"
_TURNOVER = (
    f"SELECT {OWNER}, sum({TURNOVER_SQL}) FROM document d WHERE {_BILLS} AND d.customer_id IS NOT NULL "
    "AND d.currency = (SELECT currency FROM company) {more} GROUP BY 1"
)
_ORDER = (
    f"SELECT {OWNER}, {{what}} FROM document d JOIN document_balance b ON b.id = d.id "
    f"WHERE {ORDERS} AND d.customer_id IS NOT NULL {{more}} GROUP BY 1"
)
_CONTACT = (
    "SELECT customer_id, substr(max(happened_at), 1, 10) FROM timeline_entry WHERE kind IN "
    "('call', 'email', 'meeting', 'letter', 'message', 'visit') GROUP BY 1"
)
_CONTRACT = (
    "SELECT customer_id, min(coalesce(ends_on, end_on)) FROM contract WHERE deleted_at IS NULL AND customer_id IS NOT NULL "
    "AND state IN ('active', 'notice_given') AND coalesce(ends_on, end_on) >= {today} GROUP BY 1"
)
_CONTRACTS = (
    "SELECT customer_id, count(*) FROM contract WHERE deleted_at IS NULL AND customer_id IS NOT NULL "
    "AND state IN ('active', 'notice_given') GROUP BY 1"
)
_CASES = "SELECT customer_id, count(*) FROM support_case WHERE deleted_at IS NULL AND state IN ('open', 'waiting') GROUP BY 1"
_DEALS = "SELECT customer_id, count(*) FROM opportunity WHERE deleted_at IS NULL AND state = 'open' GROUP BY 1"
_SCORE = (
    "SELECT customer_id, score FROM (SELECT customer_id, score, row_number() OVER (PARTITION BY customer_id "
    "ORDER BY answered_on DESC, id DESC) AS place FROM feedback WHERE kind = 'nps' AND score IS NOT NULL) WHERE place = 1"
)
_SINCE = "SELECT customer_id, max(changed_on) FROM stage_change GROUP BY 1"
_OVERDUE = "CASE WHEN l.oldest_due_on < {today} THEN CAST(julianday({today}) - julianday(l.oldest_due_on) AS INTEGER) ELSE 0 END"


def _plain(key: str, label: str) -> SegmentField:
    """A text of the record; compared without capitals and accents."""
    return SegmentField(key, label, TEXT, f"fold(c.{key})")


def _kinds() -> Choices:
    return [("organisation", _("Company")), ("person", _("Person"))]


def _months() -> Choices:
    names = (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"), _("September"),
        _("October"), _("November"), _("December"),
    )  # fmt: skip
    return [(f"{place:02}", name) for place, name in enumerate(names, 1)]


def _stages() -> Choices:
    return [(stage.key, stage.label) for stage in lifecycle.stages()]


def _named(table: str) -> Choices:
    return [(str(i), name) for i, name in db.query(f"SELECT id, name FROM {table} ORDER BY fold(name)")]


def _terms() -> Choices:
    return [(str(terms.id), terms.name) for terms in payment_terms.all_terms()]


def _groups() -> Choices:
    return [(name, name) for name in catalogue.groups()]


def _used(column: str) -> Choices:
    sql = f"SELECT {column} FROM customer WHERE {column} <> '' GROUP BY 1 ORDER BY count(*) DESC, 1"
    return [(value, value) for (value,) in db.query(sql)]


def _price_modes() -> Choices:
    return [(mode, kind_defaults.price_mode_words(mode)) for mode in ("net", "gross")]


def _tones() -> Choices:
    return [(tone, kind_defaults.tone_words(tone)) for tone in (kind_defaults.FORMAL, kind_defaults.FRIENDLY)]


_STAGE = "(SELECT coalesce(nullif(s.code, ''), '#' || s.id) FROM lifecycle_stage s WHERE s.id = c.stage_id)"
# Figures of `customer_value`, which are worked out by a model and handed in as one text.
_KEPT = "SELECT CAST(j.key AS INTEGER), j.value FROM json_each(?) j"


def _valued(key: str, label: str, kind: str, choices: Callable[[], Choices] | None = None) -> SegmentField:
    return SegmentField(key, label, kind, figure=_KEPT, choices=choices, kept=partial(segment_values.of, key))


VALUE_FIELDS = (
    _valued("group", N_("Group by how they buy"), CHOICE, segment_values.groups),
    _valued("risk", N_("Risk of leaving"), CHOICE, segment_values.risks),
    _valued("interval", N_("Usual days between orders"), NUMBER),
    _valued("next_order", N_("Next order expected"), DATE),
    _valued("expected_orders", N_("Orders expected in 12 months"), NUMBER),
    _valued("future", N_("Expected in 12 months"), MONEY),
    _valued("lifetime", N_("Lifetime value"), MONEY),
    _valued("next_act", N_("Next best action"), CHOICE, segment_values.acts),
)
_FROM_GROUP = (
    f"SELECT {OWNER} FROM document_line x JOIN document d ON d.id = x.document_id JOIN document_balance b ON b.id = d.id "
    f"WHERE {ORDERS} AND d.customer_id IS NOT NULL AND x.item_id IN (SELECT id FROM item WHERE product_group = ?)"
)
# The member of a set is the value: customers that have it.
TAGGED = "SELECT customer_id FROM customer_tag WHERE tag_id = ?"
AGREED = (
    "SELECT customer_id FROM consent k WHERE k.purpose = ? AND k.state = 'given' AND k.contact_person_id IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM consent n WHERE n.customer_id = k.customer_id AND n.purpose = k.purpose "
    "AND n.contact_person_id IS NULL AND (n.on_day_on, n.id) > (k.on_day_on, k.id))"
)
FIXED = (
    SegmentField("name", N_("Name"), TEXT, "l.sort_name"),
    SegmentField("city", N_("Town"), TEXT, "l.sort_city"),
    _plain("postcode", N_("Postcode")),
    _plain("street", N_("Street")),
    SegmentField("country", N_("Country"), CHOICE, "c.country", choices=partial(_used, "country")),
    SegmentField("kind", N_("Kind"), CHOICE, "c.kind", choices=_kinds),
    SegmentField("tag", N_("Tag"), SET, TAGGED, choices=partial(_named, "tag")),
    SegmentField("stage", N_("Stage"), CHOICE, _STAGE, choices=_stages),
    SegmentField("stage_since", N_("In this stage since"), DATE, figure=_SINCE),
    SegmentField("source", N_("Source"), CHOICE, "CAST(c.source_id AS TEXT)", choices=partial(_named, "source")),
    SegmentField("bought", N_("Bought"), BOUGHT),
    SegmentField("bought_group", N_("Bought from product group"), SET, _FROM_GROUP, choices=_groups),
    SegmentField("turnover_year", N_("Turnover in 12 months"), MONEY,
                 figure=_TURNOVER.format(more="AND d.issue_on > {year_ago}")),
    SegmentField("turnover", N_("Turnover ever"), MONEY, figure=_TURNOVER.format(more="")),
    SegmentField("orders", N_("Number of orders"), NUMBER, figure=_ORDER.format(what="count(*)", more="")),
    SegmentField("last_order", N_("Last order"), DATE, figure=_ORDER.format(what="max(d.issue_on)", more="")),
    SegmentField("first_order", N_("First order"), DATE, figure=_ORDER.format(what="min(d.issue_on)", more="")),
    SegmentField("open", N_("Open amount"), MONEY, "l.open_minor"),
    SegmentField("overdue_days", N_("Days overdue"), NUMBER, _OVERDUE),
    SegmentField("last_contact", N_("Last contact"), DATE, figure=_CONTACT),
    SegmentField("birthday_month", N_("Month of birthday"), CHOICE, "substr(c.birthday_on, 6, 2)", choices=_months),
    SegmentField("contracts", N_("Contracts that run"), NUMBER, figure=_CONTRACTS),
    SegmentField("contract_ends", N_("Next contract ends"), DATE, figure=_CONTRACT),
    SegmentField("consent", N_("Consent"), SET, AGREED, choices=consent.purposes),
    SegmentField("cases", N_("Open cases"), NUMBER, figure=_CASES),
    SegmentField("deals", N_("Open deals"), NUMBER, figure=_DEALS),
    SegmentField("score", N_("Would recommend us (0 to 10)"), NUMBER, figure=_SCORE),
    *VALUE_FIELDS,
    _plain("number", N_("Customer number")),
    _plain("company", N_("Company")),
    _plain("first_name", N_("First name")),
    _plain("last_name", N_("Last name")),
    _plain("email", N_("E-mail")),
    _plain("phone", N_("Phone")),
    _plain("website", N_("Web address")),
    _plain("vat_id", N_("VAT id")),
    SegmentField("language", N_("Language of documents"), CHOICE, "c.language", choices=partial(_used, "language")),
    SegmentField("currency", N_("Currency"), CHOICE, "c.currency", choices=partial(_used, "currency")),
    SegmentField("payment_terms", N_("Pay within"), CHOICE, "CAST(c.payment_terms_id AS TEXT)", choices=_terms),
    SegmentField("price_list", N_("Price list"), CHOICE, "CAST(c.price_list_id AS TEXT)", choices=partial(_named, "price_list")),
    SegmentField("price_mode", N_("Prices"), CHOICE, "c.price_mode", choices=_price_modes),
    SegmentField("tone", N_("Tone"), CHOICE, "c.tone", choices=_tones),
    SegmentField("touch_days", N_("Stay in touch, days"), NUMBER, "c.touch_days"),
    SegmentField("credit_limit", N_("Credit limit"), MONEY, "c.credit_limit_minor"),
    SegmentField("known_since", N_("Entered on"), DATE, "substr(c.created_at, 1, 10)"),
    _plain("served_by", N_("How they like to be served")),
    _plain("notes", N_("Notes")),
)  # fmt: skip
# Figures of which nothing means none, and not unknown.
COUNTED = ("turnover_year", "turnover", "orders", "contracts", "cases", "deals")
_OWN = "(SELECT v.value FROM custom_value v WHERE v.customer_id = c.id AND v.field_id = {id})"
OWN = "own:"


def all_fields() -> dict[str, SegmentField]:
    """All fields by key, with the owner's own at the end; labels are not translated yet for ours."""
    found = {field.key: field for field in FIXED}
    for own in custom_fields.all_fields():
        found[f"{OWN}{own.id}"] = _own(own)
    return found


def _own(own: custom_fields.CustomField) -> SegmentField:
    key, value = f"{OWN}{own.id}", _OWN.format(id=own.id)
    if own.kind == "number":
        return SegmentField(key, own.name, NUMBER, f"CAST({value} AS REAL)")
    if own.kind == "date":
        return SegmentField(key, own.name, DATE, value)
    if own.kind == "bool":
        return SegmentField(key, own.name, YES_NO, f"coalesce({value}, '') = '1'")
    if own.kind == "choice":
        return SegmentField(key, own.name, CHOICE, value, choices=lambda: [(c, c) for c in own.choices])
    return SegmentField(key, own.name, TEXT, f"fold(coalesce({value}, ''))")


def label_of(field: SegmentField) -> str:
    """The name of a field on the screen; the owner's own are not translated."""
    return field.label if field.key.startswith(OWN) else _(field.label)


def value_sql(field: SegmentField) -> str:
    """The value of a field as SQL; days are written in, since they are ours and not typed."""
    if field.figure:
        return f"coalesce(f_{field.key}.v, 0)" if field.key in COUNTED else f"f_{field.key}.v"
    return with_days(field.sql)


def with_days(sql: str) -> str:
    """Put today and a year ago into SQL."""
    today = dates.today()
    return sql.replace("{today}", f"'{today.isoformat()}'").replace(
        "{year_ago}", f"'{dates.add_months(today, -12).isoformat()}'"
    )
