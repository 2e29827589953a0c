"""Product groups: what an item belongs to, so that figures can be seen by group.

The conventions of the first step hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

VERSION = 5
# Tables in which this step adds rows of its own; all others must come through with the rows that they had.
ADDS = ()

COLUMNS = """
ALTER TABLE item ADD COLUMN product_group TEXT NOT NULL DEFAULT '';
CREATE INDEX item_group ON item(product_group) WHERE product_group <> '';
"""


def scripts(_columns_of: Callable[[str], list[str]]) -> Iterator[str]:
    """The whole step as SQL scripts."""
    yield COLUMNS
