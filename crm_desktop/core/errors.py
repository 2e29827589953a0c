"""The errors that a user may see, and what each means.

`UserError`: the request cannot be met; its text is a plain sentence that says what is wrong and what to do.
`Problem`: the world is in the way (disk full, file locked, damaged file); also a plain sentence, and logged.
`Cancelled`: the user pressed Cancel; nothing is shown.
Anything else is a fault of the program.
"""

from __future__ import annotations

from collections.abc import Callable


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


_explainers: list[Callable[[BaseException], str | None]] = []


def explain_with(explainer: Callable[[BaseException], str | None]) -> None:
    """Let a layer say which errors of its libraries the world caused: it gives the sentence, or None for a fault of ours."""
    _explainers.append(explainer)


def known(error: BaseException) -> BaseException:
    """The error itself, or the `Problem` that it is."""
    if isinstance(error, UserError | Problem | Cancelled):
        return error
    sentence = next((found for explainer in _explainers if (found := explainer(error))), None)
    return error if sentence is None else Problem(sentence)
