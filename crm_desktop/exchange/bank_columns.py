"""Which column of a bank's table is what: found by the headings of many banks, or said by the owner and remembered.

Fields: booked, value, amount or debit and credit, fee, net, sign (S/H), currency, party (party_in and party_out where
payer and payee have columns of their own), iban, purpose (several columns), kind (the bank's word for the movement),
end_to_end, reference, balance, account, state (several columns).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold
from crm_desktop.exchange.amounts import parse_amount
from crm_desktop.exchange.days import parse_day
from crm_desktop.exchange.tables import letter
from crm_desktop.exchange.values import Cell, as_text

HEAD_ROWS = 80
# What the owner may say a column is, where the headings do not tell.
CHOICES = {
    "booked": N_("Day"),
    "amount": N_("Amount"),
    "debit": N_("Money out"),
    "credit": N_("Money in"),
    "party": N_("Name of the other side"),
    "iban": N_("Their account (IBAN)"),
    "purpose": N_("Text"),
    "end_to_end": N_("Reference"),
    "currency": N_("Currency"),
    "balance": N_("Balance after it"),
}
SEVERAL = ("purpose", "state")
# Headings as `plain` writes them; the first fitting field wins.
_HEADINGS: dict[str, tuple[str, ...]] = {
    "booked": (
        "buchungstag", "buchungsdatum", "buchung", "datum", "date", "booking date", "bookingdate", "posting date",
        "posted date", "post date", "transaction date", "completed date", "date completed", "finished on",
        "date operation", "date de l operation", "date de comptabilisation", "date comptable", "fecha",
        "fecha operacion", "data", "data contabile", "boekdatum", "belegdatum", "date utc", "created on", "bokforingsdag",
    ),
    "value": (
        "valuta", "valutadatum", "wertstellung", "wertstellungstag", "wertstellungsdatum", "value date", "valuedate",
        "date de valeur", "date valeur", "fecha valor", "data valuta", "valuta datum", "rentedatum", "started date",
    ),
    "amount": (
        "betrag", "umsatz", "betrag in", "brutto", "gross", "amount", "transaction amount", "montant", "importe",
        "importo", "bedrag", "bedrag in", "betrag kontowahrung", "amount in account currency", "buchungsbetrag", "kwota",
        "belopp", "umsatz in", "value amount", "source amount after fees",
    ),
    "net": ("netto", "net"),
    "fee": ("gebuhr", "fee", "fees", "frais", "entgelt", "gebuhren"),
    "debit": (
        "soll", "debit", "belastung", "lastschrift", "debit amount", "paid out", "money out", "withdrawal",
        "withdrawals", "ausgang", "ausgange", "debet", "cargo", "auszahlung", "dare", "out",
    ),
    "credit": (
        "haben", "credit", "gutschrift", "credit amount", "paid in", "money in", "deposit", "deposits", "eingang",
        "eingange", "abono", "einzahlung", "avere", "in",
    ),
    "sign": ("soll haben", "s h", "sh", "debit credit", "dr cr", "direction", "af bij", "soll haben kennzeichen",
             "credit or debit", "credit debit", "debitcreditindicator"),
    "currency": ("wahrung", "whg", "waehrung", "currency", "devise", "divisa", "valuta code", "kontowahrung", "munt",
                 "account currency", "source currency"),
    "party_in": ("zahlungspflichtige r", "zahlungspflichtiger", "auftraggeber", "payer", "payer name", "source name",
                 "debtor name", "einzahler"),
    "party_out": ("zahlungsempfanger in", "zahlungsempfanger", "empfanger", "payee", "payee name", "target name",
                  "creditor name"),
    "party": (
        "beguenstigter zahlungspflichtiger", "begunstigter zahlungspflichtiger", "auftraggeber empfanger",
        "empfanger auftraggeber", "name zahlungsbeteiligter", "name", "partner name", "gegenpartei", "counterparty",
        "counter party", "name of counterparty", "zahlungsbeteiligter", "beneficiary", "tegenpartij", "naam tegenpartij",
        "merchant", "auftraggeber begunstigter", "beneficiaire", "contrepartie", "ordonnateur", "avsandare",
        "naam omschrijving", "name empfanger auftraggeber", "empfangername", "beneficiario",
    ),
    "iban": (
        "kontonummer iban", "iban zahlungsbeteiligter", "iban", "iban des zahlungsbeteiligten", "partner iban",
        "account number", "kontonummer", "iban kontonummer", "counterparty iban", "counterparty account",
        "tegenrekening", "konto nr", "auftraggeberkonto", "empfanger konto", "zahlungsempfanger konto",
        "tegenrekening iban bban", "iban empfanger auftraggeber", "kontonr", "payer account number",
    ),
    "purpose": (
        "verwendungszweck", "vwz", "vorgang verwendungszweck", "payment reference", "zahlungsreferenz", "reference",
        "description", "memo", "details", "narrative", "transaction description", "libelle", "concepto", "betreff",
        "hinweis", "omschrijving", "mededelingen", "communication", "buchungsdetails", "beschreibung", "motif", "note",
        "additional information", "causale", "avisierungstext", "rechnungsnummer", "invoice number", "subject", "item title",
        "zahlungszweck", "mitteilung", "text", "notes", "meddelande", "buchungs details", "zweck",
    ),
    "kind": ("buchungstext", "umsatztyp", "umsatzart", "buchungsart", "type", "typ", "transaction type", "vorgang", "art",
             "geschaftsvorfall", "category", "kategorie"),
    "end_to_end": (
        "kundenreferenz end to end", "end to end referenz", "ende zu ende referenz", "end to end id", "e2e referenz",
        "kundenreferenz", "end to end reference", "customer reference", "endtoendid", "end to end",
    ),
    "reference": ("transaktionscode", "transaction id", "umsatz id", "transaktions id", "bank reference", "id",
                  "primanota", "auftragsnummer", "transferwise id", "transaction reference", "bankreferenz", "tx id"),
    "balance": (
        "saldo", "saldo nach buchung", "balance", "running balance", "running bal", "kontostand", "guthaben", "solde",
        "balance after", "saldo nach umsatz", "account balance", "saldo in", "resulting balance", "neuer saldo",
    ),
    "account": ("auftragskonto", "iban auftragskonto", "account", "rekening", "eigene iban", "konto", "account iban"),
    "state": ("status", "info", "state", "auswirkung auf guthaben", "balance impact", "auswirkungen auf den saldo"),
}  # fmt: skip
_FIELD_OF = {name: key for key, names in reversed(_HEADINGS.items()) for name in names}
_NO_WORD = re.compile(r"[\W_]+")
_CURRENCY = re.compile(r"\s(?:in\s)?([a-z]{3})$")
_MONEY = {"eur", "usd", "gbp", "chf", "pln", "sek", "nok", "dkk", "czk", "huf", "jpy", "cad", "aud"}
_SIGN_WORDS = {"s", "h", "d", "c", "soll", "haben", "debit", "credit", "dr", "cr", "in", "out", "af", "bij", "+", "-"}


@dataclass(frozen=True)
class Columns:
    """Where each field stands: field → numbers of its columns. `header` is the row of the headings, 0-based, -1 = none."""

    header: int
    labels: tuple[str, ...]
    places: dict[str, tuple[int, ...]] = field(default_factory=dict)
    currency: str = ""

    @property
    def is_enough(self) -> bool:
        """Whether a day and an amount are known."""
        return "booked" in self.places and bool({"amount", "debit", "credit"} & set(self.places))

    def as_mapping(self) -> dict[str, list[str]]:
        """Field → labels, as it is remembered."""
        return {name: [self.labels[place] for place in places] for name, places in self.places.items()}


class NeedsColumnsError(UserError):
    """The headings do not say enough: the owner must say what the columns are. `rows` are the first rows below them."""

    def __init__(self, name: str, columns: Columns, rows: Sequence[Sequence[str]]) -> None:
        super().__init__(
            _("“{name}” has no headings that are known. Say which column holds the day and which the amount.").format(
                name=name
            )
        )
        self.columns = columns
        self.rows = [list(row) for row in rows]


def plain(heading: Cell) -> str:
    """A heading in small letters without signs and accents: "Betrag (EUR)" is "betrag eur"."""
    return _NO_WORD.sub(" ", fold(as_text(heading))).strip()


def _field_of(heading: Cell) -> tuple[str, str]:
    """The field of a heading and the currency that it names."""
    words = plain(heading)
    if words in _FIELD_OF:
        return _FIELD_OF[words], ""
    found = _CURRENCY.search(words)
    if found and found[1] in _MONEY:
        return _FIELD_OF.get(words[: found.start()].strip(), ""), found[1].upper()
    return "", ""


def find(rows: Sequence[Sequence[Cell]], remembered: dict[str, list[str]] | None = None) -> Columns:
    """The columns by the headings in the first rows, or as they were said before (`remembered`: field → labels)."""
    best = Columns(-1, _letters(rows))
    for number, row in enumerate(rows[:HEAD_ROWS]):
        found = _read_heading(number, row)
        if found.is_enough and len(found.places) > len(best.places):
            best = found
            break
    if best.header >= 0:
        best = _with_unnamed_sign(best, rows)
    elif (guess := _heading_row(rows)) >= 0:
        labels = tuple(as_text(cell) or letter(i) for i, cell in enumerate(rows[guess]))
        best = Columns(guess, labels, _read_heading(guess, rows[guess]).places)
    if remembered:
        places = {
            name: tuple(best.labels.index(label) for label in labels if label in best.labels)
            for name, labels in remembered.items()
        }
        best = Columns(best.header, best.labels, {n: p for n, p in places.items() if p}, best.currency)
    return best


def _letters(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    return tuple(letter(i) for i in range(max((len(row) for row in rows), default=0)))


def _read_heading(number: int, row: Sequence[Cell]) -> Columns:
    places: dict[str, tuple[int, ...]] = {}
    currency = ""
    for place, cell in enumerate(row):
        name, money = _field_of(cell)
        currency = currency or money
        if name and (name not in places or name in SEVERAL):
            places[name] = (*places.get(name, ()), place)
        elif name == "booked" and "value" not in places:
            places["value"] = (place,)
    labels = tuple(as_text(cell) or letter(i) for i, cell in enumerate(row))
    return Columns(number, labels, places, currency)


def _with_unnamed_sign(found: Columns, rows: Sequence[Sequence[Cell]]) -> Columns:
    """Some banks leave the heading above S and H empty."""
    if "sign" in found.places or "debit" in found.places:
        return found
    below = rows[found.header + 1 : HEAD_ROWS]
    for place in range(len(found.labels)):
        words = {fold(as_text(row[place])) for row in below if place < len(row)} - {""}
        taken = any(place in places for places in found.places.values())
        if words and words <= _SIGN_WORDS and not taken:
            return Columns(found.header, found.labels, found.places | {"sign": (place,)}, found.currency)
    return found


def _heading_row(rows: Sequence[Sequence[Cell]]) -> int:
    """A row of words above rows that have a day and an amount; -1 where there is none."""
    for number, row in enumerate(rows[: HEAD_ROWS - 1]):
        cells = [as_text(cell) for cell in row]
        below = rows[number + 1]
        has_data = any(parse_day(cell) for cell in below) and any(parse_amount(cell) is not None for cell in below)
        if has_data:
            is_words = sum(bool(c) and parse_amount(c) is None and not parse_day(c) for c in cells) > 1
            return number if is_words and all(parse_day(c) is None for c in cells) else -1
    return -1


def fingerprint(labels: Sequence[str]) -> str:
    """The mark by which a layout is known again."""
    text = "\x1f".join(plain(label) for label in labels)
    return f"bank:{hashlib.sha256(text.encode()).hexdigest()}"
