"""Sheets in which a row tells of a customer and of a contract, an invoice, something that they own, or several of these.

Fields of the customer have their usual names, the others begin with "contract_", "invoice_" or "product_".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import headings, targets
from crm_desktop.exchange.columns import SURE, Choice
from crm_desktop.exchange.consent_import import FIELDS as CONSENTS
from crm_desktop.exchange.customer_import import CustomerImport
from crm_desktop.exchange.invoice_import import InvoiceImport
from crm_desktop.exchange.parties import Turn
from crm_desktop.exchange.product_import import ProductImport
from crm_desktop.exchange.records import Record, customer_of
from crm_desktop.exchange.result import Outcome
from crm_desktop.exchange.sales_import import ContractImport
from crm_desktop.exchange.survey import Profile
from crm_desktop.exchange.tables import Column

CONTRACT, INVOICE, PRODUCT = "contract_", "invoice_", "product_"
_KINDS = {CONTRACT: "contracts", INVOICE: "invoices", PRODUCT: "owned_products"}
# What neither a list of contracts nor one of invoices can hold, so that three of them say that customers are meant too.
_CUSTOMER_ONLY = {
    "phones", "first_name", "last_name", "birthday", "iban", "website", "salutation", "title", "addition", "house_number",
    "tax_number", "bic", *CONSENTS,
}  # fmt: skip


def is_mixed(labels: Sequence[str]) -> bool:
    """Whether headings tell of a customer and of both others, or of one of them beside much about the customer."""
    where = places(labels)
    fields = {name for name in where if name}
    contract = bool(fields & {"contract_title", "contract_number"}) and bool(
        fields & {"contract_start", "contract_end", "contract_notice", "contract_value"}
    )
    invoice = {"invoice_number", "invoice_issue_date"} <= fields and bool(
        fields & {"invoice_gross", "invoice_net", "invoice_open", "invoice_unit_price", "invoice_line_total"}
    )
    product = bool(fields & {"product_name", "product_serial"}) and bool(
        fields & {"product_serial", "product_bought_on", "product_warranty_until"}
    )
    told = {"contracts": contract, "invoices": invoice, "owned_products": product}
    decisive = {kind for kind in told if any(headings.decides(label, kind) for label in labels)}
    if not targets.is_enough("customers", fields):
        return False
    if contract and invoice:
        return {"contracts", "invoices"} <= decisive
    told_of = {kind for kind, is_told in told.items() if is_told and kind in decisive}
    return bool(told_of) and len(fields & _CUSTOMER_ONLY) >= (1 if told_of == {"owned_products"} else 3)


def places(labels: Sequence[str]) -> list[str]:
    """The field of each column ("" = none): a word that fits several goes to what the columns left of it are about."""
    about, taken, found = "", set[str](), []
    for label in labels:
        decided = next((prefix for prefix, kind in _KINDS.items() if headings.decides(label, kind)), "")
        about = decided or about
        order = [about, *(prefix for prefix in ("", CONTRACT, INVOICE, PRODUCT) if prefix != about)]
        if decided:
            order = [decided]
        name = next((name for prefix in order for name in _fits(label, prefix) if name not in taken), "")
        if name and name not in targets.SEVERAL:
            taken.add(name)
        found.append(name)
    return found


def kind_of(name: str) -> str:
    """The kind of record that a field belongs to: "contract_start" to "contracts"."""
    return next((kind for prefix, kind in _KINDS.items() if name.startswith(prefix)), "customers")


def plain(name: str) -> str:
    """A field as its own kind calls it."""
    return name.removeprefix(CONTRACT).removeprefix(INVOICE).removeprefix(PRODUCT)


def _fits(label: str, prefix: str) -> list[str]:
    fits = headings.fits(label, _KINDS.get(prefix, "customers"))
    return [name for fit in fits if (name := f"{prefix}{fit.field}") in targets.FIELDS["mixed"]]


def choices(pairs: Sequence[tuple[Column, Profile]]) -> dict[int, Choice]:
    """The columns whose headings say where they go, by their place."""
    names = places([column.meaning for column, _profile in pairs])
    return {
        place: Choice(column, profile, names[place], SURE, _("Known heading"))
        for place, (column, profile) in enumerate(pairs)
        if names[place]
    }


class _Customers(CustomerImport):
    """Customers that stand in several rows, once for each of their contracts or invoices."""

    def _note_repetition(self, row: int, first: int, found: int, record: Record, shown_name: str) -> None:
        if self.says_more(found, record):
            reason = _("The same customer as in row {row}, whose values are kept").format(row=first)
            self._outcome.warn(row, "", shown_name, reason)


class _Linked:
    """Stands in for the search of a customer: the customer of each row is known."""

    def __init__(self, customers: CustomerImport) -> None:
        self.customers = customers
        self.of_row: dict[int, int] = {}

    def names(self, _record: Record) -> bool:
        """Every row here has its customer."""
        return True

    def in_turn(self, row: int, record: Record) -> Iterator[Turn]:
        """Each row at once, with its customer."""
        yield row, record, self.of_row.get(row)

    def left(self) -> Iterator[Turn]:
        """No row waits."""
        yield from ()

    def why_nobody(self, _record: Record) -> str:
        """Not asked: every row here has its customer."""
        return ""


class MixedImport:
    """Takes rows that tell of a customer and of a contract, an invoice, a product, or several of these.

    The invoice belongs to the contract.
    """

    def __init__(
        self,
        outcome: Outcome,
        *,
        dry_run: bool,
        fields: set[str],
        currency: str,
        own_fields: dict[str, str],
        price_mode: str,
        per: str = "",
    ) -> None:
        self._customers = _Customers(outcome, dry_run=dry_run, own_fields=own_fields)
        self._linked = _Linked(self._customers)
        self._contracts = ContractImport(outcome, dry_run=dry_run, currency=currency, parties=self._linked, per=per)
        plain = {name.removeprefix(INVOICE) for name in fields if name.startswith(INVOICE)}
        self._invoices = InvoiceImport(
            outcome,
            dry_run=dry_run,
            fields=plain,
            currency=currency,
            parties=self._linked,
            contract_of=self._contract_of,
            price_mode=price_mode,
        )
        self._products = ProductImport(outcome, dry_run=dry_run, parties=self._linked)
        self._contract_rows: dict[int, int] = {}
        self._seen: dict[tuple[Any, ...], int] = {}

    def take(self, row: int, raw: Record) -> None:
        """Take one row."""
        customer_id = self._customers.take_record(row, customer_of(raw))
        if customer_id is None:
            return
        self._linked.of_row[row] = customer_id
        contract, invoice, product = _part(raw, CONTRACT), _part(raw, INVOICE), _part(raw, PRODUCT)
        if contract.get("number") or contract.get("title"):
            self._take_contract(row, customer_id, contract)
        if invoice.get("number"):
            self._invoices.take(row, invoice)
        if product.get("name") or product.get("serial"):
            self._customers.flush()
            self._products.take(row, product)

    def _take_contract(self, row: int, customer_id: int, contract: Record) -> None:
        key = (customer_id, *sorted((name, str(value)) for name, value in contract.items()))
        if key not in self._seen:
            self._seen[key] = row
            self._customers.flush()
            self._contracts.take(row, contract)
        self._contract_rows[row] = self._seen[key]

    def _contract_of(self, row: int) -> int | None:
        first = self._contract_rows.get(row)
        return None if first is None else self._contracts.id_of_row(first)

    def finish(self) -> None:
        """Write what is left."""
        self._customers.flush()
        self._invoices.finish()
        self._customers.finish()


def _part(raw: Record, prefix: str) -> Record:
    return {key.removeprefix(prefix): value for key, value in raw.items() if key.startswith(prefix)}
