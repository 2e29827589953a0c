"""Orders of customers in one line, for tests of what reads them."""

from __future__ import annotations

from datetime import date

from crm_desktop.core import dates
from crm_desktop.db import connection as db


def order(customer: int, day: date, minor: int = 10_000, *, paid: bool = True, kind: str = "invoice", what: str = "Lamp",
          type_code: str = "380", imported: bool = False) -> int:  # fmt: skip
    """An issued document of a day with one line, paid on the same day if wanted; gives its id."""
    with dates.freeze(day), db.transaction("Order"):
        now = dates.instant_text(dates.now())
        number = f"{kind}-{db.value('SELECT coalesce(max(id), 0) + 1 FROM document')}"
        made = db.insert(
            "document",
            {"kind": kind, "customer_id": customer, "language": "de", "currency": "EUR", "price_mode": "net",
             "number": number, "issue_on": day.isoformat(), "due_on": day.isoformat(), "due_minor": minor,
             "grand_total_minor": minor, "tax_basis_minor": minor, "type_code": type_code, "imported": int(imported), "issued_at": now,
             "created_at": now, "updated_at": now},
        )  # fmt: skip
        db.insert(
            "document_line",
            {"document_id": made, "position": 1, "name": what, "quantity_scaled": 1_000_000, "price_scaled": minor * 10_000,
             "category": "S", "net_minor": minor},
        )  # fmt: skip
        db.update("document", made, {"state": "issued"})
        if paid:
            pay(made, day)
    return made


def pay(document: int, day: date) -> None:
    """Pay a document on a day."""
    customer, minor = db.one("SELECT customer_id, due_minor FROM document WHERE id = ?", [document])
    with dates.freeze(day), db.transaction("Payment"):
        now = dates.instant_text(dates.now())
        payment = db.insert(
            "payment",
            {"customer_id": customer, "paid_on": day.isoformat(), "amount_minor": minor, "currency": "EUR", "created_at": now},
        )  # fmt: skip
        values = {"document_id": document, "payment_id": payment, "amount_minor": minor, "made_on": day.isoformat()}
        db.insert("allocation", values)
