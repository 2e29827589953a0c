"""The part of a customer's form about the relationship: stage, source, and how they are dealt with in money."""

from __future__ import annotations

from typing import Any

from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import kind_defaults, lifecycle
from crm_desktop.gui.widgets.form import Field, Heading
from crm_desktop.sales import price_lists, sources

# What a new customer starts with.
USUAL: dict[str, Any] = {"price_mode": "", "tone": "", "stage_id": None, "source_id": None, "price_list_id": None}


def _stages() -> list[tuple[Any, str]]:
    return [(None, _("No stage")), *((stage.id, stage.label) for stage in lifecycle.stages())]


def _sources() -> list[tuple[Any, str]]:
    return [(None, _("not known")), *((source.id, source.name) for source in sources.all_sources())]


def _price_lists() -> list[tuple[Any, str]]:
    return [(None, _("Usual prices")), *price_lists.choices()]


def _modes() -> list[tuple[Any, str]]:
    return [("", _("As usual")), *((mode, kind_defaults.price_mode_words(mode)) for mode in ("net", "gross"))]


def fields() -> list[Field | Heading]:
    """The fields, with their heading."""
    return [
        Heading(_("Relationship")),
        Field("stage_id", _("Stage"), "choice", choices=_stages, width=0.33),
        Field("source_id", _("How they came to us"), "choice", choices=_sources, width=0.33),
        Field("price_list_id", _("Price list"), "choice", choices=_price_lists, width=0.34),
        Field("price_mode", _("Prices on paper"), "choice", choices=_modes, width=0.33),
        Field("credit_limit_minor", _("Credit limit"), "money", currency=profile.load().currency, width=0.33,
              hint=_("The editor warns above it")),
    ]  # fmt: skip
