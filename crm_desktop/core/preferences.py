"""What this computer remembers: last file, language, sizes of windows and columns.

One small JSON file in the user's settings folder. What belongs to the business lives in the data file instead.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

import platformdirs

_log = logging.getLogger(__name__)


def folder() -> Path:
    """Where the settings of this computer lie; `CRM_DESKTOP_SETTINGS` overrides it (tests, trials)."""
    chosen = os.environ.get("CRM_DESKTOP_SETTINGS")
    return Path(chosen) if chosen else Path(platformdirs.user_config_dir("CRM Desktop", appauthor=False))


def log_folder() -> Path:
    """Where the log files of this computer lie."""
    return folder() / "logs"


def default_data_folder() -> Path:
    """Where a new data file is proposed: Documents/CRM."""
    return Path(platformdirs.user_documents_dir()) / "CRM"


def _file() -> Path:
    return folder() / "settings.json"


def load() -> dict[str, Any]:
    """All settings; a missing or unreadable file means none."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        _log.warning("Settings could not be read and start afresh", exc_info=True)
        return {}
    return found if isinstance(found, dict) else {}


def get(key: str, default: Any = None) -> Any:
    """One setting, or the default."""
    return load().get(key, default)


def put(key: str, value: Any) -> None:
    """Remember one setting; `None` forgets it. A settings folder that cannot be written is only logged."""
    settings = load()
    if value is None:
        settings.pop(key, None)
    else:
        settings[key] = value
    try:
        folder().mkdir(parents=True, exist_ok=True)
        part = _file().with_suffix(".part")
        part.write_text(json.dumps(settings, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(_file())
    except OSError:
        _log.warning("Setting %s could not be kept", key, exc_info=True)
