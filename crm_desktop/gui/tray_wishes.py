"""What the owner wishes of the icon beside the clock: whether it is there, whether it speaks, and when it is quiet."""

from __future__ import annotations

from datetime import datetime

from crm_desktop.core import preferences

QUIET = (20, 7)


def wanted() -> bool | None:
    """What the owner said about the icon; None while nobody asked."""
    found = preferences.get("tray")
    return found if isinstance(found, bool) else None


def notices() -> bool:
    """Whether messages may come while the icon is there."""
    return preferences.get("tray_notices") is not False


def quiet_hours() -> tuple[int, int]:
    """From which hour until which no message comes; the same hour twice is never quiet."""
    kept = preferences.get("quiet_hours")
    return (int(kept[0]), int(kept[1])) if isinstance(kept, list) and len(kept) == 2 else QUIET


def is_quiet(now: datetime) -> bool:
    """Whether no message may come: none is wanted, or it is within the quiet hours, over midnight as well."""
    if not notices():
        return True
    (start, end), hour = quiet_hours(), now.hour
    return start <= hour < end if start <= end else hour >= start or hour < end
