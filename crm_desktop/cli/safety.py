"""Commands about the data file as a whole: backups and the check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crm_desktop.cli.command import DONE, PROBLEM, REFUSED, Args, Wiring, data_path
from crm_desktop.cli.printing import progress, say
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.safety import backup, company_files


def _json(found: backup.Backup) -> dict[str, Any]:
    return {
        "file": str(found.path),
        "made_at": dates.instant_text(found.made_at),
        "size": found.size,
        "verified": found.verified,
        "sum_kept": found.has_sum,
        "counts": found.counts,
    }


def _backup_line(found: backup.Backup) -> str:
    state = _("checked") if found.verified else _("not checked")
    when = found.made_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return f"{when}  {found.size / 1e6:8.1f} MB  {state}  {found.path}"


def backup_make(arguments: Args, _wiring: Wiring) -> None:
    """`backup make [DIR]`."""
    folder = Path(arguments.folder) if arguments.folder else None
    made = backup.make(db.path(), folder=folder, progress=progress())
    say(arguments, _json(made), _("Backup made and checked: {file}").format(file=made.path))


def backup_list(arguments: Args, _wiring: Wiring) -> None:
    """`backup list`."""
    found = backup.all_backups(data_path(arguments))
    lines = [_backup_line(b) for b in found] or [_("There are no backups yet.")]
    say(arguments, [_json(b) for b in found], *lines)


def backup_verify(arguments: Args, _wiring: Wiring) -> int:
    """`backup verify [FILE]`."""
    path = data_path(arguments)
    wanted = [_backup_file(arguments)] if arguments.file else [b.path for b in backup.all_backups(path)]
    if not wanted:
        raise UserError(_("There are no backups yet."))
    results, failed = [], False
    for file in wanted:
        try:
            results.append(_json(backup.verify(file)))
        except (UserError, Problem) as error:
            failed = True
            results.append({"file": str(file), "verified": False, "error": str(error)})
    say(arguments, results, *(f"{r['file']}: {_outcome(r)}" for r in results))
    return PROBLEM if failed else DONE


def _outcome(result: dict[str, Any]) -> str:
    if "error" in result:
        return str(result["error"])
    if result["sum_kept"]:
        return _("checked, it is whole")
    return _("it opens and its pages are consistent; no checksum was kept, so single changed bytes would not show")


def backup_restore(arguments: Args, _wiring: Wiring) -> None:
    """`backup restore FILE`."""
    done = company_files.restore(_backup_file(arguments), data_path(arguments), progress=progress())
    aside = str(done.aside) if done.aside else None
    lines = [_("Restored {file}.").format(file=done.path)]
    if not done.has_sum:
        lines.append(_("No checksum of it was kept, so only that it opens and is consistent was proven."))
    if aside:
        lines.append(_("What was there before is kept as {file}.").format(file=aside))
    say(arguments, {"file": str(done.path), "kept": aside, "counts": done.counts}, *lines)


def _backup_file(arguments: Args) -> Path:
    """A backup by its path, or by its name among the backups of the data file."""
    given = Path(arguments.file)
    if given.exists():
        return given
    named = (found.path for found in backup.all_backups(data_path(arguments)) if found.path.name == given.name)
    return next(named, given)


def check(arguments: Args, _wiring: Wiring) -> int:
    """`check`: exit code 1 when something is wrong."""
    from crm_desktop.safety import checking

    result = checking.check(progress())
    found = [f"{f.where}: {f.sentence}" for f in (*result.problems, *result.notes)]
    say(arguments, result.as_json(), *([_("All is well.")] if result.ok else []), *found)
    return DONE if result.ok else REFUSED
