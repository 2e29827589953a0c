"""The errors that a user may see, and what each means.

`UserError`: the request cannot be met; its text is a plain sentence that says what is wrong and what to do.
`Problem`: the world is in the way (disk full, file locked, damaged file); also a plain sentence, and logged.
`Cancelled`: the user pressed Cancel; nothing is shown.
Anything else is a fault of the program.
"""

from __future__ import annotations


class UserError(Exception):
    """A request that cannot be met. `str(error)` is the sentence for the user, already translated."""


class ValidationError(UserError):
    """Entries that cannot be kept as they are.

    `fields` maps a field's name to the sentence that is shown beside it.
    """

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


class Conflict(UserError):  # noqa: N818  (trade word, shown to nobody)
    """The record was changed elsewhere since it was loaded."""


class NotFound(UserError):  # noqa: N818
    """The record does not exist any more."""


class Problem(Exception):  # noqa: N818
    """Something outside the program is in the way; `str(problem)` says what and what to do."""


class Cancelled(Exception):  # noqa: N818
    """The user cancelled; everything done so far is rolled back."""
