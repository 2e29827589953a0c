"""Reading a bank statement from the window: the file, its columns where they are not known, sums that do not add up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from crm_desktop.billing.bank_statements import Kept, WrongSumsError
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import bank_files
from crm_desktop.exchange.bank_columns import CHOICES, NeedsColumnsError
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.strip import Strip

Mapping = dict[str, list[str]]


def choose() -> Path | None:
    """Ask for the file of a statement."""
    kinds = [(_("Bank statements"), [f"*{ending}" for ending in bank_files.ENDINGS]), (_("All files"), ["*"])]
    return dialogs.choose_open_file(_("Read a bank statement"), kinds, "bank")


class StatementReading:
    """Reads one file; `done(kept)` is called when it is kept. What must be decided on the way is asked."""

    def __init__(self, path: Path, done: Any) -> None:
        self._path, self._done = path, done
        self._mapping: Mapping | None = None
        self._despite_sums = False

    def start(self) -> None:
        """Read it in the background of a dialog with Cancel."""
        jobs.run(
            partial(_read, self._path, self._mapping, self._despite_sums),
            done=self._done,
            failed=self._failed,
            title=_("Reading {file}").format(file=self._path.name),
            writes=True,
        )

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, NeedsColumnsError):
            self._mapping = ask_columns(error)
            if self._mapping:
                self.start()
        elif isinstance(error, WrongSumsError):
            question = _("Read {file} although its sums do not add up?").format(file=self._path.name)
            if dialogs.confirm(question, str(error), _("Read it all the same"), _("Do not read it")):
                self._despite_sums = True
                self.start()
        else:
            failures.show(error)


def _read(path: Path, mapping: Mapping | None, despite_sums: bool, progress: Progress) -> Kept:
    return bank_files.read_and_keep(path, progress, mapping=mapping, despite_sums=despite_sums)


def ask_columns(asked: NeedsColumnsError) -> Mapping | None:
    """Ask what the columns of a table are; None if it shall not be read."""
    labels = asked.columns.labels
    first = asked.rows[0] if asked.rows else []
    choices: list[tuple[Any, str]] = [("", _("not in the file"))]
    for place, name in enumerate(labels):
        sample = first[place] if place < len(first) else ""
        choices.append((name, f"{name}: {sample[:28]}" if sample else name))
    fields = [Field(key, _(words), "choice", choices=choices, width=0.5) for key, words in CHOICES.items()]
    known = {key: labels[places[0]] for key, places in asked.columns.places.items() if key in CHOICES}
    found = dialogs.fill_in(
        _("What are the columns?"),
        fields,
        {key: known.get(key, "") for key in CHOICES},
        act=_("Read statement"),
        check=_check_columns,
        text=_("They are remembered for the next file with these headings."),
    )
    return {key: [str(name)] for key, name in found.items() if name} if found else None


def _check_columns(values: dict[str, Any]) -> None:
    problems = {}
    if not values.get("booked"):
        problems["booked"] = _("Say which column holds the day.")
    if not any(values.get(key) for key in ("amount", "debit", "credit")):
        problems["amount"] = _("Say which column holds the amount.")
    if problems:
        raise ValidationError(problems)


def kept_words(kept: Kept) -> str:
    """What became of a file, for the toast: "2 to book, 1 paid out and ignored"."""
    if not kept.new:
        words = ngettext(
            "Nothing new: its {n} transaction is known already",
            "Nothing new: all {n} transactions are known already",
            kept.read,
        )
        return words.format(n=formats.count(kept.read))
    parts = [_("{n} to book").format(n=formats.count(kept.new - kept.ignored))]
    if kept.ignored:
        parts.append(_("{n} paid out and ignored").format(n=formats.count(kept.ignored)))
    if kept.known:
        parts.append(_("{n} known already").format(n=formats.count(kept.known)))
    return ", ".join(parts)


def tell(strip: Strip, kept: Kept, show_ignored: Callable[[], object]) -> None:
    """Say above the list what one should know about a file, and lead to what was put aside."""

    def close() -> None:
        strip.tell("")

    def show() -> None:
        close()
        show_ignored()

    further = max(len(kept.notices) - 1, 0)
    more = ngettext("and {n} more thing", "and {n} more things", further).format(n=further) if further else ""
    act, on = (_("Show the ignored"), show) if kept.ignored else (_("Close"), close)
    if kept.notices:
        strip.tell(kept.notices[0], more or (kept_words(kept) if kept.ignored else ""), kind="warn", act=act, on=on)
    elif kept.ignored:
        words = _("{n} paid out and ignored").format(n=formats.count(kept.ignored))
        strip.tell(words, _("Money that went out, for nothing known here."), kind="info", act=act, on=on)
    strip.setToolTip("\n".join(kept.notices))
