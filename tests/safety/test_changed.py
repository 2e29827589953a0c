"""What a step of the history changed, in the owner's words."""

from __future__ import annotations

from decimal import Decimal

from crm_desktop.customers import customers, lifecycle
from crm_desktop.db import connection as db
from crm_desktop.safety import changed, undo
from crm_desktop.sales import catalogue


def _last() -> list[changed.Change]:
    return changed.of_step(undo.steps()[0].id)


def test_every_kind_of_record_that_the_history_keeps_has_a_word(data_file):
    assert {name for (name,) in db.query("SELECT name FROM journal_table")} <= set(changed.KINDS)


def test_fields_are_named_and_amounts_days_and_rates_are_written_out(data_file):
    item = catalogue.save({"number": "L-1", "name": "Lamp", "price": Decimal("12.5"), "rate_bp": 1900, "category": "S"})
    catalogue.save({"price": Decimal(14), "rate_bp": 700}, item)
    assert set(_last()[0].values) == {changed.Value("Price", "12.5", "14"), changed.Value("Tax rate", "19%", "7%")}
    anna = customers.save({"first_name": "Anna", "last_name": "Timm"})
    customers.save({"credit_limit_minor": 150000, "birthday_on": "1980-05-14"}, anna)
    shown = {one.field: (one.old, one.new) for one in _last()[0].values}
    assert shown == {"Credit limit": ("", "€1,500.00"), "Birthday": ("", "14 May 1980")}


def test_a_stage_goes_by_its_name_and_marks_of_ours_stay_out(data_file):
    anna = customers.save({"company": "Ostwind"})
    lifecycle.move([anna], lifecycle.find("Regular").id, "Promised more")
    customer = next(one for one in _last() if one.kind == "Customer")
    assert customer.values == (changed.Value("Stage", "", "Regular"),)


def test_a_record_without_a_name_goes_by_what_it_belongs_to(data_file):
    anna = customers.save({"company": "Ostwind"})
    customers.save({"tags": ["Big"]}, anna)
    assert ("Tag", "Big · Ostwind", "i") in {(one.kind, one.name, one.operation) for one in _last()}
