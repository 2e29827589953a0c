"""Why a rule moved a customer, in the language of the screen: the words of then are stored, whatever language they had.

What somebody wrote by hand, or what no rule says any more, stays as it stands. Days stay as they were written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial

from crm_desktop.core.i18n import N_, ngettext, on_all_screens, plurals_on_all_screens
from crm_desktop.core.i18n import gettext_ as _

# What rules say, see `lifecycle_rules.when` and `insight.lifecycle_moves`.
_SENTENCES = (
    N_("A deal is opened"), N_("A quote is issued"), N_("First invoice"), N_("First paid invoice"),
    N_("Ordered again on {day}."), N_("No order for {n} times their usual interval"),
    N_("No order since {day}; too few orders for an interval of their own, so {n} days count as usual."),
)  # fmt: skip
Plural = Callable[[str, str, int], str]
# The same with a number; the catalogue that is asked is given.
_COUNTED: tuple[Callable[[Plural, int], str], ...] = (
    lambda ngettext, n: ngettext("{n} order.", "{n} orders.", n),
    lambda ngettext, n: ngettext(
        "No order since {day}; usually every day.", "No order since {day}; usually every {n} days.", n
    ),
    lambda ngettext, n: ngettext("No order and no contact for {n} day", "No order and no contact for {n} days", n),
)
_FIELD = re.compile(r"\\{(\w+)\\}")


def in_words(reason: str) -> str:
    """A reason that a rule wrote in any language of the screen, in the present one; any other as it is."""
    for pattern, words in _patterns():
        if found := pattern.fullmatch(reason):
            said = found.groupdict()
            number = said.get("n", "1")
            now = words(int(number) if number.isdecimal() else 2)
            return now.format(**said).removesuffix(".") + "."
    return reason


@cache
def _patterns() -> list[tuple[re.Pattern[str], Callable[[int], str]]]:
    """What matches each sentence in each language, with anything in its fields, and the sentence in the present one."""
    found: list[tuple[re.Pattern[str], Callable[[int], str]]] = []
    for message in _SENTENCES:
        found += [(_pattern(said), partial(_plain, message)) for said in on_all_screens(message)]
    for counted in _COUNTED:
        found += [(_pattern(said), partial(counted, ngettext)) for said in plurals_on_all_screens(counted)]
    return found


def _plain(message: str, _number: int) -> str:
    return _(message)


def _pattern(said: str) -> re.Pattern[str]:
    return re.compile(_FIELD.sub(r"(?P<\1>.+?)", re.escape(said.removesuffix("."))) + r"\.?")
