"""Colours on paper: from "#8A5A16" to numbers, what can be read on them, and their pale form."""

from __future__ import annotations

from functools import lru_cache

Rgb = tuple[float, ...]
INK = "#1B1C1F"
_WHITE = "#FFFFFF"
# Text has to stand out by this much (WCAG 2.2, 1.4.3).
_READABLE = 4.5


@lru_cache(maxsize=64)
def rgb(color: str) -> Rgb:
    """Red, green and blue from 0 to 1; a colour that cannot be read is ink."""
    digits = color.removeprefix("#")
    try:
        return tuple(int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    except ValueError:
        return rgb(INK)


def _hex(parts: Rgb) -> str:
    return "#" + "".join(f"{round(min(max(part, 0), 1) * 255):02X}" for part in parts)


def _light(color: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """How much two colours stand out against each other, from 1 to 21."""
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=64)
def on(color: str) -> str:
    """White or ink, whichever is read better on a colour."""
    return _WHITE if contrast(color, _WHITE) >= contrast(color, INK) else INK


@lru_cache(maxsize=64)
def readable(color: str) -> str:
    """The colour, darkened as far as it must be to be read on white."""
    parts = rgb(color)
    while contrast(_hex(parts), _WHITE) < _READABLE:
        parts = tuple(part * 0.9 for part in parts)
    return _hex(parts)


@lru_cache(maxsize=64)
def tint(color: str) -> str:
    """A pale form of the colour, to lie behind text."""
    return _hex(tuple(1 - (1 - part) * 0.09 for part in rgb(readable(color))))
