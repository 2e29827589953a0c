"""What the palette finds besides commands: customers, documents, contracts, words, with the best first."""

from __future__ import annotations

from crm_desktop.activity import reminders
from crm_desktop.billing import invoice_list, kinds
from crm_desktop.billing.document import OFFERS
from crm_desktop.care import cases
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.core.text import fold
from crm_desktop.customers import customer_list
from crm_desktop.gui import words_finder
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.palette import Hit
from crm_desktop.insight import segments
from crm_desktop.outreach import campaigns
from crm_desktop.sales import contracts, opportunities, opportunity_list
from crm_desktop.workflow import rules


def find(text: str) -> list[Hit]:
    """Records that fit what was typed; without text the customers one had to do with last."""
    if (wanted := _timer_for(text)) is not None:
        return [_timer(row) for row in customer_list.find(wanted, 5)]
    if (wanted := _case_for(text)) is not None:
        return [_new_case(row) for row in customer_list.find(wanted, 5)]
    found = words_finder.callers(text) + [_customer(row) for row in customer_list.find(text, 5)]
    if text.strip():
        found += [_invoice(row) for row in invoice_list.find(text, 4)]
        offers = invoice_list.Filters(kinds=OFFERS)
        found += [_offer(row) for row in invoice_list.rows(invoice_list.ids(search=text, filters=offers)[:3])]
        found += [_deal(row) for row in opportunity_list.find(text, 3)]
        found += [_case(row) for row in cases.quick(text, 3)]
        found += [_segment(row) for row in segments.find_like(text, 3)]
        found += [_rule(rule) for rule in rules.rules() if fold(text.strip()) in fold(rule.name)][:3]
        found += [_campaign(row) for row in campaigns.find_like(text, 3)]
        found += [_contract(row) for row in contracts.rows(contracts.ids(search=text)[:3])]
        found += [_reminder(row) for row in reminders.find(text, 3)]
        found += words_finder.find(text)
    return found


def _reminder(row: reminders.Reminder) -> Hit:
    detail = row.customer or row.contract or row.document or ""
    return Hit(_("Reminders"), row.title, detail, formats.day_near(row.due_on), "bell", "reminder", row.id)


def _segment(row: segments.Segment) -> Hit:
    return Hit(_("Segments"), row.name, segments.words(row.conditions), "", "list-filter", "segment", row.id)


def _campaign(row: campaigns.Campaign) -> Hit:
    return Hit(_("Campaigns"), row.name, row.goal, _(campaigns.STATES[row.state]), "megaphone", "campaign", row.id)


def _rule(rule: rules.Rule) -> Hit:
    state = pgettext("switched", "On") if rule.is_on else pgettext("switched", "Off")
    return Hit(_("Rules"), rule.name, rules.sentence(rule), state, "workflow", "rule", rule.id)


def _timer_for(text: str) -> str | None:
    """Whose time is to be taken: "timer ost", "start timer for ostwind"; None where no timer is meant."""
    words = [word for word in fold(text).split() if word not in ("start", "starte", "the", "den", "for", "fur")]
    named = bool(words) and words[0] in ("timer", fold(_("Timer")), "stoppuhr")
    return " ".join(words[1:]) if named and len(words) > 1 else None


def _timer(row: customer_list.CustomerRow) -> Hit:
    words = _("Start the timer for {name}").format(name=row.name)
    return Hit(_("Do"), words, row.city, icon="clock", kind="timer", id=row.id)


def _case_for(text: str) -> str | None:
    """For whom a case is to be opened: "new case ost", "complaint ostwind"; None where none is meant."""
    words = [word for word in fold(text).split() if word not in ("new", "neu", "neue", "neuer", "for", "fur", "a")]
    verbs = ("case", "complaint", "reklamation", "vorgang", fold(_("Case")), fold(_("Complaint")))
    return " ".join(words[1:]) if len(words) > 1 and words[0] in verbs else None


def _new_case(row: customer_list.CustomerRow) -> Hit:
    words = _("New case for {name}").format(name=row.name)
    return Hit(_("Do"), words, row.city, icon="life-buoy", kind="new_case", id=row.id)


def _case(row: cases.Case) -> Hit:
    detail = " · ".join(part for part in (row.number, row.customer) if part)
    return Hit(_("Cases"), row.title, detail, icon="life-buoy", kind="case", id=row.id)


def _customer(row: customer_list.CustomerRow) -> Hit:
    owed = formats.money_text(row.open_minor) if row.open_minor else ""
    state = _("{amount} overdue") if row.overdue else _("{amount} open")
    detail = " · ".join(part for part in (row.city, state.format(amount=owed) if owed else "") if part)
    icon = "user" if row.kind == "person" else "building-complex"
    return Hit(_("Customers"), row.name, detail, icon=icon, kind="customer", id=row.id)


def _invoice(row: invoice_list.InvoiceRow) -> Hit:
    right = formats.money_text(row.gross_minor, row.currency)
    kind = "draft" if row.state == "draft" else "invoice"
    return Hit(_("Documents"), row.number or _("Draft"), row.customer, right, "receipt-text", kind, row.id)


def _offer(row: invoice_list.InvoiceRow) -> Hit:
    right = formats.money_text(row.gross_minor, row.currency)
    detail = " · ".join(part for part in (kinds.name(row.kind), row.customer) if part)
    kind = "draft" if row.state == "draft" else row.kind
    return Hit(_("Documents"), row.number or _("Draft"), detail, right, "file-check", kind, row.id)


def _contract(row: contracts.Contract) -> Hit:
    return Hit(_("Contracts"), row.title, row.party, icon="file-pen", kind="contract", id=row.id)


def _deal(row: opportunities.Opportunity) -> Hit:
    right = formats.money_text(row.value_minor, row.currency) if row.value_minor else ""
    state = row.stage if row.state == "open" else _(opportunities.STATES[row.state])
    detail = f"{row.customer} · {state}"
    return Hit(_("Deals"), row.title, detail, right, "square-kanban", "opportunity", row.id)
