"""Rules that rest although they are switched on: why, and what helps.

A rule rests by itself when it names something that is gone (`gone`, seen whenever it is looked at), when it failed
(`fault`, tried again with the next change) or when what it did set it off again for the same customer (`loop`, until the
owner changes it or switches it again). The last two are kept beside the rules; switching and saving forget them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

GONE, FAULT, LOOP = "gone", "fault", "loop"
_KEY = "owner_rule.rests.{rule_id}"


@dataclass(frozen=True)
class Rest:
    """Why a rule rests: its kind, and the reason as a sentence."""

    kind: str
    reason: str

    @property
    def advice(self) -> str:
        """What the owner can do about it."""
        if self.kind == GONE:
            return _("Edit the rule and choose what is there; it then goes on by itself.")
        if self.kind == LOOP:
            return _("Change what sets it off or what it does, then switch it off and on again.")
        return _("It is tried again with the next change. If this stays, edit the rule or switch it off.")


def kept(rule_id: int) -> Rest | None:
    """The fault or loop that was noted for a rule."""
    found = db.value("SELECT value FROM setting WHERE key = ?", [_KEY.format(rule_id=rule_id)])
    return Rest(**json.loads(found)) if found else None


def note(rule_id: int, rest: Rest) -> bool:
    """Keep why a rule rests; gives whether that is news."""
    if kept(rule_id) == rest:
        return False
    with db.transaction(undoable=False):
        value = json.dumps({"kind": rest.kind, "reason": rest.reason}, ensure_ascii=False)
        db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [_KEY.format(rule_id=rule_id), value])
    return True


def forget(rule_id: int) -> None:
    """The rule goes on: it was changed, switched, or worked again."""
    if kept(rule_id) is not None:
        with db.transaction(undoable=False):
            db.execute("DELETE FROM setting WHERE key = ?", [_KEY.format(rule_id=rule_id)])
