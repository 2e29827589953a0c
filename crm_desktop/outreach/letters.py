"""Mails as they are written: prepared from a document or a stored letter, in the customer's language, with its files.

A mail names stored files (PDF and XML of an issued document, a stored letter): what is sent are the stored bytes.

Source: RFC 5322 (the form of a message).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage

from crm_desktop.billing import invoices, rows
from crm_desktop.billing.document import Document
from crm_desktop.company import profile
from crm_desktop.core import dates, formats
from crm_desktop.core.errors import NotFound, UserError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import files as stored
from crm_desktop.outreach import mail_account, mail_texts
from crm_desktop.sales.contracts import Contract


@dataclass(frozen=True)
class Attached:
    """A file that goes with a mail: its name, and where its stored bytes are ("pdf" or "xml" of a document, a file)."""

    name: str
    source: str
    id: int
    media_type: str = "application/pdf"

    def content(self) -> bytes:
        """The stored bytes.

        Raises:
            NotFound: they are no longer there.
        """
        if self.source == "file":
            return stored.content(self.id)
        found = db.value("SELECT content FROM document_file WHERE document_id = ? AND kind = ?", [self.id, self.source])
        if found is None:
            raise NotFound(_("{file} is no longer there.").format(file=self.name))
        return bytes(found)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail as it is written, before it is queued. `record` and `record_id` say what it is about."""

    purpose: str
    recipient: str
    subject: str
    body: str
    copies: str = ""
    customer_id: int | None = None
    record: str = ""
    record_id: int | None = None
    files: tuple[Attached, ...] = ()


# ---- writing --------------------------------------------------------------------------------------------------------


def about_document(document_id: int) -> Letter:
    """The mail for an issued document: to the customer, in the document's language, with PDF and e-invoice attached.

    Raises:
        UserError: it is a draft, or has no stored PDF.
        NotFound: the document is no longer there.
    """
    document = rows.read_document(document_id)
    if document.state != "issued":
        raise UserError(_("Issue it first; a draft is not sent."))
    words = mail_texts.get(document.kind if document.kind in mail_texts.PURPOSES else "invoice", document.language)
    values = _values(document)
    return Letter(
        purpose=words.purpose,
        recipient=_recipient(document.customer_id) or document.buyer.get("email", ""),
        subject=mail_texts.fill(words.subject, values),
        body=mail_texts.fill(words.body, values),
        customer_id=document.customer_id,
        record="document",
        record_id=document_id,
        files=tuple(_files_of(document)),
    )


def attach(name: str, content: bytes, media_type: str = "application/pdf") -> Attached:
    """Store bytes so that they can go with a mail, and go again just so."""
    with db.transaction():
        return Attached(name, "file", stored.put(content, media_type), media_type)


def about_letter(
    customer_id: int | None, purpose: str, file: Attached, values: dict[str, str], record_id: int | None = None
) -> Letter:
    """The mail for a stored letter: a payment reminder (`record_id` is its id), an account statement."""
    buyer = customers.get(customer_id) if customer_id is not None else None
    language = (buyer.language if buyer else "") or profile.load().language
    words = mail_texts.get(purpose, language)
    full = _common(customer_id, words.language) | values
    return Letter(
        purpose=purpose,
        recipient=_recipient(customer_id),
        subject=mail_texts.fill(words.subject, full),
        body=mail_texts.fill(words.body, full),
        customer_id=customer_id,
        record=purpose if record_id is not None else "",
        record_id=record_id,
        files=(file,),
    )


def about_contract(contract: Contract, language: str, subject: str, file: Attached) -> Letter:
    """The mail for a letter about a contract; to whom we pay, the address is typed."""
    buyer = customers.get(contract.customer_id) if contract.customer_id is not None else None
    company = profile.load()
    said = document_text(language, "please find attached: {document}.").format(document=subject)
    regards = document_text(language, "Kind regards")
    return Letter(
        purpose="contract",
        recipient=_recipient(contract.customer_id),
        subject=subject,
        body=f"{greeting(language, buyer)}\n\n{said}\n\n{regards}\n{company.owner or company.name}",
        customer_id=contract.customer_id,
        record="contract",
        record_id=contract.id,
        files=(file,),
    )


def _recipient(customer_id: int | None) -> str:
    if customer_id is None:
        return ""
    found = db.one("SELECT invoice_email, email FROM customer WHERE id = ?", [customer_id])
    return str(found[0] or found[1]) if found else ""


def _common(customer_id: int | None, language: str) -> dict[str, str]:
    company = profile.load()
    buyer = customers.get(customer_id) if customer_id is not None else None
    return {
        "greeting": greeting(language, buyer),
        "customer": buyer.name if buyer else "",
        "company": company.name,
        "owner": company.owner or company.name,
    }


def _values(document: Document) -> dict[str, str]:
    locale = formats.locale_name(document.language, document.buyer.get("country", ""), profile.load().country)
    due = document.due_on
    return _common(document.customer_id, document.language) | {
        "number": document.number or "",
        "date": formats.day_long(document.issue_on, locale) if document.issue_on else "",
        "amount": formats.money(document.totals.due, document.currency, locale),
        "due": formats.day_long(due, locale) if due else "",
    }


def greeting(language: str, buyer: customers.Customer | None) -> str:
    """With the name of a person where it is known; the salutation is the owner's own word ("Herr", "Ms")."""
    if buyer is not None and buyer.last_name:
        first = buyer.salutation or (buyer.first_name if buyer.kind == "person" else "")
        name = " ".join(part for part in (first, buyer.title, buyer.last_name) if part)
        if first:
            return document_text(language, "Good day {name},").format(name=name)
    return document_text(language, "Good day,")


def _files_of(document: Document) -> Sequence[Attached]:
    if invoices.pdf(document.id or 0) is None:
        raise UserError(_("{number} has no stored PDF. Save or print it instead.").format(number=document.number))
    name = f"{document.number}"
    found = [Attached(f"{name}.pdf", "pdf", document.id or 0)]
    # The hybrid PDF holds its XML already; a separate file goes along where the customer takes XML alone.
    if document.einvoice_format not in ("", "facturx", "none") and db.one(
        "SELECT 1 FROM document_file WHERE document_id = ? AND kind = 'xml'", [document.id]
    ):
        found.append(Attached(f"{name}.xml", "xml", document.id or 0, "application/xml"))
    return found


def check(letter: Letter) -> dict[str, str]:
    """What keeps a mail from being sent, as field → sentence."""
    from email_validator import EmailNotValidError, validate_email

    found = {}
    for name, value in (("recipient", letter.recipient), ("copies", letter.copies)):
        for address in addresses(value):
            try:
                validate_email(address, check_deliverability=False)
            except EmailNotValidError:
                found[name] = _("“{address}” is no e-mail address. It looks like name@example.com.").format(
                    address=address
                )
    if not addresses(letter.recipient):
        found["recipient"] = _("Enter the address that this mail goes to.")
    if not letter.subject.strip():
        found["subject"] = _("Write what the mail is about.")
    return found


def addresses(value: str) -> list[str]:
    """The addresses in a field, separated by commas or semicolons."""
    return [part.strip() for part in value.replace(";", ",").split(",") if part.strip()]


# ---- as a message ---------------------------------------------------------------------------------------------------


def message(letter: Letter, message_id: str = "") -> EmailMessage:
    """The mail as a message with its stored files.

    Raises:
        NotFound: a file is no longer there.
    """
    account = mail_account.load()
    built = EmailMessage()
    if account.address:
        built["From"] = Address(account.name, addr_spec=account.address)
    built["To"] = ", ".join(addresses(letter.recipient))
    if letter.copies:
        built["Cc"] = ", ".join(addresses(letter.copies))
    built["Subject"] = letter.subject
    built["Date"] = dates.now()
    if message_id:
        built["Message-ID"] = message_id
    built.set_content(letter.body + "\n")
    for file in letter.files:
        main, _slash, sub = file.media_type.partition("/")
        built.add_attachment(file.content(), maintype=main, subtype=sub, filename=file.name)
    return built


def as_eml(letter: Letter) -> bytes:
    """The mail as a draft for the owner's own mail program, which opens it ready to be sent."""
    built = message(letter)
    built["X-Unsent"] = "1"
    return built.as_bytes()
