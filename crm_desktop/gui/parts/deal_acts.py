"""What can be done with a deal, wherever it is shown: win, lose, reopen, make its papers, delete; each with a toast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QCompleter, QMenu, QWidget

from crm_desktop.billing import deal_drafts
from crm_desktop.care import loyalty
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.gui import failures
from crm_desktop.gui.icons import icon
from crm_desktop.gui.parts import deal_words
from crm_desktop.gui.widgets import dialogs, formats, inputs, said
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page
from crm_desktop.sales import competitors, opportunities, opportunity_steps, pipeline_stages
from crm_desktop.sales.opportunities import Opportunity


def suggesting(words: Sequence[str], hint: str) -> QWidget:
    """A line of text that offers words that were used before."""
    made = inputs.TextInput(hint)
    completer = QCompleter(list(words), made)
    inputs.as_search(completer)
    made.setCompleter(completer)
    return made


def _lost_fields() -> list[Field]:
    rivals = [one.name for one in competitors.all_competitors()]
    return [
        Field("reason", _("Why"), "own", make=partial(suggesting, opportunity_steps.reasons(), _("For example too dear"))),
        Field("competitor", _("Who got it"), "own", make=partial(suggesting, rivals, _("Leave empty if nobody"))),
    ]  # fmt: skip


class DealActs:
    """The acts of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def _did(self, act: Callable[[], object], words: str, *, undo: bool = True) -> bool:
        if not failures.guarded(act):
            return False
        self.page.toast.emit(words, undo)
        return True

    # ---- one deal ----------------------------------------------------------------------------------------------------

    def open(self, deal_id: int) -> None:
        """Open the page of a deal."""
        self.page.open_record.emit("opportunity", deal_id)

    def move(self, found: Opportunity, stage_id: int, before: int = 0, after: int = 0) -> bool:
        """Put a deal into a stage, before or after another one; says so where the stage changed."""
        stage = pipeline_stages.get(stage_id)
        move = partial(opportunity_steps.move, found.id, stage_id, before=before or None, after=after or None)
        if found.stage_id == stage_id and found.state == "open":
            return failures.guarded(move)
        return self._did(move, deal_words.moved(found.title, stage.name))

    def win(self, found: Opportunity) -> bool:
        """Note that the customer wants it."""
        return self._did(partial(opportunity_steps.win, found.id), deal_words.won([found.title]))

    def lose(self, found: Opportunity) -> bool:
        """Ask why and to whom, and note that nothing comes of it."""
        heading = _("Why was “{title}” lost?").format(title=found.title)
        given = dialogs.fill_in(heading, _lost_fields(), act=_("Mark as lost"))
        if given is None:
            return False
        act = partial(opportunity_steps.lose, found.id, given["reason"] or "", given["competitor"] or "")
        return self._did(act, _("“{title}” lost").format(title=found.title))

    def reopen(self, found: Opportunity) -> bool:
        """Put a closed deal back on the board."""
        words = _("“{title}” is open again").format(title=found.title)
        return self._did(partial(opportunity_steps.reopen, found.id), words)

    def quote(self, found: Opportunity) -> None:
        """Write the quote of a deal, or go on with the draft that is there."""
        self._make(partial(deal_drafts.quote, found.id, loyalty.with_discount), "draft")

    def invoice(self, found: Opportunity) -> None:
        """Write the invoice of a deal; where it was made already, show it."""
        made = [one for one in deal_drafts.links(found.id) if one.kind == "invoice"]
        if made:
            self.show_link(made[0])
            return
        self._make(partial(deal_drafts.invoice, found.id, loyalty.with_discount), "draft")

    def contract(self, found: Opportunity) -> None:
        """Write the contract of a deal, or show the one that is there."""
        self._make(partial(deal_drafts.contract, found.id), "contract")

    def _make(self, make: Callable[[], int], record: str) -> None:
        made: list[int] = []
        if failures.guarded(lambda: made.append(make())):
            self.page.open_record.emit(record, made[0])

    def link(self, found: Opportunity) -> bool:
        """Ask which document or contract of the customer belongs to a deal too."""
        offered = deal_drafts.linkable(found.id)
        if not offered:
            dialogs.message(
                _("Nothing to link"), _("All documents and contracts of this customer belong to it already.")
            )
            return False
        choices = [(place, deal_words.paper(one)) for place, one in enumerate(offered)]
        fields = [Field("which", _("Document or contract"), "choice", choices=choices)]
        heading = _("What belongs to “{title}”?").format(title=found.title)
        given = dialogs.fill_in(heading, fields, {"which": 0}, act=_("Link it"))
        if given is None:
            return False
        one = offered[given["which"]]
        return self._did(
            partial(deal_drafts.link, found.id, one.record, one.id), _("Linked: {name}").format(name=one.number)
        )

    def show_link(self, found: deal_drafts.Link) -> None:
        """Open a document or contract of a deal."""
        self.page.open_record.emit("contract" if found.record == "contract" else "draft", found.id)

    def foot(self, found: Opportunity) -> None:
        """What a click on the foot of a card does."""
        if found.state == "won" and found.followed:
            self.show_link(next(one for one in deal_drafts.links(found.id) if one.kind in ("invoice", "contract")))
        elif found.state == "won":
            self.invoice(found)
        elif found.quote_accepted:
            self.win(found)

    # ---- many --------------------------------------------------------------------------------------------------------

    def delete(self, ids: Sequence[int]) -> bool:
        """Move deals to the bin."""
        titles = opportunities.rows(list(ids[:1]))
        name = titles[0].title if titles else ""
        return self._did(partial(opportunities.delete, list(ids)), said.moved_to_bin(name, len(ids)))

    def move_many(self, ids: Sequence[int], stage_id: int) -> bool:
        """Put deals into a stage."""
        words = ngettext("{n} deal moved to {stage}", "{n} deals moved to {stage}", len(ids))
        told = words.format(n=formats.count(len(ids)), stage=pipeline_stages.get(stage_id).name)
        return self._did(partial(opportunity_steps.move_many, list(ids), stage_id), told)

    def lose_many(self, ids: Sequence[int]) -> bool:
        """Ask once why, and note that nothing comes of these deals."""
        words = ngettext("Why was {n} deal lost?", "Why were {n} deals lost?", len(ids))
        given = dialogs.fill_in(words.format(n=formats.count(len(ids))), _lost_fields(), act=_("Mark as lost"))
        if given is None:
            return False
        act = partial(opportunity_steps.lose_many, list(ids), given["reason"] or "", given["competitor"] or "")
        told = ngettext("{n} deal lost", "{n} deals lost", len(ids)).format(n=formats.count(len(ids)))
        return self._did(act, told)

    def change_many(self, ids: Sequence[int]) -> bool:
        """Give deals the same source, expected day, next step or probability; what is left empty stays as it is."""
        fields = [
            Field("source_id", _("Source"), "choice", choices=[(None, _("as it is")), *deal_words.source_choices()]),
            Field("expected_on", _("Expected on"), "date", width=0.5),
            Field("next_on", _("Next step on"), "date", width=0.5),
            Field("next_step", _("Next step")),
        ]
        words = ngettext("Change {n} deal", "Change {n} deals", len(ids)).format(n=formats.count(len(ids)))
        found = dialogs.fill_in(words, fields, act=_("Change them"), text=_("What is left empty stays as it is."))
        values = {name: value for name, value in (found or {}).items() if value not in (None, "")}
        if not values:
            return False
        told = ngettext("{n} deal changed", "{n} deals changed", len(ids)).format(n=formats.count(len(ids)))
        return self._did(partial(opportunities.change_many, list(ids), values), told)

    # ---- menus -------------------------------------------------------------------------------------------------------

    def menu(self, found: Opportunity, parent: QWidget) -> QMenu:
        """Everything that can be done with a deal."""
        menu = QMenu(parent)
        menu.addAction(icon("pencil"), pgettext("verb", "Open"), partial(self.open, found.id))
        to = menu.addMenu(icon("arrow-right"), _("Move to"))
        self.fill_stages(to, partial(self.move, found), but=found.stage_id if found.state == "open" else 0)
        menu.addSeparator()
        if found.state == "open":
            menu.addAction(icon("check"), _("Won\tW"), partial(self.win, found))
            menu.addAction(icon("x"), _("Lost…\tL"), partial(self.lose, found))
        else:
            menu.addAction(icon("rotate-ccw"), _("Reopen"), partial(self.reopen, found))
        menu.addSeparator()
        menu.addAction(icon("file-check"), _("Write the quote"), partial(self.quote, found))
        menu.addAction(icon("receipt-text"), _("Invoice it"), partial(self.invoice, found))
        menu.addAction(icon("file-pen"), _("Make a contract"), partial(self.contract, found))
        menu.addSeparator()
        show = partial(self.page.open_record.emit, "customer", found.customer_id)
        menu.addAction(icon("users"), _("Show {name}").format(name=found.customer.replace("&", "&&")), show)
        menu.addAction(icon("trash"), _("Move to the bin"), partial(self.delete, [found.id]))
        return menu

    @staticmethod
    def fill_stages(menu: QMenu, on: Callable[[int], object], but: int = 0) -> None:
        """Offer the stages in a menu."""
        for stage in pipeline_stages.all_stages():
            if stage.id != but:
                menu.addAction(stage.name.replace("&", "&&"), partial(on, stage.id))
