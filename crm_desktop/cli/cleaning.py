"""Commands that clean data: list what is wrong, mend it."""

from __future__ import annotations

from crm_desktop.cli.command import Args, Wiring
from crm_desktop.cli.printing import progress, say
from crm_desktop.core.i18n import ngettext
from crm_desktop.insight import cleaning
from crm_desktop.insight.cleaning import Finding

KINDS = tuple(cleaning.KINDS)


def _found(arguments: Args) -> list[Finding]:
    return [one for one in cleaning.find(progress()) if arguments.kind in (None, one.kind)]


def list_(arguments: Args, _wiring: Wiring) -> None:
    """`clean list [--kind KIND]`."""
    found = _found(arguments)
    told = [
        {
            "customer": one.customer,
            "kind": one.kind,
            "field": one.field,
            "old": one.old,
            "new": one.new or None,
            "why": one.why,
        }
        for one in found
    ]
    lines = [f"{one.customer}: {one.field}: {one.old} → {one.new or '?'}  {one.why}" for one in found]
    words = ngettext("{n} entry.", "{n} entries.", len(found)).format(n=len(found))
    say(arguments, told, *lines, words)


def mend(arguments: Args, _wiring: Wiring) -> None:
    """`clean mend [--kind KIND]`."""
    written = cleaning.mend(_found(arguments), progress())
    words = ngettext("{n} entry mended.", "{n} entries mended.", written)
    say(arguments, {"mended": written}, words.format(n=written))
