"""From quote to cash: kinds of documents, services to bill, schedules, bank statements, dunning, mails, e-invoices.

The conventions of the first step hold. `CHECK(kind IN …)` of `document` and `allocation` grows without a rebuild of the
tables, since nothing stored depends on it (SQLite, "Making other kinds of table schema changes").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

VERSION = 2
# Tables in which this step adds rows of its own; all others must come through with the rows that they had.
ADDS = ("journal_table", "number_series")

COLUMNS = """
ALTER TABLE company ADD COLUMN contact_name TEXT NOT NULL DEFAULT '';
ALTER TABLE company ADD COLUMN electronic_scheme TEXT NOT NULL DEFAULT '';
ALTER TABLE company ADD COLUMN electronic_address TEXT NOT NULL DEFAULT '';
ALTER TABLE company ADD COLUMN qr_iban TEXT NOT NULL DEFAULT '';
ALTER TABLE company ADD COLUMN layout TEXT NOT NULL DEFAULT 'classic';
ALTER TABLE company ADD COLUMN paper TEXT NOT NULL DEFAULT 'a4' CHECK(paper IN ('a4', 'letter'));
ALTER TABLE company ADD COLUMN window TEXT NOT NULL DEFAULT 'din' CHECK(window IN ('din', 'swiss', 'us'));
ALTER TABLE company ADD COLUMN letter_paper_file_id INTEGER REFERENCES stored_file(id);
ALTER TABLE customer ADD COLUMN einvoice_format TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN electronic_scheme TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN electronic_address TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN invoice_email TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN dunning_hold TEXT NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN source_id INTEGER REFERENCES document(id);
ALTER TABLE document ADD COLUMN valid_until_on TEXT;
ALTER TABLE document ADD COLUMN outcome TEXT NOT NULL DEFAULT '' CHECK(outcome IN ('', 'accepted', 'declined'));
ALTER TABLE document ADD COLUMN outcome_on TEXT;
ALTER TABLE document ADD COLUMN outcome_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN dunning_hold TEXT NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN einvoice_format TEXT NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN payment_reference TEXT NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN schedule_id INTEGER;
CREATE INDEX document_source ON document(source_id) WHERE source_id IS NOT NULL;
ALTER TABLE document_line ADD COLUMN role TEXT NOT NULL DEFAULT 'item'
  CHECK(role IN ('item', 'optional', 'alternative', 'heading', 'subtotal', 'comment'));
ALTER TABLE document_line ADD COLUMN source_line_id INTEGER;
ALTER TABLE payment ADD COLUMN end_to_end TEXT NOT NULL DEFAULT '';
CREATE INDEX payment_customer ON payment(customer_id) WHERE customer_id IS NOT NULL;
ALTER TABLE contract ADD COLUMN notes_on_bill TEXT NOT NULL DEFAULT '';
"""

TABLES = """
CREATE TABLE document_deduction(
  id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, deducted_id INTEGER REFERENCES document(id), number TEXT NOT NULL, issue_on TEXT NOT NULL,
  category TEXT NOT NULL, rate_bp INTEGER NOT NULL DEFAULT 0, basis_minor INTEGER NOT NULL, tax_minor INTEGER NOT NULL);
CREATE INDEX document_deduction_document ON document_deduction(document_id);
CREATE INDEX document_deduction_deducted ON document_deduction(deducted_id);

CREATE TABLE schedule(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id),
  contract_id INTEGER UNIQUE REFERENCES contract(id) ON DELETE CASCADE, template_id INTEGER REFERENCES document(id),
  title TEXT NOT NULL, interval_months INTEGER NOT NULL DEFAULT 1 CHECK(interval_months BETWEEN 0 AND 120),
  interval_weeks INTEGER NOT NULL DEFAULT 0 CHECK(interval_weeks BETWEEN 0 AND 520), anchor_on TEXT NOT NULL,
  end_on TEXT, pause_from_on TEXT, pause_to_on TEXT,
  bill TEXT NOT NULL DEFAULT 'advance' CHECK(bill IN ('advance', 'arrears')), lead_days INTEGER NOT NULL DEFAULT 0,
  prorate INTEGER NOT NULL DEFAULT 1, line_name TEXT NOT NULL DEFAULT '', line_description TEXT NOT NULL DEFAULT '',
  intro TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT 'MON', price_scaled INTEGER NOT NULL DEFAULT 0,
  price_mode TEXT NOT NULL DEFAULT 'net' CHECK(price_mode IN ('net', 'gross')), currency TEXT NOT NULL,
  category TEXT NOT NULL DEFAULT 'S', rate_bp INTEGER NOT NULL DEFAULT 0, is_on INTEGER NOT NULL DEFAULT 1,
  deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  CHECK(interval_months > 0 OR interval_weeks > 0));
CREATE INDEX schedule_customer ON schedule(customer_id);
CREATE TABLE schedule_price(
  id INTEGER PRIMARY KEY AUTOINCREMENT, schedule_id INTEGER NOT NULL REFERENCES schedule(id) ON DELETE CASCADE,
  from_on TEXT NOT NULL, kind TEXT NOT NULL CHECK(kind IN ('price', 'percent')), price_scaled INTEGER,
  percent_scaled INTEGER, note TEXT NOT NULL DEFAULT '', UNIQUE(schedule_id, from_on));
CREATE TABLE schedule_period(
  id INTEGER PRIMARY KEY AUTOINCREMENT, schedule_id INTEGER NOT NULL REFERENCES schedule(id) ON DELETE CASCADE,
  from_on TEXT NOT NULL, to_on TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN ('billed', 'skipped')),
  document_id INTEGER REFERENCES document(id) ON DELETE SET NULL, made_at TEXT NOT NULL, UNIQUE(schedule_id, from_on));
CREATE INDEX schedule_period_document ON schedule_period(document_id);

CREATE TABLE service(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id),
  contract_id INTEGER REFERENCES contract(id), kind TEXT NOT NULL DEFAULT 'time' CHECK(kind IN ('time', 'job')),
  done_on TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', item_id INTEGER REFERENCES item(id),
  quantity_scaled INTEGER NOT NULL, unit TEXT NOT NULL DEFAULT 'HUR', price_scaled INTEGER NOT NULL DEFAULT 0,
  price_mode TEXT NOT NULL DEFAULT 'net' CHECK(price_mode IN ('net', 'gross')), currency TEXT NOT NULL,
  category TEXT NOT NULL DEFAULT 'S', rate_bp INTEGER NOT NULL DEFAULT 0,
  document_id INTEGER REFERENCES document(id) ON DELETE SET NULL, not_billed INTEGER NOT NULL DEFAULT 0,
  deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX service_waiting ON service(customer_id, done_on)
  WHERE document_id IS NULL AND deleted_at IS NULL AND not_billed = 0;
CREATE INDEX service_document ON service(document_id);
CREATE TABLE running_timer(
  id INTEGER PRIMARY KEY CHECK(id = 1), customer_id INTEGER REFERENCES customer(id) ON DELETE CASCADE,
  name TEXT NOT NULL DEFAULT '', item_id INTEGER REFERENCES item(id) ON DELETE SET NULL, started_at TEXT,
  seconds_before INTEGER NOT NULL DEFAULT 0);

CREATE TABLE bank_statement(
  id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL, file_name TEXT NOT NULL, format TEXT NOT NULL,
  account TEXT NOT NULL DEFAULT '', number TEXT NOT NULL DEFAULT '', from_on TEXT, to_on TEXT, currency TEXT NOT NULL,
  opening_minor INTEGER, closing_minor INTEGER, read_at TEXT NOT NULL);
CREATE TABLE bank_transaction(
  id INTEGER PRIMARY KEY AUTOINCREMENT, statement_id INTEGER NOT NULL REFERENCES bank_statement(id) ON DELETE CASCADE,
  fingerprint TEXT NOT NULL UNIQUE, booked_on TEXT NOT NULL, value_on TEXT, amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL, party TEXT NOT NULL DEFAULT '', party_iban TEXT NOT NULL DEFAULT '',
  purpose TEXT NOT NULL DEFAULT '', end_to_end TEXT NOT NULL DEFAULT '', bank_reference TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'open' CHECK(state IN ('open', 'booked', 'ignored')),
  payment_id INTEGER REFERENCES payment(id) ON DELETE SET NULL);
CREATE INDEX bank_transaction_open ON bank_transaction(booked_on) WHERE state = 'open';
CREATE INDEX bank_transaction_statement ON bank_transaction(statement_id);
CREATE INDEX bank_transaction_payment ON bank_transaction(payment_id);

CREATE TABLE dunning_level(
  id INTEGER PRIMARY KEY AUTOINCREMENT, position INTEGER NOT NULL UNIQUE, name TEXT NOT NULL, days INTEGER NOT NULL,
  deadline_days INTEGER NOT NULL DEFAULT 7, fee_minor INTEGER NOT NULL DEFAULT 0,
  with_interest INTEGER NOT NULL DEFAULT 0, texts TEXT NOT NULL DEFAULT '{}');
CREATE TABLE interest_rate(
  id INTEGER PRIMARY KEY AUTOINCREMENT, from_on TEXT NOT NULL UNIQUE, private_bp INTEGER NOT NULL,
  business_bp INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '');
CREATE TABLE dunning_letter(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER REFERENCES customer(id), number TEXT NOT NULL DEFAULT '',
  made_on TEXT NOT NULL, level INTEGER NOT NULL, deadline_on TEXT, language TEXT NOT NULL, currency TEXT NOT NULL,
  open_minor INTEGER NOT NULL, fee_minor INTEGER NOT NULL DEFAULT 0, interest_minor INTEGER NOT NULL DEFAULT 0,
  content TEXT NOT NULL DEFAULT '{}', file_id INTEGER REFERENCES stored_file(id), sent_at TEXT, created_at TEXT NOT NULL);
CREATE INDEX dunning_letter_customer ON dunning_letter(customer_id);
CREATE TABLE dunning_item(
  id INTEGER PRIMARY KEY AUTOINCREMENT, letter_id INTEGER NOT NULL REFERENCES dunning_letter(id) ON DELETE CASCADE,
  document_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE, level INTEGER NOT NULL,
  open_minor INTEGER NOT NULL, fee_minor INTEGER NOT NULL DEFAULT 0, interest_minor INTEGER NOT NULL DEFAULT 0,
  UNIQUE(document_id, level));
CREATE INDEX dunning_item_letter ON dunning_item(letter_id);

CREATE TABLE received_document(
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL DEFAULT 'invoice', format TEXT NOT NULL,
  sender TEXT NOT NULL, sender_vat_id TEXT NOT NULL DEFAULT '', number TEXT NOT NULL, issue_on TEXT, due_on TEXT,
  currency TEXT NOT NULL, net_minor INTEGER NOT NULL DEFAULT 0, tax_minor INTEGER NOT NULL DEFAULT 0,
  gross_minor INTEGER NOT NULL DEFAULT 0, content TEXT NOT NULL DEFAULT '{}', findings TEXT NOT NULL DEFAULT '[]',
  file_id INTEGER NOT NULL REFERENCES stored_file(id), paid_on TEXT, note TEXT NOT NULL DEFAULT '',
  deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE UNIQUE INDEX received_document_once ON received_document(file_id) WHERE deleted_at IS NULL;
CREATE INDEX received_document_due ON received_document(due_on) WHERE paid_on IS NULL AND deleted_at IS NULL;

CREATE TABLE mail_text(
  id INTEGER PRIMARY KEY AUTOINCREMENT, purpose TEXT NOT NULL, language TEXT NOT NULL, subject TEXT NOT NULL,
  body TEXT NOT NULL, UNIQUE(purpose, language));
CREATE TABLE mail(
  id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE, purpose TEXT NOT NULL,
  customer_id INTEGER REFERENCES customer(id) ON DELETE SET NULL, record TEXT NOT NULL DEFAULT '', record_id INTEGER,
  recipient TEXT NOT NULL, copies TEXT NOT NULL DEFAULT '', subject TEXT NOT NULL, body TEXT NOT NULL,
  files TEXT NOT NULL DEFAULT '[]',
  state TEXT NOT NULL CHECK(state IN ('waiting', 'sending', 'sent', 'failed', 'unsure', 'given_up')),
  attempts INTEGER NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT '', queued_at TEXT NOT NULL, tried_at TEXT,
  sent_at TEXT);
CREATE INDEX mail_waiting ON mail(queued_at) WHERE state IN ('waiting', 'sending', 'failed', 'unsure');
CREATE INDEX mail_record ON mail(record, record_id);
"""

DERIVED = """
DROP VIEW document_balance_now;
CREATE VIEW document_balance_now AS
SELECT d.id, d.customer_id,
  coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.document_id = d.id AND a.kind <> 'credit'), 0) AS paid_minor,
  coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.document_id = d.id AND a.kind = 'credit'), 0)
    AS credited_minor,
  CASE WHEN d.kind = 'credit_note'
    THEN coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.credit_note_id = d.id), 0) - d.due_minor
      - coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.document_id = d.id), 0)
    ELSE d.due_minor - coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.document_id = d.id), 0)
  END AS open_minor, d.due_on
FROM document d WHERE d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt');
"""

# The first letters of the new series, as in the first step: German or English by the language of the company.
SERIES = """
INSERT INTO number_series(kind, pattern, reset)
SELECT s.column1, CASE c.language WHEN 'de' THEN s.column2 ELSE s.column3 END || '-{year}-{counter:04}', 'yearly'
FROM company c, (VALUES ('quote', 'AN', 'QU'), ('order_confirmation', 'AB', 'OC'), ('delivery_note', 'LS', 'DN'),
  ('proforma', 'PF', 'PF'), ('dunning_letter', 'MA', 'RM')) s;
"""

JOURNALED = """
INSERT INTO journal_table VALUES('document_deduction'), ('schedule'), ('schedule_price'), ('schedule_period'),
  ('service'), ('bank_transaction'), ('bank_statement'), ('dunning_level'), ('interest_rate'), ('dunning_letter'),
  ('dunning_item'), ('received_document'), ('mail_text');
"""

_GROWN = (
    (
        "document",
        "CHECK(kind IN ('invoice', 'credit_note', 'receipt'))",
        "CHECK(kind IN ('invoice', 'credit_note', 'receipt', 'quote', 'order_confirmation', 'delivery_note', 'proforma'))",
    ),
    (
        "allocation",
        "CHECK(kind IN ('payment', 'credit', 'discount', 'write_off'))",
        "CHECK(kind IN ('payment', 'credit', 'discount', 'write_off', 'refund'))",
    ),
)

# What may still change on an issued document: notes, when it was sent, what became of it, whether to dun it.
_LOOSE = {"internal_note", "sent_at", "updated_at", "outcome", "outcome_on", "outcome_reason", "dunning_hold"}
_FROZEN_MESSAGE = "An issued document cannot be changed or deleted. Correct it with a credit note."


def _grow_checks() -> str:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    changes = "".join(
        f"UPDATE sqlite_master SET sql = replace(sql, {quoted(old)}, {quoted(new)}) "
        f"WHERE type = 'table' AND name = '{table}';\n"
        for table, old, new in _GROWN
    )
    return f"PRAGMA writable_schema = ON;\n{changes}PRAGMA writable_schema = RESET;\n"


def _frozen(document_columns: list[str]) -> str:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_FROZEN_MESSAGE}'); END;\n"
    changed = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in document_columns if c not in _LOOSE)
    parent = "EXISTS (SELECT 1 FROM document WHERE id = {row}.document_id AND state = 'issued'{more})"
    script = (
        "DROP TRIGGER document_frozen_update;\n"
        f"CREATE TRIGGER document_frozen_update BEFORE UPDATE ON document WHEN OLD.state = 'issued' AND ({changed}) {refuse}"
    )
    for event in ("INSERT", "UPDATE", "DELETE"):
        row, more = ("NEW" if event == "INSERT" else "OLD"), ("" if event == "UPDATE" else " AND imported = 0")
        script += (
            f"CREATE TRIGGER document_deduction_frozen_{event.lower()} BEFORE {event} ON document_deduction "
            f"WHEN {parent.format(row=row, more=more)} {refuse}"
        )
    return script + (
        "CREATE TRIGGER document_deduction_frozen_replace BEFORE INSERT ON document_deduction WHEN EXISTS (SELECT 1 FROM "
        "document_deduction x JOIN document d ON d.id = x.document_id WHERE x.id = NEW.id AND d.state = 'issued' "
        f"AND d.imported = 0) {refuse}"
    )


def scripts(columns_of: Callable[[str], list[str]]) -> Iterator[str]:
    """The whole step as SQL scripts; `columns_of(table)` names the columns of a table as the scripts before left it."""
    yield _grow_checks()
    yield COLUMNS
    yield TABLES
    yield DERIVED
    yield SERIES
    yield JOURNALED
    yield _frozen(columns_of("document"))
