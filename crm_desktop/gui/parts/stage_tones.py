"""The colours of the stages of a relationship, for lists and for the row of stages on a customer's page."""

from __future__ import annotations

from crm_desktop.customers.lifecycle import Stage


def tone_of(stage: Stage | None) -> str:
    """The colour of a stage: green while it grows, amber at risk, red when lost; grey for none."""
    if stage is None:
        return "grey"
    return {"at_risk": "amber", "lost": "red"}.get(stage.code, "green")
