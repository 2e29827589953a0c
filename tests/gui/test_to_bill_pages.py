"""To bill in the window: two clicks to a draft, ticks, Bill all, work noted and pasted, the timer, and what is offered again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from crm_desktop.billing import credit_notes, deposits, drafts, invoices, recurring, recurring_edit, to_bill
from crm_desktop.billing.document import DraftLine
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.gui import finder
from crm_desktop.sales import contracts, timer, work_done
from tests.gui.hands import CTRL, Hands, add_customer, add_item, fill_company, focused, issue, wait_for_jobs

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


def note(customer_id: int, name: str = "Consulting", **values: object) -> int:
    usual = {"customer_id": customer_id, "name": name, "quantity": Decimal("1.5"), "price": Decimal(80)}
    return work_done.save(usual | values)


@pytest.fixture
def ostwind(window) -> int:
    """A customer with two entries and a month of a contract."""
    fill_company()
    customer_id = add_customer("Cafe Ostwind")
    note(customer_id, done_on=date(2026, 11, 12))
    note(customer_id, "Repair", done_on=date(2026, 11, 20))
    contract = {"title": "Maintenance", "customer_id": customer_id, "value_minor": 24000, "start_on": date(2026, 1, 1)}
    recurring_edit.from_contract(contracts.save(contract | {"interval": "month", "state": "active"}))
    return customer_id


@pytest.fixture
def page(ostwind, window, qtbot):
    """The list."""
    window.show_page("to_bill")
    found = window.pages.page()
    qtbot.waitUntil(lambda: found.pane is not None and bool(found.pane.lines))
    return found


def _last() -> int:
    return db.value("SELECT max(id) FROM document")


def test_nothing_waits_and_it_says_what_to_do(window):
    window.show_page("to_bill")
    page = window.pages.page()
    assert page.empty.isVisible()
    assert page.empty._sentence.text() == "Nothing waits to be billed"
    page.new()
    assert window.pages.key() == "service"


def test_a_draft_is_two_clicks_away(page, window):
    hands = Hands(most_clicks=2)
    hands.click_cell(page.table, 0, 0)
    assert page.pane.bill_button.text() == "Bill €480.00"
    hands.click(page.pane.bill_button)
    assert window.pages.key() == "invoice"
    draft = drafts.get(_last())
    assert [line.name for line in draft.lines if line.role == "item"] == ["Maintenance", "Consulting", "Repair"]
    assert to_bill.accounts() == []


def test_what_is_unticked_waits_on(page, window, ostwind):
    assert [line.entry.title for line in page.pane.lines] == ["Maintenance", "Consulting", "Repair"]
    page.pane.lines[0].tick.click()
    assert page.pane.bill_button.text() == "Bill €240.00"
    page.refresh()
    assert not page.pane.lines[0].tick.isChecked()
    page.primary()
    assert [entry.title for entry in to_bill.entries(ostwind)] == ["Maintenance"]


def test_bill_all_makes_a_draft_for_everybody_and_undo_takes_it_back(page, window, qtbot):
    note(add_customer("Hotel"))
    page.refresh()
    page.bill_all()
    wait_for_jobs()
    qtbot.waitUntil(lambda: window.pages.key() == "invoices" and window.pages.page().pane is not None)
    assert to_bill.accounts() == []
    window.undo()
    assert len(to_bill.accounts()) == 2


def test_an_entry_can_be_left_out_edited_or_thrown_away(page, window):
    page.set_aside(page.pane.lines[1].entry)
    page.set_aside(page.pane.lines[0].entry)
    page.remove(page.pane.lines[2].entry)
    assert to_bill.accounts() == []
    window.undo()
    page.refresh()
    page.edit_entry(page.pane.lines[0].entry)
    assert window.pages.key() == "service"
    assert window.pages.page().title() == "Edit Repair"
    assert work_done.ids("not_billed")


def test_what_was_credited_is_offered_once_more(page, window, ostwind, qtbot):
    (draft,) = to_bill.bill(ostwind)
    issued = invoices.issue(draft.id)
    credit_notes.cancel(issued.id)
    page.refresh()
    assert f"{issued.number} for Cafe Ostwind was credited in full" in page.again.accessibleName()
    page._bill_again()
    page.refresh()
    assert page._credited.isHidden()
    assert len(page.model.ids) == 1


def test_the_rest_of_an_order_with_a_deposit_is_one_click_from_its_final_invoice(page, window, ostwind):
    line = DraftLine(name="Kitchen", price=Decimal(1000), rate=Decimal(19))
    order = invoices.issue_draft(replace(drafts.begin(ostwind, "order_confirmation"), lines=(line,)))
    invoices.issue(deposits.deposit(order.id, percent=Decimal(30)).id)
    page.refresh()
    assert page.rest.said.text() == f"€833.00 of {order.number} is still to be billed."
    assert page.rest.more.text() == (
        "Cafe Ostwind · Deposits of €357.00 are taken off, €357.00 of them is not paid yet."
    )
    page.rest.write_button.click()
    editor = window.pages.page()
    assert [deducted.gross for deducted in editor.view.draft().deductions] == [357]
    window.go_back()
    assert not page.rest.isVisible()


def test_work_is_noted_with_the_price_of_the_last_time(ostwind, window):
    window.show_page("service", {"id": 0, "customer": ostwind})
    page = window.pages.page()
    assert focused() is page.form.input("name")
    page.form.input("name").setText("Training")
    page.form.input("name").edited.emit()
    page.form.input("quantity").setText("1:45")
    page.form.input("quantity").edited.emit()
    assert page._sum.text() == "€140.00 without tax"
    page.primary()
    assert work_done.get(max(work_done.ids())).quantity == Decimal("1.75")
    assert window.pages.key() != "service"


def test_an_entry_of_the_price_list_brings_its_price(ostwind, window):
    item = add_item("Hour of a master", "95", unit="HUR")
    window.show_page("service", {"id": 0, "customer": ostwind})
    page = window.pages.page()
    page.form.input("name")._take_item(item)
    assert page.form.values()["price"] == Decimal(95)
    page.primary()
    assert work_done.get(max(work_done.ids())).item_id == item


def test_billed_work_says_where_it_is_and_stays(page, window, ostwind, answers):
    (draft,) = to_bill.bill(ostwind)
    window.show_page("service", {"id": work_done.ids()[0]})
    form = window.pages.page()
    assert form._held.text() == "It is on a draft. Change it there, or delete the draft first."
    window.show_page("services", {"view": "draft"})
    listed = window.pages.page()
    assert len(listed.model.ids) == 2
    listed.open_id(listed.model.ids[0])
    assert window.pages.key() == "invoice"
    assert draft.id


@pytest.mark.parametrize(
    "pasted",
    [
        "Date\tCustomer\tWhat\tHours\tRate\n12.11.2026\tCafe Ostwind\tWiring\t1:30\t80,00\n13.11.2026\tNobody\tLamp\t2\t90\n",
        "12 Nov 2026\tWiring\t1.5\t80\n13 Nov 2026\t\t2\t90\n",
    ],
)
def test_rows_of_a_spreadsheet_are_shown_before_they_are_noted(page, window, answers, pasted):
    QGuiApplication.clipboard().setText(pasted)
    shown = []
    answers.append(lambda dialog: shown.append(dialog.windowTitle()) or "act")
    before = len(work_done.ids())
    page.paste()
    assert shown == ["Note 1 entry from the spreadsheet?"]
    noted = work_done.rows(work_done.ids("waiting"))
    assert len(noted) == before + 1
    wiring = next(service for service in noted if service.name == "Wiring")
    assert (wiring.quantity, wiring.price, wiring.done_on) == (Decimal("1.5"), Decimal(80), date(2026, 11, 12))


def test_an_empty_clipboard_says_what_to_copy(page, answers):
    QGuiApplication.clipboard().setText("")
    answers.append("ok")
    page.paste()
    assert answers == []


# ---- the timer --------------------------------------------------------------------------------------------------------


def test_the_timer_stands_at_the_foot_until_it_is_stopped(ostwind, window):
    assert window.timer.isHidden()
    QTest.keyClick(window, Qt.Key.Key_T, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert window.timer.isVisible()
    window.timer.toggle()
    assert timer.current().running is False
    assert window.timer.pause_button.text() == "Go on"
    window.timer._fill_menu()
    window.timer.menu.actions()[2].trigger()
    assert timer.rounding() == 15
    timer.discard()


def test_a_timer_for_nobody_asks_for_whom_it_was(ostwind, window, answers):
    window.start_timer()

    def fill(dialog):
        dialog.form.put("customer_id", ostwind)
        return "act"

    answers.append(fill)
    window.stop_timer()
    service = work_done.get(max(work_done.ids()))
    assert (service.customer_id, service.name) == (ostwind, "Working time")
    assert window.timer.isHidden()


def test_time_is_thrown_away_after_a_question(ostwind, window, answers):
    window.start_timer(ostwind)
    answers.append("")
    window.timer.discard()
    assert timer.current() is not None
    answers.append("act")
    window.timer.discard()
    assert timer.current() is None


def test_the_timer_is_started_where_the_customer_stands(page, window, ostwind, qtbot):
    page.start_timer()
    qtbot.waitUntil(window.timer.isVisible)
    assert timer.current().customer_id == ostwind
    timer.discard()
    qtbot.waitUntil(window.timer.isHidden)
    window.show_page("customer", {"id": ostwind})
    card = window.pages.page()
    card._fill_menu()
    next(act for act in card._menu.actions() if act.text() == "Start the timer").trigger()
    qtbot.waitUntil(window.timer.isVisible)


def test_the_palette_starts_the_timer_for_a_customer(ostwind, window):
    (hit,) = finder.find("start timer for ostw")
    assert hit.title == "Start the timer for Cafe Ostwind"
    window._do_hit(hit)
    assert timer.current().customer_id == ostwind


# ---- elsewhere --------------------------------------------------------------------------------------------------------


def test_today_and_the_customer_say_what_waits(ostwind, window):
    window.show_page("today")
    today = window.pages.page()
    found = [today.list.tasks.task(place) for place in today.list.tasks.places()]
    tasks = [task for task in found if task.kind == "to_bill"]
    assert [(task.title, task.amount_minor) for task in tasks] == [("1 customer to bill", 48000)]
    window.show_page("customer", {"id": ostwind})
    card = window.pages.page()._sides.to_bill
    assert card.heading.text() == "To bill: €480.00"
    Hands(most_clicks=1).click(card.act)
    assert window.pages.key() == "invoice"
    window.show_page("customer", {"id": ostwind})
    assert window.pages.page()._sides.to_bill.isHidden()


# ---- recurring --------------------------------------------------------------------------------------------------------


def test_a_contract_is_billed_regularly_with_one_click(window):
    fill_company()
    customer_id = add_customer()
    contract = {"title": "Care", "customer_id": customer_id, "value_minor": 10000, "start_on": date(2026, 12, 1)}
    contract_id = contracts.save(contract | {"interval": "quarter", "state": "active"})
    window.show_page("contract", {"id": contract_id})
    billing = window.pages.page().billing
    billing.set_up.click()
    assert billing._words.text() == "Billed every quarter, in advance. Next from 1 December 2026: €100.00 without tax."
    billing.change.click()
    assert window.pages.key() == "schedule"
    assert "title" not in window.pages.page().form.boxes


def test_a_recurring_bill_is_set_up_and_shows_its_next_twelve_periods(window, ostwind, answers):
    window.show_page("schedules")
    window.pages.page().new()
    form = window.pages.page()
    form.form.load(form.start({"customer": ostwind, "title": "Hosting", "price": Decimal(31)}))
    form.primary()
    assert window.pages.page().sides.periods.count() == 12
    sides = window.pages.page().sides
    assert sides._sum.text() == "12 periods, €372.00 without tax in all"
    sides.periods.press(0)
    assert sides.skipped.count() == 1
    assert sides._due[0].piece.first == date(2027, 1, 1)
    sides.skipped.press(0)
    assert sides._due[0].piece.first == date(2026, 12, 1)

    def fill(dialog):
        dialog.form.put("from_on", date(2027, 1, 1))
        dialog.form.put("percent", Decimal(10))
        return "act"

    answers.append(fill)
    sides.add_step.click()
    assert sides._due[1].net_minor == 3410
    answers.append("remove")
    sides.steps.press(0)
    assert sides._due[1].net_minor == 3100


def test_an_invoice_is_repeated_regularly(window, ostwind, answers, qtbot):
    issued = issue(ostwind)
    window.show_page("invoices", {"select": issued.id})
    page = window.pages.page()
    qtbot.waitUntil(lambda: page.pane is not None and page.pane.document is not None)
    page.pane._fill_menu()
    act = next(act for act in page.pane._menu.actions() if act.text() == "Repeat regularly…")

    def fill(dialog):
        dialog.form.put("interval", "quarter")
        dialog.form.put("first", TODAY)
        return "act"

    answers.append(fill)
    act.trigger()
    assert window.pages.key() == "schedule"
    assert [entry.net_minor for entry in to_bill.entries(ostwind) if entry.title == "Haircut"] == [10000]


def test_an_invoice_that_is_written_anew_keeps_its_work(window, ostwind, answers, qtbot):
    (draft,) = to_bill.bill(ostwind)
    issued = invoices.issue(draft.id)
    window.show_page("invoices", {"select": issued.id})
    page = window.pages.page()
    qtbot.waitUntil(lambda: page.pane is not None and page.pane.document is not None)
    answers.append("act")
    page.pane.acts.credit_all_again(issued.id)
    assert window.pages.key() == "invoice"
    assert to_bill.entries(ostwind) == []
    assert to_bill.credited() == []


def test_a_mistake_in_a_recurring_bill_stands_beside_its_field(window, ostwind):
    window.show_page("schedule", {"id": 0, "customer": ostwind, "title": "Rent", "line_name": "Rent {monat}"})
    form = window.pages.page()
    form.primary()
    assert "{monat} is no word" in form.form.boxes["line_name"]._said.text()
    private = customers.save({"kind": "person", "last_name": "Reim", "price_mode": "gross", "currency": "CHF"})
    form.form.put("customer_id", private)
    form.form.edited.emit("customer_id")
    assert (form.form.input("price_mode").value(), form.form.input("currency").value()) == ("gross", "CHF")
    form._touched = False


def test_the_list_of_recurring_bills_pauses_and_goes_on(window, ostwind, qtbot):
    window.show_page("schedules")
    page = window.pages.page()
    qtbot.waitUntil(lambda: page.pane is not None and page.pane._shown is not None)
    page.pane.switch.click()
    assert recurring.counts() == {"all": 1, "paused": 1, "ended": 0}
    page.refresh()
    page.pane.switch.click()
    assert recurring.counts()["paused"] == 0
    page.delete_ids(page.model.ids[:1])
    assert recurring.counts()["all"] == 0
