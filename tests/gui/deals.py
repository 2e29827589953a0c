"""Deals for the tests of the window."""

from __future__ import annotations

from datetime import UTC, datetime

from crm_desktop.sales import opportunities, pipeline_stages

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def deal(customer_id: int, title: str, stage: int = 0, value: int = 1000, **values: object) -> int:
    """A deal in a stage, its value in whole units."""
    stages = pipeline_stages.all_stages()
    given = {"customer_id": customer_id, "title": title, "stage_id": stages[stage].id, "value_minor": value * 100}
    return opportunities.save(given | values)
