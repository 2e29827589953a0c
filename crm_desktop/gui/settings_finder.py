"""The sections of the settings as the palette finds them: by name, by line, and by what one looks for in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets.palette import Hit

# Words that stand in a section, beside its name and its line.
_WORDS = {
    "company": N_("address tax number bank account logo"),
    "paper": N_("letter paper logo colour font"),
    "numbering": N_("invoice number series"),
    "taxes": N_("VAT rates"),
    "terms": N_("days early payment discount"),
    "dunning": N_("dunning levels fees interest overdue"),
    "lifecycle": N_("stages rules at risk usual interval"),
    "pipeline": N_("stages deals sources competitors"),
    "cases": N_("complaint repair question days"),
    "loyalty": N_("loyalty levels discount points bonus"),
    "feedback": N_("satisfaction recommendation score"),
    "mail": N_("mail server password signature"),
    "fields": N_("own fields tags"),
    "languages": N_("language date currency format"),
    "appearance": N_("light dark theme font size"),
    "privacy": N_("erase forget retention"),
    "backup": N_("backup copy restore folder"),
}


def hits(go: Callable[[str, dict[str, Any]], object]) -> list[Hit]:
    """One hit for each section; found only by what is typed. The English words are found in every language."""
    from crm_desktop.gui.pages.settings_page import SUBJECTS

    group = _("Settings")
    return [
        Hit(
            group,
            _(subject.name),
            _(subject.line),
            icon=subject.icon,
            act=partial(go, "settings", {"section": subject.key}),
            words=" ".join((group, subject.name, words, _(words) if words else "")),
        )
        for subject in SUBJECTS
        for words in [_WORDS.get(subject.key, "")]
    ]
