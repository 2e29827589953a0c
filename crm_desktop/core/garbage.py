"""Python's own search for circles of objects, put off where many objects stay anyway."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

# Python looks after every 700 objects; a file of 100,000 rows makes millions that are all still needed.
_SELDOM = (100_000, 20, 100)


def look_seldom() -> None:
    """For a process that lives for one file."""
    gc.set_threshold(*_SELDOM)


@contextlib.contextmanager
def looked_for_seldom() -> Iterator[None]:
    """While the block runs, objects in circles are freed later; all others go at once, as ever."""
    usual = gc.get_threshold()
    look_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*usual)
