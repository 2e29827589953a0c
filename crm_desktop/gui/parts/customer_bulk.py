"""What can be done with all selected customers at once: stage, tags, language, payment terms and so on, archive.

Each act is one step that can be undone; what is empty in "Change for all…" stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QMenu

from crm_desktop.company import payment_terms
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import customers, kind_defaults, lifecycle, tags
from crm_desktop.customers.lifecycle import Stage
from crm_desktop.gui import failures
from crm_desktop.gui.parts import customer_stage
from crm_desktop.gui.widgets import choices, dialogs, formats
from crm_desktop.gui.widgets.form import Field
from crm_desktop.sales import sources

_SAME = "="


class CustomerBulk:
    """The acts on a selection; `selected()` gives the ids, `said(words, undoable)` tells what was done."""

    def __init__(self, selected: Callable[[], list[int]], said: Callable[[str, bool], object]) -> None:
        self._selected, self._said = selected, said

    def fill(self, menu: QMenu) -> None:
        """Put the acts into a menu."""
        menu.clear()
        stages = menu.addMenu(_("Set stage"))
        for stage in lifecycle.stages():
            stages.addAction(stage.label, partial(self.set_stage, stage))
        stages.addSeparator()
        stages.addAction(_("No stage"), partial(self.set_stage, None))
        menu.addAction(_("Add tags…"), self.add_tags)
        menu.addAction(_("Take tags away…"), self.take_tags)
        menu.addAction(_("Change for all…"), self.change)
        menu.addSeparator()
        menu.addAction(_("Archive"), self.archive)

    def set_stage(self, stage: Stage | None) -> None:
        """Move all selected to a stage, with one reason."""
        ids = self._selected()
        name = stage.label if stage is not None else _("no stage")
        words = ngettext("Move {n} customer to “{stage}”?", "Move {n} customers to “{stage}”?", len(ids))
        moved = customer_stage.ask_and_move(ids, stage, words.format(n=formats.count(len(ids)), stage=name))
        if moved is not None:
            said = ngettext("{n} customer moved to “{stage}”", "{n} customers moved to “{stage}”", moved)
            self._said(said.format(n=formats.count(moved), stage=name), moved > 0)

    def add_tags(self) -> None:
        """Ask for tags and give them to all selected."""
        self._tags(_("Tags for the selected customers"), _("Add"), tags.add_to)

    def take_tags(self) -> None:
        """Ask for tags and take them from all selected."""
        self._tags(_("Which tags go?"), _("Take away"), tags.take_from)

    def _tags(self, heading: str, act: str, do: Callable[[list[int], list[str]], int]) -> None:
        ids = self._selected()
        field = Field("tags", _("Tags"), "tags", choices=[(name, name) for name, _n in tags.all_tags()])

        def keep(values: dict[str, Any]) -> None:
            if not values["tags"]:
                raise ValidationError({"tags": _("Type a tag and press Enter.")})
            do(ids, values["tags"])

        if dialogs.fill_in(heading, [field], {"tags": []}, act=act, check=keep) is not None:
            self._changed(len(ids))

    def change(self) -> None:
        """Ask what shall be the same for all selected; what is left alone stays as it is."""
        ids = self._selected()
        values = dialogs.fill_in(
            ngettext("Change {n} customer", "Change {n} customers", len(ids)).format(n=formats.count(len(ids))),
            _fields(), {field.name: _SAME for field in _fields()}, act=_("Change"),
        )  # fmt: skip
        if values is None:
            return
        wanted = {name: value for name, value in values.items() if value not in (_SAME, "")}
        own = {name: _stored(name, value) for name, value in wanted.items()}
        if own and failures.guarded(lambda: customers.change_all(ids, own)):
            self._changed(len(ids))

    def archive(self) -> None:
        """Hide all selected from the lists."""
        ids = self._selected()
        if failures.guarded(lambda: customers.archive_all(ids)):
            words = ngettext("{n} customer archived", "{n} customers archived", len(ids))
            self._said(words.format(n=formats.count(len(ids))), True)

    def _changed(self, number: int) -> None:
        words = ngettext("{n} customer changed", "{n} customers changed", number)
        self._said(words.format(n=formats.count(number)), True)


def _fields() -> list[Field]:
    same = (_SAME, _("as it is"))
    usual = (None, _("As usual"))
    terms = [same, usual, *((found.id, found.name) for found in payment_terms.all_terms())]
    modes = [same, (None, _("As usual")), *((m, kind_defaults.price_mode_words(m)) for m in ("net", "gross"))]
    tones = [same, usual, *((t, kind_defaults.tone_words(t)) for t in ("formal", "friendly"))]
    known = [same, (None, _("not known")), *((source.id, source.name) for source in sources.all_sources())]
    return [
        Field(
            "language", _("Language of documents"), "choice", choices=[same, *choices.document_languages()], width=0.5
        ),
        Field("payment_terms_id", _("Pay within"), "choice", choices=terms, width=0.5),
        Field("price_mode", _("Prices on paper"), "choice", choices=modes, width=0.5),
        Field("tone", _("Tone"), "choice", choices=tones, width=0.5),
        Field("source_id", _("Source"), "choice", choices=known, width=0.5),
    ]


def _stored(name: str, value: Any) -> Any:
    """Texts have no NULL: as usual is an empty one."""
    return "" if value is None and name in ("price_mode", "tone", "language") else value
