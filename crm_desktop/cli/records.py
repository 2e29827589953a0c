"""Commands about records: import and list."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm_desktop.cli import promises
from crm_desktop.cli.command import Args, Wiring, data_path, opened
from crm_desktop.cli.printing import columns, print_json, print_lines, progress, say
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import migrate
from crm_desktop.exchange import listing
from crm_desktop.safety import backup


def import_(arguments: Args, _wiring: Wiring) -> None:
    """`import PATH` or `import undo ID`."""
    from crm_desktop.exchange import importing

    path = data_path(arguments)
    if arguments.path == "undo" and arguments.id is not None:
        with opened("write", path):
            _undo_import(arguments)
        return
    with _target(path, dry_run=arguments.dry_run) as target, opened("create", target):
        if _holds_reminders(arguments):
            promises.import_calendar(arguments)
            return
        done = importing.run(
            Path(arguments.path),
            kind=arguments.kind,
            sheet=arguments.sheet,
            mapping=_mapping(arguments.mapping),
            dry_run=arguments.dry_run,
            match=arguments.match,
            skip_hidden=arguments.skip_hidden,
            progress=progress(),
        )
    result = done.as_json()
    say(arguments, result, *_import_lines(result, dry_run=arguments.dry_run))


def _holds_reminders(arguments: Args) -> bool:
    """Whether a file is a calendar that is wanted as reminders: when said so, or when no birthday is in it."""
    if arguments.kind == "reminders":
        return True
    if arguments.kind != "auto" or not arguments.path.lower().endswith(".ics"):
        return False
    from crm_desktop.exchange import calendar_files

    return not calendar_files.has_birthdays(Path(arguments.path))


@contextlib.contextmanager
def _target(path: Path, *, dry_run: bool) -> Iterator[Path]:
    """A dry run works on a copy, so that it leaves nothing behind and works while a window has the file open."""
    if not dry_run:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        if path.exists():
            migrate.version_of(path)  # raises a sentence about a foreign file
            backup.copy_database(path, copy, Progress())
        yield copy


def _mapping(file: str | None) -> dict[str, str] | None:
    if file is None:
        return None
    try:
        found = json.loads(Path(file).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Problem(_("{file} cannot be read: {reason}.").format(file=file, reason=error.strerror)) from error
    except ValueError:
        found = None
    if isinstance(found, dict) and isinstance(found.get("mapping"), dict):
        found = found["mapping"]  # the whole result of an earlier import
    if not isinstance(found, dict) or not all(isinstance(label, str) for label in found.values()):
        raise UserError(_("A mapping is a JSON object such as {example}.").format(example='{"name": "Firma"}'))
    return found


def _import_lines(result: dict[str, Any], *, dry_run: bool) -> list[str]:
    head = _("Dry run of {kind}: nothing was written.") if dry_run else _("Imported {kind}.")
    counts = [
        _("{word}: {counts}").format(word=word, counts=_counts(result[name]))
        for name, word in (("created", _("New")), ("updated", _("Changed")), ("unchanged", _("Same")))
    ]
    left = [
        _("Row {row}: {reason}").format(row=entry["row"], reason=entry["reason"]) if entry["row"] else entry["reason"]
        for name in ("skipped", "warnings")
        for entry in result[name]
    ]
    nothing_changed = dry_run or not (result["created"] or result["updated"])
    undo = [] if nothing_changed else [_("To take it back: import undo {id}").format(id=result["import_id"])]
    return [head.format(kind=result["kind"]), *counts, *left, *undo]


def _counts(found: dict[str, int] | int) -> str:
    return ", ".join(f"{kind} {n}" for kind, n in found.items()) if isinstance(found, dict) else str(found)


def _undo_import(arguments: Args) -> None:
    from crm_desktop.exchange import importing

    done = importing.undo(arguments.id)
    lines = [_("The import of {file} is undone.").format(file=done.file_name)]
    if done.left:
        lines.append(_("These were edited since or are in use, and stay: {names}.").format(names=", ".join(done.left)))
    say(arguments, {"ok": True, **done.as_json()}, *lines)


# ---- list ----------------------------------------------------------------------------------------------------

_SHOWN = {
    "customers": ("number", "name", "postcode", "city", "phones", "emails"),
    "contracts": ("number", "customer", "title", "end", "last_day", "value", "currency", "interval", "state"),
    "catalogue": ("number", "name", "price", "currency", "unit", "rate"),
    "invoices": ("number", "kind", "customer", "issue_date", "due_date", "gross", "open", "currency", "state"),
    "opportunities": ("id", "title", "customer", "stage", "value", "currency", "probability", "expected", "state"),
    "cases": ("number", "kind", "title", "customer", "due_date", "state"),
    "products-owned": ("customer", "name", "serial", "warranty_until", "next_service"),
    "feedback": ("asked", "customer", "kind", "score", "comment"),
    "price-lists": ("name", "percent", "currency", "from", "to", "customers"),
    "reminders": ("due_date", "due_time", "title", "customer", "repeats", "done"),
}


def list_(arguments: Args, _wiring: Wiring) -> None:
    """`list KIND`."""
    records = listing.records(arguments.kind, arguments.search or "")
    if arguments.json:
        print_json(list(records))
        return
    names = _SHOWN[arguments.kind]
    rows = ([_shown(record[name]) for name in names] for record in records)
    print_lines(columns(names, rows))


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return str(value[0]) if value else ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)
