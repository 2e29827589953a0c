"""Where the files that come with the program are: in the checkout, or inside the frozen program.

`resources/` holds what is committed; `build/assets/` holds what is made from it and from dependencies at set-up:
compiled translations, fonts with fixed weights, recoloured icons.
"""

from __future__ import annotations

import sys
from pathlib import Path


def _root() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    return Path(frozen) if frozen else Path(__file__).resolve().parents[2]


def resource(*parts: str) -> Path:
    """A committed file below `resources/`."""
    return _root().joinpath("resources", *parts)


def asset(*parts: str) -> Path:
    """A file below `build/assets/`, made at set-up."""
    base = _root() / "assets" if getattr(sys, "frozen", False) else _root() / "build" / "assets"
    return base.joinpath(*parts)


def translations() -> Path:
    """The folder of the compiled translations (`LANG/LC_MESSAGES/DOMAIN.mo`)."""
    return asset("translations")
