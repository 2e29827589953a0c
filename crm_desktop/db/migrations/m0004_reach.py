"""Seeing the business and reaching its customers: campaigns, scenarios, saved reports, plans; privacy: what was erased.

The conventions of the first step hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

VERSION = 4
# Tables in which this step adds rows of its own; all others must come through with the rows that they had.
ADDS = ("journal_table", "derived", "derived_source", "calendar_day")

TABLES = """
CREATE TABLE campaign(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, goal TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT 'email' CHECK(kind IN ('email', 'draft', 'letter', 'labels', 'call')),
  state TEXT NOT NULL DEFAULT 'draft' CHECK(state IN ('draft', 'running', 'paused', 'done')),
  segment_id INTEGER REFERENCES segment(id) ON DELETE SET NULL, exclude_segment_id INTEGER REFERENCES segment(id) ON DELETE SET NULL,
  purpose TEXT NOT NULL DEFAULT 'advertising', cap_days INTEGER NOT NULL DEFAULT 0, hold_out_bp INTEGER NOT NULL DEFAULT 0
  CHECK(hold_out_bp BETWEEN 0 AND 9000), budget_minor INTEGER NOT NULL DEFAULT 0, cost_minor INTEGER NOT NULL DEFAULT 0,
  currency TEXT NOT NULL, counted_days INTEGER NOT NULL DEFAULT 30, copied_from_id INTEGER REFERENCES campaign(id) ON DELETE SET NULL,
  note TEXT NOT NULL DEFAULT '', started_at TEXT, ended_at TEXT, deleted_at TEXT, created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL);
CREATE TABLE campaign_text(
  id INTEGER PRIMARY KEY AUTOINCREMENT, campaign_id INTEGER NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
  variant TEXT NOT NULL DEFAULT 'a' CHECK(variant IN ('a', 'b')), language TEXT NOT NULL, subject TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL DEFAULT '', UNIQUE(campaign_id, variant, language));
CREATE TABLE campaign_recipient(
  id INTEGER PRIMARY KEY AUTOINCREMENT, campaign_id INTEGER NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
  customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  contact_person_id INTEGER REFERENCES contact_person(id) ON DELETE SET NULL, address TEXT NOT NULL, name TEXT NOT NULL DEFAULT '',
  variant TEXT NOT NULL DEFAULT 'a', language TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'waiting' CHECK(state IN ('waiting', 'sending', 'sent', 'failed', 'unsure', 'skipped', 'held_out')),
  reason TEXT NOT NULL DEFAULT '', message_id TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0, sent_at TEXT,
  answer TEXT NOT NULL DEFAULT '' CHECK(answer IN ('', 'replied', 'bounced', 'opted_out', 'reached', 'not_reached')),
  answered_at TEXT, UNIQUE(campaign_id, address));
CREATE INDEX campaign_recipient_state ON campaign_recipient(campaign_id, state);
CREATE INDEX campaign_recipient_customer ON campaign_recipient(customer_id, sent_at);
CREATE INDEX campaign_recipient_message ON campaign_recipient(message_id) WHERE message_id <> '';
CREATE TABLE scenario(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, event TEXT NOT NULL, conditions TEXT NOT NULL DEFAULT '{}',
  purpose TEXT NOT NULL DEFAULT 'advertising', cap_days INTEGER NOT NULL DEFAULT 30, texts TEXT NOT NULL DEFAULT '{}',
  is_on INTEGER NOT NULL DEFAULT 0, on_since_at TEXT, deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE scenario_draft(
  id INTEGER PRIMARY KEY AUTOINCREMENT, scenario_id INTEGER NOT NULL REFERENCES scenario(id) ON DELETE CASCADE,
  event_key TEXT NOT NULL, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE, address TEXT NOT NULL,
  subject TEXT NOT NULL, body TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'waiting' CHECK(state IN ('waiting', 'queued', 'dismissed')), mail_id INTEGER, made_at TEXT NOT NULL,
  decided_at TEXT, UNIQUE(scenario_id, event_key));
CREATE INDEX scenario_draft_waiting ON scenario_draft(made_at) WHERE state = 'waiting';
CREATE INDEX scenario_draft_customer ON scenario_draft(customer_id);
CREATE TABLE saved_report(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE UNIQUE, kind TEXT NOT NULL, spec TEXT NOT NULL DEFAULT '{}',
  schedule TEXT NOT NULL DEFAULT '', folder TEXT NOT NULL DEFAULT '', last_written_on TEXT, created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL);
CREATE TABLE revenue_plan(
  id INTEGER PRIMARY KEY AUTOINCREMENT, month TEXT NOT NULL, currency TEXT NOT NULL, net_minor INTEGER NOT NULL,
  UNIQUE(month, currency));
CREATE TABLE erasure(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_number TEXT NOT NULL, erased_at TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
  kept TEXT NOT NULL DEFAULT '{}', kept_until_on TEXT, finished_at TEXT);
ALTER TABLE customer ADD COLUMN keep_until_on TEXT;
ALTER TABLE customer ADD COLUMN erased_at TEXT;
"""

# What figures read in a moment instead of adding up all documents. A row of a day holds JSON:
#   day_figures.sales      currency → [net, gross, documents]
#   day_figures.customers  customer → net, in the company's currency
#   day_figures.items      item → [quantity (millionths), net], in the company's currency; 0 is what is in no price list
#   day_money.received     currency → paid
#   day_money.settled      [invoices that were settled on this day, the sum of their days from issue to last payment]
# Credit notes count as less, and a final invoice without what its deposits had.
DERIVED = """
CREATE TABLE calendar_day(id INTEGER PRIMARY KEY, day_on TEXT NOT NULL);
WITH RECURSIVE days(id) AS (SELECT CAST(julianday('1990-01-01') AS INTEGER) UNION ALL
  SELECT id + 1 FROM days WHERE id < CAST(julianday('2199-12-31') AS INTEGER))
INSERT INTO calendar_day SELECT id, date(id + 0.5) FROM days;

CREATE TABLE day_figures(id INTEGER PRIMARY KEY, day_on TEXT NOT NULL, sales TEXT NOT NULL, customers TEXT, items TEXT);
CREATE VIEW day_figures_now AS
SELECT k.id, k.day_on,
  (SELECT json_group_object(currency, json_array(net, gross, documents)) FROM (
    SELECT d.currency, count(*) AS documents,
      sum(CASE WHEN d.kind = 'credit_note' THEN -d.grand_total_minor ELSE d.grand_total_minor END) AS gross,
      sum((CASE WHEN d.kind = 'credit_note' THEN -1 ELSE 1 END) * (d.tax_basis_minor - coalesce(
        (SELECT sum(x.basis_minor) FROM document_deduction x WHERE x.document_id = d.id), 0))) AS net
    FROM document d WHERE d.issue_on = k.day_on AND d.state = 'issued' AND d.deleted_at IS NULL
      AND d.kind IN ('invoice', 'credit_note', 'receipt') GROUP BY d.currency ORDER BY d.currency)) AS sales,
  (SELECT json_group_object(customer_id, net) FROM (
    SELECT d.customer_id, sum((CASE WHEN d.kind = 'credit_note' THEN -1 ELSE 1 END) * (d.tax_basis_minor - coalesce(
        (SELECT sum(x.basis_minor) FROM document_deduction x WHERE x.document_id = d.id), 0))) AS net
    FROM document d WHERE d.issue_on = k.day_on AND d.state = 'issued' AND d.deleted_at IS NULL
      AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.customer_id IS NOT NULL
      AND d.currency = (SELECT currency FROM company) GROUP BY d.customer_id ORDER BY d.customer_id)) AS customers,
  (SELECT json_group_object(item_id, json_array(quantity, net)) FROM (
    SELECT coalesce(l.item_id, 0) AS item_id,
      sum(CASE WHEN d.kind = 'credit_note' THEN -l.quantity_scaled ELSE l.quantity_scaled END) AS quantity,
      sum(CASE WHEN d.kind = 'credit_note' THEN -l.net_minor ELSE l.net_minor END) AS net
    FROM document d JOIN document_line l ON l.document_id = d.id WHERE d.issue_on = k.day_on AND d.state = 'issued'
      AND d.deleted_at IS NULL AND d.kind IN ('invoice', 'credit_note', 'receipt') AND l.role = 'item'
      AND d.currency = (SELECT currency FROM company) GROUP BY 1 ORDER BY 1)) AS items
FROM calendar_day k WHERE EXISTS (SELECT 1 FROM document d WHERE d.issue_on = k.day_on AND d.state = 'issued'
  AND d.deleted_at IS NULL AND d.kind IN ('invoice', 'credit_note', 'receipt'));

CREATE TABLE day_money(id INTEGER PRIMARY KEY, day_on TEXT NOT NULL, received TEXT NOT NULL, settled TEXT NOT NULL);
CREATE VIEW day_money_now AS
SELECT k.id, k.day_on,
  (SELECT json_group_object(currency, paid) FROM (SELECT p.currency, sum(p.amount_minor) AS paid FROM payment p
    WHERE p.paid_on = k.day_on GROUP BY p.currency ORDER BY p.currency)) AS received,
  (SELECT json_array(count(*), coalesce(sum(waited), 0)) FROM (
    SELECT DISTINCT d.id, CAST(julianday(k.day_on) - julianday(d.issue_on) AS INTEGER) AS waited
    FROM payment p JOIN allocation a ON a.payment_id = p.id AND a.kind = 'payment' JOIN document d ON d.id = a.document_id
      JOIN document_balance b ON b.id = d.id
    WHERE p.paid_on = k.day_on AND d.kind = 'invoice' AND b.open_minor <= 0 AND NOT EXISTS (
      SELECT 1 FROM allocation y JOIN payment z ON z.id = y.payment_id
      WHERE y.document_id = d.id AND y.kind = 'payment' AND z.paid_on > k.day_on))) AS settled
FROM calendar_day k WHERE EXISTS (SELECT 1 FROM payment p WHERE p.paid_on = k.day_on);

-- What a customer bought in all: orders are the days with an invoice or receipt; net in the company's currency.
CREATE TABLE customer_sales(id INTEGER PRIMARY KEY, orders INTEGER NOT NULL, first_on TEXT, last_on TEXT, net_minor INTEGER NOT NULL);
CREATE INDEX customer_sales_last ON customer_sales(last_on);
CREATE INDEX customer_sales_first ON customer_sales(first_on);
CREATE VIEW customer_sales_now AS
SELECT c.id, (SELECT count(DISTINCT d.issue_on) FROM document d WHERE d.customer_id = c.id AND d.state = 'issued' AND d.deleted_at IS NULL
    AND d.kind IN ('invoice', 'receipt')) AS orders,
  (SELECT min(d.issue_on) FROM document d WHERE d.customer_id = c.id AND d.state = 'issued' AND d.deleted_at IS NULL
    AND d.kind IN ('invoice', 'receipt')) AS first_on,
  (SELECT max(d.issue_on) FROM document d WHERE d.customer_id = c.id AND d.state = 'issued' AND d.deleted_at IS NULL
    AND d.kind IN ('invoice', 'receipt')) AS last_on,
  (SELECT coalesce(sum((CASE WHEN d.kind = 'credit_note' THEN -1 ELSE 1 END) * (d.tax_basis_minor - coalesce(
      (SELECT sum(x.basis_minor) FROM document_deduction x WHERE x.document_id = d.id), 0))), 0) FROM document d
    WHERE d.customer_id = c.id AND d.state = 'issued' AND d.deleted_at IS NULL AND d.kind IN ('invoice', 'credit_note', 'receipt')
      AND d.currency = (SELECT currency FROM company)) AS net_minor
FROM customer c WHERE EXISTS (SELECT 1 FROM document d WHERE d.customer_id = c.id AND d.state = 'issued' AND d.deleted_at IS NULL
  AND d.kind IN ('invoice', 'credit_note', 'receipt'));
CREATE INDEX customer_created ON customer(substr(created_at, 1, 10));

INSERT INTO derived VALUES('day_figures', 6), ('day_money', 7), ('customer_sales', 8);
INSERT INTO derived_source(derived, source, owner, columns) VALUES
  ('day_figures', 'document', 'CAST(julianday({row}.issue_on) AS INTEGER)', 'state, issue_on, deleted_at, customer_id'),
  ('day_money', 'payment', 'CAST(julianday({row}.paid_on) AS INTEGER)', 'paid_on, amount_minor, currency'),
  ('day_money', 'allocation', '(SELECT CAST(julianday(paid_on) AS INTEGER) FROM payment WHERE id = {row}.payment_id)', ''),
  ('day_money', 'allocation', '(SELECT CAST(julianday(max(z.paid_on)) AS INTEGER) FROM allocation y
    JOIN payment z ON z.id = y.payment_id WHERE y.document_id = {row}.document_id AND y.kind = ''payment'')', ''),
  ('customer_sales', 'document', '{row}.customer_id', 'state, issue_on, deleted_at, customer_id');
"""

JOURNALED = """
INSERT INTO journal_table VALUES('campaign'), ('campaign_text'), ('scenario'), ('scenario_draft'), ('saved_report'),
  ('revenue_plan');
"""


def scripts(_columns_of: Callable[[str], list[str]]) -> Iterator[str]:
    """The whole step as SQL scripts."""
    yield TABLES
    yield DERIVED
    yield JOURNALED
