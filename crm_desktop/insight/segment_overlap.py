"""Two segments laid over each other: how many customers are in both, how many in only one, and who."""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.insight import segments


@dataclass(frozen=True, slots=True)
class Overlap:
    """The customers in both segments, only in the first, only in the second, each by name."""

    both: tuple[int, ...]
    only_first: tuple[int, ...]
    only_other: tuple[int, ...]


def of(first: int, other: int) -> Overlap:
    """The overlap of two saved segments.

    Raises:
        NotFound: one of them is gone.
        UserError: one of them asks for what is gone.
    """
    one, two = (segments.ids(segments.get(segment).conditions) for segment in (first, other))
    in_one, in_two = set(one), set(two)
    return Overlap(
        tuple(i for i in one if i in in_two),
        tuple(i for i in one if i not in in_two),
        tuple(i for i in two if i not in in_one),
    )
