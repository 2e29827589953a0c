"""Segments: what is asked is what comes, in any combination; names, copies, counts; what is gone is told."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.activity import timeline
from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.customers import consent, custom_fields, customer_list, customers, lifecycle, merging, tags
from crm_desktop.customers.custom_fields import CustomField
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.insight import segment_compare, segment_fields, segments
from crm_desktop.insight.segments import Condition, Conditions, Group, where
from tests.insight.ordering import order

TODAY = date(2026, 11, 22)
TOWNS = ("Hamburg", "Lübeck", "Kiel", "")
GOODS = ("Table lamp Lotse", "Floor lamp", "Cable 3 m")
TAGS = ("Fair", "Café", "VIP")


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


def names(found):
    return [customers.get(i).name for i in segments.ids(found)]


# ---- against a second computation ------------------------------------------------------------------------------------


@dataclass
class Known:
    """What the test itself knows about a customer."""

    city: str
    tags: set[str]
    size: int | None
    contact: date | None
    consents: dict[str, str]
    orders: list[tuple[date, str, int]] = field(default_factory=list)

    def turnover(self, since=date.min):
        return sum(minor for day, _what, minor in self.orders if day > since)

    def last(self):
        return max((day for day, _what, _minor in self.orders), default=None)

    def bought(self, what, since=date.min):
        return any(what.casefold() in name.casefold() and day >= since for day, name, _minor in self.orders)


def populate(r):
    custom_fields.save(CustomField(0, "Size", "number"))
    found = {}
    for n in range(40):
        known = Known(
            r.choice(TOWNS), {t for t in TAGS if r.random() < 0.4}, r.choice((None, 3, 10, 250)),
            r.choice((None, TODAY - timedelta(days=r.randrange(700)))),
            {p: r.choice(("given", "withdrawn")) for p in ("newsletter", "post") if r.random() < 0.5},
        )  # fmt: skip
        values = {"company": f"Firm {n}", "city": known.city, "tags": sorted(known.tags)}
        if known.size is not None:
            values["custom"] = {"Size": str(known.size)}
        i = customers.save(values)
        found[i] = known
        if known.contact:
            with dates.freeze(known.contact):
                timeline.add(i, "call", "Hello")
        for purpose, state in known.consents.items():
            if state == "withdrawn":
                consent.note(i, purpose, "given", source="form", day=TODAY - timedelta(days=9))
            consent.note(i, purpose, state, source="form", day=TODAY - timedelta(days=9))
        for _n in range(r.choice((0, 0, 1, 2, 5))):
            made = (
                TODAY - timedelta(days=r.choice((1, 30, 364, 365, 366, 500))),
                r.choice(GOODS),
                r.randrange(1, 500) * 100,
            )
            known.orders.append(made)
            order(i, made[0], made[2], what=made[1])
    return found


def by_number(key, value, comparison):
    """A figure compared in plain Python; None fits nothing."""
    if value is None:
        return False
    return {"at_least": value >= key, "at_most": value <= key, "equals": value == key}[comparison]


def by_day(value, comparison, days):
    if comparison == "empty":
        return value is None
    if value is None:
        return False
    if comparison == "filled":
        return True
    edge = TODAY - timedelta(days=days)
    return {"last_days": edge <= value <= TODAY, "older_days": value < edge}[comparison]


NUMBERS = st.sampled_from(("at_least", "at_most", "equals"))
DAYS = st.sampled_from(("last_days", "older_days", "empty", "filled"))


def conditions(own):
    """(condition, how plain Python answers it) of every kind that the population has."""
    numbers = st.one_of(
        st.builds(lambda c, v: (Condition("orders", c, v), lambda k: by_number(v, len(k.orders), c)), NUMBERS,
                  st.integers(0, 5)),
        st.builds(lambda c, v: (Condition("turnover", c, v), lambda k: by_number(v, k.turnover(), c)), NUMBERS,
                  st.sampled_from((0, 10_000, 50_000))),
        st.builds(lambda c, v: (Condition("turnover_year", c, v),
                                lambda k: by_number(v, k.turnover(date(2025, 11, 22)), c)), NUMBERS, st.integers(0, 60_000)),
        st.builds(lambda c, v: (Condition(own, c, v), lambda k: by_number(v, k.size, c)), NUMBERS,
                  st.sampled_from((0, 3, 10, 11))),
    )  # fmt: skip
    days = st.one_of(
        st.builds(lambda c, n: (Condition("last_order", c, n), lambda k: by_day(k.last(), c, n)), DAYS,
                  st.sampled_from((0, 29, 30, 365, 366))),
        st.builds(lambda c, n: (Condition("last_contact", c, n), lambda k: by_day(k.contact, c, n)), DAYS,
                  st.integers(0, 700)),
    )  # fmt: skip
    texts = st.one_of(
        st.builds(lambda t: (Condition("city", "is", t), lambda k: k.city.casefold() == t.casefold()),
                  st.sampled_from(("HAMBURG", "kiel"))),
        st.builds(lambda t: (Condition("city", "lacks", t), lambda k: t not in k.city.casefold()),
                  st.sampled_from(("b", "ham"))),
        st.just((Condition("city", "empty"), lambda k: not k.city)),
    )  # fmt: skip
    sets = st.one_of(
        st.builds(lambda t: (Condition("tag", "has", [tag_value(t)]), lambda k: t in k.tags), st.sampled_from(TAGS)),
        st.builds(lambda t: (Condition("tag", "lacks", [tag_value(t)]), lambda k: t not in k.tags), st.sampled_from(TAGS)),
        st.builds(lambda p: (Condition("consent", "has", [p]), lambda k: k.consents.get(p) == "given"),
                  st.sampled_from(("newsletter", "post"))),
    )  # fmt: skip
    bought = st.one_of(
        st.builds(lambda t: (Condition("bought", "ever", t), lambda k: k.bought(t)), st.sampled_from(("LAMP", "cable"))),
        st.builds(lambda t: (Condition("bought", "never", t), lambda k: not k.bought(t)), st.sampled_from(("lamp", "floor"))),
        st.builds(lambda t, n: (Condition("bought", "not_last_days", [t, n]),
                                lambda k: not k.bought(t, TODAY - timedelta(days=n))),
                  st.sampled_from(("lamp", "3 m")), st.sampled_from((0, 30, 365, 400))),
    )  # fmt: skip
    return st.one_of(numbers, days, texts, sets, bought)


def tag_value(name):
    return str(db.value("SELECT id FROM tag WHERE name = ?", [name]))


def test_any_combination_finds_whom_plain_python_finds():
    population = populate(random.Random(7))
    own = next(key for key in segment_fields.all_fields() if key.startswith("own:"))
    match = st.sampled_from(("all", "any"))
    groups = st.lists(st.tuples(match, st.lists(conditions(own), min_size=1, max_size=3)), min_size=1, max_size=3)

    @given(match, groups)
    @settings(suppress_health_check=list(HealthCheck))
    def holds(outer, made):
        found = Conditions(tuple(Group(tuple(c for c, _f in parts), inner) for inner, parts in made), outer)
        joins = {"all": all, "any": any}
        expected = {
            i for i, known in population.items()
            if joins[outer](joins[inner](fits(known) for _c, fits in parts) for inner, parts in made)
        }  # fmt: skip
        assert set(segments.ids(found)) == expected
        assert segments.count(found) == len(expected)
        assert segments.from_json(segments.to_json(found)) == found
        assert segments.words(found)

    holds()


# ---- as the owner says it --------------------------------------------------------------------------------------------


def test_bought_lamps_none_for_a_year_in_hamburg():
    lost, faithful, elsewhere = (
        customers.save({"company": n, "city": c}) for n, c in (("Old", "Hamburg"), ("New", "Hamburg"), ("Far", "Kiel"))
    )
    for who, days in ((lost, 400), (faithful, 400), (faithful, 20), (elsewhere, 400)):
        order(who, TODAY - timedelta(days=days), what="Table lamp")
    found = where(
        Condition("bought", "ever", "lamp"), Condition("bought", "not_last_days", ["lamp", 365]),
        Condition("city", "is", "hamburg"),
    )  # fmt: skip
    assert names(found) == ["Old"]
    assert segments.words(found) == ("Bought “lamp” and Did not buy “lamp” in the last 365 days and Town is “hamburg”")


def test_every_field_can_be_asked_in_every_way():
    custom_fields.save(CustomField(0, "Series", "choice", ("A", "B")))
    custom_fields.save(CustomField(0, "Since", "date"))
    custom_fields.save(CustomField(0, "Club", "bool"))
    customers.save({"company": "Café", "country": "DE", "language": "de", "currency": "EUR", "tags": ["Fair"]})
    for found in segment_fields.all_fields().values():
        choices = [key for key, _words in found.choices()] if found.choices else []
        for comparison in segment_compare.of_kind(found.kind):
            value = {
                "none": None, "text": "a", "number": 1, "money": 100, "day": "2026-01-01", "days": 3,
                "choice": choices[:1], "text_days": ["a", 3],
            }[comparison.value]  # fmt: skip
            if comparison.value == "choice" and not choices:
                continue
            asked = Condition(found.key, comparison.key, value)
            assert segments.count(where(asked)) in (0, 1)
            assert segment_fields.label_of(found) in segments.sentence(asked) or found.kind == "bought"


def test_a_stage_keeps_its_place_when_it_is_renamed_and_is_told_when_it_is_gone():
    cafe = customers.save({"company": "Café"})
    friend = lifecycle.save_stage("Friend")
    lifecycle.move([cafe], friend)
    found = where(Condition("stage", "is", [f"#{friend}"]))
    lifecycle.save_stage("Best friend", friend)
    assert names(found) == ["Café"]
    assert segments.words(found) == "Stage is Best friend"
    lifecycle.remove_stage(friend)
    with pytest.raises(UserError, match="“Stage”: what this segment asks for was deleted"):
        segments.count(found)


def test_an_own_field_that_is_gone_is_told_in_a_sentence():
    own = custom_fields.save(CustomField(0, "Series", "text"))
    found = where(Condition(f"own:{own}", "contains", "x"))
    assert segments.words(found) == "Series contains “x”"
    custom_fields.remove(own)
    with pytest.raises(UserError, match="asks for a field that no longer exists"):
        segments.ids(found)
    assert "no longer exists" in segments.words(found)


def test_a_value_that_is_missing_is_asked_for():
    for condition, words in (
        (Condition("city", "is", " "), "Say what “Town” should be."),
        (Condition("orders", "at_least", "many"), "Say what “Number of orders” should be."),
        (Condition("last_order", "before", "soon"), "Say what “Last order” should be."),
        (Condition("last_order", "last_days", 99_999), "between 0 and 36,500 days"),
        (Condition("tag", "has", []), "Say what “Tag” should be."),
        (Condition("city", "rhymes", "x"), "cannot be compared in this way"),
    ):
        with pytest.raises(UserError, match=words):
            segments.compiled(where(condition))


def test_what_is_typed_is_a_value_and_never_sql():
    customers.save({"company": 'O\'Neill "Bar" %_'})
    assert names(where(Condition("name", "contains", 'o\'neill "bar" %'))) == ['O\'Neill "Bar" %_']
    assert names(where(Condition("name", "contains", "') OR 1=1 --"))) == []


def test_merged_archived_and_deleted_customers_are_counted_once():
    cafe, old, gone = (customers.save({"company": name}) for name in ("Café", "Cafe alt", "Gone"))
    order(old, TODAY)
    merging.merge(cafe, old)
    customers.delete([gone])
    assert names(Conditions()) == ["Café"]
    assert names(where(Condition("orders", "equals", 1))) == ["Café"]


def test_segments_are_saved_renamed_copied_deleted_and_brought_back():
    found = where(Condition("city", "is", "Hamburg"))
    made = segments.save("Northern", found)
    with pytest.raises(ValidationError, match="There is already a segment called NORTHERN"):
        segments.save("NORTHERN", found)
    with pytest.raises(ValidationError):
        segments.save("  ", found)
    assert segments.get(segments.duplicate(made)).name == "Northern (copy)"
    assert segments.get(segments.duplicate(made)).name == "Northern (copy 2)"
    segments.save("North", found, made)
    assert segments.find("north").conditions == found
    segments.remove(made)
    with pytest.raises(NotFound, match="There is no segment called “North”"):
        segments.find("North")
    history.undo(history.next_undo())
    assert segments.find("North").id == made


def test_the_number_of_customers_is_kept_once_a_day():
    made = segments.save("All", Conditions())
    segments.note_count(made, 3)
    segments.note_count(made, 4)
    with dates.freeze(TODAY + timedelta(days=7)):
        segments.note_count(made, 6)
    assert segments.counts(made) == [(TODAY, 4), (date(2026, 11, 29), 6)]


def test_a_segment_narrows_the_list_of_customers():
    for name, city in (("A", "Hamburg"), ("B", "Kiel"), ("C", "Hamburg")):
        customers.save({"company": name, "city": city})
    asked = segments.compiled(where(Condition("city", "is", "Hamburg")))
    filters = customer_list.Filters(among=asked)
    assert [r.name for r in customer_list.rows(customer_list.ids(filters=filters))] == ["A", "C"]
    assert [r.name for r in customer_list.rows(customer_list.ids(filters=filters, search="c"))] == ["C"]


def test_one_customer_is_asked_for():
    cafe = customers.save({"company": "Café", "city": "Hamburg"})
    assert segments.contains(where(Condition("city", "is", "Hamburg")), cafe)
    assert not segments.contains(where(Condition("city", "is", "Kiel")), cafe)
    tags.add_to([cafe], ["Fair"])
    assert segments.contains(where(Condition("tag", "has", [tag_value("Fair")])), cafe)


def test_a_segment_is_counted_once_a_day_and_compared_over_a_year():
    made = segments.save("All", Conditions())
    tags.add_to([customers.save({"company": "Café"})], ["Fair"])
    asked = segments.save("Tagged", where(Condition("tag", "has", [tag_value("Fair")])))
    with db.transaction():
        db.execute("DELETE FROM customer_tag")
        db.execute("DELETE FROM tag")
    for ago, people in ((400, 1), (100, 2), (31, 3), (8, 4), (3, 5), (0, 6)):
        with dates.freeze(TODAY - timedelta(days=ago)):
            while db.value("SELECT count(*) FROM customer") < people:
                customers.save({"company": "Café"})
            assert segments.tend() == 0
            customers.save({"company": "Later the same day"}, 1)
            assert segments.tend() == 0
    assert len(segments.counts(made)) == 6
    told = [((TODAY - day).days, number) for day, number in segments.trend(made)]
    assert told == [(400, 1), (100, 2), (31, 3), (8, 4), (0, 6)]
    assert segments.trend(asked) == []
