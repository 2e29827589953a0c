"""What a list page shows, as data: columns, views, filters, acts. Used through `list_page`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets.cells import Column
from crm_desktop.gui.widgets.empty import Act, Empty
from crm_desktop.gui.widgets.filter_row import Filter


@dataclass(frozen=True)
class View:
    """One of the views above a list; a `late` one prints its count in red."""

    key: str
    label: str
    late: bool = False


@dataclass(frozen=True)
class Sum:
    """A sum in the footer."""

    label: str
    text: str
    tone: str = ""


@dataclass(frozen=True)
class ListSpec:
    """Everything about a list that is data; see the module."""

    title: str
    columns: Sequence[Column]
    order: str
    empty: Empty
    descending: bool = False
    views: Sequence[View] = ()
    filters: Sequence[Filter] = ()
    search_hint: str = ""
    acts: Sequence[Act] = ()
    new: Act | None = None
    row: str = "row"
    pane_width: int = 344
    menu: Sequence[Act] = field(default_factory=tuple)


def nothing_there(
    spec: ListSpec, view: str, counts: Mapping[str, int], back: Callable[[], object], *, narrowed: bool
) -> Empty:
    """What an empty list says: that the filters hide all, that this view has nothing, or how one begins.

    Args:
        spec: the list.
        view: the key of the view that is shown.
        counts: the number of records in each view, the first one first.
        back: leads to the first view, without filters.
        narrowed: whether a search or a filter hides something.
    """
    shown = next((one for one in spec.views[1:] if one.key == view), None)
    if not narrowed and shown is not None and any(counts.values()):
        return Empty(
            spec.empty.icon,
            _("Nothing under “{view}”").format(view=shown.label),
            _("What there is stands under the other views."),
            secondary=Act(_("Back to “{view}”").format(view=spec.views[0].label), back),
        )
    return no_hits(back) if narrowed or next(iter(counts.values()), 0) else spec.empty


def no_hits(clear: Callable[[], object]) -> Empty:
    """What a list says that has records, of which none fits."""
    return Empty(
        "search-x",
        _("Nothing here fits the filters"),
        _("Other records are there; the search or a filter hides them."),
        secondary=Act(_("Clear filters"), clear),
    )
