"""How companies and private people are treated unless their record says otherwise: prices, tone, payment terms.

Each answer is asked for in this order: the customer's own, the one for its kind, the company's.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.company import payment_terms, profile
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.db import noted

_KEY = "customer_kind.{kind}.{name}"
FORMAL, FRIENDLY = "formal", "friendly"
# SQL for the price mode of a customer `c`, as `of_customer` finds it.
PRICE_MODE_SQL = (
    "coalesce(nullif(c.price_mode, ''), nullif((SELECT s.value FROM setting s "
    "WHERE s.key = 'customer_kind.' || c.kind || '.price_mode'), ''), (SELECT price_mode FROM company))"
)


@dataclass(frozen=True)
class Treatment:
    """How a customer is treated. `price_mode` is net or gross, "" leaves it to the next; so does `tone` and None."""

    price_mode: str = ""
    tone: str = ""
    payment_terms_id: int | None = None


def usual(kind: str) -> Treatment:
    """What the owner chose for a kind of customer ("organisation" or "person"); empty where nothing was chosen."""
    found = dict(
        db.query("SELECT key, value FROM setting WHERE substr(key, 1, ?) = ?", [len(_prefix(kind)), _prefix(kind)])
    )
    terms = found.get(_key(kind, "payment_terms_id"), "")
    known = {t.id for t in payment_terms.all_terms()}
    return Treatment(
        found.get(_key(kind, "price_mode"), ""),
        found.get(_key(kind, "tone"), ""),
        int(terms) if terms and int(terms) in known else None,
    )


def _prefix(kind: str) -> str:
    return _KEY.format(kind=kind, name="")


def _key(kind: str, name: str) -> str:
    return _KEY.format(kind=kind, name=name)


def save(kind: str, treatment: Treatment) -> None:
    """Keep what is usual for a kind of customer; drafts that were begun stay as they are."""
    values = {
        "price_mode": treatment.price_mode,
        "tone": treatment.tone,
        "payment_terms_id": str(treatment.payment_terms_id or ""),
    }
    with db.transaction(_("Change settings"), merge=True):
        for name, value in values.items():
            noted.put_setting(_key(kind, name), value)


def of_customer(customer_id: int | None) -> Treatment:
    """How a customer is treated, with nothing left open: their own choice, that for their kind, the company's.

    Raises:
        NotFound: the customer is no longer there.
    """
    company = profile.load()
    if customer_id is None:
        return Treatment(company.price_mode, FORMAL, company.payment_terms_id)
    row = db.one("SELECT kind, price_mode, tone, payment_terms_id FROM customer WHERE id = ?", [customer_id])
    if row is None:
        raise NotFound(_("This customer is no longer there."))
    kind, price_mode, tone, terms = row
    own = usual(kind)
    return Treatment(
        price_mode or own.price_mode or company.price_mode,
        tone or own.tone or FORMAL,
        terms or own.payment_terms_id or company.payment_terms_id,
    )


def price_mode_words(mode: str) -> str:
    """Net or gross in words."""
    return {"net": _("Net, tax is added"), "gross": _("Gross, tax is contained")}.get(mode, "")


def tone_words(tone: str) -> str:
    """A tone in words."""
    return {FORMAL: _("Formal, with the family name"), FRIENDLY: _("Friendly, with the first name")}.get(tone, "")
