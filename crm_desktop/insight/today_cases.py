"""Lines of Today about what comes after the sale: cases that are due, services that come round, answers that are low."""

from __future__ import annotations

from datetime import date

from crm_desktop.care import case_rules, cases, feedback, owned_products
from crm_desktop.care.cases import Case
from crm_desktop.care.feedback import Feedback
from crm_desktop.care.owned_products import OwnedProduct
from crm_desktop.core import dates, formats, i18n
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.insight import prepared_cases
from crm_desktop.insight.task import Task

AHEAD_DAYS = 7
_MOST = 100
# So many low answers have their text prepared; whoever has more will not answer them all today.
_PREPARED = 10


def lines() -> list[Task]:
    """The lines of cases, services and low answers."""
    return [*_cases(), *_services(), *_low_answers()]


def follow_up(task: Task) -> None:
    """What D does with a low answer: somebody took care of it."""
    if task.record_id is not None:
        feedback.follow_up(task.record_id)


def _cases() -> list[Task]:
    today = dates.today()
    found = db.query(
        "SELECT k.id FROM support_case k JOIN customer c ON c.id = k.customer_id WHERE k.state IN ('open', 'waiting') "
        f"AND k.deleted_at IS NULL AND c.deleted_at IS NULL AND k.due_on <= ? ORDER BY k.due_on LIMIT {_MOST}",
        [dates.add_days(today, AHEAD_DAYS).isoformat()],
    )
    return [_case(case, today) for case in cases.rows([row[0] for row in found])]


def _case(case: Case, today: date) -> Task:
    day = case.due_on or today
    left = (day - today).days
    if left < 0:
        words = ngettext("{n} day late.", "{n} days late.", -left).format(n=-left)
    elif left:
        words = ngettext("{n} day left.", "{n} days left.", left).format(n=left)
    else:
        words = _("Due today.")
    waits = _("Waits.") if case.state == cases.WAITING else ""
    kind = _(case_rules.KINDS[case.kind])
    return Task(
        "case",
        "first" if left < 0 else "today" if left == 0 else "week",
        _("{kind}: {title}").format(kind=kind, title=case.title),
        " ".join(part for part in (f"{case.customer}.", words, waits) if part),
        "open",
        day,
        customer_id=case.customer_id,
        record="case",
        record_id=case.id,
        heading=f"{case.number}: {case.title}",
        facts=_facts(
            (_("What happened"), case.description), (_("Product"), case.product), (_("Invoice"), case.document)
        ),
        priority=case.priority,
    )


def _facts(*found: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in found if value)


def _services() -> list[Task]:
    return [_service(product) for product in owned_products.services_due(AHEAD_DAYS)]


def _service(product: OwnedProduct) -> Task:
    today = dates.today()
    day = product.next_service or today
    locale = formats.locale_name(i18n.language())
    until = formats.day(product.warranty_until, locale) if product.under_warranty and product.warranty_until else ""
    return Task(
        "service",
        "today" if day <= today else "week",
        _("Service due: {name}").format(name=product.name),
        f"{product.customer}.",
        "open",
        day,
        customer_id=product.customer_id,
        record="maintain",
        record_id=product.id,
        heading=_("A service is due"),
        hint=_("Opens a maintenance case. When that is solved, the next service follows by itself."),
        facts=_facts((_("Serial number"), product.serial), (_("Under warranty until"), until)),
    )


def _low_answers() -> list[Task]:
    return [_low(found, prepared=place < _PREPARED) for place, found in enumerate(feedback.to_follow_up())]


def _low(found: Feedback, *, prepared: bool) -> Task:
    letter = prepared_cases.sorry(found.id) if prepared else None
    owner = customers.get(found.customer_id)
    score = feedback.score_words(found.kind, found.score or 0)
    return Task(
        "feedback",
        "first",
        _("{name} is not satisfied").format(name=owner.name),
        " ".join(part for part in (f"{score}.", found.comment.split("\n")[0]) if part),
        "call",
        found.answered_on or found.asked_on,
        customer_id=found.customer_id,
        record="feedback",
        record_id=found.id,
        words=letter.body if letter else "",
        subject=letter.subject if letter else "",
        language=letter.language if letter else "",
        heading=_("Call them, or write a word"),
        hint=_("“Done” notes that you took care of it."),
        facts=_facts((_("Answer"), score), (_("They wrote"), found.comment), (_("Phone"), owner.phone)),
    )
