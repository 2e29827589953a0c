"""The data that is measured on: 100,000 customers, the same in every run, as our data file and as a bare database."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from measure import CUSTOMERS, DATA

FIRST = (
    "Anna Ben Clara David Emma Felix Greta Hugo Ida Jonas Klara Luca Maria Noah Olga Paul Rosa Sven Tina Udo Vera Walter "
    "Yusuf Zoe Björn Søren Łukasz José François Małgorzata Çağla"
).split()
LAST = (
    "Müller Schmidt Rossi García Dubois Novák Kowalski Jensen Smith Johnson Taylor Andersen Virtanen Horvath Popescu "
    "Silva Peeters Hansen Nowak Fischer Weber Wagner Becker Hoffmann Schulz Bianchi Moreau Laurent Lefèvre Okafor Yılmaz "
    "Ivanov Nguyen Tanaka"
).split()
NOUN = (
    "Alpine Baltic Cedar Delta Ember Falcon Granite Harbor Indigo Juniper Kestrel Lunar Maple Nordic Onyx Polar Quartz "
    "River Summit Timber Umber Velvet Willow Zenith Atlas Beacon Copper Drift"
).split()
TRADE = (
    "Bakery Motors Consulting Design Plumbing Logistics Software Dental Bikes Garden Print Electric Roofing Catering "
    "Optics Travel Tools Textiles Media Clinic Security Coffee Books Fitness Cleaning"
).split()
FORM = "GmbH Ltd SARL AG LLC AB Oy Inc".split()
CITY = "Berlin Paris Rome Madrid Lyon Porto Oslo Turku Gdańsk Brno Zürich Graz Leeds Gent Aarhus Split Varna".split()
COLUMNS = (
    "id", "number", "kind", "name", "company", "first_name", "last_name", "street", "postcode", "city", "country",
    "email", "phone", "vat_id", "created_at", "updated_at",
)  # fmt: skip
INSERT = f"INSERT INTO customer({', '.join(COLUMNS)}) VALUES({', '.join('?' * len(COLUMNS))})"
SHOWN = "number, name, city, email, phone, country, created_at"


def customers() -> Iterator[tuple]:
    """One row per customer, in the order of `COLUMNS`."""
    chance = random.Random(7)
    pick = chance.choice
    for i in range(1, CUSTOMERS + 1):
        first, last = pick(FIRST), f"{pick(LAST)}-{i % 977:03d}"
        company = f"{pick(NOUN)} {pick(NOUN)} {pick(TRADE)} {pick(FORM)}"
        is_person = i % 3 == 0
        email = f"{first[0]}.{last}{i}@{company.split(maxsplit=1)[0]}.example".lower()
        day = f"20{20 + i % 6}-{1 + i % 12:02d}-{1 + i % 28:02d}T09:00:00Z"
        yield (
            i, f"C-{i:06d}", "person" if is_person else "organisation", f"{first} {last}" if is_person else company,
            company, first, last, f"{pick(NOUN)}weg {i % 200}", f"{10000 + i % 80000}", pick(CITY), "DE", email,
            f"+49{chance.randrange(10**9, 10**10)}", f"DE{chance.randrange(10**8, 10**9)}", day, day,
        )  # fmt: skip


def data_file() -> Path:
    """Our data file with all customers, made once."""
    path = DATA / f"customers-{CUSTOMERS}.crm"
    if path.exists():
        return path
    from crm_desktop.company import profile
    from crm_desktop.db import connection, derived, migrate

    part = _fresh(path)
    migrate.open_file(part, create=True)
    profile.set_up(country="DE", language="en", currency="EUR")
    with connection.transaction():
        connection.execute("DELETE FROM customer")
        connection.execute_many(INSERT, customers())
        connection.execute("DELETE FROM stale")
        derived.rebuild(connection.raw())
        connection.execute("DELETE FROM journal_change")
    connection.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    part.rename(path)
    return path


def bare_file() -> Path:
    """The same customers in a plain table with the search index that the floor asks, made once."""
    path = DATA / f"bare-{CUSTOMERS}.db"
    if path.exists():
        return path
    part = _fresh(path)
    raw = sqlite3.connect(part, isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute(f"CREATE TABLE customer({COLUMNS[0]} INTEGER PRIMARY KEY, {', '.join(COLUMNS[1:])})")
    raw.execute(
        "CREATE VIRTUAL TABLE search USING fts5(name, company, email, phone, city, content='customer', "
        """content_rowid='id', prefix='2 3 4', tokenize="unicode61 remove_diacritics 2")"""
    )
    raw.execute("BEGIN")
    raw.executemany(INSERT, customers())
    raw.execute("INSERT INTO search(search) VALUES('rebuild')")
    raw.execute("CREATE INDEX customer_name ON customer(name, id)")
    raw.execute("COMMIT")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    part.rename(path)
    return path


def _fresh(path: Path) -> Path:
    DATA.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"part-{path.name}")
    for ending in ("", "-wal", "-shm"):
        Path(f"{part}{ending}").unlink(missing_ok=True)
    return part


def typed(count: int, shortest: int = 2, longest: int = 8) -> list[str]:
    """What people type: beginnings of words of customers who are there."""
    chance = random.Random(5)
    rows = (
        list(customers()) if CUSTOMERS <= 20_000 else [row for row, _i in zip(customers(), range(20_000), strict=False)]
    )
    found: list[str] = []
    while len(found) < count:
        row = chance.choice(rows)
        words = f"{row[3]} {row[4]} {row[9]} {row[11]}".replace("-", " ").replace("@", " ").replace(".", " ").split()
        word = chance.choice(words)
        if len(word) >= shortest:
            found.append(word[: chance.randint(shortest, longest)])
    return found
