"""What an export holds of money and letters: bank statements, payment reminders, received e-invoices, mails, settings."""

from __future__ import annotations

from crm_desktop.core.i18n import N_
from crm_desktop.exchange.export_tables import Table

_CUSTOMER = "(SELECT number FROM customer c WHERE c.id = {table}.customer_id) AS customer_number"
_INVOICE = "(SELECT coalesce(number, 'draft') FROM document d WHERE d.id = {table}.document_id) AS invoice"

TABLES = (
    Table(
        "recurring_prices",
        N_("Price steps"),
        "SELECT (SELECT title FROM schedule s WHERE s.id = p.schedule_id) AS schedule, "
        "from_on, kind, price_scaled, percent_scaled, note FROM schedule_price p "
        "ORDER BY schedule, schedule_id, from_on",
    ),
    Table(
        "bank_statements",
        N_("Bank statements"),
        "SELECT file_name, format, account, number, from_on, to_on, currency, opening_minor, closing_minor, read_at, sha256 "
        "FROM bank_statement ORDER BY id",
    ),
    Table(
        "bank_transactions",
        N_("Bank transactions"),
        "SELECT s.account, t.booked_on, t.value_on, t.amount_minor, t.currency, t.party, t.party_iban, t.purpose, t.end_to_end, "
        "t.bank_reference, t.state, p.paid_on, (SELECT group_concat(d.number, '; ') FROM allocation a JOIN document d "
        "ON d.id = a.document_id WHERE a.payment_id = t.payment_id) AS invoices FROM bank_transaction t JOIN bank_statement s "
        "ON s.id = t.statement_id LEFT JOIN payment p ON p.id = t.payment_id ORDER BY t.booked_on, t.id",
    ),
    Table(
        "payment_reminders",
        N_("Payment reminders"),
        f"SELECT number, {_CUSTOMER.format(table='l')}, made_on, level, deadline_on, language, currency, open_minor, fee_minor, "
        "interest_minor, sent_at FROM dunning_letter l ORDER BY made_on, id",
    ),
    Table(
        "payment_reminder_items",
        N_("What payment reminders ask for"),
        f"SELECT l.number, {_INVOICE.format(table='x')}, x.level, x.open_minor, x.fee_minor, x.interest_minor, l.currency "
        "FROM dunning_item x JOIN dunning_letter l ON l.id = x.letter_id ORDER BY l.made_on, l.id, x.id",
    ),
    Table(
        "payment_reminder_levels",
        N_("Levels of payment reminders"),
        "SELECT position, name, days, deadline_days, fee_minor, (SELECT currency FROM company) AS currency, with_interest, texts "
        "FROM dunning_level ORDER BY position",
    ),
    Table(
        "interest_rates",
        N_("Interest rates"),
        "SELECT from_on, private_bp, business_bp, note FROM interest_rate ORDER BY from_on",
    ),
    Table(
        "received_documents",
        N_("Received e-invoices"),
        "SELECT kind, format, sender, sender_vat_id, number, issue_on, due_on, currency, net_minor, tax_minor, gross_minor, "
        "paid_on, note, findings FROM received_document WHERE deleted_at IS NULL ORDER BY issue_on, id",
    ),
    Table(
        "mails",
        N_("E-mails"),
        f"SELECT purpose, {_CUSTOMER.format(table='m')}, recipient, copies, subject, body, (SELECT group_concat(f.value ->> 'name', "
        "'; ') FROM json_each(m.files) f) AS files, state, attempts, problem, queued_at, sent_at, message_id FROM mail m ORDER BY id",
    ),
    Table(
        "mail_texts",
        N_("Words of e-mails"),
        "SELECT purpose, language, subject, body FROM mail_text ORDER BY purpose, language",
    ),
    Table(
        "number_series",
        N_("Number series"),
        "SELECT s.kind, s.pattern, s.reset, c.period, c.last FROM number_series s LEFT JOIN number_counter c ON c.kind = s.kind "
        "ORDER BY s.kind, c.period",
    ),
    Table(
        "payment_terms",
        N_("Payment terms"),
        "SELECT name, days, basis, discount_bp, discount_days FROM payment_terms WHERE deleted_at IS NULL ORDER BY position, id",
    ),
)

# Headings that `export_tables` does not have.
HEADINGS = {
    "account": N_("Account"),
    "active": N_("Active"),
    "anchor": N_("Counted from"),
    "attempts": N_("Attempts"),
    "bank_reference": N_("Reference of the bank"),
    "bill": N_("Billed in advance or after"),
    "booked": N_("Booked on"),
    "business": N_("Rate for businesses"),
    "closing": N_("Closing balance"),
    "copies": N_("Copies to"),
    "day": N_("Day"),
    "deadline": N_("To pay until"),
    "dunning_hold": N_("Not reminded because"),
    "einvoice_format": N_("E-invoice"),
    "electronic_address": N_("Electronic address"),
    "electronic_scheme": N_("Kind of electronic address"),
    "fee": N_("Fee"),
    "file_name": N_("File"),
    "files": N_("Files"),
    "findings": N_("Findings"),
    "format": N_("Format"),
    "from": N_("From"),
    "interest": N_("Interest"),
    "invoice_email": N_("E-mail for invoices"),
    "invoices": N_("Invoices"),
    "last": N_("Last number"),
    "level": N_("Level"),
    "made": N_("Made on"),
    "opening": N_("Opening balance"),
    "party_iban": N_("IBAN of the other side"),
    "pattern": N_("Pattern"),
    "payment_reference": N_("Payment reference"),
    "percent": N_("Per cent"),
    "private": N_("Rate for consumers"),
    "problem": N_("What went wrong"),
    "purpose": N_("Purpose"),
    "queued": N_("Written"),
    "read": N_("Read on"),
    "recipient": N_("Recipient"),
    "schedule": N_("Recurring"),
    "sender": N_("Sender"),
    "sent": N_("Sent on"),
    "subject": N_("Subject"),
    "to": N_("To"),
}
