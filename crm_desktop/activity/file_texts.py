"""The text of attached files, by which they are found; read once for each content, whoever has it.

`exchange.file_texts` reads it in a child process and hands it to `keep`. A file that holds no words, or that could not be
read, is kept with an empty text and the reason, so that it is not tried again and again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crm_desktop.core import dates, text
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

# Letters of one file that are kept for finding it: a thick book has so many.
LARGEST_TEXT = 2_000_000
# Endings of files whose words can be read.
ENDINGS = (
    ".pdf", ".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".odt", ".ods", ".odp", ".txt", ".md", ".csv", ".tsv", ".log",
    ".html", ".htm", ".xhtml", ".xml", ".json", ".eml",
)  # fmt: skip
# Why a file has no text, as it is told; "" is not told.
PROBLEMS = {
    "empty": N_("There is no text in it."),
    "protected": N_("It is protected with a password."),
    "damaged": N_("It is damaged."),
    "too_large": N_("It is too large to be searched."),
    "slow": N_("It takes too long to read."),
    "unreadable": N_("It holds nothing that can be searched."),
}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class FileHit:
    """A file in which words were found: whose it is, and the words around the hit."""

    attachment_id: int
    name: str
    owner: str
    owner_id: int
    customer_id: int | None
    customer: str
    excerpt: str


def match_words(search: str) -> str:
    """What a search index is asked for: all words, each as a beginning; empty where nothing can be asked."""
    return " ".join(f'"{word}"*' for word in _WORD.findall(text.fold(search)))


def unread(limit: int = 100) -> list[tuple[int, str]]:
    """Attached files whose text was not read yet: id of the stored file and a name with its ending."""
    rows = db.query(
        "SELECT a.file_id, min(a.name) FROM attachment a WHERE NOT EXISTS (SELECT 1 FROM file_text t WHERE t.file_id = a.file_id) "
        "GROUP BY a.file_id ORDER BY a.file_id DESC LIMIT ?",
        [limit],
    )
    return [(int(file_id), str(name)) for file_id, name in rows]


def keep(file_id: int, found: str, problem: str = "") -> None:
    """Keep the text of a stored file; `problem` is a key of `PROBLEMS` where there is none."""
    with db.transaction():
        if db.value("SELECT 1 FROM stored_file WHERE id = ?", [file_id]):
            db.execute("DELETE FROM file_text WHERE file_id = ?", [file_id])
            db.insert(
                "file_text",
                {
                    "file_id": file_id,
                    "text": found[:LARGEST_TEXT].replace("\x00", ""),
                    "problem": problem,
                    "read_at": dates.instant_text(dates.now()),
                },
            )


def problem_of(attachment_id: int) -> str:
    """Why words of a file are not found, as a sentence; empty where they are, or where it was not read yet."""
    code = db.value(
        "SELECT t.problem FROM attachment a JOIN file_text t ON t.file_id = a.file_id WHERE a.id = ?", [attachment_id]
    )
    return _(PROBLEMS[code]) if code in PROBLEMS else ""


_OF_CUSTOMER = (
    "FROM file_search s JOIN attachment a ON a.file_id = s.rowid JOIN timeline_entry t ON "
    "((a.owner = 'timeline_entry' AND t.id = a.owner_id) OR (t.record = 'attachment' AND t.record_id = a.id)) "
    "WHERE file_search MATCH ? AND t.customer_id = ?"
)


def entries_with(customer_id: int, search: str) -> list[int]:
    """The entries of a customer's timeline with a file in which all words are found."""
    asked = match_words(search)
    found = db.query(f"SELECT DISTINCT t.id {_OF_CUSTOMER}", [asked, customer_id]) if asked else []
    return [int(entry_id) for (entry_id,) in found]


def excerpts(customer_id: int, search: str) -> dict[int, tuple[str, str]]:
    """For each such entry the name of the file and the words around the first hit."""
    asked = match_words(search)
    if not asked:
        return {}
    rows = db.query(
        f"SELECT t.id, a.name, snippet(file_search, 0, '', '', '…', 16) {_OF_CUSTOMER}", [asked, customer_id]
    )
    return {int(entry_id): (str(name), _one_line(words)) for entry_id, name, words in reversed(rows)}


def find(search: str, limit: int = 5) -> list[FileHit]:
    """Files in which all words are found, of all customers and records, the latest first."""
    asked = match_words(search)
    if not asked:
        return []
    rows = db.query(
        "SELECT a.id, a.name, a.owner, a.owner_id, c.id, coalesce(c.name, ''), snippet(file_search, 0, '', '', '…', 12) "
        "FROM file_search s JOIN attachment a ON a.file_id = s.rowid LEFT JOIN customer c ON c.id = CASE a.owner "
        "WHEN 'customer' THEN a.owner_id "
        "WHEN 'timeline_entry' THEN (SELECT customer_id FROM timeline_entry WHERE id = a.owner_id) "
        "WHEN 'contract' THEN (SELECT customer_id FROM contract WHERE id = a.owner_id) "
        "WHEN 'document' THEN (SELECT customer_id FROM document WHERE id = a.owner_id) "
        "WHEN 'case' THEN (SELECT customer_id FROM support_case WHERE id = a.owner_id) "
        "WHEN 'owned_product' THEN (SELECT customer_id FROM owned_product WHERE id = a.owner_id) END "
        "WHERE file_search MATCH ? AND c.deleted_at IS NULL ORDER BY a.id DESC LIMIT ?",
        [asked, limit],
    )
    return [FileHit(*(*row[:6], _one_line(row[6]))) for row in rows]


def _one_line(words: str) -> str:
    return " ".join(words.split())
