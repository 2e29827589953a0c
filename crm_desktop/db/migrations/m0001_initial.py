"""The first schema: company, customers, catalogue, contracts, documents, payments, reminders, journal.

Conventions that the data layer relies on:
* a table named in `journal_table` gets triggers that write its changes to the journal;
* a table T named in `derived` is the content of the view T_now and is refreshed at commit for the rows in `stale`;
  `derived_source` says which change of which table makes which row of T stale (`{row}` is NEW or OLD);
* columns ending in `_minor` are money in minor units, `_scaled` are millionths, `_bp` are hundredths of a per cent,
  `_on` are days (YYYY-MM-DD), `_at` are instants in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

VERSION = 1
ADDS: tuple[str, ...] = ()

TABLES = """
CREATE TABLE journal_step(
  id INTEGER PRIMARY KEY AUTOINCREMENT, made_at TEXT NOT NULL, title TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'do' CHECK(kind IN ('do', 'undo', 'redo')),
  undoable INTEGER NOT NULL DEFAULT 1, undo_of INTEGER REFERENCES journal_step(id) ON DELETE SET NULL,
  undone_by INTEGER REFERENCES journal_step(id) ON DELETE SET NULL);
CREATE TABLE journal_change(
  id INTEGER PRIMARY KEY, step_id INTEGER NOT NULL REFERENCES journal_step(id) ON DELETE CASCADE,
  table_name TEXT NOT NULL, row_id INTEGER NOT NULL, operation TEXT NOT NULL CHECK(operation IN ('i', 'u', 'd')),
  before TEXT, after TEXT);
CREATE INDEX journal_change_step ON journal_change(step_id);
CREATE INDEX journal_change_row ON journal_change(table_name, row_id);
CREATE TABLE journal_open(id INTEGER PRIMARY KEY CHECK(id = 1), step_id INTEGER);
INSERT INTO journal_open VALUES(1, NULL);
CREATE TABLE journal_table(name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE derived(name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE derived_source(
  derived TEXT NOT NULL, source TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY(derived, source, owner)) WITHOUT ROWID;
CREATE TABLE stale(derived TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY(derived, id)) WITHOUT ROWID;

CREATE TABLE stored_file(
  id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE, media_type TEXT NOT NULL, size INTEGER NOT NULL,
  content BLOB NOT NULL);
CREATE TABLE attachment(
  id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, owner_id INTEGER NOT NULL,
  file_id INTEGER NOT NULL REFERENCES stored_file(id), name TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE INDEX attachment_owner ON attachment(owner, owner_id);

CREATE TABLE company(
  id INTEGER PRIMARY KEY CHECK(id = 1), name TEXT NOT NULL DEFAULT '', tagline TEXT NOT NULL DEFAULT '',
  owner TEXT NOT NULL DEFAULT '', street TEXT NOT NULL DEFAULT '', postcode TEXT NOT NULL DEFAULT '',
  city TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT '', country TEXT NOT NULL, language TEXT NOT NULL,
  currency TEXT NOT NULL, tax_status TEXT NOT NULL DEFAULT 'regular' CHECK(tax_status IN ('regular', 'small', 'none')),
  price_mode TEXT NOT NULL DEFAULT 'net' CHECK(price_mode IN ('net', 'gross')),
  vat_id TEXT NOT NULL DEFAULT '', tax_number TEXT NOT NULL DEFAULT '', seller_id TEXT NOT NULL DEFAULT '',
  register_number TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '',
  website TEXT NOT NULL DEFAULT '', bank_name TEXT NOT NULL DEFAULT '', account_holder TEXT NOT NULL DEFAULT '',
  iban TEXT NOT NULL DEFAULT '', bic TEXT NOT NULL DEFAULT '', logo_file_id INTEGER REFERENCES stored_file(id),
  accent TEXT NOT NULL DEFAULT '#8A5A16', payment_terms_id INTEGER, is_sample INTEGER NOT NULL DEFAULT 0,
  texts TEXT NOT NULL DEFAULT '{}', updated_at TEXT NOT NULL);
CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tax_rate(
  id INTEGER PRIMARY KEY AUTOINCREMENT, category TEXT NOT NULL, rate_bp INTEGER NOT NULL CHECK(rate_bp BETWEEN 0 AND 10000),
  name TEXT NOT NULL DEFAULT '', valid_from TEXT NOT NULL, valid_to TEXT, position INTEGER NOT NULL DEFAULT 0);
CREATE TABLE number_series(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL UNIQUE, pattern TEXT NOT NULL,
  reset TEXT NOT NULL DEFAULT 'yearly' CHECK(reset IN ('yearly', 'never')));
CREATE TABLE number_counter(
  kind TEXT NOT NULL, period TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY(kind, period)) WITHOUT ROWID;
CREATE TABLE payment_terms(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, days INTEGER NOT NULL DEFAULT 14,
  basis TEXT NOT NULL DEFAULT 'date' CHECK(basis IN ('date', 'month_end', 'day_of_next_month')),
  discount_bp INTEGER NOT NULL DEFAULT 0, discount_days INTEGER NOT NULL DEFAULT 0, position INTEGER NOT NULL DEFAULT 0,
  deleted_at TEXT);

CREATE TABLE customer(
  id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('organisation', 'person')), name TEXT NOT NULL, company TEXT NOT NULL DEFAULT '',
  salutation TEXT NOT NULL DEFAULT '', title TEXT NOT NULL DEFAULT '', first_name TEXT NOT NULL DEFAULT '',
  last_name TEXT NOT NULL DEFAULT '', addition TEXT NOT NULL DEFAULT '', street TEXT NOT NULL DEFAULT '',
  postcode TEXT NOT NULL DEFAULT '', city TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT '',
  country TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '',
  website TEXT NOT NULL DEFAULT '', vat_id TEXT NOT NULL DEFAULT '', tax_number TEXT NOT NULL DEFAULT '',
  iban TEXT NOT NULL DEFAULT '', bic TEXT NOT NULL DEFAULT '', bank_name TEXT NOT NULL DEFAULT '', birthday_on TEXT,
  language TEXT NOT NULL DEFAULT '', currency TEXT NOT NULL DEFAULT '',
  payment_terms_id INTEGER REFERENCES payment_terms(id) ON DELETE SET NULL, buyer_reference TEXT NOT NULL DEFAULT '',
  served_by TEXT NOT NULL DEFAULT '', notes TEXT NOT NULL DEFAULT '', archived_at TEXT, deleted_at TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE UNIQUE INDEX customer_number ON customer(number) WHERE deleted_at IS NULL;
CREATE INDEX customer_email ON customer(email) WHERE email <> '';
CREATE INDEX customer_bin ON customer(deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX customer_birthday ON customer(substr(birthday_on, 6)) WHERE birthday_on IS NOT NULL;
CREATE TABLE customer_address(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  kind TEXT NOT NULL DEFAULT 'delivery' CHECK(kind IN ('billing', 'delivery')), name TEXT NOT NULL DEFAULT '',
  addition TEXT NOT NULL DEFAULT '', street TEXT NOT NULL DEFAULT '', postcode TEXT NOT NULL DEFAULT '',
  city TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT '', country TEXT NOT NULL DEFAULT '');
CREATE INDEX customer_address_customer ON customer_address(customer_id);
CREATE TABLE contact_channel(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK(kind IN ('email', 'phone', 'web')), value TEXT NOT NULL, label TEXT NOT NULL DEFAULT '');
CREATE INDEX contact_channel_customer ON contact_channel(customer_id);
CREATE TABLE contact_person(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  salutation TEXT NOT NULL DEFAULT '', title TEXT NOT NULL DEFAULT '', first_name TEXT NOT NULL DEFAULT '',
  last_name TEXT NOT NULL DEFAULT '', role TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '', birthday_on TEXT, position INTEGER NOT NULL DEFAULT 0);
CREATE INDEX contact_person_customer ON contact_person(customer_id);
CREATE TABLE tag(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE NOCASE);
CREATE TABLE customer_tag(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tag(id) ON DELETE CASCADE, UNIQUE(customer_id, tag_id));
CREATE INDEX customer_tag_tag ON customer_tag(tag_id);
CREATE TABLE custom_field(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  kind TEXT NOT NULL CHECK(kind IN ('text', 'number', 'date', 'choice', 'bool')), choices TEXT NOT NULL DEFAULT '[]',
  position INTEGER NOT NULL DEFAULT 0);
CREATE TABLE custom_value(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  field_id INTEGER NOT NULL REFERENCES custom_field(id) ON DELETE CASCADE, value TEXT NOT NULL,
  UNIQUE(customer_id, field_id));
CREATE INDEX custom_value_field ON custom_value(field_id);

CREATE TABLE item(
  id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'product' CHECK(kind IN ('product', 'service')), name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT 'C62', price_scaled INTEGER NOT NULL DEFAULT 0,
  price_mode TEXT NOT NULL DEFAULT 'net' CHECK(price_mode IN ('net', 'gross')), currency TEXT NOT NULL,
  category TEXT NOT NULL DEFAULT 'S', rate_bp INTEGER NOT NULL DEFAULT 0, archived_at TEXT, deleted_at TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE UNIQUE INDEX item_number ON item(number) WHERE deleted_at IS NULL;
CREATE TABLE item_name(
  id INTEGER PRIMARY KEY AUTOINCREMENT, item_id INTEGER NOT NULL REFERENCES item(id) ON DELETE CASCADE,
  language TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', UNIQUE(item_id, language));

CREATE TABLE contract(
  id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL,
  direction TEXT NOT NULL DEFAULT 'income' CHECK(direction IN ('income', 'expense')),
  customer_id INTEGER REFERENCES customer(id), payee TEXT NOT NULL DEFAULT '', title TEXT NOT NULL,
  start_on TEXT, end_on TEXT, notice_count INTEGER NOT NULL DEFAULT 0,
  notice_unit TEXT NOT NULL DEFAULT 'month' CHECK(notice_unit IN ('day', 'week', 'month', 'year')),
  renewal_months INTEGER NOT NULL DEFAULT 0, value_minor INTEGER NOT NULL DEFAULT 0, currency TEXT NOT NULL,
  interval TEXT NOT NULL DEFAULT 'month' CHECK(interval IN ('once', 'week', 'month', 'quarter', 'half_year', 'year')),
  state TEXT NOT NULL DEFAULT 'active' CHECK(state IN ('draft', 'active', 'notice_given', 'ended')),
  notes TEXT NOT NULL DEFAULT '', deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE UNIQUE INDEX contract_number ON contract(number) WHERE deleted_at IS NULL;
CREATE INDEX contract_customer ON contract(customer_id);

CREATE TABLE document(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK(kind IN ('invoice', 'credit_note', 'receipt')),
  state TEXT NOT NULL DEFAULT 'draft' CHECK(state IN ('draft', 'issued')), number TEXT, type_code TEXT NOT NULL DEFAULT '380',
  customer_id INTEGER REFERENCES customer(id), contact_person_id INTEGER, contract_id INTEGER REFERENCES contract(id),
  delivery_address_id INTEGER, language TEXT NOT NULL, currency TEXT NOT NULL,
  price_mode TEXT NOT NULL CHECK(price_mode IN ('net', 'gross')), issue_on TEXT, due_on TEXT, service_from_on TEXT,
  service_to_on TEXT, payment_terms_id INTEGER, terms TEXT NOT NULL DEFAULT '{}', order_number TEXT NOT NULL DEFAULT '',
  buyer_reference TEXT NOT NULL DEFAULT '', intro TEXT NOT NULL DEFAULT '', closing TEXT NOT NULL DEFAULT '',
  exemption_reason TEXT NOT NULL DEFAULT '', exemption_code TEXT NOT NULL DEFAULT '',
  preceding_id INTEGER REFERENCES document(id), preceding_number TEXT NOT NULL DEFAULT '', preceding_on TEXT,
  cash_rounding_minor INTEGER NOT NULL DEFAULT 0, tax_currency TEXT NOT NULL DEFAULT '', tax_currency_rate TEXT,
  seller TEXT, buyer TEXT, ship_to TEXT, line_total_minor INTEGER NOT NULL DEFAULT 0,
  allowance_total_minor INTEGER NOT NULL DEFAULT 0, charge_total_minor INTEGER NOT NULL DEFAULT 0,
  tax_basis_minor INTEGER NOT NULL DEFAULT 0, tax_total_minor INTEGER NOT NULL DEFAULT 0,
  grand_total_minor INTEGER NOT NULL DEFAULT 0, prepaid_minor INTEGER NOT NULL DEFAULT 0,
  rounding_minor INTEGER NOT NULL DEFAULT 0, due_minor INTEGER NOT NULL DEFAULT 0,
  tax_accounting_minor INTEGER, imported INTEGER NOT NULL DEFAULT 0, paid_at_issue TEXT NOT NULL DEFAULT '',
  internal_note TEXT NOT NULL DEFAULT '', sent_at TEXT, deleted_at TEXT, issued_at TEXT, created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL);
CREATE UNIQUE INDEX document_number ON document(kind, number) WHERE number IS NOT NULL;
CREATE INDEX document_customer ON document(customer_id, issue_on);
CREATE INDEX document_issue ON document(issue_on);
CREATE INDEX document_due ON document(due_on);
CREATE INDEX document_preceding ON document(preceding_id);
CREATE TABLE document_line(
  id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, item_id INTEGER, item_number TEXT NOT NULL DEFAULT '', name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '', quantity_scaled INTEGER NOT NULL, unit TEXT NOT NULL DEFAULT 'C62',
  price_scaled INTEGER NOT NULL, base_quantity_scaled INTEGER NOT NULL DEFAULT 1000000, category TEXT NOT NULL,
  rate_bp INTEGER NOT NULL DEFAULT 0, net_minor INTEGER NOT NULL DEFAULT 0, gross_minor INTEGER);
CREATE INDEX document_line_document ON document_line(document_id, position);
CREATE TABLE document_adjustment(
  id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  line_position INTEGER, position INTEGER NOT NULL DEFAULT 0, is_charge INTEGER NOT NULL DEFAULT 0, percent_scaled INTEGER,
  amount_minor INTEGER NOT NULL DEFAULT 0, base_minor INTEGER, reason TEXT NOT NULL DEFAULT '',
  category TEXT NOT NULL DEFAULT '', rate_bp INTEGER, is_split INTEGER NOT NULL DEFAULT 0);
CREATE INDEX document_adjustment_document ON document_adjustment(document_id);
CREATE TABLE document_tax(
  id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  category TEXT NOT NULL, rate_bp INTEGER NOT NULL, basis_minor INTEGER NOT NULL, tax_minor INTEGER NOT NULL,
  exemption_reason TEXT NOT NULL DEFAULT '', exemption_code TEXT NOT NULL DEFAULT '');
CREATE INDEX document_tax_document ON document_tax(document_id);
CREATE TABLE document_file(
  id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  kind TEXT NOT NULL, sha256 TEXT NOT NULL, content BLOB NOT NULL, created_at TEXT NOT NULL, UNIQUE(document_id, kind));
CREATE TABLE payment(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER REFERENCES customer(id), paid_on TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, method TEXT NOT NULL DEFAULT 'transfer',
  reference TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL);
CREATE INDEX payment_day ON payment(paid_on);
CREATE TABLE allocation(
  id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  payment_id INTEGER REFERENCES payment(id) ON DELETE CASCADE, credit_note_id INTEGER REFERENCES document(id),
  kind TEXT NOT NULL DEFAULT 'payment' CHECK(kind IN ('payment', 'credit', 'discount', 'write_off')),
  amount_minor INTEGER NOT NULL, made_on TEXT NOT NULL);
CREATE INDEX allocation_document ON allocation(document_id);
CREATE INDEX allocation_payment ON allocation(payment_id);
CREATE INDEX allocation_credit ON allocation(credit_note_id);

CREATE TABLE timeline_entry(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  kind TEXT NOT NULL, happened_at TEXT NOT NULL, direction TEXT NOT NULL DEFAULT '', minutes INTEGER,
  who TEXT NOT NULL DEFAULT '', title TEXT NOT NULL DEFAULT '', body TEXT NOT NULL DEFAULT '',
  record TEXT NOT NULL DEFAULT '', record_id INTEGER, amount_minor INTEGER, currency TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL);
CREATE INDEX timeline_customer ON timeline_entry(customer_id, happened_at);
CREATE INDEX timeline_record ON timeline_entry(record, record_id);
CREATE INDEX timeline_kind ON timeline_entry(customer_id, kind);
CREATE TABLE reminder(
  id INTEGER PRIMARY KEY AUTOINCREMENT, due_on TEXT NOT NULL, due_time TEXT, title TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '', customer_id INTEGER REFERENCES customer(id) ON DELETE CASCADE,
  contract_id INTEGER REFERENCES contract(id) ON DELETE CASCADE,
  document_id INTEGER REFERENCES document(id) ON DELETE CASCADE,
  origin TEXT NOT NULL DEFAULT 'hand' CHECK(origin IN ('hand', 'overdue')), snoozes INTEGER NOT NULL DEFAULT 0,
  done_at TEXT, deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX reminder_due ON reminder(due_on) WHERE done_at IS NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX reminder_overdue ON reminder(document_id) WHERE origin = 'overdue';
CREATE INDEX reminder_customer ON reminder(customer_id);

CREATE TABLE import_run(
  id INTEGER PRIMARY KEY AUTOINCREMENT, made_at TEXT NOT NULL, file_name TEXT NOT NULL, sha256 TEXT NOT NULL,
  kind TEXT NOT NULL, result TEXT NOT NULL, step_id INTEGER REFERENCES journal_step(id) ON DELETE SET NULL,
  undone_at TEXT);
CREATE TABLE import_mapping(fingerprint TEXT PRIMARY KEY, kind TEXT NOT NULL, mapping TEXT NOT NULL, used_at TEXT NOT NULL)
  WITHOUT ROWID;
"""

DERIVED = """
CREATE TABLE document_balance(
  id INTEGER PRIMARY KEY, customer_id INTEGER, paid_minor INTEGER NOT NULL, credited_minor INTEGER NOT NULL,
  open_minor INTEGER NOT NULL, due_on TEXT);
CREATE INDEX document_balance_open ON document_balance(due_on) WHERE open_minor <> 0;
CREATE INDEX document_balance_customer ON document_balance(customer_id) WHERE open_minor <> 0;
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
FROM document d WHERE d.state = 'issued';

CREATE TABLE customer_list(
  id INTEGER PRIMARY KEY, shelf INTEGER NOT NULL, kind TEXT NOT NULL, sort_name TEXT NOT NULL, sort_city TEXT NOT NULL,
  number TEXT NOT NULL, open_minor INTEGER NOT NULL, oldest_due_on TEXT, last_contact_at TEXT);
CREATE INDEX customer_list_name ON customer_list(shelf, sort_name, id);
CREATE INDEX customer_list_city ON customer_list(shelf, sort_city, id);
CREATE INDEX customer_list_number ON customer_list(shelf, number, id);
CREATE INDEX customer_list_open ON customer_list(shelf, open_minor, id);
CREATE INDEX customer_list_contact ON customer_list(shelf, last_contact_at, id);
CREATE VIEW customer_list_now AS
SELECT c.id, CASE WHEN c.deleted_at IS NOT NULL THEN 2 WHEN c.archived_at IS NOT NULL THEN 1 ELSE 0 END AS shelf, c.kind,
  fold(c.name) AS sort_name, fold(c.city) AS sort_city, c.number,
  coalesce((SELECT sum(b.open_minor) FROM document_balance b JOIN document d ON d.id = b.id
    WHERE b.customer_id = c.id AND b.open_minor <> 0 AND d.currency = (SELECT currency FROM company)), 0) AS open_minor,
  (SELECT min(b.due_on) FROM document_balance b WHERE b.customer_id = c.id AND b.open_minor > 0) AS oldest_due_on,
  (SELECT max(t.happened_at) FROM timeline_entry t WHERE t.customer_id = c.id) AS last_contact_at
FROM customer c;

CREATE VIRTUAL TABLE customer_search USING fts5(name, rest, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3 4');
CREATE VIEW customer_search_now AS
SELECT c.id, fold(c.name) AS name,
  fold(c.number || ' ' || c.company || ' ' || c.first_name || ' ' || c.last_name || ' ' || c.street || ' ' || c.postcode
    || ' ' || c.city || ' ' || c.email || ' ' || c.phone || ' ' || digits_of(c.phone) || ' ' || c.vat_id
    || coalesce((SELECT ' ' || group_concat(k.value || ' ' || digits_of(k.value), ' ') FROM contact_channel k
         WHERE k.customer_id = c.id), '')
    || coalesce((SELECT ' ' || group_concat(p.first_name || ' ' || p.last_name || ' ' || p.email || ' ' || p.phone, ' ')
         FROM contact_person p WHERE p.customer_id = c.id), '')) AS rest
FROM customer c WHERE c.deleted_at IS NULL;
CREATE VIRTUAL TABLE customer_parts USING fts5(text, tokenize = "trigram");
CREATE VIEW customer_parts_now AS
SELECT c.id, fold(c.name || ' ' || c.city) || ' ' || digits_of(c.phone) AS text
FROM customer c WHERE c.deleted_at IS NULL;

INSERT INTO derived VALUES('document_balance', 1), ('customer_list', 2), ('customer_search', 3), ('customer_parts', 4);
INSERT INTO derived_source VALUES
  ('document_balance', 'document', '{row}.id'),
  ('document_balance', 'allocation', '{row}.document_id'),
  ('document_balance', 'allocation', '{row}.credit_note_id'),
  ('customer_list', 'customer', '{row}.id'),
  ('customer_list', 'document', '{row}.customer_id'),
  ('customer_list', 'allocation', '(SELECT customer_id FROM document WHERE id = {row}.document_id)'),
  ('customer_list', 'timeline_entry', '{row}.customer_id'),
  ('customer_search', 'customer', '{row}.id'),
  ('customer_search', 'contact_channel', '{row}.customer_id'),
  ('customer_search', 'contact_person', '{row}.customer_id'),
  ('customer_parts', 'customer', '{row}.id');
"""

JOURNALED = """
INSERT INTO journal_table VALUES('attachment'), ('company'), ('tax_rate'), ('number_series'), ('payment_terms'), ('customer'),
  ('customer_address'), ('contact_channel'), ('contact_person'), ('tag'), ('customer_tag'), ('custom_field'),
  ('custom_value'), ('item'), ('item_name'), ('contract'), ('document'), ('document_line'), ('document_adjustment'),
  ('document_tax'), ('payment'), ('allocation'), ('timeline_entry'), ('reminder');
"""

# What may still change on an issued document: our own note, when it was sent, the time stamp.
_LOOSE = {"internal_note", "sent_at", "updated_at"}
_FROZEN_MESSAGE = "An issued document cannot be changed or deleted. Correct it with a credit note."


def _frozen_children(table: str) -> str:
    """Triggers that keep the rows of an issued document as they are; an import may still be taken back as a whole."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_FROZEN_MESSAGE}'); END;\n"
    parent = "EXISTS (SELECT 1 FROM document WHERE id = {row}.document_id AND state = 'issued'{more})"
    return "".join(
        f"CREATE TRIGGER {table}_frozen_{event.lower()} BEFORE {event} ON {table} WHEN "
        f"{parent.format(row='NEW' if event == 'INSERT' else 'OLD', more=' AND imported = 0' if event != 'UPDATE' else '')} "
        f"{refuse}"
        for event in ("INSERT", "UPDATE", "DELETE")
    )


def _never_replaced() -> str:
    """Triggers against `INSERT OR REPLACE`, which takes a row away without its delete triggers."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_FROZEN_MESSAGE}'); END;\n"
    issued = "EXISTS (SELECT 1 FROM {found} AND d.state = 'issued' AND d.imported = 0)"
    taken = {
        "document": "document d WHERE (d.id = NEW.id OR (d.kind = NEW.kind AND d.number = NEW.number))",
        "document_file": "document_file x JOIN document d ON d.id = x.document_id WHERE (x.id = NEW.id "
        "OR (x.document_id = NEW.document_id AND x.kind = NEW.kind))",
    }
    for table in ("document_line", "document_adjustment", "document_tax"):
        taken[table] = f"{table} x JOIN document d ON d.id = x.document_id WHERE x.id = NEW.id"
    return "".join(
        f"CREATE TRIGGER {table}_frozen_replace BEFORE INSERT ON {table} WHEN {issued.format(found=found)} {refuse}"
        for table, found in taken.items()
    )


def frozen(document_columns: list[str]) -> str:
    """The triggers that freeze issued documents, given the columns of `document`."""
    changed = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in document_columns if c not in _LOOSE)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_FROZEN_MESSAGE}'); END;\n"
    return (
        f"CREATE TRIGGER document_frozen_update BEFORE UPDATE ON document WHEN OLD.state = 'issued' AND ({changed}) {refuse}"
        "CREATE TRIGGER document_frozen_delete BEFORE DELETE ON document "
        f"WHEN OLD.state = 'issued' AND OLD.imported = 0 {refuse}"
        + "".join(_frozen_children(t) for t in ("document_line", "document_adjustment", "document_tax"))
        + f"CREATE TRIGGER document_file_frozen_update BEFORE UPDATE ON document_file {refuse}"
        "CREATE TRIGGER document_file_frozen_delete BEFORE DELETE ON document_file "
        f"WHEN EXISTS (SELECT 1 FROM document WHERE id = OLD.document_id AND state = 'issued' AND imported = 0) {refuse}"
        + _never_replaced()
    )


def scripts(columns_of: Callable[[str], list[str]]) -> Iterator[str]:
    """The whole step as SQL scripts; `columns_of(table)` names the columns of a table that an earlier script created."""
    yield TABLES
    yield DERIVED
    yield JOURNALED
    yield frozen(columns_of("document"))
