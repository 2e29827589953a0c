"""Which backups stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.core import dates
from crm_desktop.safety import rotation

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def local_day(instant):
    return instant.astimezone().date()


def test_ten_of_today_one_of_each_day_and_one_of_each_month_stay():
    made = [NOON - timedelta(days=day, hours=hour) for day in range(800) for hour in (0, 1, 2)]
    kept = rotation.kept(made, TODAY)
    assert set(made[:10]) <= kept
    assert {local_day(i) for i in kept} >= {dates.add_days(TODAY, -n) for n in range(14)}
    assert len({i.astimezone().strftime("%Y-%m") for i in kept}) == 12
    assert len(kept) <= 10 + 14 + 12


def test_the_last_ten_stay_however_old_they_are():
    made = [datetime(2020, 1, day, 12, tzinfo=UTC) for day in range(1, 31)]
    assert rotation.kept(made, TODAY) == set(made[-10:])


@given(st.sets(st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 22)), max_size=80))  # noqa: DTZ001
def test_the_newest_always_stays_and_rotating_twice_changes_nothing(found):
    made = {instant.replace(microsecond=0, tzinfo=UTC) for instant in found}
    kept = rotation.kept(made, TODAY)
    assert kept <= made
    assert rotation.kept(kept, TODAY) == kept
    assert not made or max(made) in kept
    assert len(kept) <= 36
