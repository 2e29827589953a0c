"""Knowing the customer: lifecycle, pipeline, contract terms, promises, cases, what customers own, groups, rules of the owner.

The conventions of the first step hold. Stages, checklists and levels are rows that the owner edits; a row with a `code` and
an empty `name` is one of ours and is shown under its translated name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

VERSION = 3
# Tables in which this step adds rows of its own; all others must come through with the rows that they had.
ADDS = ("journal_table", "number_series", "derived", "derived_source")

TABLES = """
CREATE TABLE source(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE UNIQUE, cost_minor INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '');
CREATE TABLE competitor(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE UNIQUE, website TEXT NOT NULL DEFAULT '',
  strengths TEXT NOT NULL DEFAULT '', weaknesses TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', updated_at TEXT NOT NULL);

CREATE TABLE lifecycle_stage(
  id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL DEFAULT '', name TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0, CHECK(code <> '' OR name <> ''));
CREATE UNIQUE INDEX lifecycle_stage_code ON lifecycle_stage(code) WHERE code <> '';
CREATE TABLE lifecycle_rule(
  id INTEGER PRIMARY KEY AUTOINCREMENT, position INTEGER NOT NULL DEFAULT 0,
  event TEXT NOT NULL
  CHECK(event IN ('opportunity', 'quote', 'first_invoice', 'first_paid_invoice', 'orders', 'quiet', 'idle_days')),
  amount_scaled INTEGER NOT NULL DEFAULT 0, from_stages TEXT NOT NULL DEFAULT '[]',
  to_stage_id INTEGER NOT NULL REFERENCES lifecycle_stage(id) ON DELETE CASCADE, is_on INTEGER NOT NULL DEFAULT 1);
CREATE TABLE stage_change(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  from_stage_id INTEGER REFERENCES lifecycle_stage(id) ON DELETE SET NULL,
  to_stage_id INTEGER REFERENCES lifecycle_stage(id) ON DELETE SET NULL, changed_on TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '', rule_id INTEGER REFERENCES lifecycle_rule(id) ON DELETE SET NULL, created_at TEXT NOT NULL);
CREATE INDEX stage_change_customer ON stage_change(customer_id, changed_on);

CREATE TABLE checklist(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',
  starts TEXT NOT NULL DEFAULT 'hand' CHECK(starts IN ('hand', 'won', 'first_invoice')), is_on INTEGER NOT NULL DEFAULT 1,
  deleted_at TEXT);
CREATE TABLE checklist_step(
  id INTEGER PRIMARY KEY AUTOINCREMENT, checklist_id INTEGER NOT NULL REFERENCES checklist(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, title TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', days_after INTEGER NOT NULL DEFAULT 0);
CREATE INDEX checklist_step_checklist ON checklist_step(checklist_id, position);
CREATE TABLE checklist_run(
  id INTEGER PRIMARY KEY AUTOINCREMENT, checklist_id INTEGER NOT NULL REFERENCES checklist(id) ON DELETE CASCADE,
  customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE, name TEXT NOT NULL, started_on TEXT NOT NULL,
  ended_at TEXT, UNIQUE(checklist_id, customer_id));
CREATE INDEX checklist_run_customer ON checklist_run(customer_id);
CREATE TABLE checklist_task(
  id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL REFERENCES checklist_run(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, title TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', due_on TEXT NOT NULL, done_at TEXT);
CREATE INDEX checklist_task_run ON checklist_task(run_id, position);
CREATE INDEX checklist_task_due ON checklist_task(due_on) WHERE done_at IS NULL;

CREATE TABLE pipeline_stage(
  id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL DEFAULT '', name TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0, probability_bp INTEGER NOT NULL DEFAULT 0 CHECK(probability_bp BETWEEN 0 AND 10000),
  stale_days INTEGER NOT NULL DEFAULT 14, CHECK(code <> '' OR name <> ''));
CREATE UNIQUE INDEX pipeline_stage_code ON pipeline_stage(code) WHERE code <> '';
CREATE TABLE opportunity(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id),
  contact_person_id INTEGER REFERENCES contact_person(id) ON DELETE SET NULL, title TEXT NOT NULL,
  stage_id INTEGER NOT NULL REFERENCES pipeline_stage(id), position INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'open' CHECK(state IN ('open', 'won', 'lost')),
  value_minor INTEGER NOT NULL DEFAULT 0, currency TEXT NOT NULL, probability_bp INTEGER, expected_on TEXT,
  next_step TEXT NOT NULL DEFAULT '', next_on TEXT, source_id INTEGER REFERENCES source(id) ON DELETE SET NULL,
  budget INTEGER NOT NULL DEFAULT 0 CHECK(budget BETWEEN 0 AND 2), authority INTEGER NOT NULL DEFAULT 0 CHECK(authority BETWEEN 0 AND 2),
  need INTEGER NOT NULL DEFAULT 0 CHECK(need BETWEEN 0 AND 2), timing INTEGER NOT NULL DEFAULT 0 CHECK(timing BETWEEN 0 AND 2),
  bant_notes TEXT NOT NULL DEFAULT '{}', lost_reason TEXT NOT NULL DEFAULT '',
  competitor_id INTEGER REFERENCES competitor(id) ON DELETE SET NULL, notes TEXT NOT NULL DEFAULT '', closed_on TEXT,
  moved_at TEXT NOT NULL, touched_at TEXT NOT NULL, deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX opportunity_board ON opportunity(stage_id, position) WHERE state = 'open' AND deleted_at IS NULL;
CREATE INDEX opportunity_customer ON opportunity(customer_id);
CREATE INDEX opportunity_closed ON opportunity(closed_on) WHERE state <> 'open';
CREATE TABLE opportunity_move(
  id INTEGER PRIMARY KEY AUTOINCREMENT, opportunity_id INTEGER NOT NULL REFERENCES opportunity(id) ON DELETE CASCADE,
  from_stage_id INTEGER REFERENCES pipeline_stage(id) ON DELETE SET NULL,
  to_stage_id INTEGER REFERENCES pipeline_stage(id) ON DELETE SET NULL, state TEXT NOT NULL DEFAULT 'open',
  value_minor INTEGER NOT NULL DEFAULT 0, moved_at TEXT NOT NULL);
CREATE INDEX opportunity_move_opportunity ON opportunity_move(opportunity_id);
CREATE TABLE opportunity_link(
  id INTEGER PRIMARY KEY AUTOINCREMENT, opportunity_id INTEGER NOT NULL REFERENCES opportunity(id) ON DELETE CASCADE,
  record TEXT NOT NULL CHECK(record IN ('document', 'contract')), record_id INTEGER NOT NULL,
  UNIQUE(opportunity_id, record, record_id));
CREATE INDEX opportunity_link_record ON opportunity_link(record, record_id);

CREATE TABLE contract_state(
  id INTEGER PRIMARY KEY AUTOINCREMENT, contract_id INTEGER NOT NULL REFERENCES contract(id) ON DELETE CASCADE,
  state TEXT NOT NULL, from_on TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL);
CREATE INDEX contract_state_contract ON contract_state(contract_id, from_on);
CREATE TABLE contract_price(
  id INTEGER PRIMARY KEY AUTOINCREMENT, contract_id INTEGER NOT NULL REFERENCES contract(id) ON DELETE CASCADE,
  from_on TEXT NOT NULL, kind TEXT NOT NULL CHECK(kind IN ('price', 'percent')), value_minor INTEGER, percent_scaled INTEGER,
  note TEXT NOT NULL DEFAULT '', UNIQUE(contract_id, from_on));
CREATE TABLE letter_text(
  id INTEGER PRIMARY KEY AUTOINCREMENT, purpose TEXT NOT NULL, language TEXT NOT NULL, name TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '', body TEXT NOT NULL, updated_at TEXT NOT NULL, UNIQUE(purpose, language, name));

CREATE TABLE customer_date(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  contact_person_id INTEGER REFERENCES contact_person(id) ON DELETE CASCADE, title TEXT NOT NULL, day_on TEXT NOT NULL,
  is_yearly INTEGER NOT NULL DEFAULT 1);
CREATE INDEX customer_date_customer ON customer_date(customer_id);
CREATE INDEX customer_date_day ON customer_date(substr(day_on, 6));

CREATE TABLE owned_product(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id),
  item_id INTEGER REFERENCES item(id) ON DELETE SET NULL, document_id INTEGER REFERENCES document(id) ON DELETE SET NULL,
  name TEXT NOT NULL, serial TEXT NOT NULL DEFAULT '', bought_on TEXT, warranty_until_on TEXT,
  service_months INTEGER NOT NULL DEFAULT 0 CHECK(service_months BETWEEN 0 AND 600), next_service_on TEXT,
  notes TEXT NOT NULL DEFAULT '', deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX owned_product_customer ON owned_product(customer_id);
CREATE INDEX owned_product_service ON owned_product(next_service_on) WHERE next_service_on IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX owned_product_serial ON owned_product(serial) WHERE serial <> '';
CREATE TABLE support_case(
  id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL UNIQUE, customer_id INTEGER NOT NULL REFERENCES customer(id),
  contact_person_id INTEGER REFERENCES contact_person(id) ON DELETE SET NULL,
  kind TEXT NOT NULL CHECK(kind IN ('question', 'complaint', 'return', 'repair', 'maintenance')),
  state TEXT NOT NULL DEFAULT 'open' CHECK(state IN ('open', 'waiting', 'solved', 'closed')),
  priority INTEGER NOT NULL DEFAULT 0 CHECK(priority BETWEEN -1 AND 1), title TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '', solution TEXT NOT NULL DEFAULT '', due_on TEXT, opened_at TEXT NOT NULL, solved_at TEXT,
  closed_at TEXT, item_id INTEGER REFERENCES item(id) ON DELETE SET NULL,
  owned_product_id INTEGER REFERENCES owned_product(id) ON DELETE SET NULL,
  document_id INTEGER REFERENCES document(id) ON DELETE SET NULL, cost_minor INTEGER NOT NULL DEFAULT 0,
  currency TEXT NOT NULL, deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX support_case_customer ON support_case(customer_id, state);
CREATE INDEX support_case_due ON support_case(due_on) WHERE state IN ('open', 'waiting') AND deleted_at IS NULL;
CREATE TABLE case_note(
  id INTEGER PRIMARY KEY AUTOINCREMENT, case_id INTEGER NOT NULL REFERENCES support_case(id) ON DELETE CASCADE,
  made_at TEXT NOT NULL, body TEXT NOT NULL, minutes INTEGER NOT NULL DEFAULT 0,
  service_id INTEGER REFERENCES service(id) ON DELETE SET NULL);
CREATE INDEX case_note_case ON case_note(case_id, made_at);
CREATE TABLE case_due(
  kind TEXT NOT NULL, priority INTEGER NOT NULL, days INTEGER NOT NULL, id INTEGER PRIMARY KEY AUTOINCREMENT,
  UNIQUE(kind, priority));
CREATE TABLE feedback(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK(kind IN ('nps', 'satisfaction')), code TEXT NOT NULL UNIQUE, record TEXT NOT NULL DEFAULT '',
  record_id INTEGER, asked_on TEXT NOT NULL, answered_on TEXT, score INTEGER CHECK(score BETWEEN 0 AND 10),
  comment TEXT NOT NULL DEFAULT '', followed_up_at TEXT, created_at TEXT NOT NULL);
CREATE INDEX feedback_customer ON feedback(customer_id, asked_on);
CREATE UNIQUE INDEX feedback_once ON feedback(record, record_id, kind) WHERE record_id IS NOT NULL;
CREATE TABLE loyalty_level(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, from_minor INTEGER NOT NULL, discount_bp INTEGER NOT NULL DEFAULT 0
  CHECK(discount_bp BETWEEN 0 AND 10000));
CREATE TABLE loyalty_entry(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  made_on TEXT NOT NULL, points INTEGER NOT NULL, expires_on TEXT, reason TEXT NOT NULL DEFAULT '',
  record TEXT NOT NULL DEFAULT '', record_id INTEGER, created_at TEXT NOT NULL);
CREATE INDEX loyalty_entry_customer ON loyalty_entry(customer_id, made_on);
CREATE UNIQUE INDEX loyalty_entry_once ON loyalty_entry(record, record_id) WHERE record_id IS NOT NULL;
CREATE TABLE price_list(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE UNIQUE, currency TEXT NOT NULL,
  price_mode TEXT NOT NULL DEFAULT 'net' CHECK(price_mode IN ('net', 'gross')), percent_scaled INTEGER NOT NULL DEFAULT 0,
  from_on TEXT, to_on TEXT, note TEXT NOT NULL DEFAULT '', updated_at TEXT NOT NULL);
CREATE TABLE price_list_price(
  id INTEGER PRIMARY KEY AUTOINCREMENT, price_list_id INTEGER NOT NULL REFERENCES price_list(id) ON DELETE CASCADE,
  item_id INTEGER NOT NULL REFERENCES item(id) ON DELETE CASCADE, from_quantity_scaled INTEGER NOT NULL DEFAULT 0,
  price_scaled INTEGER NOT NULL, UNIQUE(price_list_id, item_id, from_quantity_scaled));

CREATE TABLE customer_relation(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  other_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK(kind IN ('parent', 'recommended', 'household', 'partner', 'other')), note TEXT NOT NULL DEFAULT '',
  CHECK(customer_id <> other_id), UNIQUE(customer_id, other_id, kind));
CREATE INDEX customer_relation_other ON customer_relation(other_id);
CREATE TABLE consent(
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  contact_person_id INTEGER REFERENCES contact_person(id) ON DELETE CASCADE, purpose TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('given', 'refused', 'withdrawn')), on_day_on TEXT NOT NULL, source TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL);
CREATE INDEX consent_customer ON consent(customer_id, purpose, on_day_on);
CREATE TABLE segment(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE, conditions TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',
  deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE UNIQUE INDEX segment_name ON segment(name) WHERE deleted_at IS NULL;
CREATE TABLE segment_count(
  segment_id INTEGER NOT NULL REFERENCES segment(id) ON DELETE CASCADE, on_day_on TEXT NOT NULL, customers INTEGER NOT NULL,
  PRIMARY KEY(segment_id, on_day_on)) WITHOUT ROWID;

CREATE TABLE owner_rule(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, event TEXT NOT NULL, conditions TEXT NOT NULL DEFAULT '[]',
  actions TEXT NOT NULL DEFAULT '[]', is_on INTEGER NOT NULL DEFAULT 0, on_since_at TEXT, deleted_at TEXT, created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL);
CREATE TABLE owner_rule_run(
  id INTEGER PRIMARY KEY AUTOINCREMENT, rule_id INTEGER NOT NULL REFERENCES owner_rule(id) ON DELETE CASCADE,
  event_key TEXT NOT NULL, customer_id INTEGER REFERENCES customer(id) ON DELETE SET NULL, ran_at TEXT NOT NULL,
  step_id INTEGER REFERENCES journal_step(id) ON DELETE SET NULL, did TEXT NOT NULL DEFAULT '', UNIQUE(rule_id, event_key));
CREATE INDEX owner_rule_run_customer ON owner_rule_run(customer_id);

CREATE TABLE file_text(
  file_id INTEGER PRIMARY KEY REFERENCES stored_file(id) ON DELETE CASCADE, text TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '',
  read_at TEXT NOT NULL);
"""

COLUMNS = """
ALTER TABLE journal_step ADD COLUMN by_itself INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN stage_id INTEGER REFERENCES lifecycle_stage(id) ON DELETE SET NULL;
ALTER TABLE customer ADD COLUMN stage_by_hand INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN source_id INTEGER REFERENCES source(id) ON DELETE SET NULL;
ALTER TABLE customer ADD COLUMN touch_days INTEGER;
ALTER TABLE customer ADD COLUMN price_list_id INTEGER REFERENCES price_list(id) ON DELETE SET NULL;
ALTER TABLE customer ADD COLUMN credit_limit_minor INTEGER;
ALTER TABLE customer ADD COLUMN price_mode TEXT NOT NULL DEFAULT '' CHECK(price_mode IN ('', 'net', 'gross'));
ALTER TABLE customer ADD COLUMN tone TEXT NOT NULL DEFAULT '' CHECK(tone IN ('', 'formal', 'friendly'));
CREATE INDEX customer_stage ON customer(stage_id) WHERE stage_id IS NOT NULL;
CREATE INDEX customer_touch ON customer(touch_days) WHERE touch_days IS NOT NULL;
ALTER TABLE tag ADD COLUMN touch_days INTEGER;
ALTER TABLE contact_person ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN warranty_months INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN service_months INTEGER NOT NULL DEFAULT 0;
ALTER TABLE timeline_entry ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE timeline_entry ADD COLUMN contact_person_id INTEGER REFERENCES contact_person(id) ON DELETE SET NULL;
ALTER TABLE timeline_entry ADD COLUMN message_id TEXT NOT NULL DEFAULT '';
ALTER TABLE timeline_entry ADD COLUMN updated_at TEXT NOT NULL DEFAULT '';
CREATE INDEX timeline_message ON timeline_entry(message_id) WHERE message_id <> '';
ALTER TABLE reminder ADD COLUMN priority INTEGER NOT NULL DEFAULT 0 CHECK(priority BETWEEN -1 AND 1);
ALTER TABLE reminder ADD COLUMN repeats TEXT NOT NULL DEFAULT '';
ALTER TABLE reminder ADD COLUMN repeats_from TEXT NOT NULL DEFAULT 'due' CHECK(repeats_from IN ('due', 'done'));
ALTER TABLE reminder ADD COLUMN anchor_on TEXT;
ALTER TABLE reminder ADD COLUMN origin_key TEXT NOT NULL DEFAULT '';
ALTER TABLE reminder ADD COLUMN ical_uid TEXT NOT NULL DEFAULT '';
ALTER TABLE reminder ADD COLUMN opportunity_id INTEGER REFERENCES opportunity(id) ON DELETE CASCADE;
ALTER TABLE reminder ADD COLUMN case_id INTEGER REFERENCES support_case(id) ON DELETE CASCADE;
CREATE UNIQUE INDEX reminder_once ON reminder(origin, origin_key) WHERE origin_key <> '';
CREATE UNIQUE INDEX reminder_ical ON reminder(ical_uid) WHERE ical_uid <> '';
CREATE INDEX reminder_opportunity ON reminder(opportunity_id) WHERE opportunity_id IS NOT NULL;
CREATE INDEX reminder_case ON reminder(case_id) WHERE case_id IS NOT NULL;
ALTER TABLE contract ADD COLUMN notice_to TEXT NOT NULL DEFAULT 'term'
  CHECK(notice_to IN ('term', 'month', 'quarter', 'half_year', 'year', 'any'));
ALTER TABLE contract ADD COLUMN signed_on TEXT;
ALTER TABLE contract ADD COLUMN notice_given_on TEXT;
ALTER TABLE contract ADD COLUMN notice_by TEXT NOT NULL DEFAULT '' CHECK(notice_by IN ('', 'us', 'them'));
ALTER TABLE contract ADD COLUMN ends_on TEXT;
ALTER TABLE contract ADD COLUMN remind_days TEXT NOT NULL DEFAULT '';
ALTER TABLE contract ADD COLUMN inform_from_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contract ADD COLUMN inform_to_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contract ADD COLUMN informed_on TEXT;
ALTER TABLE contract ADD COLUMN renewed_from_id INTEGER REFERENCES contract(id) ON DELETE SET NULL;
ALTER TABLE allocation ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE bank_transaction ADD COLUMN received_id INTEGER REFERENCES received_document(id) ON DELETE SET NULL;
"""

# What was written by hand is found from anywhere; what the program writes is found by its own record.
SEARCH = """
CREATE VIRTUAL TABLE timeline_search USING fts5(text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
CREATE TRIGGER timeline_search_insert AFTER INSERT ON timeline_entry
WHEN NEW.kind IN ('note', 'call', 'email', 'meeting', 'letter', 'message', 'visit') BEGIN
  INSERT INTO timeline_search(rowid, text) VALUES(NEW.id, NEW.title || ' ' || NEW.body || ' ' || NEW.who); END;
CREATE TRIGGER timeline_search_update AFTER UPDATE OF kind, title, body, who ON timeline_entry
WHEN NEW.kind IN ('note', 'call', 'email', 'meeting', 'letter', 'message', 'visit') BEGIN
  DELETE FROM timeline_search WHERE rowid = NEW.id;
  INSERT INTO timeline_search(rowid, text) VALUES(NEW.id, NEW.title || ' ' || NEW.body || ' ' || NEW.who); END;
CREATE TRIGGER timeline_search_delete AFTER DELETE ON timeline_entry
WHEN OLD.kind IN ('note', 'call', 'email', 'meeting', 'letter', 'message', 'visit') BEGIN
  DELETE FROM timeline_search WHERE rowid = OLD.id; END;
INSERT INTO timeline_search(rowid, text) SELECT id, title || ' ' || body || ' ' || who FROM timeline_entry
  WHERE kind IN ('note', 'call', 'email', 'meeting', 'letter', 'message', 'visit');
CREATE VIRTUAL TABLE file_search USING fts5(text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
CREATE TRIGGER file_search_insert AFTER INSERT ON file_text BEGIN
  INSERT INTO file_search(rowid, text) VALUES(NEW.file_id, NEW.text); END;
CREATE TRIGGER file_search_update AFTER UPDATE OF text ON file_text BEGIN
  DELETE FROM file_search WHERE rowid = NEW.file_id;
  INSERT INTO file_search(rowid, text) VALUES(NEW.file_id, NEW.text); END;
CREATE TRIGGER file_search_delete AFTER DELETE ON file_text BEGIN DELETE FROM file_search WHERE rowid = OLD.file_id; END;
"""

# customer_list: what is open with records that were merged into one counts for that one. customer_phone: the last six
# digits of every number, by which a caller is looked up before the numbers are compared exactly.
DERIVED = """
CREATE INDEX timeline_merged ON timeline_entry(customer_id, record_id) WHERE kind = 'merged';
CREATE INDEX timeline_merged_into ON timeline_entry(record_id, customer_id) WHERE kind = 'merged';
DROP VIEW customer_list_now;
CREATE VIEW customer_list_now AS
SELECT c.id, CASE WHEN c.deleted_at IS NOT NULL THEN 2 WHEN c.archived_at IS NOT NULL THEN 1 ELSE 0 END AS shelf, c.kind,
  fold(c.name) AS sort_name, fold(c.city) AS sort_city, c.number,
  coalesce((SELECT sum(b.open_minor) FROM document_balance b JOIN document d ON d.id = b.id
    WHERE b.open_minor <> 0 AND d.currency = (SELECT currency FROM company) AND b.customer_id IN
    (SELECT c.id UNION ALL SELECT m.record_id FROM timeline_entry m JOIN customer x ON x.id = m.record_id
      WHERE m.customer_id = c.id AND m.kind = 'merged' AND m.record = 'customer' AND x.archived_at IS NOT NULL)), 0) AS open_minor,
  (SELECT min(b.due_on) FROM document_balance b WHERE b.open_minor <> 0 AND b.open_minor > 0 AND b.customer_id IN
    (SELECT c.id UNION ALL SELECT m.record_id FROM timeline_entry m JOIN customer x ON x.id = m.record_id
      WHERE m.customer_id = c.id AND m.kind = 'merged' AND m.record = 'customer' AND x.archived_at IS NOT NULL)) AS oldest_due_on,
  (SELECT max(t.happened_at) FROM timeline_entry t WHERE t.customer_id = c.id
    AND t.kind NOT IN ('merged', 'stage', 'checklist', 'rule', 'loyalty', 'reminder')) AS last_contact_at
FROM customer c;

CREATE VIRTUAL TABLE customer_phone USING fts5(tails, tokenize = "unicode61");
CREATE VIEW customer_phone_now AS
SELECT c.id, phone_tail(c.phone)
  || coalesce((SELECT ' ' || group_concat(phone_tail(k.value), ' ') FROM contact_channel k
       WHERE k.customer_id = c.id AND k.kind = 'phone'), '')
  || coalesce((SELECT ' ' || group_concat(phone_tail(p.phone), ' ') FROM contact_person p
       WHERE p.customer_id = c.id AND p.phone <> ''), '') AS tails
FROM customer c WHERE c.deleted_at IS NULL;
INSERT INTO derived VALUES('customer_phone', 5);
-- Which columns of the source count when a row is changed; all of them where none is named.
ALTER TABLE derived_source ADD COLUMN columns TEXT NOT NULL DEFAULT '';
UPDATE derived_source SET columns = 'kind, name, city, number, archived_at, deleted_at'
  WHERE derived = 'customer_list' AND source = 'customer';
UPDATE derived_source SET columns = 'number, name, company, first_name, last_name, street, postcode, city, email, phone, '
  || 'vat_id, deleted_at' WHERE derived = 'customer_search' AND source = 'customer';
UPDATE derived_source SET columns = 'name, city, phone, deleted_at' WHERE derived = 'customer_parts' AND source = 'customer';
INSERT INTO derived_source(derived, source, owner, columns) VALUES
  ('customer_list', 'document', '(SELECT m.customer_id FROM timeline_entry m
    WHERE m.kind = ''merged'' AND m.record = ''customer'' AND m.record_id =
    {row}.customer_id ORDER BY m.id DESC LIMIT 1)', ''),
  ('customer_list', 'allocation', '(SELECT m.customer_id FROM timeline_entry m
    WHERE m.kind = ''merged'' AND m.record = ''customer'' AND m.record_id =
    (SELECT customer_id FROM document WHERE id = {row}.document_id) ORDER BY m.id DESC LIMIT 1)', ''),
  ('customer_phone', 'customer', '{row}.id', 'phone, deleted_at'),
  ('customer_phone', 'contact_channel', '{row}.customer_id', 'kind, value'),
  ('customer_phone', 'contact_person', '{row}.customer_id', 'phone');
"""

DEFAULTS = """
INSERT INTO lifecycle_stage(code, position) VALUES('suspect', 1), ('prospect', 2), ('lead', 3), ('customer', 4),
  ('regular', 5), ('at_risk', 6), ('lost', 7);
INSERT INTO lifecycle_rule(position, event, amount_scaled, from_stages, to_stage_id, is_on)
SELECT r.column1, r.column2, r.column3, r.column4, s.id, r.column6 FROM (VALUES
  (1, 'opportunity', 0, '["", "suspect", "prospect"]', 'lead', 1),
  (2, 'first_paid_invoice', 0, '["", "suspect", "prospect", "lead", "at_risk", "lost"]', 'customer', 1),
  (3, 'orders', 4000000, '["customer"]', 'regular', 1),
  (4, 'quiet', 2000000, '["customer", "regular"]', 'at_risk', 1),
  (5, 'quiet', 4000000, '["at_risk"]', 'lost', 0)) r JOIN lifecycle_stage s ON s.code = r.column5;
INSERT INTO pipeline_stage(code, position, probability_bp, stale_days) VALUES('enquiry', 1, 1000, 7),
  ('qualified', 2, 2500, 14), ('offer', 3, 5000, 14), ('negotiation', 4, 7500, 10);
INSERT INTO case_due(kind, priority, days) VALUES
  ('question', -1, 7), ('question', 0, 3), ('question', 1, 1), ('complaint', -1, 5), ('complaint', 0, 2), ('complaint', 1, 1),
  ('return', -1, 14), ('return', 0, 7), ('return', 1, 3), ('repair', -1, 21), ('repair', 0, 14), ('repair', 1, 5),
  ('maintenance', -1, 30), ('maintenance', 0, 14), ('maintenance', 1, 7);
INSERT INTO number_series(kind, pattern, reset)
SELECT 'case', CASE c.language WHEN 'de' THEN 'VG' ELSE 'CA' END || '-{year}-{counter:04}', 'yearly' FROM company c;
"""

JOURNALED = """
INSERT INTO journal_table VALUES('source'), ('competitor'), ('lifecycle_stage'), ('lifecycle_rule'), ('stage_change'),
  ('checklist'), ('checklist_step'), ('checklist_run'), ('checklist_task'), ('pipeline_stage'), ('opportunity'),
  ('opportunity_move'), ('opportunity_link'), ('contract_state'), ('contract_price'), ('letter_text'), ('customer_date'),
  ('owned_product'), ('support_case'), ('case_note'), ('case_due'), ('feedback'), ('loyalty_level'), ('loyalty_entry'),
  ('price_list'), ('price_list_price'), ('customer_relation'), ('consent'), ('segment'), ('owner_rule');
"""

_GROWN = (
    (
        "reminder",
        "CHECK(origin IN ('hand', 'overdue'))",
        (
            "CHECK(origin IN ('hand', 'overdue', 'repeat', 'touch', 'date', 'checklist', 'case', 'service', "
            "'opportunity', 'contract', 'rule', 'feedback'))"
        ),
    ),
)


def _grow_checks() -> str:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    changes = "".join(
        f"UPDATE sqlite_master SET sql = replace(sql, {quoted(old)}, {quoted(new)}) "
        f"WHERE type = 'table' AND name = '{table}';\n"
        for table, old, new in _GROWN
    )
    return f"PRAGMA writable_schema = ON;\n{changes}PRAGMA writable_schema = RESET;\n"


def scripts(_columns_of: Callable[[str], list[str]]) -> Iterator[str]:
    """The whole step as SQL scripts."""
    yield _grow_checks()
    yield TABLES
    yield COLUMNS
    yield SEARCH
    yield DERIVED
    yield DEFAULTS
    yield JOURNALED
