"""Parts of a customer that some lists keep in columns of their own, and parts that others keep in one cell.

"van der" and "Berg" are one last name, "12" and "A" one house number; an address as on a letter begins with the name.
"""

from __future__ import annotations

from typing import Any

from crm_desktop.exchange.names import is_organisation, split_block

Record = dict[str, Any]
_PARTS = frozenset(("name_particle", "house_addition", "block"))


def join(raw: Record) -> Record:
    """A row of a file with such parts where they belong."""
    if _PARTS.isdisjoint(raw):
        return raw
    made = dict(raw)
    particle, addition, block = (made.pop(key, "") for key in ("name_particle", "house_addition", "block"))
    last = made.get("last_name", "")
    if particle and last and not last.lower().startswith(f"{particle.lower()} "):
        made["last_name"] = f"{particle} {last}"
    if addition:
        key = "house_number" if "house_number" in made or "street" not in made else "street"
        number = made.get(key, "")
        made[key] = f"{number}{addition}" if len(addition) == 1 else f"{number} {addition}".strip()
    return _with_block(made, block) if block else made


def _with_block(made: Record, text: str) -> Record:
    """Names of the first lines, the address below them; what is neither firm nor person is a second address line."""
    block = split_block(text)
    names = list(block.names)
    if not names:
        first, _line, rest = text.partition("\n")
        return {"name": first, **({"address": rest} if rest else {})} | made
    found: Record = {"name": names.pop(0), "address": block.address}
    if names and is_organisation(found["name"]):
        found |= {"company": found["name"], "name": names.pop(0)}
    if names:
        found["addition"] = ", ".join(names)
    return found | made
