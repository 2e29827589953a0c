"""Words in cells that stand for what the owner has set up: stages of relationships and deals, price lists, sources."""

from __future__ import annotations

from collections.abc import Sequence

from crm_desktop.core.text import fold
from crm_desktop.customers import lifecycle
from crm_desktop.exchange import words
from crm_desktop.sales import pipeline_stages, price_lists, sources

# A source that is new gets its id when it is written; a dry run shows it under this one.
NEW = -1


def stages() -> dict[str, int]:
    """Folded name or code → id of the stages of a relationship."""
    found = lifecycle.stages()
    return {fold(stage.code.replace("_", " ")): stage.id for stage in found if stage.code} | {
        fold(stage.label): stage.id for stage in found
    }


def stage_id(text: str, known: dict[str, int]) -> int | None:
    """The stage of a relationship that a text means: by the owner's name for it, else by a word that is used for ours."""
    by_name = known.get(fold(text))
    code = words.stage(text) if by_name is None else None
    return known.get(fold(code.replace("_", " "))) if code else by_name


def deal_stages() -> dict[str, int]:
    """Folded name or code → id of the stages of deals, in the order of the board."""
    found = pipeline_stages.all_stages()
    return {fold(stage.code): stage.id for stage in found if stage.code} | {
        fold(stage.name): stage.id for stage in found
    }


def deal_stage_id(text: str, known: dict[str, int]) -> int | None:
    """The stage of a deal that a text means, likewise."""
    by_name = known.get(fold(text))
    code = words.deal_stage(text) if by_name is None else None
    return known.get(fold(code)) if code else by_name


def known_price_lists() -> dict[str, int]:
    """Folded name → id of the price lists."""
    return {fold(name): list_id for list_id, name in price_lists.choices()}


def known_sources() -> dict[str, int]:
    """Folded name → id of the sources."""
    return {fold(source.name): source.id for source in sources.all_sources()}


def are_stages(texts: Sequence[str]) -> bool:
    """Whether most of these texts are stages of a relationship."""
    known = stages()
    different = {text for text in texts if text}
    return sum(1 for text in different if stage_id(text, known)) > 0.6 * len(different)


def are_price_lists(texts: Sequence[str]) -> bool:
    """Whether most of these texts are names of price lists that are there."""
    known = known_price_lists()
    different = {text for text in texts if text}
    return sum(1 for text in different if fold(text) in known) > 0.5 * len(different)
