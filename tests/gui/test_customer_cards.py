"""Export of the list of customers as address cards, all or those that are selected; the cards beside a customer's history."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from crm_desktop.activity import timeline
from crm_desktop.customers import customers
from crm_desktop.gui.parts.card_faults import FaultCard
from crm_desktop.gui.parts.customer_relations import CustomerRelations
from crm_desktop.gui.parts.customer_sides import CustomerSides
from crm_desktop.gui.parts.customer_words import town_line
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.buttons import Button


@pytest.fixture
def page(window):
    """The list of three customers."""
    for name in ("Adler", "Berg", "Citrus"):
        customers.save({"company": name})
    window.show_page("customers")
    return window.pages.page()


@pytest.mark.parametrize(("selected", "names"), [((), ["Adler", "Berg", "Citrus"]), ((0, 1), ["Adler", "Berg"])])
def test_customers_are_saved_as_address_cards(  # noqa: PLR0917  (fixtures)
    page, window, qtbot, tmp_path, monkeypatch, selected, names
):
    target = tmp_path / "customers.vcf"
    monkeypatch.setattr(dialogs, "choose_save_file", lambda *_args: target)
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
    ids = list(page.model.ids)
    monkeypatch.setattr(page.table, "selected_ids", lambda: [ids[place] for place in selected])
    page.export()
    qtbot.waitUntil(lambda: "Saved customers.vcf" in window.toast.text)
    lines = target.read_text(encoding="utf-8").splitlines()
    assert [line.removeprefix("FN:") for line in lines if line.startswith("FN:")] == names


@pytest.mark.parametrize(("part", "heading"), [(CustomerRelations, "Belongs together"), (CustomerSides, "People")])
def test_a_faulty_card_says_so_and_the_rest_of_the_page_works(  # noqa: PLR0917  (fixtures)
    window, qtbot, monkeypatch, caplog, part, heading
):
    buyer = customers.save({"company": "Cafe Ostwind", "phone": "040 361234567"})
    timeline.add(buyer, "call", "Asked for an offer")
    with monkeypatch.context() as broken:
        broken.setattr(part, "show_customer" if part is CustomerRelations else "_show_people", lambda *_args: 1 / 0)
        window.show_page("customer", {"id": buyer})
        page = window.pages.page()
        (fault,) = page.faults.shown.values()
        assert fault.isVisibleTo(page)
        assert fault.heading.text() == heading
        assert "the rest of the page can be relied on" in fault.said.text()
        assert [one.title for one in page.history.view._model.shown] == ["Asked for an offer"]
        assert "ZeroDivisionError" in caplog.text
        copy = next(b for b in fault.findChildren(Button) if b.text() == "Copy details")
        copy.click()
        assert "ZeroDivisionError" in QGuiApplication.clipboard().text()
    page.refresh()
    assert not page.faults.shown
    card = page.findChild(part)
    assert card.isVisibleTo(page)


def test_a_card_that_cannot_be_made_says_so(window, monkeypatch, caplog):
    monkeypatch.setattr(CustomerRelations, "__init__", lambda *_args: 1 / 0)
    buyer = customers.save({"company": "Cafe Ostwind"})
    window.show_page("customer", {"id": buyer})
    page = window.pages.page()
    (fault,) = page.findChildren(FaultCard)
    assert fault.isVisibleTo(page)
    assert "CustomerRelations" in caplog.text


def test_a_town_is_written_as_in_its_country(data_file):
    saved = {"company": "Oak", "city": "Springfield", "state": "IL", "postcode": "62701"}
    there = customers.get(customers.save(saved | {"country": "US"}))
    here = customers.get(customers.save({"company": "Elbe", "city": "Dresden", "postcode": "01067"}))
    assert (town_line(there), town_line(here)) == ("Springfield, IL 62701", "01067 Dresden")
