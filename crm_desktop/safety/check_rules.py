"""What must hold between records, as data: a query that names the records for which it does not, and the sentence.

`checking` runs them. A rule that is a note tells something to know; any other tells of a change from outside.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.core.i18n import N_


@dataclass(frozen=True, slots=True)
class Rule:
    """`sql` gives one column, what the sentence calls `{where}`: a number, a day, a name."""

    what: str
    sql: str
    sentence: str
    is_note: bool = False


PAYMENTS = (
    Rule(
        "payments",
        "SELECT d.number FROM document d JOIN document_balance_now b ON b.id = d.id WHERE d.due_minor <> "
        "0 AND b.open_minor NOT BETWEEN min(0, CASE d.kind WHEN 'credit_note' THEN -d.due_minor ELSE "
        "d.due_minor END) AND max(0, CASE d.kind WHEN 'credit_note' THEN -d.due_minor ELSE d.due_minor "
        "END)",
        N_("More of {where} is settled than was due. It was changed outside the program."),
    ),
    Rule(
        "payments",
        "SELECT p.paid_on FROM payment p WHERE p.amount_minor > 0 AND p.amount_minor < coalesce((SELECT "
        "sum(a.amount_minor) FROM allocation a WHERE a.payment_id = p.id AND a.kind IN ('payment', "
        "'refund')), 0)",
        N_("The payment of {where} settles more than it holds. It was changed outside the program."),
    ),
    Rule(
        "payments",
        "SELECT p.paid_on FROM payment p JOIN allocation a ON a.payment_id = p.id JOIN document d ON d.id "
        "= a.document_id WHERE d.currency <> p.currency",
        N_("The payment of {where} settles a document in another currency. It was changed outside the program."),
    ),
    Rule(
        "payments",
        "SELECT c.name FROM (SELECT p.customer_id, sum(p.amount_minor - coalesce((SELECT "
        "sum(a.amount_minor) FROM allocation a WHERE a.payment_id = p.id AND a.kind IN ('payment', "
        "'refund')), 0)) AS credit FROM payment p GROUP BY p.customer_id, p.currency) JOIN customer c ON "
        "c.id = customer_id WHERE credit < 0",
        N_("More was paid back to {where} than their credit held. It was changed outside the program."),
    ),
    Rule(
        "payments",
        "SELECT t.booked_on FROM bank_transaction t JOIN payment p ON p.id = t.payment_id WHERE "
        "t.amount_minor <> p.amount_minor OR t.currency <> p.currency",
        N_("The bank transaction of {where} and its payment differ. One was changed outside the program."),
    ),
    Rule(
        "payments",
        "SELECT t.booked_on FROM bank_transaction t WHERE (t.state <> 'booked' AND t.payment_id IS NOT "
        "NULL) OR EXISTS (SELECT 1 FROM bank_transaction x WHERE x.payment_id = t.payment_id AND x.id < "
        "t.id)",
        N_("The bank transaction of {where} is booked twice, or only half. It was changed outside the program."),
    ),
)

PAPERS = (
    Rule(
        "paper",
        "SELECT d.number FROM document d WHERE d.state = 'issued' AND NOT d.imported AND "
        "d.einvoice_format IN ('xrechnung_ubl', 'peppol') AND EXISTS (SELECT "
        "1 FROM document_file f WHERE f.document_id = d.id) AND NOT EXISTS (SELECT 1 FROM document_file f "
        "WHERE f.document_id = d.id AND f.kind = 'xml')",
        N_("{where} was issued without its e-invoice."),
        is_note=True,
    ),
    Rule(
        "paper",
        "SELECT number FROM dunning_letter WHERE file_id IS NULL",
        N_("The payment reminder {where} was made without a PDF."),
        is_note=True,
    ),
    Rule(
        "deductions",
        "SELECT d.number FROM document d JOIN (SELECT document_id, sum(basis_minor + tax_minor) AS "
        "deducted FROM document_deduction GROUP BY document_id) x ON x.document_id = d.id WHERE d.state = "
        "'issued' AND NOT d.imported AND x.deducted > d.prepaid_minor",
        N_(
            "The deposits deducted in {where} are more than the sum that it says was paid before. It was changed outside the program."
        ),
    ),
    Rule(
        "deductions",
        "SELECT d.number FROM document d JOIN (SELECT x.deducted_id, sum(CASE c.kind WHEN 'credit_note' "
        "THEN -1 ELSE 1 END * (x.basis_minor + x.tax_minor)) AS taken FROM document_deduction x JOIN "
        "document c ON c.id = x.document_id WHERE c.state = 'issued' GROUP BY x.deducted_id) t ON "
        "t.deducted_id = d.id WHERE t.taken > d.grand_total_minor - coalesce((SELECT "
        "sum(n.grand_total_minor) FROM document n WHERE n.preceding_id = d.id AND n.kind = 'credit_note' "
        "AND n.state = 'issued'), 0)",
        N_("More of {where} is deducted than it billed. It was changed outside the program."),
    ),
    Rule(
        "deductions",
        "SELECT d.number FROM document_deduction x JOIN document d ON d.id = x.document_id JOIN document "
        "p ON p.id = x.deducted_id WHERE d.state = 'issued' AND p.number <> x.number",
        N_("{where} deducts another document than it names. It was changed outside the program."),
    ),
)

REMINDERS = (
    Rule(
        "reminders",
        "SELECT number FROM dunning_letter GROUP BY number HAVING count(*) > 1",
        N_("Several payment reminders carry the number {where}. One was changed outside the program."),
    ),
    Rule(
        "reminders",
        "SELECT l.number FROM dunning_letter l WHERE NOT EXISTS (SELECT 1 FROM dunning_item i WHERE "
        "i.letter_id = l.id) OR EXISTS (SELECT 1 FROM dunning_item i JOIN document d ON d.id = "
        "i.document_id WHERE i.letter_id = l.id AND (d.state <> 'issued' OR NOT EXISTS (SELECT 1 FROM "
        "json_each(l.content, '$.rows') r WHERE r.value ->> 'document_id' = i.document_id AND r.value ->> "
        "'open_minor' = i.open_minor) AND NOT EXISTS (SELECT 1 FROM json_each(l.content, '$.coming') r "
        "WHERE r.value ->> 'document_id' = i.document_id AND r.value ->> 'open_minor' = i.open_minor)))",
        N_("The payment reminder {where} does not ask for what is noted about it. It was changed outside the program."),
    ),
)

WORK = (
    Rule(
        "work",
        "SELECT s.title FROM schedule s WHERE EXISTS (SELECT 1 FROM schedule_period a JOIN "
        "schedule_period b ON b.schedule_id = a.schedule_id AND b.id > a.id AND b.from_on <= a.to_on AND "
        "a.from_on <= b.to_on JOIN document x ON x.id = a.document_id JOIN document y ON y.id = "
        "b.document_id WHERE a.schedule_id = s.id AND x.deleted_at IS NULL AND y.deleted_at IS NULL AND "
        "x.id <> y.id)",
        N_("“{where}” bills the same days on two documents. Look at its invoices, and credit one of them."),
    ),
    Rule(
        "work",
        "SELECT s.title FROM schedule s WHERE EXISTS (SELECT 1 FROM schedule_period p WHERE p.schedule_id "
        "= s.id AND (p.to_on < p.from_on OR p.state = 'skipped' AND p.document_id IS NOT NULL))",
        N_("The days of “{where}” that are billed cannot be. It was changed outside the program."),
    ),
    Rule(
        "work",
        "SELECT d.number FROM service s JOIN document d ON d.id = s.document_id WHERE d.state = 'issued' "
        "AND s.not_billed = 1",
        N_("{where} bills work that is marked as not to be billed. It was changed outside the program."),
    ),
    Rule(
        "work",
        "SELECT DISTINCT d.number FROM service s JOIN document d ON d.id = s.document_id WHERE d.state = "
        "'issued' AND s.deleted_at IS NULL AND d.customer_id <> s.customer_id",
        N_("{where} bills work that was noted for another customer."),
        is_note=True,
    ),
)

MAILS = (
    Rule(
        "mails",
        "SELECT recipient FROM mail WHERE (state = 'sent') <> (sent_at IS NOT NULL)",
        N_("The mail to {where} says both that it was sent and that it was not. It was changed outside the program."),
    ),
    Rule(
        "mails",
        "SELECT DISTINCT m.recipient FROM mail m, json_each(m.files) f WHERE m.state IN ('waiting', "
        "'failed', 'unsure') AND NOT EXISTS (SELECT 1 FROM document_file d WHERE d.document_id = f.value "
        "->> 'id' AND d.kind = f.value ->> 'source') AND NOT EXISTS (SELECT 1 FROM stored_file s WHERE "
        "s.id = f.value ->> 'id' AND f.value ->> 'source' = 'file')",
        N_("A file of the mail to {where} is no longer there. Write the mail again."),
    ),
)

# Title of the step → its rules.
GROUPS = {
    N_("Payments"): PAYMENTS,
    N_("Papers and deposits"): PAPERS,
    N_("Payment reminders"): REMINDERS,
    N_("Billed work"): WORK,
    N_("Mails"): MAILS,
}
