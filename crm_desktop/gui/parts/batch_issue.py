"""Issue the selected drafts, each on its own, with progress and Cancel; what cannot be issued is told with its sentence.

What was issued before Cancel or a fault stays issued; the others are still drafts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from crm_desktop.billing import deal_quotes, drafts
from crm_desktop.core.errors import Cancelled
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs, theme
from crm_desktop.gui.parts import deal_words
from crm_desktop.gui.parts.document_acts import DocumentActs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.dialogs import Dialog
from crm_desktop.gui.widgets.layouts import column, label, scroll, stack

if TYPE_CHECKING:
    from crm_desktop.documents.batch import Refused

# The list of those that were refused is scrolled beyond this height.
_HIGHEST = 340


@dataclass(frozen=True)
class Outcome:
    """How many became documents, how many stayed drafts because of Cancel, which were refused, what deals they moved."""

    done: int
    left: int = 0
    refused: tuple[Refused, ...] = ()
    moved: str = ""


def act_words(count: int) -> str:
    """What the button says: "Issue 3 drafts"."""
    return ngettext("Issue {n} draft", "Issue {n} drafts", count).format(n=formats.count(count))


def start(deeds: DocumentActs, draft_ids: Sequence[int]) -> None:
    """Issue drafts beside the window, oldest first."""
    if draft_ids:
        title = ngettext("Issuing {n} draft", "Issuing {n} drafts", len(draft_ids))
        work = partial(_issue_all, list(draft_ids))
        jobs.run(
            work,
            done=partial(_tell, deeds),
            failed=failures.show,
            title=title.format(n=formats.count(len(draft_ids))),
            writes=True,
        )


def _issue_all(draft_ids: list[int], progress: Progress) -> Outcome:
    from crm_desktop.documents import batch

    try:
        found = batch.issue_many(draft_ids, progress)
    except Cancelled:
        left = len(drafts.among(draft_ids))
        return Outcome(len(draft_ids) - left, left, moved=_moved(draft_ids))
    return Outcome(len(found.done), refused=found.refused, moved=_moved(draft_ids))


def _moved(draft_ids: list[int]) -> str:
    """Move the deals of the quotes among them along; gives what there is to say about it."""
    return deal_words.moved_by_quote(deal_quotes.issued(draft_ids))


def _tell(deeds: DocumentActs, found: Outcome) -> None:
    words = ngettext("{n} document issued", "{n} documents issued", found.done).format(n=formats.count(found.done))
    if found.left:
        words = _("Stopped. Issued: {done}, still drafts: {left}").format(
            done=formats.count(found.done), left=formats.count(found.left)
        )
    if found.moved:
        deeds.say_undoable(f"{words}. {found.moved}")
    else:
        deeds.say(words)
    if found.refused:
        refused_dialog(found.refused).ask()


def refused_dialog(refused: Sequence[Refused]) -> Dialog:
    """The drafts that could not be issued, each with its sentence."""
    count = len(refused)
    heading = ngettext("{n} draft could not be issued", "{n} drafts could not be issued", count)
    made = Dialog(
        heading.format(n=formats.count(count)),
        _(
            "Nothing is lost: what is listed is still a draft, the others are issued. Put it right, then issue it again."
        ),
    )
    holder = QWidget()
    box = column(holder, gap=12)
    for one in refused:
        box.addLayout(stack(label(one.name, "m", wrap=True), label(one.reason, "small", "text2", wrap=True), gap=2))
    box.addStretch(1)
    if count <= 4:
        made.add(holder)
    else:
        area = scroll(holder)
        area.setFixedHeight(theme.px(_HIGHEST))
        made.add(area)
    made.add_button("ok", _("Close"), first=True)
    return made
