"""What a card of the figures page shows, as data: its figure, the sentence beside it, the chart, and what each bar opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_desktop.gui.widgets.charts import Bar
from crm_desktop.insight.figure_lists import Line


@dataclass(frozen=True)
class ToPage:
    """Another page with its filters."""

    page: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ToRecord:
    """One record."""

    record: str
    id: int


@dataclass(frozen=True)
class ToList:
    """A list of what was counted, read when it is asked for."""

    title: str
    lines: Callable[[], list[Line]]


Opening = ToPage | ToRecord | ToList


@dataclass(frozen=True)
class Columns:
    """Columns per step: see `charts.ColumnChart.tell`."""

    labels: Sequence[str]
    now: Sequence[int]
    before: Sequence[int]
    names: tuple[str, str]
    currency: str
    plan: Sequence[int | None] = ()
    total: Sequence[int | None] = ()
    total_name: str = ""


@dataclass(frozen=True)
class Told:
    """A card. `opens` is what the large figure counts, `bars_open` what each bar does; `note` stands below the chart."""

    figure: str
    sentence: str = ""
    tone: str = "text2"
    opens: Opening | None = None
    columns: Columns | None = None
    bars: Sequence[Bar] = ()
    bars_open: Sequence[Opening | None] = ()
    note: str = ""
    empty: str = ""
