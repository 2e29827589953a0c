"""Colours, sizes and type of the look, read from `resources/look/tokens.json`. No Qt here: tests measure contrast.

Source: the look reference of the project; the JSON file is the source of truth.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from crm_desktop.core import resources


@cache
def tokens() -> dict[str, Any]:
    """Everything in the file."""
    found: dict[str, Any] = json.loads(resources.resource("look", "tokens.json").read_text(encoding="utf-8"))
    return found


def colors(dark: bool) -> dict[str, str]:
    """Role to "#RRGGBB" or "#AARRGGBB"."""
    found: dict[str, str] = tokens()["color"]["dark" if dark else "light"]
    return found


def avatar_colors(dark: bool) -> list[list[str]]:
    """Six pairs of tint and ink."""
    found: list[list[str]] = tokens()["avatar"]["dark" if dark else "light"]
    return found


def size(name: str) -> int:
    """A size in pixels at 100 %, for example `size("row_avatar")`."""
    return int(tokens()["size"][name])


def type_role(name: str) -> tuple[int, int]:
    """Pixels and weight of a type role, for example `("title")` is (19, 600)."""
    found = tokens()["type"]["scale"][name]
    return int(found["px"]), int(found["weight"])


def type_roles() -> list[str]:
    """The names of all type roles."""
    return list(tokens()["type"]["scale"])


def luminance(color: str) -> float:
    """Relative luminance of "#RRGGBB" by WCAG 2."""
    parts = [int(color[-6:][i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
