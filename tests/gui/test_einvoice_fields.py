"""E-invoices in the forms: what is chosen there is what the next invoice is."""

from __future__ import annotations

import pytest

from crm_desktop.billing import einvoice_rules
from crm_desktop.company import profile
from crm_desktop.core.errors import ValidationError
from crm_desktop.customers import customers
from crm_desktop.documents import einvoice
from crm_desktop.gui.parts import einvoice_fields
from tests.gui.hands import add_customer


def test_every_kind_of_address_and_format_is_one_that_the_standard_knows():
    assert set(einvoice_fields.SCHEMES) <= einvoice_rules.codes("schemes")
    keys = [key for key, _name in einvoice_fields.formats()]
    assert set(keys) - {"", "none"} == set(einvoice.FORMATS) - {"facturx"}
    assert len(einvoice_fields.schemes()) == len(einvoice_fields.SCHEMES) + 1


def test_the_customer_form_keeps_the_format(window):
    customer = add_customer("Stadt Altona")
    window.show_page("customer_form", {"id": customer})
    form = window.pages.page()._form
    form.put("einvoice_format", "xrechnung_ubl")
    form.boxes["einvoice_format"].input.left.emit()
    form.put("invoice_email", "rechnung@altona.example")
    form.boxes["invoice_email"].input.left.emit()
    found = customers.get(customer)
    assert (found.einvoice_format, found.invoice_email) == ("xrechnung_ubl", "rechnung@altona.example")


def test_a_qr_iban_is_one(window):
    with pytest.raises(ValidationError, match="This is no QR-IBAN"):
        profile.save({"qr_iban": "CH9300762011623852957"})
    assert profile.save({"qr_iban": "CH44 3199 9123 0008 8901 2"}).qr_iban == "CH4431999123000889012"


def test_what_xrechnung_lacks_is_said_beside_its_field(window, qtbot):
    customer = add_customer("Stadt Altona")
    customers.save({"einvoice_format": "xrechnung_ubl", "email": "post@altona.example"}, customer)
    profile.save({"name": "Lindner", "street": "Weg 1", "postcode": "20457", "city": "Hamburg", "tax_number": "1/2"})
    window.show_page("invoice", {"id": 0, "customer": customer})
    view = window.pages.page().view
    view.be_strict()
    qtbot.waitUntil(lambda: not view.more.form.isHidden())
    assert "XRechnung needs the reference" in view.more.form.boxes["buyer_reference"]._said.text()
    assert not view.seller.isHidden()
    assert "XRechnung needs your phone number" in view.seller.form.boxes["phone"]._said.text()
    assert not view.seller.form.boxes["email"].isHidden()
    assert view.seller.form.boxes["name"].isVisibleTo(view.seller)
