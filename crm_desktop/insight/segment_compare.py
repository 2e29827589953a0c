"""How segments compare: per kind of field its comparisons, with their words, their SQL and the kind of their value.

Values: text; a number; money in minor units; a day as ISO text; `days` a whole number; a choice or several of them as a list
of keys; `bought` a text and, where it is asked, days as [text, days]; none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import dates, formats, i18n, text
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.insight import segment_fields
from crm_desktop.insight.lifecycle_moves import ORDERS
from crm_desktop.insight.segment_fields import (
    BOUGHT,
    CHOICE,
    DATE,
    MONEY,
    NUMBER,
    OWNER,
    SET,
    TEXT,
    YES_NO,
    SegmentField,
)  # fmt: skip

# Kinds of value, for the builder.
NONE, DAY, DAYS, TEXT_DAYS = "none", "day", "days", "text_days"


@dataclass(frozen=True)
class Comparison:
    """One way to compare: its words with `{field}` and `{value}` (and `{days}`), SQL of `{v}`, kind of the value."""

    key: str
    short: str
    words: str
    sql: str
    value: str


def _c(key: str, short: str, words: str, sql: str, value: str) -> Comparison:
    return Comparison(key, short, words, sql, value)


_EMPTY = _c("empty", N_("is not known"), N_("{field} is not known"), "{v} IS NULL OR {v} = ''", NONE)
_FILLED = _c("filled", N_("is known"), N_("{field} is known"), "{v} IS NOT NULL AND {v} <> ''", NONE)
_NUMBERS = (
    ("at_least", N_("is at least"), N_("{field} is at least {value}"), "{v} >= ?"),
    ("at_most", N_("is at most"), N_("{field} is at most {value}"), "{v} <= ?"),
    ("equals", N_("is exactly"), N_("{field} is exactly {value}"), "{v} = ?"),
)
COMPARISONS: dict[str, tuple[Comparison, ...]] = {
    TEXT: (
        _c("contains", N_("contains"), N_("{field} contains “{value}”"), "instr({v}, ?) > 0", TEXT),
        _c("is", N_("is"), N_("{field} is “{value}”"), "{v} = ?", TEXT),
        _c("begins", N_("begins with"), N_("{field} begins with “{value}”"), "instr({v}, ?) = 1", TEXT),
        _c("is_not", N_("is not"), N_("{field} is not “{value}”"), "{v} <> ?", TEXT),
        _c("lacks", N_("does not contain"), N_("{field} does not contain “{value}”"), "instr({v}, ?) = 0", TEXT),
        _EMPTY,
        _FILLED,
    ),
    NUMBER: (*(_c(*c, NUMBER) for c in _NUMBERS), _EMPTY, _FILLED),
    MONEY: (*(_c(*c, MONEY) for c in _NUMBERS), _EMPTY, _FILLED),
    DATE: (
        _c("last_days", N_("in the last … days"), N_("{field} in the last {days} days"), "{v} >= ? AND {v} <= {today}", DAYS),
        _c("older_days", N_("more than … days ago"), N_("{field} more than {days} days ago"), "{v} < ?", DAYS),
        _c("next_days", N_("in the next … days"), N_("{field} in the next {days} days"), "{v} >= {today} AND {v} <= ?", DAYS),
        _c("before", N_("before"), N_("{field} before {value}"), "{v} < ?", DAY),
        _c("from", N_("on or after"), N_("{field} on or after {value}"), "{v} >= ?", DAY),
        _EMPTY,
        _FILLED,
    ),
    CHOICE: (
        _c("is", N_("is"), N_("{field} is {value}"), "{v} IN ({marks})", CHOICE),
        _c("is_not", N_("is not"), N_("{field} is not {value}"), "{v} IS NULL OR {v} NOT IN ({marks})", CHOICE),
        _EMPTY,
        _FILLED,
    ),
    YES_NO: (
        _c("yes", N_("yes"), N_("{field}: yes"), "{v}", NONE),
        _c("no", N_("no"), N_("{field}: no"), "NOT {v}", NONE),
    ),
    SET: (
        _c("has", N_("is"), N_("{field}: {value}"), "c.id IN ({set})", CHOICE),
        _c("lacks", N_("is not"), N_("{field}: not {value}"), "c.id NOT IN ({set})", CHOICE),
    ),
    BOUGHT: (
        _c("ever", N_("at any time"), N_("Bought “{value}”"), "c.id IN ({set})", TEXT),
        _c("never", N_("never"), N_("Never bought “{value}”"), "c.id NOT IN ({set})", TEXT),
        _c("last_days", N_("in the last … days"), N_("Bought “{value}” in the last {days} days"), "c.id IN ({set})",
           TEXT_DAYS),
        _c("not_last_days", N_("not in the last … days"), N_("Did not buy “{value}” in the last {days} days"),
           "c.id NOT IN ({set})", TEXT_DAYS),
    ),
}  # fmt: skip
_SOLD = (
    f"SELECT {OWNER} FROM document_line x JOIN document d ON d.id = x.document_id JOIN document_balance b ON b.id = d.id "
    f"WHERE {ORDERS} AND d.customer_id IS NOT NULL AND (x.name, x.item_number) IN (SELECT name, item_number FROM "
    "(SELECT DISTINCT name, item_number FROM document_line) WHERE instr(fold(name || ' ' || item_number), ?) > 0)"
)


def of_kind(kind: str) -> tuple[Comparison, ...]:
    """The comparisons of a kind of field, the most usual first."""
    return COMPARISONS[kind]


def find(field: SegmentField, key: str) -> Comparison:
    """A comparison of a field.

    Raises:
        UserError: the field is compared in another way now (an own field of another kind, for example).
    """
    for comparison in COMPARISONS[field.kind]:
        if comparison.key == key:
            return comparison
    raise UserError(
        _("“{field}” cannot be compared in this way any more. Choose again.").format(
            field=segment_fields.label_of(field)
        )
    )


def compiled(field: SegmentField, key: str, value: Any) -> tuple[str, list[Any]]:
    """A condition as SQL, with its parameters.

    Raises:
        UserError: the value is missing, or what it stands for is gone.
    """
    comparison = find(field, key)
    read = _read(field, comparison, value)
    sql = segment_fields.with_days(comparison.sql.replace("{v}", segment_fields.value_sql(field)))
    if field.kind == BOUGHT:
        words, days = read
        since = " AND d.issue_on >= ?" if days is not None else ""
        params = [words] if days is None else [words, _ago(days)]
        return sql.replace("{set}", _SOLD + since), params
    if field.kind == SET:
        joined = " UNION ".join(field.sql for _one in read)
        return sql.replace("{set}", joined), read
    if comparison.value == NONE:
        return sql, []
    if comparison.value == CHOICE:
        return sql.replace("{marks}", ",".join("?" * len(read))), read
    if comparison.value == DAYS:
        return sql, [dates.add_days(dates.today(), read).isoformat() if key == "next_days" else _ago(read)]
    return sql, [read]


def _ago(days: int) -> str:
    return dates.add_days(dates.today(), -days).isoformat()


# ---- values ----------------------------------------------------------------------------------------------------------


def _read(field: SegmentField, comparison: Comparison, value: Any) -> Any:
    """A value as it is compared."""
    readers: dict[str, Callable[[], Any]] = {
        NONE: lambda: None,
        TEXT: lambda: _text(field, value),
        NUMBER: lambda: _number(field, value),
        MONEY: lambda: int(_number(field, value)),
        DAY: lambda: _day(field, value),
        DAYS: lambda: _days(field, value),
        CHOICE: lambda: _choices(field, value),
        TEXT_DAYS: lambda: (_text(field, _at(value, 0)), _days(field, _at(value, 1))),
    }
    read = readers[comparison.value]()
    return (read, None) if field.kind == BOUGHT and comparison.value == TEXT else read


def _at(value: Any, place: int) -> Any:
    return value[place] if isinstance(value, list | tuple) and len(value) > place else None


def _missing(field: SegmentField) -> UserError:
    return UserError(_("Say what “{field}” should be.").format(field=segment_fields.label_of(field)))


def _text(field: SegmentField, value: Any) -> str:
    found = text.fold(str(value or "")).strip()
    if not found:
        raise _missing(field)
    return found


def _number(field: SegmentField, value: Any) -> float:
    try:
        return float(Decimal(str(value)))
    except InvalidOperation:
        raise _missing(field) from None


def _days(field: SegmentField, value: Any) -> int:
    days = int(_number(field, value))
    if not 0 <= days <= 36_500:
        raise UserError(_("“{field}”: write between 0 and 36,500 days.").format(field=segment_fields.label_of(field)))
    return days


def _day(field: SegmentField, value: Any) -> str:
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value or ""))).isoformat()
    except ValueError:
        raise _missing(field) from None


def _choices(field: SegmentField, value: Any) -> list[str]:
    chosen = [str(one) for one in (value if isinstance(value, list | tuple) else [value]) if one not in (None, "")]
    if not chosen:
        raise _missing(field)
    if field.kind == SET or field.key in ("stage", "source", "payment_terms", "price_list"):
        known = dict(field.choices() if field.choices else ())
        if any(one not in known for one in chosen):
            raise UserError(
                _("“{field}”: what this segment asks for was deleted. Choose something else.").format(
                    field=segment_fields.label_of(field)
                )
            )
    return chosen


# ---- words -----------------------------------------------------------------------------------------------------------


def sentence(field: SegmentField, key: str, value: Any) -> str:
    """A condition in words.

    Raises:
        UserError: it cannot be asked, see `compiled`.
    """
    comparison = find(field, key)
    read = _read(field, comparison, value)
    label = segment_fields.label_of(field)
    if field.kind == BOUGHT:
        typed = value if comparison.value == TEXT else _at(value, 0)
        return _(comparison.words).format(field=label, value=typed, days=read[1])
    return _(comparison.words).format(field=label, value=_shown(field, comparison, value, read), days=read)


def _shown(field: SegmentField, comparison: Comparison, value: Any, read: Any) -> str:
    locale = formats.locale_name(i18n.language())
    if comparison.value == MONEY:
        return formats.amount(read, profile.load().currency, locale)
    if comparison.value == NUMBER:
        return formats.number(Decimal(str(read)), locale)
    if comparison.value == DAY:
        return formats.day(date.fromisoformat(read), locale)
    if comparison.value == CHOICE:
        known = dict(field.choices() if field.choices else ())
        names = [known.get(one, one) for one in read]
        return _(", ").join(names)
    return str(value or "")
