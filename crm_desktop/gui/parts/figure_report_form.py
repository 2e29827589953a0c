"""Asking what a saved report shows: a standing report, or a list with columns, a group and sums; and when it is written."""

from __future__ import annotations

from typing import Any

from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.form import Field, Heading

KIND_NAMES = {
    "management": N_("Management report"), "journal": N_("Invoice journal"), "open-items": N_("Open items"),
    "customers": N_("Customers"), "payments": N_("Payments"), "vat": N_("VAT figures"), "numbers": N_("Numbers"),
    "list": N_("Own report from a list"),
}  # fmt: skip
SCHEDULE_NAMES = {
    "": N_("by hand"), "daily": N_("every day, for the day before"), "weekly": N_("every Monday, for the week before"),
    "monthly": N_("on the first of the month, for the month before"),
    "quarterly": N_("on the first of the quarter, for the quarter before"),
    "yearly": N_("on the first of January, for the year before"),
}  # fmt: skip


def ask(report_id: int = 0) -> bool:
    """Make a report (0) or change one; whether it was kept."""
    from crm_desktop.exchange import saved_reports

    known = saved_reports.get(report_id) if report_id else None
    values: dict[str, Any] = {"kind": "management", "schedule": ""}
    if known is not None:
        values = {"name": known.name, "kind": known.kind, "schedule": known.schedule, "folder": known.folder}
    fields = [
        Field("name", _("Name"), needed=True),
        Field("kind", _("What it shows"), "choice", choices=[(key, _(name)) for key, name in KIND_NAMES.items()]),
        Field("schedule", _("Written"), "choice", choices=[(key, _(name)) for key, name in SCHEDULE_NAMES.items()]),
        Field(
            "folder",
            _("Into the folder"),
            "file",
            choose=lambda: dialogs.choose_folder(_("Folder of the report"), "report"),
            hint=_("Needed where it is written by itself"),
        ),
    ]

    def check(entered: dict[str, Any]) -> None:
        problems = saved_reports.check(entered | {"own": known.own if known else None}, report_id)
        problems.pop("own", None)
        if problems:
            raise ValidationError(problems)

    heading = _("Change the report") if report_id else _("New report")
    found = dialogs.fill_in(heading, fields, values, act=_("Continue"), check=check)
    if found is None:
        return False
    own = ask_own(known.own if known else None) if found["kind"] == saved_reports.OWN else None
    if found["kind"] == saved_reports.OWN and own is None:
        return False
    saved_reports.save(found | {"own": own}, report_id)
    return True


def ask_own(known: Any = None) -> Any:
    """Ask for the list, then for its columns, group and sums; None if the user keeps things as they are."""
    from crm_desktop.exchange import report_own

    tables = report_own.tables()
    start = {"table": known.table if known else tables[0][0]}
    chosen = dialogs.fill_in(
        _("Which list?"), [Field("table", _("List"), "choice", choices=tables)], start, act=_("Continue")
    )
    if chosen is None:
        return None
    table = chosen["table"]
    same = known if known is not None and known.table == table else None
    entered = dialogs.fill_in(
        _("What does it show?"), _own_fields(table), _own_values(table, same), act=_("Keep the report")
    )
    if entered is None:
        return None
    shown, added = (
        tuple(name for name, _text, _sum in report_own.columns_of(table) if entered.get(f"{key}:{name}"))
        for key in ("show", "sum")
    )
    return report_own.Own(
        table, shown, str(entered.get("group") or ""), added, by_period=bool(entered.get("by_period", True))
    )


def _own_fields(table: str) -> list[Field | Heading]:
    from crm_desktop.exchange import report_own

    columns = report_own.columns_of(table)
    day = report_own.day_of(table)
    said = _("By “{column}”. The period is chosen when it is written.").format(column=day)
    period = Field("by_period", _("Only what lies in the period"), "bool", hint=said)
    adds = [Field(f"sum:{name}", text, "bool", width=1 / 3) for name, text, can in columns if can]
    return [
        Field("group", _("Grouped by"), "choice", choices=[("", _("nothing")), *report_own.groups_of(table)]),
        *([period] if day else []),
        Heading(_("Columns"), _("Without any mark all of them are shown.")),
        *(Field(f"show:{name}", text, "bool", width=1 / 3) for name, text, _sum in columns),
        *([Heading(_("Add up"), _("For each group, and for each currency on its own.")), *adds] if adds else []),
    ]


def _own_values(table: str, known: Any) -> dict[str, Any]:
    """What is marked at first: what the report shows now, or the columns that one usually wants."""
    from crm_desktop.exchange import report_own

    names = [name for name, _text, _sum in report_own.columns_of(table)]
    marked = (known.columns or names) if known else report_own.usual_columns(table)
    values: dict[str, Any] = {"group": known.group if known else "", "by_period": known.by_period if known else True}
    values |= {f"show:{name}": name in marked for name in names}
    return values | {f"sum:{name}": bool(known) and name in known.sums for name in names}
