"""Export of the list of customers as address cards: all that is shown, or those that are selected."""

from __future__ import annotations

import pytest

from crm_desktop.customers import customers
from crm_desktop.gui.widgets import dialogs


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
    qtbot.waitUntil(lambda: "Saved customers.vcf" in window.toast.text, timeout=10_000)
    lines = target.read_text(encoding="utf-8").splitlines()
    assert [line.removeprefix("FN:") for line in lines if line.startswith("FN:")] == names
