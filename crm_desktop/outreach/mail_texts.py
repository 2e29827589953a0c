"""The words of mails, per purpose and language: ready-made ones in four languages, until the owner writes own ones.

A text holds fields in braces, for instance {number}; `fill` puts in what they stand for and names a field that there is
not. Nothing else in a text has a meaning, so that a stray sign cannot do harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crm_desktop.core import text
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import DOCUMENT_LANGUAGES, N_, document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

PURPOSES = {
    "invoice": N_("Invoice"),
    "credit_note": N_("Credit note"),
    "quote": N_("Quote"),
    "order_confirmation": N_("Order confirmation"),
    "delivery_note": N_("Delivery note"),
    "proforma": N_("Proforma invoice"),
    "dunning_letter": N_("Payment reminder"),
    "statement": N_("Account statement"),
}
FIELDS = ("greeting", "number", "date", "amount", "due", "customer", "company", "owner")
_FIELD = re.compile(r"\{([^{}]*)\}")
_LONGEST = 20_000


@dataclass(frozen=True)
class MailText:
    """Subject and body of a mail, with fields in braces. `own` is whether the owner wrote it."""

    purpose: str
    language: str
    subject: str
    body: str
    own: bool = False


def get(purpose: str, language: str) -> MailText:
    """The text for a purpose in a language: the owner's own, else the ready-made one."""
    say = language if language in DOCUMENT_LANGUAGES else "en"
    row = db.one("SELECT subject, body FROM mail_text WHERE purpose = ? AND language = ?", [purpose, say])
    return MailText(purpose, say, row[0], row[1], own=True) if row else usual(purpose, say)


def usual(purpose: str, language: str) -> MailText:
    """The ready-made text."""
    subjects = {
        "invoice": document_text(language, "Invoice {number}"),
        "credit_note": document_text(language, "Credit note {number}"),
        "quote": document_text(language, "Quote {number}"),
        "order_confirmation": document_text(language, "Order confirmation {number}"),
        "delivery_note": document_text(language, "Delivery note {number}"),
        "proforma": document_text(language, "Proforma invoice {number}"),
        "dunning_letter": document_text(language, "Payment reminder"),
        "statement": document_text(language, "Your account with {company}"),
    }
    sentences = {
        "invoice": document_text(
            language, "please find attached our invoice {number} over {amount}. It is due on {due}."
        ),
        "credit_note": document_text(language, "please find attached our credit note {number} over {amount}."),
        "quote": document_text(language, "thank you for your interest. Please find attached our quote {number}."),
        "order_confirmation": document_text(
            language, "thank you for your order. Please find attached our confirmation {number}."
        ),
        "delivery_note": document_text(language, "please find attached the delivery note {number}."),
        "proforma": document_text(language, "please find attached our proforma invoice {number} over {amount}."),
        "dunning_letter": document_text(
            language, "some of our invoices are still open. Please find the list attached; {amount} are to be paid."
        ),
        "statement": document_text(language, "please find attached the statement of your account."),
    }
    regards = document_text(language, "Kind regards")
    body = f"{{greeting}}\n\n{sentences[purpose]}\n\n{regards}\n{{owner}}"
    return MailText(purpose, language, subjects[purpose], body)


def save(purpose: str, language: str, subject: str, body: str) -> None:
    """Keep the owner's own words.

    Raises:
        ValidationError: a field in braces that there is not, or nothing written; field → sentence.
    """
    values = {"subject": text.tidy(subject), "body": text.tidy_lines(body)}
    problems = check(values)
    if problems:
        raise ValidationError(problems)
    with db.transaction(_("Change the words of mails")):
        db.execute(
            "INSERT INTO mail_text(purpose, language, subject, body) VALUES(?, ?, ?, ?) "
            "ON CONFLICT(purpose, language) DO UPDATE SET subject = excluded.subject, body = excluded.body",
            [purpose, language, values["subject"], values["body"]],
        )


def reset(purpose: str, language: str) -> None:
    """Go back to the ready-made words."""
    with db.transaction(_("Change the words of mails")):
        db.execute("DELETE FROM mail_text WHERE purpose = ? AND language = ?", [purpose, language])


def check(values: dict[str, str]) -> dict[str, str]:
    """What is wrong with subject and body, as field → sentence."""
    found = {}
    for name, value in values.items():
        unknown = [field for field in _FIELD.findall(value) if field not in FIELDS]
        if not value:
            found[name] = _("Write something here.")
        elif unknown:
            known = ", ".join(f"{{{field}}}" for field in FIELDS)
            found[name] = _("There is no field {field}. There are: {fields}").format(
                field=f"{{{unknown[0]}}}", fields=known
            )
        elif len(value) > _LONGEST:
            found[name] = _("This text is too long for a mail.")
    return found


def fill(template: str, values: dict[str, str]) -> str:
    """A text with its fields put in. Lines that hold nothing but empty fields disappear.

    Raises:
        ValidationError: the text names a field that there is not.
    """
    problems = check({"body": template})
    if problems:
        raise ValidationError(problems)
    return _FIELD.sub(lambda found: values.get(found.group(1), ""), template).strip()
