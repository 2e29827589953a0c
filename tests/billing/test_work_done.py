"""Work noted: hours as people type them, prices from the price list or the last time, and the timer."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.db import connection as db
from crm_desktop.sales import catalogue, timer, work_done


def test_the_timer_counts_over_a_break_and_a_restart(cafe: int, data_path: Path) -> None:
    from crm_desktop.db import migrate

    at = dates.instant_from("2026-11-24T09:00:00Z")
    with dates.freeze(at):
        timer.start(cafe, "Repair")
        with pytest.raises(Conflict, match="Café Ostwind"):
            timer.start(cafe)
    with dates.freeze(dates.add_instant_seconds(at, 1200)):
        timer.pause()
    db.close()
    migrate.open_file(data_path)
    with dates.freeze(dates.add_instant_seconds(at, 9000)):
        found = timer.current()
        assert found is not None
        assert (found.seconds, found.running) == (1200, False)
        timer.resume()
    timer.set_rounding(15)
    with dates.freeze(dates.add_instant_seconds(at, 9000 + 1260)):
        service = work_done.get(timer.stop())
    assert (service.name, service.quantity, service.state) == ("Repair", Decimal("0.75"), "waiting")
    assert timer.current() is None


@pytest.mark.parametrize(("minutes", "seconds", "hours"), [(1, 0, "0.016667"), (5, 301, "0.166667"), (15, 3600, "1")])
def test_time_is_rounded_up(minutes: int, seconds: int, hours: str) -> None:
    timer.set_rounding(minutes)
    assert timer.hours(seconds) == Decimal(hours)


def test_a_timer_for_nobody_asks_when_it_is_stopped(cafe: int) -> None:
    timer.start()
    with pytest.raises(ValidationError, match="For whom"):
        timer.stop()
    assert timer.current() is not None
    assert work_done.get(timer.stop({"customer_id": cafe})).name == "Working time"


def test_rate_and_name_come_from_the_price_list_or_the_last_time(cafe: int, dupont: int) -> None:
    item = catalogue.save({"name": "Hour of work", "kind": "service", "unit": "HUR", "price": Decimal("72.5")})
    first = work_done.get(work_done.save({"customer_id": cafe, "item_id": item, "quantity": Decimal(2)}))
    assert (first.name, first.price, first.unit, first.net_minor) == ("Hour of work", Decimal("72.5"), "HUR", 14500)
    assert work_done.start(dupont)["price"] == Decimal("72.5")
    with pytest.raises(ValidationError) as refused:
        work_done.save({"quantity": Decimal(0), "price": Decimal(-1), "name": ""})
    assert set(refused.value.fields) == {"customer_id", "name", "quantity", "price"}


@pytest.mark.parametrize(
    ("typed", "hours"),
    [("1:30", "1.5"), ("1,5", "1.5"), ("1.5 h", "1.5"), ("90 min", "1.5"), ("1h30", "1.5"), (":45", "0.75"), ("2 Std", "2"),
     ("1:75", None), ("abc", None), ("", None)],
)  # fmt: skip
def test_hours_as_people_type_them(typed: str, hours: str | None) -> None:
    assert work_done.hours_from(typed) == (None if hours is None else Decimal(hours))
