"""Why this figure: a dialog that tells for each figure of a customer how it is made and which numbers went in."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.cards import Facts
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll, stack
from crm_desktop.insight import company_reasons, value_reasons
from crm_desktop.insight.customer_value import Known, Value
from crm_desktop.insight.value_reasons import Why

_WIDTH, _HEIGHT = 600, 480
# A figure that is a sentence has a line of its own.
_LONG = 40


def show(name: str, value: Value, known: Known, *, leads: bool = True) -> str:
    """Open the dialog about one customer; gives "open" when their page is wanted, which is offered where it `leads`."""
    return _tell(_("{name}: why these figures").format(name=name), value_reasons.of(value, known), leads=leads)


def show_all(known: Known) -> None:
    """Open the dialog about the figures of all customers."""
    _tell(_("Why these figures"), company_reasons.of(known), leads=False)


def _tell(heading: str, whys: list[Why], *, leads: bool) -> str:
    dialog = dialogs.Dialog(heading, width=_WIDTH)
    content = QWidget()
    parts: list[object] = []
    for why in whys:
        parts += [_part(why), hairline()]
    column(content, *parts[:-1], "stretch", gap=12, margins=(0, 0, 12, 0))  # type: ignore[arg-type]
    area = scroll(content)
    area.setFixedHeight(_HEIGHT)
    dialog.add(area)
    if leads:
        dialog.add_button("open", _("Open their page"))
    dialog.add_button("close", _("Close"), "primary").setDefault(True)
    return dialog.ask()


def _part(why: Why) -> QWidget:
    made = QWidget()
    if len(why.figure) > _LONG:
        head: object = stack(label(why.name, "b"), label(why.figure, "body", "text2", wrap=True), gap=2)
    else:
        head = row(label(why.name, "b"), "stretch", label(why.figure, "m"))
    parts: list[object] = [head]
    if why.formula:
        parts.append(label(why.formula, "small", "text2", wrap=True))
    if why.inputs:
        facts = Facts()
        facts.tell(why.inputs)
        parts.append(facts)
    column(made, *parts, gap=6)  # type: ignore[arg-type]
    return made
