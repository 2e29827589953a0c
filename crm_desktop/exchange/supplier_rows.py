"""Suppliers in a list of customers: they come in with a tag that says so, and are told.

What says so is a column in which each row is a customer or a supplier, two columns of yes and no, or the accounts of a
ledger. A list of nothing but suppliers is none of these; `sheet_kinds` tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange.columns import Choice
from crm_desktop.exchange.convert import Complain
from crm_desktop.exchange.headings import normalise
from crm_desktop.exchange.values import Cell, as_text

# From so much of a column on its words say what somebody is to the owner.
_NEARLY_ALL = 0.95
_YES = {"1", "yes", "ja", "oui", "si", "tak", "true", "wahr", "x", "vrai"}
_NO = {"", "0", "no", "nein", "non", "false", "falsch", "faux", "nie", "nee"}
_SUPPLIER = frozenset(
    ("vendor", "vendors", "supplier", "suppliers", "lieferant", "lieferantin", "lieferanten", "kreditor", "kreditoren",
     "fournisseur", "fournisseurs", "proveedor", "proveedores", "fornitore", "fornitori", "leverancier", "leveranciers",
     "dostawca", "dostawcy")
)  # fmt: skip
_OTHER = frozenset(
    ("customer", "customers", "client", "clients", "kunde", "kunden", "kundin", "debitor", "debitoren", "cliente", "clientes",
     "clienti", "klant", "klanten", "klient", "klienci", "both", "beides", "kunde und lieferant", "customer and vendor",
     "partner", "interessent", "interessenten", "lead", "leads", "prospect", "prospects", "contact", "kontakt", "kontakte",
     "sonstige", "other", "others", "autre", "otro", "altro", "overig")
)  # fmt: skip


@dataclass(frozen=True)
class Suppliers:
    """How the suppliers in a list of customers are known: words of a column, or what two columns say together.

    The numbers count the columns of the table. `accounts` are those of a ledger, creditors from 70000 on.
    """

    role: int = -1
    supplier: int = -1
    customer: int = -1
    accounts: int = -1

    def mark(
        self, columns: Sequence[Sequence[Cell]], found: list[list[Any]], keys: Sequence[str], complain: Complain
    ) -> list[str]:
        """Give rows that are suppliers and no customers a tag that says so, and tell it.

        Args:
            columns: the cells of a batch, column by column.
            found: its converted columns, which are added to.
            keys: what they are.
            complain: notes a row.

        Returns:
            The keys of columns that are new.
        """
        tag = _("Supplier")
        marks = [[tag] if self._is_one([as_text(cell) for cell in row]) else [] for row in zip(*columns, strict=True)]
        for place, mark in enumerate(marks):
            if mark:
                complain(place, "", _("A supplier; comes in with the tag “{tag}”").format(tag=tag))
        if "tags" in keys:
            at = list(keys).index("tags")
            found[at] = [[*tags, *mark] for tags, mark in zip(found[at], marks, strict=True)]
        elif any(marks):
            found.append(marks)
            return ["tags"]
        return []

    def _is_one(self, texts: Sequence[str]) -> bool:
        if self.role >= 0 and _fold(texts[self.role]) in _SUPPLIER:
            return True
        if self.supplier >= 0 and _is_yes(texts[self.supplier]):
            return not _is_yes(texts[self.customer])
        return self.accounts >= 0 and _is_creditor(texts[self.accounts])


def find(choices: Sequence[Choice], kind: str, places: dict[int, int]) -> Suppliers | None:
    """What tells suppliers from customers in a list of customers; None where nothing does.

    Args:
        choices: the columns of the table.
        kind: the kind of records that the list holds.
        places: place in the table of each column, by its index.
    """
    if kind != "customers":
        return None
    by_label = {normalise(choice.column.label, whole=True): choice for choice in choices}

    def place(choice: Choice | None) -> int:
        return places[choice.column.index] if choice else -1

    supplier, customer = (_flag(by_label, names) for names in (_SUPPLIER_FLAGS, _CUSTOMER_FLAGS))
    account = by_label.get("konto")
    found = Suppliers(
        place(next((choice for choice in choices if choice.field != "tags" and _tells_role(choice)), None)),
        place(supplier if customer else None),
        place(customer if supplier else None),
        place(account if account and account.field == "number" and _has_both_accounts(account) else None),
    )
    return found if found != Suppliers() else None


_SUPPLIER_FLAGS = (
    "fournisseur", "vendor", "supplier", "lieferant", "is supplier", "is vendor", "supplier rank", "proveedor", "fornitore",
    "leverancier",
)  # fmt: skip
_CUSTOMER_FLAGS = ("client", "customer", "kunde", "is customer", "customer rank", "cliente", "klant")


def _flag(by_label: dict[str, Choice], names: Sequence[str]) -> Choice | None:
    """A column that says yes or no to being one, or how often somebody was one."""
    found = next((by_label[name] for name in names if name in by_label), None)
    return found if found and all(_is_flag(text) for text in found.profile.texts()) else None


def _is_flag(text: str) -> bool:
    word = _fold(text)
    return word in _YES or word in _NO or word.isdecimal()


def _is_yes(text: str) -> bool:
    word = _fold(text)
    return word in _YES or (word.isdecimal() and int(word) > 0)


def _tells_role(choice: Choice) -> bool:
    """Whether a column says of each row what it is to the owner, and some are suppliers and some are not."""
    texts = [_fold(text) for text in choice.profile.texts() if text.strip()]
    vendors = sum(1 for text in texts if text in _SUPPLIER)
    others = sum(1 for text in texts if text in _OTHER)
    return bool(vendors and others) and vendors + others >= _NEARLY_ALL * len(texts)


def _has_both_accounts(choice: Choice) -> bool:
    """Whether the numbers of customers are accounts of a ledger, all of one length, of debtors and of creditors."""
    texts = choice.profile.texts()
    creditors = sum(1 for text in texts if _is_creditor(text))
    alike = len(set(map(len, texts))) == 1 and all(map(str.isdecimal, texts))
    return alike and 0 < creditors < len(texts)


def _is_creditor(text: str) -> bool:
    """Whether an account is that of a supplier. Source: DATEV, Personenkonten 70000 to 99999, with more digits alike."""
    return len(text) >= 5 and text.isdecimal() and text[0] in "789"


@cache
def _fold(text: str) -> str:
    return normalise(text)
