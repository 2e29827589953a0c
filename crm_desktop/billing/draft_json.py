"""`DRAFT.json`: a document of any kind as one JSON object, for scripts.

`lines` (`qty`, `price`, `category`, `rate`, `name`, `unit`, `base_qty`, `allowances`, `charges`), `allowances`,
`charges`, `currency`, `price_mode`, `type_code`, `customer` (number, name or id), `issue_date`, `service_from`,
`service_to`, and what may be added; see `docs/cli.md`. Amounts are text or numbers, days are YYYY-MM-DD. The object
may also stand under the key `input`.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_desktop.billing import drafts
from crm_desktop.billing.document import CREDIT_NOTE, INVOICE, KINDS, TYPE_CODES, Draft, DraftLine, Party
from crm_desktop.core import text
from crm_desktop.core.errors import UserError, ValidationError
from crm_desktop.core.i18n import DOCUMENT_LANGUAGES, document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.sales.basket import GROSS, ITEM, NET, POSITIONS, TEXTS, Adjustment
from crm_desktop.sales.tax_categories import CATEGORIES

# Names of EN 16931 libraries for the parts of a party → our columns.
_PARTY = {
    "vat_identifier": "vat_id",
    "tax_identifier": "tax_number",
    "legal_identifier": "register_number",
    "addr_l1": "street",
    "addr_l2": "addition",
    "country_code": "country",
    "county": "state",
}
_PARTY_TEXTS = (
    "name", "addition", "street", "postcode", "city", "state", "country", "vat_id", "tax_number", "seller_id",
    "register_number", "phone", "email", "website", "iban", "bic", "bank_name", "account_holder", "contact", "owner",
)  # fmt: skip
# Our field → its name in the file.
_TEXTS = {
    "type_code": "type_code",
    "currency": "currency",
    "tax_currency": "tax_currency",
    "terms_text": "terms",
    "paid_at_issue": "paid_with",
} | {
    name: name
    for name in (
        "order_number", "buyer_reference", "intro", "closing", "exemption_reason", "exemption_code", "internal_note",
    )
}  # fmt: skip
_NUMBERS = {
    "cash_step": "payable_rounding",
    "tax_total_accounting": "tax_total_accounting",
    "exchange_rate": "exchange_rate",
    "prepaid": "prepaid",
}
_DAYS = {
    "issue_on": "issue_date", "due_on": "due_date", "service_from": "service_from", "service_to": "service_to",
    "valid_until": "valid_until",
}  # fmt: skip
_CODES = {kind: (code,) for kind, code in TYPE_CODES.items()} | {INVOICE: ("380", "326", "384", "386")}
_ROLES = (*POSITIONS, *TEXTS)
# A misspelt name must not lose a discount silently, so the names are checked. Those of `_REMARKS` are read over.
_REMARKS = ("id", "note", "verified")
_FIELDS = (
    "customer", "kind", "lines", "allowances", "charges", "price_mode", "preceding", "language", "seller", "buyer",
    "ship_to", *_DAYS.values(), *_TEXTS.values(), *_NUMBERS.values(),
)  # fmt: skip
_LINE_FIELDS = (
    "name", "description", "qty", "unit", "price", "base_qty", "category", "rate", "item_number", "allowances",
    "charges",
    "role",
)  # fmt: skip
_BASES = ("base_qty", "base_quantity", "price_base")
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
_ADJUSTMENT_FIELDS = ("amount", "percent", "reason", "category", "rate")


class _Reader:
    """Reads values and collects a sentence for each that cannot be read."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def number(self, field: str, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        try:
            number = Decimal(str(value).strip()) if not isinstance(value, bool) else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_nan():
            self.found[field] = _("{field}: “{value}” is not a number. Write it like 1234.50.").format(
                field=field, value=value
            )
            return None
        return number

    def day(self, field: str, value: Any) -> date | None:
        if value is None or value == "":
            return None
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            sentence = _("{field}: “{value}” is not a date. Write it like 2026-11-24.")
            self.found[field] = sentence.format(field=field, value=value)
            return None

    def items(self, field: str, value: Any) -> list[dict[str, Any]]:
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.found[field] = _("{field}: A list of entries in braces is needed here.").format(field=field)
            return []
        return value

    def choice(self, field: str, value: Any, known: tuple[str, ...], usual: str) -> str:
        if value is None or value == "":
            return usual
        if value in known:
            return str(value)
        sentence = _("{field}: “{value}” is not known. Choose one of: {known}.")
        self.found[field] = sentence.format(field=field, value=value, known=", ".join(known))
        return usual

    def unit(self, field: str, value: Any) -> str:
        code = str(value or "C62")
        if not _UNIT.fullmatch(code):
            sentence = _(
                "{field}: “{value}” is not a unit code. Write it as in UN/ECE Recommendation 20, like C62 for pieces or HUR for hours."
            )
            self.found[field] = sentence.format(field=field, value=value)
        return code

    def currency(self, field: str, value: Any) -> None:
        if not value:
            return
        from babel.numbers import is_currency

        if not (isinstance(value, str) and is_currency(value)):
            sentence = _("{field}: “{value}” is not a currency. Write its three letters of ISO 4217, like EUR.")
            self.found[field] = sentence.format(field=field, value=value)

    def names(self, where: str, entry: dict[str, Any], known: tuple[str, ...]) -> None:
        """Say which names of an object are not those of a draft."""
        for name in entry.keys() - {*known, *_REMARKS}:
            self.choice(f"{where}.{name}" if where else name, name, known, "")


def load(source: str) -> dict[str, Any]:
    """Parse the text of a `DRAFT.json` without losing a digit.

    Raises:
        UserError: it is not JSON, or not an object.
    """
    try:
        found = json.loads(source, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        where = f" ({error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UserError(_("This file is not readable as JSON{where}.").format(where=where)) from None
    if isinstance(found, dict) and isinstance(found.get("input"), dict):
        found = {
            **found["input"],
            **{name: value for name, value in found.items() if name not in ("input", "expected")},
        }
    if not isinstance(found, dict):
        raise UserError(_("A draft is one JSON object with braces around it."))
    return found


def read(data: dict[str, Any]) -> Draft:
    """A draft, not saved yet, from the object of a `DRAFT.json`.

    Raises:
        ValidationError: values that cannot be read, or a customer who is not there; field → sentence.
    """
    reader = _Reader()
    reader.names("", data, _FIELDS)
    kind = _kind(reader, data)
    reader.choice("type_code", str(data.get("type_code") or ""), _CODES[kind], "")
    customer_id = _customer(reader, data.get("customer"))
    draft = drafts.begin(customer_id, kind)
    language = reader.choice("language", data.get("language"), DOCUMENT_LANGUAGES, draft.language)
    values: dict[str, Any] = {name: str(data[field]) for name, field in _TEXTS.items() if data.get(field)}
    values |= {name: reader.number(field, data[field]) for name, field in _NUMBERS.items() if data.get(field)}
    values |= {name: reader.day(field, data[field]) for name, field in _DAYS.items() if data.get(field)}
    values |= {name: _party(data[name]) for name in ("seller", "buyer", "ship_to") if name in data}
    for field in ("currency", "tax_currency"):
        reader.currency(field, data.get(field))
    values |= {name: _adjustments(reader, name, data.get(name), language) for name in ("allowances", "charges")}
    values["price_mode"] = reader.choice("price_mode", data.get("price_mode"), (NET, GROSS), draft.price_mode)
    if draft.service_from:
        values["service_from"] = values.get("service_from") or values.get("issue_on") or draft.issue_on
    values["lines"] = _lines(reader, data, language)
    draft = replace(draft, **values, language=language)
    draft = _preceding(reader, draft, data.get("preceding"))
    if reader.found:
        raise ValidationError(reader.found)
    return draft


def _kind(reader: _Reader, data: dict[str, Any]) -> str:
    usual = CREDIT_NOTE if str(data.get("type_code")) == "381" else INVOICE
    return reader.choice("kind", data.get("kind"), KINDS, usual)


def _customer(reader: _Reader, wanted: Any) -> int | None:
    """A customer by number, else by id, else by name; None if the draft names nobody."""
    if wanted is None or wanted == "":
        return None
    words = str(wanted).strip()
    for sql, value in (
        ("SELECT id FROM customer WHERE deleted_at IS NULL AND number = ?", words),
        ("SELECT id FROM customer WHERE deleted_at IS NULL AND id = ?", words if words.isdecimal() else None),
        ("SELECT id FROM customer WHERE deleted_at IS NULL AND name = ?", words),
        ("SELECT id FROM customer WHERE deleted_at IS NULL AND fold(name) = ?", text.fold(text.tidy(words))),
    ):
        found = db.query(sql, [value]) if value is not None else []
        if len(found) == 1:
            return int(found[0][0])
        if found:
            sentence = _("There are {n} customers called “{name}”. Give the customer's number instead.")
            reader.found["customer"] = sentence.format(n=len(found), name=words)
            return None
    reader.found["customer"] = _("There is no customer with the number or name “{name}”.").format(name=words)
    return None


def _party(values: Any) -> Party:
    if not isinstance(values, dict):
        return {}
    found = {_PARTY.get(name, name): value for name, value in values.items()}
    ids = values.get("identifiers")
    if isinstance(ids, dict) and ids:
        found["seller_id"] = next(iter(ids.values()))
    return {name: str(value or "") for name, value in found.items() if name in _PARTY_TEXTS}


def _lines(reader: _Reader, data: dict[str, Any], language: str) -> tuple[DraftLine, ...]:
    found = []
    for place, entry in enumerate(reader.items("lines", data.get("lines"))):
        where = f"lines.{place}"
        reader.names(where, {name: entry[name] for name in entry if name not in _BASES}, _LINE_FIELDS)
        category = reader.choice(f"{where}.category", entry.get("category"), tuple(CATEGORIES), "S")
        base = next((entry[name] for name in _BASES if name in entry), None)
        role = reader.choice(f"{where}.role", entry.get("role"), _ROLES, ITEM)
        usual = document_text(language, "Item {number}").format(number=place + 1) if role in POSITIONS else ""
        found.append(
            DraftLine(
                name=str(entry.get("name", usual) or ""),
                role=role,
                description=str(entry.get("description") or ""),
                quantity=_or(reader.number(f"{where}.qty", entry.get("qty")), 1),
                price=_or(reader.number(f"{where}.price", entry.get("price")), 0),
                unit=reader.unit(f"{where}.unit", entry.get("unit")),
                category=category,
                rate=reader.number(f"{where}.rate", entry.get("rate")),
                item_number=str(entry.get("item_number") or ""),
                base_quantity=_or(reader.number(f"{where}.base_qty", base), 1),
                allowances=_adjustments(reader, f"{where}.allowances", entry.get("allowances"), language),
                charges=_adjustments(reader, f"{where}.charges", entry.get("charges"), language),
            )
        )
    return tuple(found)


def _or(number: Decimal | None, usual: int) -> Decimal:
    return Decimal(usual) if number is None else number


def _adjustments(reader: _Reader, field: str, values: Any, language: str) -> tuple[Adjustment, ...]:
    entries = reader.items(field, values)
    # An e-invoice needs a reason for each (EN 16931 BR-33, BR-38, BR-42, BR-44).
    is_charge = field.endswith("charges")
    usual = document_text(language, "Surcharge") if is_charge else document_text(language, "Discount")
    for place, entry in enumerate(entries):
        reader.names(f"{field}.{place}", entry, _ADJUSTMENT_FIELDS)
    return tuple(
        Adjustment(
            amount=reader.number(f"{field}.{place}", entry.get("amount")) if entry.get("percent") is None else None,
            percent=reader.number(f"{field}.{place}", entry.get("percent")),
            reason=str(entry.get("reason") or "").strip() or usual,
            category=entry.get("category"),
            rate=reader.number(f"{field}.{place}", entry.get("rate")),
        )
        for place, entry in enumerate(entries)
    )


def _preceding(reader: _Reader, draft: Draft, values: Any) -> Draft:
    """The document that this one corrects: `[[number, day]]`; linked where it is one of ours."""
    if not isinstance(values, list) or not values:
        return draft
    first = values[0] if isinstance(values[0], list) else values
    number = str(first[0])
    day = reader.day("preceding", first[1]) if len(first) > 1 else None
    own = db.one("SELECT id, issue_on FROM document WHERE number = ? AND state = 'issued'", [number])
    if own and not day:
        day = date.fromisoformat(own[1])
    return replace(draft, preceding_number=number, preceding_on=day, preceding_id=own[0] if own else None)
