"""Settings, fields and tags: fields of the owner's own for customers, and the tags in use."""

from __future__ import annotations

from functools import partial
from typing import Any

from crm_desktop.activity import touch
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.core.text import fold
from crm_desktop.customers import custom_fields, tags
from crm_desktop.customers.custom_fields import CustomField
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.gui.widgets.special_inputs import DaysInput


def kinds() -> list[tuple[str, str]]:
    """What a field can hold."""
    return [
        ("text", _("Text")),
        ("number", _("Number")),
        ("date", _("Date")),
        ("choice", _("Choice")),
        ("bool", _("Yes or no")),
    ]


class FieldsSection(SettingsSection):
    """See the module."""

    key = "fields"

    def build(self) -> None:
        self.fields = RowTable([Col(_("Field")), Col(_("Kind"), 130), Col(_("Choices"))], on=self._edit_field)
        self.add = Button(_("Add field"), "small", "plus", on=self._add_field)
        self._no_fields = label(_("None yet. For example: lamp series, hourly rate, newsletter."), "body", "text2")
        self._no_fields.setContentsMargins(16, 6, 16, 10)
        head = row(label(_("Own fields of customers"), "h"), "stretch", self.add, margins=(16, 0, 14, 6))
        self.tags = RowTable(
            [Col(_("Tag")), Col(_("Hear from them"), 150), Col(_("Customers"), 110, right=True)], on=self._edit_tag
        )
        self._no_tags = label(_("None yet. Type one on a customer's card."), "body", "text2")
        self._no_tags.setContentsMargins(16, 6, 16, 10)
        tag_head = row(label(_("Tags"), "h"), "stretch", margins=(16, 2, 14, 8))
        column(
            self,
            frame("card", head, self._no_fields, self.fields, gap=0, margins=(1, 12, 1, 8)),
            frame("card", tag_head, self._no_tags, self.tags, gap=0, margins=(1, 12, 1, 8)),
            gap=12,
        )

    def refresh(self) -> None:
        self._found, self._tags = custom_fields.all_fields(), tags.all_tags()
        names = dict(kinds())
        self.fields.tell(
            [
                [Cell(f.name, strong=True), Cell(names[f.kind], "muted"), Cell(", ".join(f.choices), "muted")]
                for f in self._found
            ]
        )
        self.fields.setVisible(bool(self._found))
        self._no_fields.setVisible(not self._found)
        self._days = touch.tag_days()
        self.tags.tell(
            [
                [Cell(name, strong=True), Cell(_every(self._days.get(name)), "muted"), Cell(formats.count(n), "muted")]
                for name, n in self._tags
            ]
        )
        self.tags.setVisible(bool(self._tags))
        self._no_tags.setVisible(not self._tags)

    # ---- fields ------------------------------------------------------------------------------------------------------

    def _form(self) -> list[Field]:
        return [
            Field("name", _("Name"), width=0.6, needed=True),
            Field("kind", _("Kind"), "choice", choices=kinds(), width=0.4),
            Field("choices", _("What can be chosen"), "lines", rows=4, hint=_("One per line; only for a choice")),
        ]

    def _add_field(self) -> None:
        found = dialogs.fill_in(
            _("New field"), self._form(), {"kind": "text"}, act=_("Add field"), check=partial(_keep_field, 0)
        )
        if found is not None:
            self.saved()
            self.refresh()

    def _edit_field(self, place: int) -> None:
        field = self._found[place]
        values = {"name": field.name, "kind": field.kind, "choices": "\n".join(field.choices)}
        answer = dialogs.fill_in_or_remove(
            _("Field {name}").format(name=field.name), self._form(), values, act=pgettext("save", "Keep"),
            check=partial(_keep_field, field.id), remove=_("Delete field"),
        )  # fmt: skip
        if answer == "remove" and self.kept(partial(custom_fields.remove, field.id)):
            self.page.toast.emit(_("Field {name} and what stood in it are deleted").format(name=field.name), True)
        elif answer:
            self.saved()
        self.refresh()

    # ---- tags --------------------------------------------------------------------------------------------------------

    def _edit_tag(self, place: int) -> None:
        name, number = self._tags[place]
        others = {fold(other) for other, _n in self._tags if other != name}
        answer = dialogs.fill_in_or_remove(
            _("Tag {name}").format(name=name), _tag_form(), {"name": name, "touch_days": self._days.get(name)},
            act=pgettext("save", "Keep"), check=partial(_rename, name, others), remove=_("Delete tag"),
        )  # fmt: skip
        if answer == "remove" and self.kept(partial(tags.remove, name)):
            words = ngettext("Tag {name} taken from {n} customer", "Tag {name} taken from {n} customers", number)
            self.page.toast.emit(words.format(name=name, n=formats.count(number)), True)
        elif answer:
            self.saved()
        self.refresh()


def _keep_field(field_id: int, values: dict[str, Any]) -> None:
    chosen = tuple(line.strip() for line in values["choices"].splitlines() if line.strip())
    kind = values["kind"]
    custom_fields.save(CustomField(field_id, values["name"], kind, chosen if kind == "choice" else ()))


def _rename(old: str, others: set[str], values: dict[str, Any]) -> None:
    new = values["name"]
    if fold(new) in others:
        raise ValidationError({"name": _("There is already a tag called {name}.").format(name=new)})
    if values["touch_days"] != touch.tag_days().get(old):
        touch.keep_tag_in_touch(old, values["touch_days"])
    if new != old:
        tags.rename(old, new)


def _tag_form() -> list[Field]:
    return [
        Field("name", _("Name"), needed=True),
        Field(
            "touch_days", _("Hear from these customers every … days"), "own", make=DaysInput,
            hint=_("Today tells who was silent for longer; the shortest of a customer's tags counts"),
        ),
    ]  # fmt: skip


def _every(days: int | None) -> str:
    return ngettext("every day", "every {n} days", days).format(n=days) if days else ""
