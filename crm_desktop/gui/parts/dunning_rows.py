"""The rows of the page of reminders for money: proposals and letters side by side in one kind of row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from crm_desktop.billing import dunning, dunning_letters
from crm_desktop.billing.dunning import Proposal
from crm_desktop.billing.dunning_letters import Choice, Letter
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.text import fold
from crm_desktop.gui import theme
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.list_spec import Column

# Letters stand in the same table as proposals; their ids begin here.
FIRST_LETTER = 1_000_000_000
VIEWS = ("waiting", "held", "unsent", "sent")


@dataclass(frozen=True, slots=True)
class DunningRow:
    """A proposal with what was chosen for it, or a letter; amounts in minor units of `currency`."""

    id: int
    customer_id: int
    name: str
    kind: str
    what: str
    invoices: str
    days_late: int
    open_minor: int
    total_minor: int
    currency: str
    last_contact_on: date | None
    state: str
    proposal: Proposal | None = None
    choice: Choice | None = None
    letter: Letter | None = None


class Book:
    """What is chosen on the page for each proposal, and the rows that follow from it.

    Choices live as long as the page: another level, documents or whole proposals that are left out this time.
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[int, str], int] = {}
        self._choices: dict[tuple[int, str], Choice] = {}
        self.left_out: set[tuple[int, str]] = set()
        self._rows: dict[int, DunningRow] = {}

    def read(self, view: str, search: str = "") -> list[DunningRow]:
        """The rows of one of the `VIEWS` that contain all words of the search; they can be asked for by id then."""
        if view in ("unsent", "sent"):
            letters = dunning_letters.letters(unsent=view == "unsent")
            found = [_of_letter(letter) for letter in letters if view == "unsent" or letter.sent_at]
        else:
            due = [entry for entry in dunning.due_now() if entry.waits == (view == "waiting")]
            found = [self._of(entry) for entry in due]
        words = fold(search).split()
        found = [row for row in found if all(word in fold(f"{row.name} {row.invoices} {row.what}") for word in words)]
        self._rows = {row.id: row for row in found}
        return found

    def rows(self, ids: Iterable[int]) -> list[DunningRow]:
        """The rows with these ids, of those that were read last."""
        return [self._rows[row_id] for row_id in ids if row_id in self._rows]

    def with_contacts(self, ids: Iterable[int]) -> list[DunningRow]:
        """The same with when somebody last wrote to each or spoke with them: asked only for rows that are shown."""
        found = self.rows(ids)
        contacts = dunning.last_contacts({row.customer_id for row in found if row.proposal is not None})
        self._rows |= {
            row.id: replace(row, last_contact_on=contacts.get(row.customer_id)) for row in found if row.proposal
        }
        return self.rows(row.id for row in found)

    def counts(self) -> dict[str, int]:
        """How many rows each view has."""
        found = dunning.due_now()
        waiting = sum(entry.waits for entry in found)
        letters = dunning_letters.letters()
        unsent = sum(letter.sent_at is None for letter in letters)
        return {"waiting": waiting, "held": len(found) - waiting, "unsent": unsent, "sent": len(letters) - unsent}

    def choose(self, choice: Choice) -> None:
        """Keep what is chosen for a proposal."""
        self._choices[choice.customer_id, choice.currency] = choice

    def toggle(self, row: DunningRow) -> None:
        """Leave a proposal out this time, or take it in again."""
        self.left_out ^= {(row.customer_id, row.currency)}

    def choices(self, ids: Sequence[int]) -> list[Choice]:
        """What letters shall be made of these rows, without those left out."""
        rows = self.rows(ids)
        return [r.choice for r in rows if r.choice is not None and (r.customer_id, r.currency) not in self.left_out]

    def _of(self, found: Proposal) -> DunningRow:
        key = (found.customer_id, found.currency)
        row_id = self._ids.setdefault(key, len(self._ids) + 1)
        choice = self._choices.get(key, Choice(*key))
        if choice != Choice(*key):
            found, choice = self._changed(found, choice)
        return DunningRow(
            row_id,
            found.customer_id,
            found.customer,
            "organisation" if found.is_business else "person",
            found.level.name if found.level else "",
            ", ".join(item.number for item in (found.items or found.held)),
            found.days_late or max((item.days_late for item in found.held), default=0),
            found.open_minor,
            found.total_minor,
            found.currency,
            None,
            "left_out" if key in self.left_out else "waiting" if found.waits else "held",
            proposal=found,
            choice=choice,
        )

    def _changed(self, found: Proposal, choice: Choice) -> tuple[Proposal, Choice]:
        """The proposal as it was changed by hand; as it was found, if that cannot be any more."""
        try:
            made = dunning.proposal(choice.customer_id, choice.currency, level=choice.level, leave_out=choice.leave_out)
        except NotFound:
            made = None
        if made is not None and made.waits and found.waits:
            return made, choice
        usual = Choice(choice.customer_id, choice.currency)
        self._choices.pop((choice.customer_id, choice.currency), None)
        return found, usual

    def forget(self) -> None:
        """Begin anew: letters were made of what was chosen."""
        self._choices.clear()
        self.left_out.clear()


def _of_letter(letter: Letter) -> DunningRow:
    return DunningRow(
        FIRST_LETTER + letter.id,
        letter.customer_id,
        letter.customer,
        letter.buyer.get("kind", "organisation"),
        f"{letter.level_name} {letter.number}",
        ", ".join(row.number for row in letter.rows if row.open_minor > 0),
        max((row.days_late for row in letter.rows), default=0),
        letter.open_minor,
        letter.total_minor,
        letter.currency,
        letter.made_on,
        "sent" if letter.sent_at else "unsent",
        letter=letter,
    )


def sort(rows: list[DunningRow], order: str, *, descending: bool) -> list[int]:
    """The ids of rows in an order: the name of an attribute."""
    keys = {
        "name": lambda row: fold(row.name),
        "what": lambda row: row.proposal.level.days if row.proposal and row.proposal.level else row.what,
        "last_contact_on": lambda row: row.last_contact_on or date.min,
    }
    found = sorted(rows, key=lambda row: (keys.get(order, lambda row: getattr(row, order))(row), row.id))
    return [row.id for row in (reversed(found) if descending else found)]


def columns() -> list[Column]:
    """The columns of the page."""
    return [
        Column("name", _("Customer"), "avatar", width=theme.px(200), kind_of="kind", stretch=True),
        Column("what", _("Letter"), width=theme.px(142), cell=_what),
        Column("invoices", _("Invoices"), "muted", width=theme.px(150), sortable=False, shown=False),
        Column("days_late", _("Days late"), "number", width=theme.px(122), newest_first=True),
        Column("open_minor", _("Open"), width=theme.px(100), right=True, newest_first=True, shown=False, cell=_open),
        Column("total_minor", _("To pay"), width=theme.px(100), right=True, newest_first=True, cell=_total),
        Column("last_contact_on", _("Last contact"), "near", width=theme.px(118), newest_first=True),
    ]


def _open(row: DunningRow) -> Cell:
    return Cell(formats.money_text(row.open_minor, row.currency)) if row.open_minor else EMPTY


def _total(row: DunningRow) -> Cell:
    return Cell(formats.money_text(row.total_minor, row.currency), strong=True)


def _what(row: DunningRow) -> Cell:
    """The level; a pill or grey words where no letter is made."""
    if row.state == "held":
        return status(_("On hold"), "amber", pill=True)
    if row.state == "left_out":
        return Cell(_("Not this time"), "muted")
    return Cell(row.what)


def count_words(view: str, number: int) -> str:
    """How many rows are shown, in words."""
    if view in ("unsent", "sent"):
        return ngettext("{n} letter", "{n} letters", number).format(n=formats.count(number))
    return ngettext("{n} customer", "{n} customers", number).format(n=formats.count(number))
