"""Bring the catalogues up to date with the texts in the program: new ones come in empty, unused ones go out.

usage: .venv/bin/python packaging/update_translations.py

`crm_desktop.LANG.po` holds the texts of screen and terminal, `documents.LANG.po` those on paper. A text whose English
changed comes in as new; nothing is guessed, so there are no fuzzy entries.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "resources" / "translations"
SCREEN = {"_": None, "gettext_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
PAPER = {"document_text": (2,)}
CATALOGUES = (("crm_desktop", SCREEN, ("de",)), ("documents", PAPER, ("de", "es", "fr")))


def template(keywords: dict) -> Catalog:
    """All marked texts of the program with the places where they stand."""
    catalogue = Catalog()
    found = extract_from_dir(ROOT / "crm_desktop", [("**.py", "python")], keywords=keywords, comment_tags=("NOTE:",))
    for path, _line, message, comments, context in sorted(found, key=lambda entry: (entry[0], entry[1])):
        catalogue.add(message, None, [(path, None)], auto_comments=comments, context=context)
    return catalogue


def new(language: str) -> Catalog:
    """A catalogue without texts."""
    return Catalog(locale=language, project="CRM Desktop", header_comment="# The texts of CRM Desktop.", fuzzy=False)


def update(domain: str, language: str, texts: Catalog) -> int:
    """Rewrite one catalogue; returns the number of texts without a translation."""
    file = TRANSLATIONS / f"{domain}.{language}.po"
    known = read_po(io.BytesIO(file.read_bytes()), locale=language) if file.exists() else new(language)
    known.update(texts, no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    with file.open("wb") as out:
        write_po(out, known, width=110, omit_header=False, sort_output=True, ignore_obsolete=True)
    return sum(1 for message in known if message.id and not (any(message.string) if message.string else False))


def main() -> None:
    """Update every catalogue and say how much is left to translate."""
    TRANSLATIONS.mkdir(parents=True, exist_ok=True)
    for domain, keywords, languages in CATALOGUES:
        texts = template(keywords)
        for language in languages:
            print(f"{domain}.{language}.po: {len(texts)} texts, {update(domain, language, texts)} not translated")


if __name__ == "__main__":
    main()
