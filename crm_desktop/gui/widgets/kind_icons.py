"""Which icon stands for which kind of entry in a timeline."""

from __future__ import annotations

_ICONS = {
    "call": "phone",
    "email": "mail",
    "meeting": "users",
    "letter": "mail-open",
    "message": "message-square",
    "visit": "wrench",
    "file": "paperclip",
    "quote": "file-check",
    "order_confirmation": "file-check",
    "delivery_note": "package",
    "invoice": "receipt-text",
    "credit_note": "undo-2",
    "receipt": "receipt",
    "payment": "banknote",
    "dunning": "bell",
    "contract": "file-pen",
    "case": "message-square-warning",
    "feedback": "star",
    "owned_product": "package-check",
    "loyalty": "gift",
    "opportunity": "square-kanban",
    "stage": "flag",
    "checklist": "list-checks",
    "rule": "workflow",
    "reminder": "bell",
    "campaign": "megaphone",
    "merged": "users",
    "import": "file-spreadsheet",
}


def icon_of(kind: str) -> str:
    """The icon of a kind of entry."""
    return _ICONS.get(kind, "sticky-note")
