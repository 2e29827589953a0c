"""What saved PDFs are called, and in which folders an archive lies, by patterns that the company chose.

A pattern is text with words in braces: {number}, {customer}, {kind}, {date}, {year}, {month}, {day}. A pattern of folders
has a slash between one folder and the next. What file systems refuse is left out of names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from crm_desktop.billing import kinds
from crm_desktop.billing.document import Document
from crm_desktop.company import paper_choices
from crm_desktop.core import text
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _

NAME, FOLDERS = "{number} {customer}", "{year}/{month}"
WORDS = ("number", "customer", "kind", "date", "year", "month", "day")
_WORD = re.compile(r"\{([^{}]*)\}")
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What a name can say of a document."""

    number: str
    customer: str
    kind: str
    issued_on: date | None


def about(document: Document) -> About:
    """What a name can say of this document; a draft is called so."""
    return About(
        number=document.number or _("Draft"),
        customer=document.buyer.get("name", ""),
        kind=kinds.name(document.kind),
        issued_on=document.issue_on,
    )


def name_of(given: About, pattern: str | None = None) -> str:
    """The name of a file without its ending: "RE-2026-0141 Café Ostwind"."""
    chosen = pattern or paper_choices.load().file_name or NAME
    return _safe(_filled(chosen, given)) or _safe(given.number) or "_"


def pattern_of_folders() -> str:
    """The pattern of folders that the company chose; empty for none."""
    kept = paper_choices.load().folders
    return FOLDERS if kept is None else kept


def folders_of(given: About, pattern: str | None = None) -> PurePosixPath:
    """The folders below the archive: "2026/11"; none where the pattern is empty."""
    parts = (pattern_of_folders() if pattern is None else pattern).split("/")
    return PurePosixPath(*filter(None, (_safe(_filled(part, given)) for part in parts)))


def keep(*, file_name: str, folders: str) -> None:
    """Choose the patterns.

    Raises:
        ValidationError: a word in braces is not known, or files would share a name; field → sentence.
    """
    found = {field: said for field, said in (("file_name", check(file_name)), ("folders", check(folders))) if said}
    if "file_name" not in found and file_name.strip() and "{number}" not in file_name:
        sentence = _("Put {word} into the name, so that no two files share one.")
        found["file_name"] = sentence.format(word="{number}")
    if found:
        raise ValidationError(found)
    paper_choices.save({"file_name": file_name.strip(), "folders": folders.strip().strip("/\\").replace("\\", "/")})


def check(pattern: str) -> str:
    """What is wrong with a pattern, as a sentence; empty if nothing is."""
    for word in _WORD.findall(pattern):
        if word not in WORDS:
            known = ", ".join(f"{{{name}}}" for name in WORDS)
            return _("“{word}” is not known. You can use {known}.").format(word=f"{{{word}}}", known=known)
    rest = _WORD.sub("", pattern)
    return _("A brace is missing.") if "{" in rest or "}" in rest else ""


def _filled(pattern: str, given: About) -> str:
    day = given.issued_on
    values = {
        "number": given.number,
        "customer": given.customer,
        "kind": given.kind,
        "date": day.isoformat() if day else "",
        "year": f"{day:%Y}" if day else "",
        "month": f"{day:%m}" if day else "",
        "day": f"{day:%d}" if day else "",
    }
    return _WORD.sub(lambda found: values.get(found[1], ""), pattern)


def _safe(words: str) -> str:
    """Without what Windows, macOS or Linux refuse in a name."""
    tidy = text.tidy(_UNSAFE.sub(" ", words))[:_LONGEST].strip(" .")
    return f"_{tidy}" if _RESERVED.fullmatch(tidy) else tidy
