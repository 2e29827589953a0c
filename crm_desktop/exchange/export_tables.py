"""What an export holds: one table per kind of record, as SQL whose column names carry their unit (`_minor`, `_on` …)."""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.core.i18n import N_


@dataclass(frozen=True)
class Table:
    """One kind of record: the name of its files, its title for people, and its rows."""

    name: str
    title: str
    sql: str


_CUSTOMER = "(SELECT number FROM customer c WHERE c.id = {table}.customer_id) AS customer_number"

TABLES = (
    Table(
        "company",
        N_("Company"),
        "SELECT name, tagline, owner, street, postcode, city, state, country, language, currency, tax_status, price_mode, "
        "vat_id, tax_number, seller_id, register_number, phone, email, website, bank_name, account_holder, iban, bic, qr_iban, "
        "contact_name, electronic_scheme, electronic_address, layout, paper, window FROM company",
    ),
    Table(
        "customers",
        N_("Customers"),
        "SELECT number, kind, name, company, salutation, title, first_name, last_name, addition, street, postcode, city, "
        "state, country, email, (SELECT group_concat(value, '; ') FROM contact_channel k WHERE k.customer_id = c.id AND "
        "k.kind = 'email') AS more_emails, phone, (SELECT group_concat(value, '; ') FROM contact_channel k WHERE "
        "k.customer_id = c.id AND k.kind = 'phone') AS more_phones, website, vat_id, tax_number, iban, bic, bank_name, "
        "birthday_on, language, currency, buyer_reference, einvoice_format, electronic_scheme, electronic_address, "
        "invoice_email, dunning_hold, (SELECT coalesce(nullif(s.name, ''), s.code) FROM lifecycle_stage s WHERE "
        "s.id = c.stage_id) AS stage, (SELECT s.name FROM source s WHERE s.id = c.source_id) AS source, touch_days, "
        "(SELECT l.name FROM price_list l WHERE l.id = c.price_list_id) AS price_list, credit_limit_minor, price_mode, tone, "
        "(SELECT group_concat(t.name, '; ') FROM customer_tag x JOIN tag t "
        "ON t.id = x.tag_id WHERE x.customer_id = c.id) AS tags, served_by, notes, (SELECT json_group_object(f.name, v.value) "
        "FROM custom_value v JOIN custom_field f ON f.id = v.field_id WHERE v.customer_id = c.id HAVING count(*) > 0) AS own_fields, "
        "archived_at FROM customer c WHERE deleted_at IS NULL ORDER BY number",
    ),
    Table(
        "contact_persons",
        N_("Contact persons"),
        f"SELECT {_CUSTOMER.format(table='p')}, salutation, title, first_name, last_name, role, email, phone, birthday_on "
        "FROM contact_person p ORDER BY customer_number, position, id",
    ),
    Table(
        "addresses",
        N_("Further addresses"),
        f"SELECT {_CUSTOMER.format(table='a')}, kind, name, addition, street, postcode, city, state, country "
        "FROM customer_address a ORDER BY customer_number, id",
    ),
    Table(
        "catalogue",
        N_("Price list"),
        "SELECT number, kind, name, description, product_group, unit, price_scaled, price_mode, currency, category, rate_bp, "
        "archived_at "
        "FROM item WHERE deleted_at IS NULL ORDER BY number",
    ),
    Table(
        "catalogue_names",
        N_("Price list in other languages"),
        "SELECT i.number AS item_number, n.language, n.name, n.description FROM item_name n JOIN item i ON i.id = n.item_id "
        "WHERE i.deleted_at IS NULL ORDER BY i.number, n.language",
    ),
    Table(
        "contracts",
        N_("Contracts"),
        f"SELECT number, direction, {_CUSTOMER.format(table='k')}, coalesce((SELECT name FROM customer c WHERE "
        "c.id = k.customer_id), payee) AS party, title, start_on, end_on, notice_count, notice_unit, renewal_months, "
        "notice_to, signed_on, notice_given_on, notice_by, ends_on, remind_days, inform_from_days, inform_to_days, informed_on, "
        "value_minor, currency, interval, state, (SELECT number FROM contract p WHERE p.id = k.renewed_from_id) AS follows, "
        "notes FROM contract k WHERE deleted_at IS NULL ORDER BY number",
    ),
    Table(
        "contract_prices",
        N_("Changes of price in contracts"),
        "SELECT k.number AS contract, p.from_on, p.kind, p.value_minor, k.currency, p.percent_scaled, p.note FROM contract_price p "
        "JOIN contract k ON k.id = p.contract_id WHERE k.deleted_at IS NULL ORDER BY k.number, p.from_on",
    ),
    Table(
        "contract_states",
        N_("History of contracts"),
        "SELECT k.number AS contract, h.state, h.from_on, h.reason FROM contract_state h JOIN contract k ON k.id = h.contract_id "
        "WHERE k.deleted_at IS NULL ORDER BY k.number, h.id",
    ),
    Table(
        "letter_texts",
        N_("Words of letters"),
        "SELECT purpose, language, name, subject, body FROM letter_text ORDER BY purpose, language, name",
    ),
    Table(
        "invoices",
        N_("Invoices"),
        f"SELECT number, kind, state, type_code, {_CUSTOMER.format(table='d')}, json_extract(buyer, '$.name') AS customer, "
        "issue_on, due_on, service_from_on, service_to_on, order_number, buyer_reference, preceding_number, currency, "
        "price_mode, line_total_minor, allowance_total_minor, charge_total_minor, tax_basis_minor, tax_total_minor, "
        "grand_total_minor, prepaid_minor, rounding_minor, due_minor AS payable_minor, (SELECT open_minor FROM document_balance b WHERE "
        "b.id = d.id) AS open_minor, internal_note, imported, "
        "einvoice_format, payment_reference, sent_at, dunning_hold, "
        "valid_until_on, outcome, outcome_on, outcome_reason, (SELECT number FROM document s WHERE s.id = d.source_id) AS follows "
        "FROM document d WHERE deleted_at IS NULL ORDER BY issue_on, number, id",
    ),
    Table(
        "invoice_lines",
        N_("Lines of invoices"),
        "SELECT d.number AS invoice, l.position, l.item_number, l.name, l.description, l.quantity_scaled, l.unit, "
        "l.price_scaled, l.base_quantity_scaled, d.price_mode, d.currency, l.category, l.rate_bp, l.net_minor, l.gross_minor, l.role, "
        "coalesce((SELECT i.product_group FROM item i WHERE i.id = l.item_id), '') AS product_group "
        "FROM document_line l JOIN document d ON d.id = l.document_id WHERE d.deleted_at IS NULL "
        "ORDER BY d.issue_on, d.number, d.id, l.position",
    ),
    Table(
        "invoice_discounts",
        N_("Discounts and charges"),
        "SELECT d.number AS invoice, a.line_position AS line, a.is_charge, a.percent_scaled, a.amount_minor, a.base_minor, "
        "d.currency, a.reason, a.category, a.rate_bp, a.is_split AS computed FROM document_adjustment a JOIN document d "
        "ON d.id = a.document_id WHERE d.deleted_at IS NULL ORDER BY d.issue_on, d.number, d.id, a.id",
    ),
    Table(
        "invoice_taxes",
        N_("Tax by rate"),
        "SELECT d.number AS invoice, t.category, t.rate_bp, t.basis_minor, t.tax_minor, d.currency, t.exemption_reason, "
        "t.exemption_code FROM document_tax t JOIN document d ON d.id = t.document_id WHERE d.deleted_at IS NULL "
        "ORDER BY d.issue_on, d.number, d.id, t.id",
    ),
    Table(
        "invoice_deductions",
        N_("Deposits deducted"),
        "SELECT d.number AS invoice, x.number AS deducted, x.issue_on, x.category, x.rate_bp, x.basis_minor, x.tax_minor, "
        "d.currency FROM document_deduction x JOIN document d ON d.id = x.document_id WHERE d.deleted_at IS NULL "
        "ORDER BY d.issue_on, d.number, d.id, x.position",
    ),
    Table(
        "payments",
        N_("Payments"),
        f"SELECT p.paid_on, {_CUSTOMER.format(table='p')}, p.amount_minor, p.currency, p.method, p.reference, "
        "p.end_to_end, p.note "
        "FROM payment p ORDER BY p.paid_on, p.id",
    ),
    Table(
        "allocations",
        N_("What payments settled"),
        "SELECT d.number AS invoice, a.kind, a.amount_minor, d.currency, a.made_on, p.paid_on, n.number AS credit_note "
        "FROM allocation a JOIN document d ON d.id = a.document_id LEFT JOIN payment p ON p.id = a.payment_id "
        "LEFT JOIN document n ON n.id = a.credit_note_id ORDER BY a.made_on, a.id",
    ),
    Table(
        "work_done",
        N_("Work noted"),
        f"SELECT s.done_on, {_CUSTOMER.format(table='s')}, s.kind, s.name, s.description, s.quantity_scaled, s.unit, "
        "s.price_scaled, s.price_mode, s.currency, s.category, s.rate_bp, s.not_billed, d.number AS invoice "
        "FROM service s LEFT JOIN document d ON d.id = s.document_id WHERE s.deleted_at IS NULL ORDER BY s.done_on, s.id",
    ),
    Table(
        "recurring_bills",
        N_("Recurring bills"),
        f"SELECT s.title, {_CUSTOMER.format(table='s')}, (SELECT number FROM contract k WHERE k.id = s.contract_id) AS contract, "
        "(SELECT number FROM document t WHERE t.id = s.template_id) AS follows, s.interval_months, s.interval_weeks, "
        "s.anchor_on, s.end_on, s.pause_from_on, s.pause_to_on, s.bill, s.lead_days, s.prorate, s.line_name, "
        "s.line_description, s.intro, s.unit, s.price_scaled, s.price_mode, s.currency, s.category, s.rate_bp, "
        "s.is_on AS active FROM schedule s WHERE s.deleted_at IS NULL ORDER BY s.title, s.id",
    ),
    Table(
        "recurring_periods",
        N_("Periods billed or skipped"),
        "SELECT s.title, p.from_on, p.to_on, p.state, d.number AS invoice FROM schedule_period p "
        "JOIN schedule s ON s.id = p.schedule_id LEFT JOIN document d ON d.id = p.document_id ORDER BY s.title, p.from_on",
    ),
    Table(
        "reminders",
        N_("Reminders"),
        f"SELECT due_on, due_time, title, note, {_CUSTOMER.format(table='r')}, (SELECT number FROM contract k WHERE "
        "k.id = r.contract_id) AS contract, (SELECT number FROM document d WHERE d.id = r.document_id) AS invoice, priority, "
        "repeats, repeats_from, snoozes, origin, done_at FROM reminder r WHERE deleted_at IS NULL ORDER BY due_on, id",
    ),
    Table(
        "opportunities",
        N_("Deals"),
        f"SELECT o.id, {_CUSTOMER.format(table='o')}, o.title, coalesce(nullif(g.name, ''), g.code) AS stage, o.state, "
        "o.value_minor, o.currency, coalesce(o.probability_bp, g.probability_bp) AS probability_bp, o.expected_on, o.next_step, "
        "o.next_on, s.name AS source, o.budget, o.authority, o.need, o.timing, o.lost_reason, x.name AS competitor, "
        "o.closed_on, o.notes, o.created_at FROM opportunity o JOIN pipeline_stage g ON g.id = o.stage_id LEFT JOIN source s "
        "ON s.id = o.source_id LEFT JOIN competitor x ON x.id = o.competitor_id WHERE o.deleted_at IS NULL ORDER BY o.id",
    ),
    Table(
        "opportunity_papers",
        N_("Papers of deals"),
        "SELECT l.opportunity_id AS deal, coalesce(d.kind, l.record) AS kind, coalesce(d.number, k.number) AS number FROM "
        "opportunity_link l LEFT JOIN document d ON l.record = 'document' AND d.id = l.record_id LEFT JOIN contract k "
        "ON l.record = 'contract' AND k.id = l.record_id ORDER BY l.id",
    ),
    Table(
        "pipeline_stages",
        N_("Stages of deals"),
        "SELECT coalesce(nullif(name, ''), code) AS stage, probability_bp, stale_days FROM pipeline_stage ORDER BY position, id",
    ),
    Table(
        "sources",
        N_("Sources of deals"),
        "SELECT name, cost_minor, (SELECT currency FROM company) AS currency, note FROM source ORDER BY name",
    ),
    Table(
        "competitors",
        N_("Competitors"),
        "SELECT name, website, strengths, weaknesses, note FROM competitor ORDER BY name",
    ),
    Table(
        "opportunity_moves",
        N_("Moves of deals"),
        "SELECT m.opportunity_id AS deal, coalesce(nullif(f.name, ''), f.code) AS from_stage, coalesce(nullif(t.name, ''), t.code) "
        "AS to_stage, m.state, m.value_minor, o.currency, m.moved_at FROM opportunity_move m JOIN opportunity o ON "
        "o.id = m.opportunity_id AND o.deleted_at IS NULL LEFT JOIN pipeline_stage f ON f.id = m.from_stage_id "
        "LEFT JOIN pipeline_stage t ON t.id = m.to_stage_id ORDER BY m.id",
    ),
    Table(
        "cases",
        N_("Cases"),
        f"SELECT k.number, k.kind, k.state, k.priority, {_CUSTOMER.format(table='k')}, k.title, k.description, k.solution, "
        "k.due_on, k.opened_at, k.solved_at, coalesce(p.name, i.name) AS product, p.serial, d.number AS invoice, "
        "(SELECT sum(n.minutes) FROM case_note n WHERE n.case_id = k.id) AS minutes, k.cost_minor, k.currency "
        "FROM support_case k LEFT JOIN owned_product p ON p.id = k.owned_product_id LEFT JOIN item i ON i.id = k.item_id "
        "LEFT JOIN document d ON d.id = k.document_id WHERE k.deleted_at IS NULL ORDER BY k.id",
    ),
    Table(
        "case_notes",
        N_("Notes on cases"),
        "SELECT k.number AS case_number, n.made_at, n.body, n.minutes FROM case_note n JOIN support_case k ON k.id = n.case_id "
        "WHERE k.deleted_at IS NULL ORDER BY n.case_id, n.id",
    ),
    Table(
        "products-owned",
        N_("Products of customers"),
        f"SELECT {_CUSTOMER.format(table='p')}, p.name, p.serial, i.number AS item_number, d.number AS invoice, p.bought_on, "
        "p.warranty_until_on, p.service_months, p.next_service_on, p.notes FROM owned_product p LEFT JOIN item i "
        "ON i.id = p.item_id LEFT JOIN document d ON d.id = p.document_id WHERE p.deleted_at IS NULL ORDER BY p.id",
    ),
    Table(
        "case_rules",
        N_("When cases are due"),
        "SELECT kind, priority, days FROM case_due ORDER BY kind, priority",
    ),
    Table(
        "feedback",
        N_("Feedback"),
        f"SELECT {_CUSTOMER.format(table='f')}, kind, code, asked_on, answered_on, score, comment FROM feedback f ORDER BY id",
    ),
    Table(
        "loyalty_levels",
        N_("Loyalty levels"),
        "SELECT name, from_minor, discount_bp FROM loyalty_level ORDER BY from_minor",
    ),
    Table(
        "loyalty_points",
        N_("Loyalty points"),
        f"SELECT {_CUSTOMER.format(table='e')}, made_on, points, expires_on, reason FROM loyalty_entry e ORDER BY made_on, id",
    ),
    Table(
        "price-lists",
        N_("Customer prices"),
        "SELECT l.name, l.currency, l.price_mode, l.percent_scaled, l.from_on, l.to_on, i.number AS item_number, "
        "p.from_quantity_scaled, p.price_scaled, l.note FROM price_list l LEFT JOIN price_list_price p ON p.price_list_id = l.id "
        "LEFT JOIN item i ON i.id = p.item_id ORDER BY l.name, i.number, p.from_quantity_scaled",
    ),
    Table(
        "customer_stages",
        N_("Customer stages"),
        "SELECT coalesce(nullif(name, ''), code) AS stage, (SELECT count(*) FROM customer c WHERE c.stage_id = s.id AND "
        "c.deleted_at IS NULL AND c.archived_at IS NULL) AS customers FROM lifecycle_stage s ORDER BY position, id",
    ),
    Table(
        "customer_stage_rules",
        N_("Rules of the customer stages"),
        "SELECT r.event, r.amount_scaled AS number_scaled, r.from_stages, coalesce(nullif(s.name, ''), s.code) AS to_stage, "
        "r.is_on AS switched FROM lifecycle_rule r JOIN lifecycle_stage s ON s.id = r.to_stage_id ORDER BY r.position, r.id",
    ),
    Table(
        "stage_changes",
        N_("History of the customer stages"),
        f"SELECT {_CUSTOMER.format(table='h')}, coalesce(nullif(f.name, ''), f.code) AS from_stage, coalesce(nullif(t.name, ''), "
        "t.code) AS to_stage, h.changed_on, h.reason, h.rule_id IS NOT NULL AS by_rule FROM stage_change h LEFT JOIN "
        "lifecycle_stage f ON f.id = h.from_stage_id LEFT JOIN lifecycle_stage t ON t.id = h.to_stage_id ORDER BY h.id",
    ),
    Table(
        "checklists",
        N_("Checklists"),
        "SELECT k.name AS checklist, k.starts, k.is_on AS switched, s.position, s.title, s.days_after, s.note FROM checklist k "
        "LEFT JOIN checklist_step s ON s.checklist_id = k.id WHERE k.deleted_at IS NULL ORDER BY k.name, s.position",
    ),
    Table(
        "checklist_tasks",
        N_("Checklists of customers"),
        f"SELECT {_CUSTOMER.format(table='r')}, r.name AS checklist, r.started_on, t.title, t.due_on, t.done_at, r.ended_at "
        "FROM checklist_task t JOIN checklist_run r ON r.id = t.run_id ORDER BY r.id, t.position",
    ),
    Table(
        "segments",
        N_("Segments"),
        "SELECT name, conditions, note FROM segment WHERE deleted_at IS NULL ORDER BY name",
    ),
    Table(
        "relations",
        N_("Customers that belong together"),
        f"SELECT {_CUSTOMER.format(table='r')}, r.kind, (SELECT number FROM customer c WHERE c.id = r.other_id) AS other_number, "
        "r.note FROM customer_relation r ORDER BY customer_number, r.id",
    ),
    Table(
        "consents",
        N_("Consents"),
        f"SELECT {_CUSTOMER.format(table='k')}, (SELECT trim(p.first_name || ' ' || p.last_name) FROM contact_person p WHERE "
        "p.id = k.contact_person_id) AS person, purpose, state, on_day_on AS day_on, source, note FROM consent k "
        "ORDER BY customer_number, purpose, on_day_on, id",
    ),
    Table(
        "timeline",
        N_("Timeline"),
        f"SELECT {_CUSTOMER.format(table='t')}, happened_at, kind, direction, channel, minutes, who, title, body, "
        "amount_minor, currency FROM timeline_entry t ORDER BY happened_at, id",
    ),
    Table(
        "tax_rates",
        N_("Tax rates"),
        "SELECT category, rate_bp, name, valid_from AS valid_from_on, valid_to AS valid_to_on FROM tax_rate ORDER BY position, id",
    ),
)

# Headings of workbooks by column; a column without one shows its own name.
HEADINGS = {
    "addition": N_("Second address line"),
    "allowance_total": N_("Discounts"),
    "amount": N_("Amount"),
    "answered": N_("Answered"),
    "archived": N_("Archived"),
    "asked": N_("Asked"),
    "authority": N_("Authority"),
    "bank_name": N_("Bank"),
    "basis": N_("Without tax"),
    "bic": N_("BIC"),
    "birthday": N_("Birthday"),
    "body": N_("Text"),
    "bought": N_("Bought"),
    "budget": N_("Budget"),
    "case_number": N_("Case"),
    "category": N_("Tax category"),
    "charge_total": N_("Charges"),
    "city": N_("Town"),
    "closed": N_("Closed"),
    "code": N_("Code"),
    "comment": N_("Comment"),
    "company": N_("Company"),
    "competitor": N_("Competitor"),
    "contract": N_("Contract"),
    "cost": N_("Cost"),
    "country": N_("Country"),
    "created": N_("Begun"),
    "credit_note": N_("Credit note"),
    "currency": N_("Currency"),
    "customer": N_("Customer"),
    "customer_number": N_("Customer number"),
    "days": N_("Days"),
    "deal": N_("Deal"),
    "deducted": N_("Deducted"),
    "description": N_("Description"),
    "direction": N_("Direction"),
    "discount": N_("Discount"),
    "done": N_("Done"),
    "due": N_("Due"),
    "email": N_("E-mail"),
    "end": N_("End"),
    "expected": N_("Expected on"),
    "expires": N_("Expires"),
    "first_name": N_("First name"),
    "follows": N_("Follows"),
    "from_quantity": N_("From how many on"),
    "from_stage": N_("From stage"),
    "grand_total": N_("With tax"),
    "gross": N_("With tax"),
    "happened": N_("When"),
    "iban": N_("IBAN"),
    "interval": N_("Paid every"),
    "invoice": N_("Invoice"),
    "issue": N_("Invoice date"),
    "item_number": N_("Item number"),
    "kind": N_("Kind"),
    "language": N_("Language"),
    "last_name": N_("Last name"),
    "line_total": N_("Sum of lines"),
    "lost_reason": N_("Why it was lost"),
    "made": N_("Made"),
    "method": N_("Paid by"),
    "minutes": N_("Minutes"),
    "more_emails": N_("More e-mails"),
    "more_phones": N_("More phones"),
    "moved": N_("Moved"),
    "name": N_("Name"),
    "need": N_("Need"),
    "net": N_("Without tax"),
    "next": N_("Next step on"),
    "next_service": N_("Next service"),
    "next_step": N_("Next step"),
    "note": N_("Note"),
    "notes": N_("Notes"),
    "number": N_("Number"),
    "open": N_("Open"),
    "opened": N_("Opened"),
    "order_number": N_("Order number"),
    "outcome": N_("Outcome"),
    "outcome_reason": N_("Why"),
    "own_fields": N_("Own fields"),
    "person": N_("Person"),
    "paid": N_("Paid on"),
    "party": N_("With whom"),
    "payable": N_("To pay"),
    "phone": N_("Phone"),
    "points": N_("Points"),
    "position": N_("Position"),
    "postcode": N_("Postcode"),
    "preceding_number": N_("Corrects"),
    "prepaid": N_("Paid before"),
    "price": N_("Price"),
    "priority": N_("Priority"),
    "probability": N_("Probability"),
    "product": N_("Product"),
    "product_group": N_("Product group"),
    "quantity": N_("Quantity"),
    "rate": N_("Tax rate"),
    "reason": N_("Reason"),
    "reference": N_("Reference"),
    "role": N_("Role"),
    "salutation": N_("Form of address"),
    "score": N_("Score"),
    "serial": N_("Serial number"),
    "served_by": N_("How they like to be served"),
    "service_from": N_("Service from"),
    "service_months": N_("Service every … months"),
    "service_to": N_("Service to"),
    "solution": N_("Solution"),
    "solved": N_("Solved"),
    "source": N_("Source"),
    "stage": N_("Stage"),
    "stale_days": N_("Stale after days"),
    "strengths": N_("Good at"),
    "start": N_("Start"),
    "state": N_("State"),
    "street": N_("Street"),
    "tags": N_("Tags"),
    "tax": N_("Tax"),
    "tax_basis": N_("Without tax"),
    "tax_number": N_("Tax number"),
    "tax_total": N_("Tax"),
    "timing": N_("Time"),
    "title": N_("Title"),
    "to_stage": N_("To stage"),
    "unit": N_("Unit"),
    "valid_until": N_("Valid until"),
    "value": N_("Value"),
    "vat_id": N_("VAT id"),
    "warranty_until": N_("Warranty until"),
    "weaknesses": N_("Weak at"),
    "website": N_("Website"),
}
