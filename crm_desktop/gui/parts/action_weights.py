"""How the next best actions are weighed: a dialog with the chances, which the owner may change or take back."""

from __future__ import annotations

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.form import Field
from crm_desktop.insight import action_chances


def edit() -> bool:
    """Show the chances and keep what was changed; whether they are others now."""
    before = action_chances.in_use()
    hint = _("{amount}; our estimate is {percent}%")
    fields = [
        Field(
            rule, _("{what}, in %").format(what=_(one.what)), "number", decimals=0,
            hint=hint.format(amount=_(one.amount), percent=one.percent),
        )
        for rule, one in action_chances.OURS.items()
    ]  # fmt: skip
    back = _("Back to the estimates of the program") if action_chances.is_own() else ""
    done = dialogs.fill_in_or_remove(
        _("How this is weighed"), fields, dict(before), act=_("Keep"), check=action_chances.save, remove=back
    )
    if done == "remove":
        failures.guarded(action_chances.reset)
    return action_chances.in_use() != before
