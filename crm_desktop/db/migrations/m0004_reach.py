"""Seeing the business and reaching its customers: campaigns, scenarios, saved reports, plans; privacy: what was erased.

The conventions of the first step hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

VERSION = 4
# Tables in which this step adds rows of its own; all others must come through with the rows that they had.
ADDS = ("journal_table", "derived", "derived_source")

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

# What figures read in a moment instead of adding up all documents: filled in by `DERIVED`.
DERIVED = ""

JOURNALED = """
INSERT INTO journal_table VALUES('campaign'), ('campaign_text'), ('scenario'), ('scenario_draft'), ('saved_report'),
  ('revenue_plan');
"""


def scripts(_columns_of: Callable[[str], list[str]]) -> Iterator[str]:
    """The whole step as SQL scripts."""
    yield TABLES
    yield DERIVED
    yield JOURNALED
