"""Row 12: the customers that may be the same among all, and those like one that is being typed.

Floor: deletion neighbourhoods over folded names in memory, checked by rapidfuzz; and rapidfuzz's extract of the best five
among all names. Product: `duplicates.find_all` from the data file, and `duplicates.similar`. Three customers of a hundred
are twins of another: half by a slip in name or town, the rest by the same phone or e-mail written otherwise.
"""

from __future__ import annotations

import random
import statistics
from collections import defaultdict
from pathlib import Path

from measure import CUSTOMERS, DATA, choose, report, timed
from sample_data import CITY, FIRST

SYLLABLES = (
    "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su "
    "ta te ti to tu va ve vi vo"
).split()
ENDINGS = ("", "er", "son", "ski", "mann")
TWINS = 0.03
TYPED = 60
Row = tuple[str, str, str, str, str]


def people() -> tuple[list[Row], set[tuple[int, int]]]:
    """First name, last name, town, phone and e-mail of all, and the places of those that are twins."""
    chance = random.Random(21)
    originals = round(CUSTOMERS / (1 + TWINS))
    found: list[Row] = []
    for number in range(originals):
        last = "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize() + chance.choice(ENDINGS)
        email = f"{last.lower()}{number}@post.example" if chance.random() < 0.8 else ""
        phone = f"+4940{chance.randrange(10**6, 10**8)}" if chance.random() < 0.8 else ""
        found.append((chance.choice(FIRST), last, chance.choice(CITY), phone, email))
    truth = set()
    for number in range(CUSTOMERS - originals):
        place = chance.randrange(originals)
        truth.add((place, len(found)))
        found.append(_twin(found[place], number, chance))
    return found, truth


def _twin(row: Row, number: int, chance: random.Random) -> Row:
    first, last, town, phone, email = row
    if number % 4 == 0 and phone:
        return last, first, town, f"0{phone[3:5]} / {phone[5:8]} {phone[8:]}", ""
    if number % 4 == 1 and email:
        return first[:1] + ".", last, "", "", email.upper()
    texts = [first, last, town]
    which = chance.randrange(3)
    texts[which] = _slip(texts[which], chance)
    return texts[0], texts[1], texts[2], "", ""


def _slip(text: str, chance: random.Random) -> str:
    letters = list(text)
    place, kind = chance.randrange(1, len(letters)), chance.randrange(3)
    if kind == 0:
        letters[place], letters[place - 1] = letters[place - 1], letters[place]
    elif kind == 1:
        del letters[place]
    else:
        letters.insert(place, letters[place])
    return "".join(letters)


def _texts() -> list[str]:
    return [f"{first} {last} {town}" for first, last, town, _phone, _email in people()[0]]


def floor() -> None:
    """Pairs among the names, and the best five for a name."""
    from rapidfuzz import fuzz, process

    from crm_desktop.core import text

    texts = _texts()
    whole = timed(_floor_pairs, texts)
    folded = [text.fold(one) for one in texts]
    one = [
        timed(lambda asked=asked: process.extract(asked, folded, scorer=fuzz.ratio, score_cutoff=90, limit=5))
        for asked in _typed(folded)
    ]
    report(all=whole, one=statistics.median(one))


def _floor_pairs(texts: list[str]) -> int:
    from rapidfuzz import fuzz

    from crm_desktop.core import text

    folded = [text.fold(one) for one in texts]
    shelves = defaultdict(list)
    for place, one in enumerate(folded):
        for key in {hash(one)} | {hash(one[:at] + one[at + 1 :]) for at in range(len(one))}:
            shelves[key].append(place)
    seen = set()
    for shelf in shelves.values():
        if len(shelf) > 1:
            for at, one in enumerate(shelf):
                for other in shelf[at + 1 :]:
                    if (one, other) not in seen and fuzz.ratio(folded[one], folded[other], score_cutoff=90) >= 90:
                        seen.add((one, other))
    return len(seen)


def _typed(texts: list[str]) -> list[str]:
    chance = random.Random(3)
    return [_slip(chance.choice(texts), chance) for _ in range(TYPED)]


def product() -> None:
    """Our own data file."""
    from crm_desktop.customers import duplicates
    from crm_desktop.db import migrate

    rows, truth = people()
    migrate.open_file(_file(rows))
    found: list[duplicates.Pair] = []
    whole = timed(lambda: found.extend(duplicates.find_all()))
    pairs = {(pair.first - 1, pair.second - 1) for pair in found}
    chance = random.Random(3)
    asked = [chance.choice(rows) for _ in range(TYPED)]
    forms = [{"first_name": row[0], "last_name": _slip(row[1], chance), "city": row[2]} for row in asked]
    duplicates.similar(forms[0])
    one = [timed(duplicates.similar, form) for form in forms]
    missed = 100 * (1 - len(truth & pairs) / len(truth))
    report(all=whole, one=statistics.median(one), missed=missed, pairs=len(pairs))


def _file(rows: list[Row]) -> Path:
    """The data file with these customers, made once."""
    from crm_desktop.company import profile
    from crm_desktop.db import connection, derived, migrate

    path = DATA / f"twins-{CUSTOMERS}.crm"
    if path.exists():
        return path
    part = path.with_name(f"part-{path.name}")
    for ending in ("", "-wal", "-shm"):
        Path(f"{part}{ending}").unlink(missing_ok=True)
    migrate.open_file(part, create=True)
    profile.set_up(country="DE", language="en", currency="EUR")
    with connection.transaction():
        connection.execute_many(
            "INSERT INTO customer(id, number, kind, name, first_name, last_name, city, phone, email, country, created_at, "
            "updated_at) VALUES(?, ?, 'person', ?, ?, ?, ?, ?, ?, 'DE', '2026-01-01T09:00:00Z', '2026-01-01T09:00:00Z')",
            ((i, f"C-{i:06d}", f"{row[0]} {row[1]}", *row) for i, row in enumerate(rows, 1)),
        )
        connection.execute("DELETE FROM stale")
        derived.rebuild(connection.raw())
        connection.execute("DELETE FROM journal_change")
    connection.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    part.rename(path)
    return path


if __name__ == "__main__":
    choose(floor=floor, product=product)
