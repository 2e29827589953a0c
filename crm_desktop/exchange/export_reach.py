"""What an export holds of reaching customers: days to remember, rules, campaigns, scenarios, reports, plans, erasures."""

from __future__ import annotations

from crm_desktop.core.i18n import N_
from crm_desktop.exchange.export_tables import Table

_CUSTOMER = "(SELECT number FROM customer c WHERE c.id = {table}.customer_id) AS customer_number"

TABLES = (
    Table(
        "customer_dates",
        N_("Days to remember"),
        f"SELECT {_CUSTOMER.format(table='x')}, title, day_on, is_yearly FROM customer_date x ORDER BY id",
    ),
    Table(
        "rules",
        N_("Rules"),
        "SELECT name, event, conditions, actions, is_on AS active FROM owner_rule WHERE deleted_at IS NULL ORDER BY name",
    ),
    Table(
        "campaigns",
        N_("Campaigns"),
        "SELECT name, goal, kind, state, purpose, budget_minor, cost_minor, currency, started_at, ended_at, note FROM campaign "
        "WHERE deleted_at IS NULL ORDER BY id",
    ),
    Table(
        "campaign_recipients",
        N_("Recipients of campaigns"),
        f"SELECT k.name AS campaign, {_CUSTOMER.format(table='x')}, x.address, x.name, x.state, x.reason, x.sent_at, x.answer "
        "FROM campaign_recipient x JOIN campaign k ON k.id = x.campaign_id ORDER BY x.id",
    ),
    Table(
        "campaign_texts",
        N_("Texts of campaigns"),
        "SELECT k.name AS campaign, x.variant, x.language, x.subject, x.body FROM campaign_text x "
        "JOIN campaign k ON k.id = x.campaign_id ORDER BY x.id",
    ),
    Table(
        "scenarios",
        N_("Scenarios"),
        "SELECT name, event, conditions, purpose, cap_days, texts, is_on AS active FROM scenario WHERE deleted_at IS NULL "
        "ORDER BY name",
    ),
    Table(
        "scenario_drafts",
        N_("Prepared mails"),
        f"SELECT s.name AS scenario, {_CUSTOMER.format(table='x')}, x.address, x.subject, x.body, x.reason, x.state, x.made_at, "
        "x.decided_at FROM scenario_draft x JOIN scenario s ON s.id = x.scenario_id ORDER BY x.id",
    ),
    Table(
        "saved_reports",
        N_("Saved reports"),
        "SELECT name, kind, spec, schedule, folder, last_written_on FROM saved_report ORDER BY name",
    ),
    Table(
        "revenue_plans",
        N_("Plans"),
        "SELECT month, currency, net_minor FROM revenue_plan ORDER BY month, currency",
    ),
    Table(
        "segment_sizes",
        N_("Sizes of segments"),
        "SELECT s.name, x.on_day_on, x.customers FROM segment_count x JOIN segment s ON s.id = x.segment_id ORDER BY 1, 2",
    ),
    Table(
        "erasures",
        N_("Erasures"),
        "SELECT customer_number, erased_at, reason, kept_until_on, finished_at FROM erasure ORDER BY id",
    ),
)
