"""Who calls, and quick lines, in the terminal."""

from __future__ import annotations

import pytest

from crm_desktop import app
from crm_desktop.customers import customers
from crm_desktop.safety import company_files


def test_a_quick_line_is_written_and_the_caller_is_known(crm, company):
    done = crm("note", "Café Ostwind", "call yesterday 15:00 about lamp, 10 min, follow up tomorrow", "--json").json
    assert (done["entry"]["kind"], done["entry"]["title"], done["entry"]["minutes"]) == ("call", "Lamp", 10)
    assert done["reminder"]["title"] == "Follow up: lamp"
    (found,) = crm("call", "+49 (0)40 36 12 34 567", "--json").json
    assert (found["customer"], found["phone"]) == ("Café Ostwind", "040 361234567")
    assert found["last_contact"]["title"] == "Lamp"
    assert found["promised"]["title"] == "Follow up: lamp"
    assert "Café Ostwind" in crm("call", "tel:+4940361234567").out


def test_an_unknown_number_is_said(crm, company):
    assert crm("call", "030 901820").out == "Nobody has the number +49 30 901820 yet.\n"
    assert crm("call", "030 901820", "--json").json == []


def test_without_a_window_nothing_can_be_shown(crm, company):
    done = crm("call", "040 361234567", "--show")
    assert (done.code, done.err.strip()) == (1, "No window has this company file open.")


def test_a_line_needs_words_and_a_customer(crm, company):
    assert crm("note", "Café Ostwind", " ").code == 1
    assert crm("note", "Nobody", "call").code == 1


def test_a_link_opens_the_window_and_is_no_command(monkeypatch):
    opened = []
    monkeypatch.setattr(app, "_open_window", lambda data, number="": opened.append((data, number)) or 0)
    assert app.main(["tel:+49-40-361234567"]) == 0
    assert app.main(["--data", "x.crm", "callto:040361234567"]) == 0
    assert opened == [("", "+49-40-361234567"), ("x.crm", "040361234567")]


@pytest.fixture
def company(crm, tmp_path):
    path = tmp_path / "firm.crm"
    company_files.new_data_file(path, country="DE", language="en", currency="EUR", remembered=False)
    customers.save({"company": "Café Ostwind", "phone": "040 361234567"})
    company_files.close_data_file(make_backup=False)
