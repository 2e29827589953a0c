"""Row 2, without a window: what one keystroke asks of the file.

Floor: a prefix query on a bare full-text index, first 50 rows. Product: what the window asks while somebody types: up
to 500 hits (words from their beginning, accents folded, middle of words found) in the order of the list, and the rows
of the first page. All hits are asked once nobody types any more.
"""

from __future__ import annotations

import sqlite3

from measure import choose, report, spread, timed
from sample_data import SHOWN, bare_file, data_file, typed

FIRST_PAGE = 50
KEYSTROKES = 200


def floor() -> None:
    """Bare SQLite."""
    raw = sqlite3.connect(bare_file())
    raw.execute("PRAGMA cache_size=-65536")
    columns = ", ".join(f"c.{name}" for name in SHOWN.split(", "))
    sql = f"SELECT c.id, {columns} FROM search JOIN customer c ON c.id = search.rowid WHERE search MATCH ? LIMIT ?"

    def ask(text: str) -> None:
        raw.execute(sql, [f'"{text}"*', FIRST_PAGE]).fetchall()

    ask("warm")
    report(**spread("query", [timed(ask, text) for text in typed(KEYSTROKES)]))


def product() -> None:
    """The list of customers as the window asks for it."""
    from crm_desktop.customers import customer_list
    from crm_desktop.db import migrate
    from crm_desktop.gui.pages.customers_page import CustomersPage

    migrate.open_file(data_file())

    def ask(text: str) -> None:
        customer_list.rows(customer_list.ids(search=text, limit=CustomersPage.quick_limit)[:FIRST_PAGE])

    ask("warm")
    report(**spread("query", [timed(ask, text) for text in typed(KEYSTROKES)]))


if __name__ == "__main__":
    choose(floor=floor, product=product)
