"""Where columns go because the user says so: a given mapping, what was chosen last time, what is to be left out."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import headings, targets
from crm_desktop.exchange.columns import OUT, SURE, Choice, Matching, questions
from crm_desktop.exchange.guessing import missing
from crm_desktop.exchange.survey import Survey
from crm_desktop.exchange.tables import Column
from crm_desktop.exchange.targets import LEAVE_OUT, OWN_FIELD, is_enough


def apply_mapping(found: Survey, kind: str, mapping: dict[str, str]) -> Matching:
    """Use a given mapping {our field: label or letter of the column}; columns that it does not name are left out.

    Raises:
        UserError: a field or a column in it does not exist, or it is not enough for this kind of record.
    """
    wanted: dict[int, str] = {}
    for name, label in mapping.items():
        target = _target(name, kind)
        if target not in targets.FIELDS[kind] and target != OWN_FIELD:
            raise UserError(
                _("There is no field “{field}”. The fields are: {fields}.").format(
                    field=name, fields=", ".join(targets.FIELDS[kind])
                )
            )
        wanted[_column(found, label).index] = target
    choices = [
        Choice(c, p, wanted.get(c.index, LEAVE_OUT), SURE if c.index in wanted else OUT, _("From your mapping"))
        for c, p in zip(found.layout.columns, found.profiles, strict=True)
    ]
    matching = Matching(kind, choices, questions(choices))
    if not is_enough(kind, matching.fields(), asked_for=True):
        raise UserError(missing(kind, found))
    return matching


def _target(name: str, kind: str) -> str:
    """The field that a key of a mapping means: "phones_2" is "phones", "custom.Kat" a field of the owner's own."""
    if name.startswith("custom."):
        return OWN_FIELD
    return name if name in targets.FIELDS[kind] else re.sub(r"_\d+$", "", name)


def as_before(matching: Matching, fields: dict[str, str], left_out: list[str]) -> Matching:
    """A guess with what the user chose for the same headings before; columns that were empty then stay as guessed.

    `fields` is a `Matching.mapping()`, `left_out` are the labels of the columns that went nowhere.
    """
    wanted = {label: _target(name, matching.kind) for name, label in fields.items()}
    taken = set(wanted.values()) - targets.SEVERAL - {OWN_FIELD}
    choices = []
    for choice in matching.choices:
        label = choice.column.label
        if label in wanted:
            choices.append(replace(choice, field=wanted[label], confidence=SURE, why=_("As last time")))
        elif label in left_out or choice.field in taken:
            choices.append(replace(choice, field=LEAVE_OUT, confidence=OUT, why=_("As last time")))
        else:
            choices.append(choice)
    return Matching(matching.kind, choices, questions(choices), matching.looks_like)


def without(matching: Matching, letters: frozenset[str]) -> Matching:
    """The same with the columns of these letters left out."""
    hidden = _("Hidden in the workbook")
    choices = [
        replace(c, field=LEAVE_OUT, confidence=OUT, why=hidden) if c.column.letter in letters else c
        for c in matching.choices
    ]
    return Matching(matching.kind, choices, questions(choices), matching.looks_like)


def _column(found: Survey, label: str) -> Column:
    wanted = label.strip().casefold()
    for column in found.layout.columns:
        if wanted in {column.label.casefold(), headings.normalise(column.label)}:
            return column
    for column in found.layout.columns:
        if wanted == column.letter.casefold():
            return column
    raise UserError(
        _("There is no column “{column}” in the file. Its columns are: {columns}.").format(
            column=label, columns=", ".join(found.layout.labels[:20])
        )
    )
