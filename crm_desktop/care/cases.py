"""Cases: what a customer asks for after the sale: a question, complaint, return, repair or maintenance.

States: open → waiting (for the customer or somebody else) → solved → closed; a solved or closed case can be opened
again. A case that is not solved has a day by which it is to be done (`case_rules`). Every change stands in the
customer's timeline. A deleted case lies in the bin for 30 days. Notes and time are in `case_notes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm_desktop.activity import timeline
from crm_desktop.care import case_rules, owned_products
from crm_desktop.care.case_rules import KINDS, PRIORITIES
from crm_desktop.company import numbering, profile
from crm_desktop.core import dates, formats, i18n, money, text
from crm_desktop.core.errors import Conflict, NotFound, ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import merging
from crm_desktop.db import connection as db

OPEN, WAITING, SOLVED, CLOSED = "open", "waiting", "solved", "closed"
STATES = {OPEN: N_("Open"), WAITING: N_("Waiting"), SOLVED: N_("Solved"), CLOSED: N_("Closed")}
RECORD = "case"
# Of so many cases that are solved the palette looks at the newest.
_QUICK = 2000
_IS_OPEN = "k.state IN ('open', 'waiting')"
VIEWS = {
    "open": _IS_OPEN,
    "due": f"{_IS_OPEN} AND k.due_on <= :today",
    "waiting": "k.state = 'waiting'",
    "solved": "k.state IN ('solved', 'closed')",
    "all": "1",
}
_FROM = (
    "FROM support_case k JOIN customer c ON c.id = k.customer_id LEFT JOIN document d ON d.id = k.document_id "
    "LEFT JOIN owned_product p ON p.id = k.owned_product_id LEFT JOIN item i ON i.id = k.item_id"
)
_COLUMNS = (
    "id", "number", "customer_id", "contact_person_id", "kind", "state", "priority", "title", "description", "solution",
    "due_on", "opened_at", "solved_at", "closed_at", "item_id", "owned_product_id", "document_id", "cost_minor",
    "currency", "updated_at",
)  # fmt: skip
_ENTERED = (
    "customer_id", "contact_person_id", "kind", "priority", "title", "description", "solution", "due_on", "item_id",
    "owned_product_id", "document_id", "cost_minor",
)  # fmt: skip
_ORDERS = {
    "number": "k.id", "customer": "fold(c.name)", "title": "fold(k.title)", "kind": "k.kind", "priority": "k.priority",
    "due_on": "coalesce(k.due_on, '9999')", "state": "k.state", "opened_at": "k.opened_at",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case. `customer`, `product` and `document` are the names of what it is about; `warranty_until` of the product."""

    id: int
    number: str
    customer_id: int
    customer: str
    customer_kind: str
    contact_person_id: int | None
    kind: str
    state: str
    priority: int
    title: str
    description: str
    solution: str
    due_on: date | None
    opened_at: datetime
    solved_at: datetime | None
    closed_at: datetime | None
    item_id: int | None
    owned_product_id: int | None
    product: str
    serial: str
    warranty_until: date | None
    document_id: int | None
    document: str
    cost_minor: int
    currency: str
    minutes: int
    updated_at: str

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in (OPEN, WAITING)

    @property
    def is_late(self) -> bool:
        """Whether it should have been done before today."""
        return self.is_open and self.due_on is not None and self.due_on < dates.today()


# ---- reading --------------------------------------------------------------------------------------------------------


def get(case_id: int) -> Case:
    """The case by id.

    Raises:
        NotFound: there is none.
    """
    found = rows([case_id])
    if not found:
        raise NotFound(_("This case is no longer there."))
    return found[0]


def find(number: str) -> int:
    """The id of a case by its number.

    Raises:
        NotFound: there is none.
    """
    found = db.value("SELECT id FROM support_case WHERE number = ? AND deleted_at IS NULL", [number.strip()])
    if found is None:
        raise NotFound(_("There is no case with the number {number}.").format(number=number.strip()))
    return int(found)


def rows(wanted: list[int]) -> list[Case]:
    """These cases, in the given order."""
    listed = ", ".join(f"k.{name}" for name in _COLUMNS)
    found = {}
    for record in db.records(
        f"SELECT {listed}, c.name AS customer, c.kind AS customer_kind, coalesce(p.name, i.name, '') AS product, "
        "coalesce(p.serial, '') AS serial, p.warranty_until_on AS warranty_until, coalesce(d.number, '') AS document, "
        f"(SELECT coalesce(sum(n.minutes), 0) FROM case_note n WHERE n.case_id = k.id) AS minutes {_FROM} "
        f"WHERE k.id IN ({','.join(map(str, wanted))})"
    ):
        for name in ("due_on", "warranty_until"):
            record[name] = date.fromisoformat(record[name]) if record[name] else None
        for name in ("opened_at", "solved_at", "closed_at"):
            record[name] = dates.instant_from(record[name]) if record[name] else None
        found[record["id"]] = Case(**record)
    return [found[i] for i in wanted if i in found]


def ids(
    view: str = "open",
    *,
    kind: str = "",
    customer_id: int | None = None,
    search: str = "",
    order: str = "due_on",
    descending: bool = False,
    newest: int = 0,
) -> list[int]:
    """The ids of the cases in a view (`VIEWS`), in order; of a customer with those of the records merged into it.

    With `newest` only so many of the cases that were opened last are looked at.
    """
    where, params = ["k.deleted_at IS NULL", VIEWS[view]], {"today": dates.today().isoformat()}
    if kind:
        where.append("k.kind = :kind")
        params["kind"] = kind
    if newest:
        where.append("k.id > (SELECT coalesce(max(id), 0) - :newest FROM support_case)")
        params["newest"] = str(newest)
    if customer_id is not None:
        where.append(f"k.customer_id IN {merging.family_sql(':customer')}")
        params["customer"] = str(int(customer_id))
    for place, word in enumerate(text.fold(search).split()):
        where.append(
            "fold(k.number || ' ' || k.title || ' ' || k.description || ' ' || c.name || ' ' || coalesce(p.serial, '')"
            f" || ' ' || coalesce(p.name, i.name, '') || ' ' || coalesce(d.number, '')) LIKE :word{place}"
        )
        params[f"word{place}"] = f"%{word}%"
    direction = "DESC" if descending else "ASC"
    sql = f"SELECT k.id {_FROM} WHERE {' AND '.join(where)} ORDER BY {_ORDERS[order]} {direction}, k.id {direction}"
    return [row[0] for row in db.query(sql, params)]


def quick(search: str, limit: int = 3) -> list[Case]:
    """The best cases for what was typed, for the palette: those that are not solved first, then of the newest ones."""
    found = ids("open", search=search)[:limit]
    if len(found) < limit:
        more = ids("all", search=search, order="opened_at", descending=True, newest=_QUICK)
        found += [i for i in more if i not in found][: limit - len(found)]
    return rows(found)


def counts(kind: str = "") -> dict[str, int]:
    """The number of cases in each view."""
    sums = ", ".join(f"coalesce(sum({condition}), 0)" for condition in VIEWS.values())
    row = db.one(
        f"SELECT {sums} FROM support_case k WHERE k.deleted_at IS NULL AND (:kind = '' OR k.kind = :kind)",
        {"today": dates.today().isoformat(), "kind": kind},
    )
    return dict(zip(VIEWS, map(int, row), strict=True))


def waiting_counts() -> tuple[int, int]:
    """How many cases are not solved, and how many of them are late; for the sidebar."""
    row = db.one(
        "SELECT count(*), coalesce(sum(due_on < ?), 0) FROM support_case "
        "WHERE state IN ('open', 'waiting') AND deleted_at IS NULL",
        [dates.today().isoformat()],
    )
    return int(row[0]), int(row[1])


def of_customer(customer_id: int) -> list[Case]:
    """The cases of a customer: those that are not solved by their day, then the others, newest first."""
    return rows(
        ids("open", customer_id=customer_id)
        + ids("solved", customer_id=customer_id, order="opened_at", descending=True)
    )


# ---- writing --------------------------------------------------------------------------------------------------------


def check(values: dict[str, Any]) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found = {}
    if not values.get("customer_id"):
        found["customer_id"] = _("Choose the customer.")
    if not values.get("title"):
        found["title"] = _("Say in a few words what it is about.")
    if values.get("kind") not in KINDS:
        found["kind"] = _("Choose what it is: a question, complaint, return, repair or maintenance.")
    if values.get("priority", 0) not in PRIORITIES:
        found["priority"] = _("Choose how pressing it is.")
    due = values.get("due_on")
    if due is not None and not dates.is_plausible(due):
        found["due_on"] = _("The year {year} cannot be right. Please check the date.").format(year=f"{due.year:04}")
    if not 0 <= (values.get("cost_minor") or 0) < money.LARGEST_MINOR:
        found["cost_minor"] = _("Enter the cost as an amount of 0 or more.")
    return found


def save(values: dict[str, Any], case_id: int | None = None) -> int:
    """Open a case, or change the given fields of one; gives the id.

    A new case gets its number, and without `due_on` its day by rule. Another kind or priority moves a day that was by
    rule. A product that the customer owns brings its item along.

    Raises:
        ValidationError: an entry cannot be kept; field → sentence.
        NotFound: it is no longer there.
    """
    own = {name: value for name, value in values.items() if name in _ENTERED}
    for name in ("title",):
        if name in own:
            own[name] = text.tidy(own[name] or "")
    for name in ("description", "solution"):
        if name in own:
            own[name] = text.tidy_lines(own[name] or "")
    if "cost_minor" in own:
        own["cost_minor"] = own["cost_minor"] or 0
    before: dict[str, Any] = {"priority": 0, "kind": "question"} if case_id is None else vars(get(case_id))
    problems = check(before | own)
    if problems:
        raise ValidationError(problems)
    own |= _product_of(own)
    if case_id is None:
        return _open(own | {name: own.get(name, before[name]) for name in ("kind", "priority")})
    return _change(get(case_id), own)


def _product_of(values: dict[str, Any]) -> dict[str, Any]:
    """The item and the invoice of the owned product, where nothing else was said."""
    if not values.get("owned_product_id"):
        return {}
    found = db.one("SELECT item_id, document_id FROM owned_product WHERE id = ?", [values["owned_product_id"]])
    if found is None:
        return {"owned_product_id": None}
    kept = {"item_id": found[0]} if found[0] else {}
    return kept | ({"document_id": found[1]} if found[1] and not values.get("document_id") else {})


def _open(values: dict[str, Any]) -> int:
    today, now = dates.today(), dates.instant_text(dates.now())
    due = values.get("due_on") or case_rules.due_on(values["kind"], values["priority"], today)
    stored = values | {"due_on": due.isoformat(), "opened_at": now, "created_at": now, "updated_at": dates.stamp()}
    with db.transaction(_("New case “{title}”").format(title=values["title"])):
        stored["number"] = numbering.take_free("case", today, "support_case")
        case_id = db.insert("support_case", stored | {"state": OPEN, "currency": profile.load().currency})
        tell(get(case_id), opened_words(values["kind"]), values.get("description") or "")
    return case_id


def maintain(product_id: int) -> int:
    """The maintenance case for a product whose service is due: the one that is open, else a new one; gives its id."""
    product = owned_products.get(product_id)
    found = db.value(
        "SELECT id FROM support_case WHERE owned_product_id = ? AND kind = 'maintenance' AND deleted_at IS NULL "
        "AND state IN ('open', 'waiting')",
        [product_id],
    )
    if found is not None:
        return int(found)
    values = {
        "customer_id": product.customer_id,
        "kind": "maintenance",
        "title": _("Service: {name}").format(name=product.name),
        "owned_product_id": product_id,
        "due_on": product.next_service,
    }
    return save(values)


def opened_words(kind: str) -> str:
    """That a case of a kind was opened, with a place for its title."""
    return {
        "question": _("Question: {title}"),
        "complaint": _("Complaint: {title}"),
        "return": _("Return: {title}"),
        "repair": _("Repair: {title}"),
        "maintenance": _("Maintenance: {title}"),
    }[kind]


def tell(found: Case, words: str, body: str = "") -> None:
    """Note in the customer's timeline what happened to a case; inside the transaction that did it."""
    title = words.format(title=found.title, number=found.number)
    timeline.record(found.customer_id, RECORD, title, body=body, about=(RECORD, found.id))


def _change(found: Case, own: dict[str, Any]) -> int:
    changed = {name: value for name, value in own.items() if getattr(found, name) != value}
    if not changed:
        return found.id
    if {"kind", "priority"} & set(changed) and "due_on" not in changed and found.is_open:
        opened = found.opened_at.astimezone().date()
        if found.due_on == case_rules.due_on(found.kind, found.priority, opened):
            kind, priority = changed.get("kind", found.kind), changed.get("priority", found.priority)
            changed["due_on"] = case_rules.due_on(kind, priority, opened)
    stored = {name: value.isoformat() if isinstance(value, date) else value for name, value in changed.items()}
    with db.transaction(_("Edit case {number}").format(number=found.number), merge=True):
        db.update("support_case", found.id, stored | {"updated_at": dates.stamp()})
        words = _change_words(found, changed)
        if words:
            tell(get(found.id), _("Case changed: {title}"), words)
    return found.id


def _change_words(found: Case, changed: dict[str, Any]) -> str:
    """What of a change the customer's history should tell; corrected words are no news."""
    parts = []
    if "kind" in changed:
        parts.append(_("Now: {kind}.").format(kind=_(KINDS[changed["kind"]])))
    if "priority" in changed:
        parts.append(_("Priority: {priority}.").format(priority=_(PRIORITIES[changed["priority"]])))
    if changed.get("due_on") and changed["due_on"] != found.due_on:
        day = formats.day(changed["due_on"], formats.locale_name(i18n.language()))
        parts.append(_("Due on {day}.").format(day=day))
    if changed.get("customer_id"):
        parts.append(_("Came over from {name}.").format(name=found.customer))
    return " ".join(parts)


# ---- states ---------------------------------------------------------------------------------------------------------


def wait(case_id: int, why: str = "") -> None:
    """Let a case wait: for the customer, a part, somebody else."""
    _move(case_id, WAITING, _("Case waits: {title}"), text.tidy_lines(why), {})


def go_on(case_id: int) -> None:
    """Go on with a case that waited."""
    _move(case_id, OPEN, _("Case goes on: {title}"), "", {})


def solve(case_id: int, solution: str = "", *, cost_minor: int | None = None) -> None:
    """Note that a case is solved, and how. What is solved counts as done; the next service of a product moves on.

    Raises:
        Conflict: it is solved already.
    """
    found = get(case_id)
    if not found.is_open:
        raise Conflict(_("{number} is solved already.").format(number=found.number))
    values: dict[str, Any] = {"solved_at": dates.instant_text(dates.now())}
    if text.tidy_lines(solution):
        values["solution"] = text.tidy_lines(solution)
    if cost_minor is not None:
        values["cost_minor"] = cost_minor
    with db.transaction(_("Solve case {number}").format(number=found.number)):
        said = values.get("solution", found.solution)
        _move(case_id, SOLVED, _("Case solved: {title}"), said, values)
        if found.kind == "maintenance" and found.owned_product_id is not None:
            owned_products.serviced(found.owned_product_id, dates.today())


def close(case_id: int) -> None:
    """Close a case for good; one that is not solved is solved first."""
    found = get(case_id)
    with db.transaction(_("Close case {number}").format(number=found.number)):
        if found.is_open:
            solve(case_id)
        _move(case_id, CLOSED, _("Case closed: {title}"), "", {"closed_at": dates.instant_text(dates.now())})


def reopen(case_id: int, why: str = "") -> None:
    """Open a solved or closed case again; it is due anew by rule.

    Raises:
        Conflict: it is open.
    """
    found = get(case_id)
    if found.is_open:
        raise Conflict(_("{number} is open already.").format(number=found.number))
    due = case_rules.due_on(found.kind, found.priority, dates.today())
    values = {"solved_at": None, "closed_at": None, "due_on": due.isoformat()}
    _move(case_id, OPEN, _("Case opened again: {title}"), text.tidy_lines(why), values)


def _move(case_id: int, state: str, words: str, body: str, values: dict[str, Any]) -> None:
    found = get(case_id)
    if found.state == state:
        return
    title = _("Case {number}: {state}").format(number=found.number, state=_(STATES[state]))
    with db.transaction(title):
        db.update("support_case", case_id, values | {"state": state, "updated_at": dates.stamp()})
        tell(found, words, body)


def delete(case_ids: list[int]) -> None:
    """Move cases to the bin."""
    found = rows(case_ids)
    with db.transaction(_("Delete {name}").format(name=", ".join(case.number for case in found[:3]))):
        for case in found:
            db.update("support_case", case.id, {"deleted_at": dates.instant_text(dates.now())})


def as_json(found: Case) -> dict[str, Any]:
    """The case in the stable shape of `list cases --json`."""
    return {
        "id": found.id,
        "number": found.number,
        "customer": found.customer,
        "kind": found.kind,
        "state": found.state,
        "priority": found.priority,
        "title": found.title,
        "description": found.description,
        "solution": found.solution,
        "due_date": found.due_on.isoformat() if found.due_on else None,
        "opened": found.opened_at.date().isoformat(),
        "solved": found.solved_at.date().isoformat() if found.solved_at else None,
        "product": found.product,
        "serial": found.serial,
        "warranty_until": found.warranty_until.isoformat() if found.warranty_until else None,
        "invoice": found.document or None,
        "minutes": found.minutes,
        "cost": str(money.from_minor(found.cost_minor, found.currency)),
        "currency": found.currency,
    }
