"""What a sheet is about as a whole: kinds that no single heading decides, and lists that are not about our customers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import headings
from crm_desktop.exchange.survey import Survey

_WHO = {"customer", "customer_number", "customer_email", "vat_id"}
_DETAILS_OF_A_BILL = {
    "net",
    "tax",
    "gross",
    "open",
    "due_date",
    "due_days",
    "quantity",
    "unit_price",
    "line_total",
    "tax_rate",
}
# What says that a list is one of people, whatever else it tells of them.
_OF_PEOPLE = {"phones", "first_name", "last_name", "birthday", "iban", "website", "salutation"}
_NAMES = {"company", "name", "first_name", "last_name", "emails"}
_ADDRESS = {"phones", "street", "postcode", "birthday", "iban"}
_SUPPLIER = re.compile(
    r"\b(?:vendor|supplier|merchant|lieferant|kreditor|fournisseur|proveedor|fornitor|leverancier|crediteur|dostawc)"
)
_CUSTOMER = re.compile(r"\b(?:client|kund|customer|debitor|klant|klient|clt\b|buyer|nabywc|acheteur|mieter|patient)")
_SPENT = re.compile(
    r"\b(?:expens|ausgaben?\b|eingangsrechnung|vorsteuer|depense|gastos?\b|spesa\b|spese\b|uitgaven?\b|wydat|input (?:tax|vat))"
)
_OFFER = r"(?:quote|quotation|estimate|angebots?|offerten?|devis|presupuesto|preventivo|offerte|oferta|wycena)"
_QUOTE = re.compile(
    rf"\b{_OFFER}\s?(?:nummer|nr|no|number|num|id|date|datum|#)\b|\b(?:n|no|nr|numero|data|date|fecha|numer)(?: d[eu]l?)? {_OFFER}\b"
)
_BILL = re.compile(r"\b(?:invoices?|rechnung\w*|re nr|rg nr|fact\w*|fattur\w*|faktur\w*|beleg\w*|inv)\b")
_ORDERED_ON = re.compile(
    r"\b(?:bestelldatum|bestellt am|order date|ordered on|date de commande|fecha de pedido|fecha pedido|data ordine|besteldatum|"
    r"data zamowienia)\b"
)
_BOOKED = re.compile(
    r"\b(?:buchungstag|buchungsdatum|booking date|posting date|wertstellung|value date|date d operation|date operation|"
    r"fecha operacion|fecha valor|data operazione|data valuta|boekdatum|boekingsdatum|data operacji|data ksiegowania)\b"
)
_PURPOSE = re.compile(
    r"\b(?:verwendungszweck|buchungstext|payment details|description|details|libelle|concepto|causale|descrizione|omschrijving|"
    r"mededelingen|tytul|opis)\b"
)
_WORK = re.compile(r"\b(?:tasks?|time ?sheet|aufgaben?|zeiterfassung|taches?|tareas?|taak|taken|zadani\w*|attivita)\b")
_LASTS = re.compile(
    r"^(?:duration|dauer|duree|duracion|durata|duur|czas(?: trwania)?|hours|stunden|heures|horas|ore|uren)$"
)
_LEDGER = re.compile(r"\b(?:gegenkonto|buchungsstapel|buchungsjournal|sollkonto|habenkonto|bu schlussel|soll haben)")
_STAFF = re.compile(
    r"\b(?:salary|salaries|(?:brutto)?gehalt|stundenlohn|personalnummer|personalliste|mitarbeiterliste|employee (?:id|no|number|list)|"
    r"hire date|date of hire|einstellungsdatum|sozialversicherungsnummer|salaire|date d embauche|salario|sueldo|stipendio|"
    r"data di assunzione|salaris|wynagrodzenie|data zatrudnienia)\b"
)
_DEBIT = {"debit", "soll", "debe", "dare", "debet", "winien"}
_CREDIT = {"credit", "haben", "haber", "avere"}
_NO_ENTRY = {"direct", "limit", "card", "note", "notes", "balance", "karte"}


def told_together(labels: Sequence[str]) -> frozenset[str]:
    """The kinds that the headings tell together, although each of them may stand in other lists as well."""
    fields = {
        kind: {
            fits[0].field for label in labels if (fits := headings.fits(headings.without_rate(label) or label, kind))
        }
        for kind in ("invoices", "contracts", "catalogue", "customers")
    }
    bill, contract, item = fields["invoices"], fields["contracts"], fields["catalogue"]
    named, dated = bool(bill & _WHO), "issue_date" in bill
    billed = {"number", "issue_date"} <= bill and named and len(bill & _DETAILS_OF_A_BILL) >= 2
    agreed = bool(contract & _WHO and contract & {"title", "number"} and contract & {"notice", "interval", "end"})
    agreed = agreed and {"start", "value"} <= contract and not billed and len(fields["customers"] & _OF_PEOPLE) < 2
    # Where nobody could be named, a name and a price are enough.
    sold = item & {"unit", "tax_rate", "product_group"} or not fields["customers"] & _NAMES
    priced = bool("name" in item and item & {"price", "price_gross"} and sold)
    found = {"invoices": billed, "contracts": agreed, "catalogue": priced and not (named and dated)}
    return frozenset(kind for kind, is_so in found.items() if is_so)


def refuse(kind: str, found: Survey) -> None:
    """What is no business with customers must not come in as such, nor as customers with columns of their own.

    Raises:
        UserError: it is a list of expenses, quotes, tasks or bookings; the sentence says by what that was seen.
    """
    labels = {label: headings.normalise(label, whole=True) for label in _filled(found)}
    reached = _ADDRESS & {fit.field for label in labels for fit in headings.fits(label, kind)}
    # A statement names the account of whoever paid.
    statement = reached == {"iban"} and _booked(kind, labels, found.layout.headings)
    if kind == "customers" and reached and not statement:
        # Who can be reached may well be a customer, whatever else is noted about them.
        return
    about = _about(kind, labels, found)
    if about:
        raise UserError(about)


def _about(kind: str, labels: dict[str, str], found: Survey) -> str:
    if seen := _bought(kind, labels, found):
        sentence = _(
            "This looks like what you bought yourself, expenses or bills of suppliers (“{seen}”). Bring what you billed to "
            "customers; bills of suppliers belong to Invoices, Received."
        )
        return sentence.format(seen=seen)
    if entries := _booked(kind, labels, found.layout.headings):
        sentence = _(
            "This looks like bookings or a bank statement (“{seen}”), not like a list of customers or invoices. Bank "
            "statements belong to Invoices, Bank."
        )
        return sentence.format(seen="”, “".join(entries))
    return _about_plans(kind, labels)


def _bought(kind: str, labels: dict[str, str], found: Survey) -> str:
    """What of a sheet says that it tells of expenses, bills of suppliers or orders to them; "" where nothing does."""
    titles = {title: headings.normalise(title) for title in _titles(found)}
    if _first(labels, _CUSTOMER):
        # Expenses for customers are expenses all the same.
        return _first(titles, _SPENT) if _sums(labels) else ""
    supplier = _first(labels, _SUPPLIER)
    spent = _first(labels, _SPENT) or _first(titles, _SPENT)
    if kind in {"customers", "invoices", "payments", "contracts"} and _sums(labels) and (spent or _is_dated(labels)):
        return supplier or spent
    return supplier if _first(labels, _ORDERED_ON) else ""


def _booked(kind: str, labels: dict[str, str], heads: Sequence[str]) -> list[str]:
    """What of a sheet says that it is a journal or a statement: both sides, or the day of booking and the purpose."""
    # One of the sides may be empty.
    both = {head: headings.normalise(head, whole=True) for head in heads}
    if len(ledger := [head for head, plain in both.items() if _LEDGER.search(plain)]) > 1:
        return ledger[:2]
    sides = [head for words in (_DEBIT, _CREDIT) for head in _entries(both, words)[:1]]
    if len(set(sides)) == 2 and _is_dated(labels):
        return sides
    told = [_first(labels, _BOOKED), _first(labels, _PURPOSE)]
    ours = _first(labels, _BILL) or _first(labels, _CUSTOMER)
    return told if all(told) and _sums(labels) and not ours and kind in {"customers", "payments"} else []


def _is_dated(labels: dict[str, str]) -> bool:
    days = {"issue_date", "due_date", "paid_on"}
    return any(f.field in days for label in labels for k in ("invoices", "payments") for f in headings.fits(label, k))


def _sums(labels: dict[str, str]) -> bool:
    return any(fit.field in {"net", "gross", "tax"} for label in labels for fit in headings.fits(label, "invoices"))


def _about_plans(kind: str, labels: dict[str, str]) -> str:
    quote = _first(labels, _QUOTE)
    if quote and kind != "opportunities" and not _first(labels, _BILL):
        sentence = _(
            "This looks like a list of quotes (“{seen}”). Quotes can come in as deals: say above that the rows are deals."
        )
        return sentence.format(seen=quote)
    task, lasts = _first(labels, _WORK), _first(labels, _LASTS)
    work = task or (lasts if any("proj" in plain for plain in labels.values()) else "")
    reached = any(fit.field == "emails" for label in labels for fit in headings.fits(label, "customers"))
    # A time sheet names the e-mail address of whoever worked.
    if work and kind in {"customers", "contracts"} and (not reached or (task and lasts)):
        sentence = _("This looks like a list of tasks or working hours (“{seen}”), which cannot be imported.")
        return sentence.format(seen=work)
    return ""


def looks_like(kind: str, found: Survey, *, is_known: bool = False) -> str:
    """What to tell about a list of customers that may be none; of a known program only the title says so."""
    if kind != "customers":
        return ""
    labels = {} if is_known else {label: headings.normalise(label, whole=True) for label in _filled(found)}
    named = not _first(labels, _CUSTOMER) and _first(labels, _SUPPLIER)
    titles = [headings.normalise(title) for title in _titles(found)]
    if named or any(_SUPPLIER.search(title) and not _CUSTOMER.search(title) for title in titles):
        return _("a list of suppliers; they would come in as customers")
    if _first(labels, _STAFF) or any(_STAFF.search(title) for title in titles):
        return _("a list of staff; they would come in as customers")
    return ""


def _filled(found: Survey) -> Iterator[str]:
    """The headings of the columns that hold something in more than a few rows."""
    for column, profile in zip(found.layout.columns, found.profiles, strict=True):
        if profile.filled > 0.1 * found.rows:
            yield column.meaning


def _titles(found: Survey) -> list[str]:
    return [found.sheet.name, *(skipped.value for skipped in found.layout.skipped if len(skipped.value) < 40)]


def _first(labels: dict[str, str], pattern: re.Pattern[str]) -> str:
    return next((label for label, plain in labels.items() if pattern.search(plain)), "")


def _entries(labels: dict[str, str], words: set[str]) -> list[str]:
    return [
        label for label, plain in labels.items() if words & set(plain.split()) and not _NO_ENTRY & set(plain.split())
    ]
