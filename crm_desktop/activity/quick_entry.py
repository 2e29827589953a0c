"""One quick line, understood: "call yesterday 15:00 with Anna about lamp, follow up Tuesday", in English and German.

    read("Anruf gestern 15 Uhr mit Anna wegen Lampe, nachfassen Dienstag", people=[(4, "Anna Krüger")])

It is read from the left: what it was, which way, when, how long, with whom, about what. At the first words that are
nothing of the kind the free text begins and stays as it is written, so that "Anna wants it on Friday" keeps its Friday. A
part with "follow up", "nachfassen", "remind me" and a day becomes a reminder; a line about a day to come is nothing but
a reminder. No word is lost: each is either understood (`parts` says where and as what) or stands in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from crm_desktop.activity import quick_days, quick_repeats, quick_words, recurrence
from crm_desktop.activity.quick_repeats import Repeat
from crm_desktop.core import dates
from crm_desktop.core.text import fold

_BETWEEN = re.compile(r"[\s,:;–-]+")
_STOPS = re.compile(r"[,;]\s+|\.\s+(?=[A-ZÀ-ÞÄÖÜ])|\n+")
_GAP = re.compile(r"(?:[ ,;]{3,}|  +)")
_WORD = re.compile(r"\w[\w'’-]*")
People = Sequence[tuple[int, str]]
_Read = tuple[int, int, str, object]
_Day = tuple[int, int, date]
# Where a part goes, if not into the field of its name.
_FIELDS = {"time": "at"}


@dataclass(frozen=True)
class Part:
    """A stretch of the line, from `start` to before `end`, and what it was understood as ("kind", "day", "who" …)."""

    start: int
    end: int
    what: str


@dataclass(frozen=True)
class Understood:
    """What a line says. Empty, None or 0 means: it does not say.

    `kind` is one of `timeline.HAND_KINDS`; `day` and `at` are local; `person` is the id of a contact person and `who` their
    name as written or as known. `about` and `text` are words of the owner. With `remind_on` there is a reminder too, called
    `remind`, which comes again by the rule `repeats` (`recurrence`), counted from its "due" day or from when it is "done";
    with `only_reminder` there is no entry, since the line speaks of a day to come.
    """

    kind: str = ""
    channel: str = ""
    direction: str = ""
    day: date | None = None
    at: time | None = None
    minutes: int | None = None
    who: str = ""
    person: int | None = None
    about: str = ""
    text: str = ""
    remind_on: date | None = None
    remind_at: time | None = None
    remind: str = ""
    repeats: str = ""
    repeats_from: str = ""
    only_reminder: bool = False
    parts: tuple[Part, ...] = ()

    @property
    def title(self) -> str:
        """The heading of the entry: what it was about, else the first line of the text."""
        words = self.about or self.text.split("\n")[0]
        return words[:1].upper() + words[1:]

    @property
    def body(self) -> str:
        """What stands below the heading."""
        return self.text if self.about else self.text.partition("\n")[2]


def read(line: str, *, people: People = (), kind: str = "", today: date | None = None, now: time | None = None,
         month_first: bool = False) -> Understood:  # fmt: skip
    """Understand a line.

    Args:
        line: what was typed; several lines are fine.
        people: (id, name) of the people who may be meant.
        kind: what it is where the line does not say so ("call" when that button was pressed).
        today: the day from which "yesterday" counts; this day if not given.
        now: the time of day here, to tell what lies ahead today.
        month_first: whether 3/11 is 11 March.
    """
    reader = _Reader(line, people, kind, today or dates.today(), now, month_first=month_first)
    return reader.read()


@dataclass
class _Reader:
    """Goes through one line; `found` grows as it is understood."""

    line: str
    people: People
    default_kind: str
    today: date
    now: time | None
    month_first: bool = False
    found: Understood = field(default_factory=Understood)
    parts: list[Part] = field(default_factory=list)
    bare_marker: str = ""

    def read(self) -> Understood:
        """The whole line."""
        self._main(self._follow_up())
        self._promise()
        if not self.found.kind and not self.found.only_reminder:
            self.found = replace(self.found, kind=self.default_kind)
        return replace(self.found, parts=tuple(sorted(self.parts, key=lambda part: (part.start, -part.end))))

    def _note(self, start: int, end: int, what: str, **values: object) -> None:
        self.parts.append(Part(start, end, what))
        self.found = replace(self.found, **values)  # type: ignore[arg-type]

    # ---- the follow-up ------------------------------------------------------------------------------------------------

    def _follow_up(self) -> str:
        """Read a reminder, from the end of the line; gives the line with blanks in its place."""
        stops = (stop for stop in _STOPS.finditer(self.line) if not quick_repeats.goes_on(self.line, stop))
        starts = [0, *(stop.end() for stop in stops)]
        for start, end in reversed(list(zip(starts, [*starts[1:], len(self.line)], strict=True))):
            marker = quick_words.MARKER.search(self.line, start, end)
            if marker is not None and (first := self._remind(start, end, marker)) is not None:
                return self.line[:first] + " " * (end - first) + self.line[end:]
        return self.line

    def _remind(self, start: int, end: int, marker: re.Match[str]) -> int | None:
        """Read one clause as a reminder; gives where it begins, or None where it names neither day nor repetition."""
        repeat = quick_repeats.find(self.line, start, end, marker.span())
        line = repeat.blanked(self.line) if repeat else self.line
        day = next(self._days(line, marker.end(), end), None)
        first = self._joined(start, marker.start())
        if day is None:
            day = next(iter(list(self._days(line, start, marker.start()))[::-1]), None)
            first = day[0] if day else first
        if day is None and repeat is None:
            return None
        first = min(first, repeat.start) if repeat else first
        if not self.line[start:first].strip():
            first = start
        taken = self._take(line, (first, end), marker, day, repeat)
        words = _without(self.line[first:end], [(a - first, b - first) for a, b in taken])
        title = words or marker[0]
        self.found = replace(self.found, remind=title[:1].upper() + title[1:])
        self.bare_marker = "" if words else marker[0]
        return first

    def _take(
        self, line: str, clause: tuple[int, int], marker: re.Match[str], day: _Day | None, repeat: Repeat | None
    ) -> list[tuple[int, int]]:
        """Note when a clause reminds; gives the stretches that say so."""
        at = self._search_clock(line, *clause)
        parts = [Part(*marker.span(), "marker")]
        parts += [Part(quick_repeats.since(line, day[0]) if repeat else day[0], day[1], "day")] if day else []
        parts += [Part(*at[:2], "time")] if at else []
        parts += [Part(repeat.start, repeat.end, "repeats")] if repeat else []
        self.parts += [Part(*clause, "reminder"), *parts]
        named, hour = day[2] if day else None, at[2] if at else None
        self.found = replace(self.found, remind_on=named, remind_at=hour)
        if repeat:
            self.found = replace(
                self.found,
                remind_on=repeat.first(named, self.today),
                remind_at=hour or repeat.rule.at,
                repeats=recurrence.text_of(replace(repeat.rule, at=hour or repeat.rule.at)),
                repeats_from=repeat.counted_from,
            )
        return [(part.start, part.end) for part in parts]

    def _joined(self, start: int, marker: int) -> int:
        """Where the clause of a marker begins: at the "and" in front of it, else at the marker."""
        joined = quick_words.JOINED.search(self.line[start:marker])
        return start + joined.start() if joined is not None else marker

    def _days(self, line: str, start: int, end: int) -> Iterator[_Day]:
        """The days from today on that stand between two places: start, end, day."""
        clause, behind = line[:end], start
        for word in re.finditer(r"(?<!\w)\w", clause[start:]):
            place = start + word.start()
            day = quick_days.day(clause, place, self.today, ahead=True, month_first=self.month_first)
            if place >= behind and day is not None and day[1] >= self.today:
                behind = day[0]
                yield place, day[0], day[1]

    @staticmethod
    def _search_clock(line: str, start: int, end: int) -> tuple[int, int, time] | None:
        clause = line[:end]
        for word in re.finditer(r"(?<![\w:.])\w", clause[start:]):
            at = quick_days.clock(clause, start + word.start())
            if at is not None:
                return start + word.start(), at[0], at[1]
        return None

    # ---- what happened ------------------------------------------------------------------------------------------------

    def _main(self, line: str) -> None:
        """Read the head from the left, then keep the rest as text."""
        line = line.rstrip() if line == self.line else line.rstrip(" ,;–-\n")
        place = self._deed(line)
        while place < len(line):
            between = _BETWEEN.match(line, place)
            after = self._one(line, between.end() if between else place)
            if after is None:
                break
            place = after
        rest = line[place:].strip().lstrip(",;:–-").lstrip()
        text = self._trailing(rest, len(line) - len(rest))
        self.found = replace(self.found, text=text if line == self.line.rstrip() else _GAP.sub(" ", text).strip())

    def _deed(self, line: str) -> int:
        """Read "Anna called", "Anna hat angerufen": a name and what they did, at the beginning."""
        start = len(line) - len(line.lstrip())
        name = self._known(line, start) or self._capital(line, start)
        if name is None:
            return start
        after, who, person = name
        between = re.compile(r"\s+").match(line, after)
        for deed in quick_words.DEEDS if between else ():
            if between and (found := deed.pattern.match(line, between.end())):
                self._note(start, after, "who", who=who, person=person)
                self._note(
                    found.start(), found.end(), "kind", kind=deed.kind, channel=deed.channel, direction=deed.direction
                )
                return found.end()
        return start

    def _one(self, line: str, start: int) -> int | None:
        """The next part of the head; gives the place behind it, or None where the free text begins."""
        kinded = bool(self.found.kind or self.default_kind not in ("", "note"))
        readers = (
            self._kind, self._direction, self._length_here if kinded else None, self._day, self._clock_here, self._who,
            self._about,
        )  # fmt: skip
        for reader in readers:
            after = reader(line, start) if reader is not None else None
            if after is not None:
                return after
        glue = quick_words.GLUE.match(line, start) if kinded else None
        if glue is None:
            return None
        count = len(self.parts)
        after = self._one(line, glue.end())
        if after is not None and len(self.parts) > count:
            self.parts.append(Part(start, glue.end(), "glue"))
            return after
        return None

    def _kind(self, line: str, start: int) -> int | None:
        if self.found.kind:
            return None
        for word in quick_words.KINDS:
            found = word.pattern.match(line, start)
            if found is None:
                continue
            values = {"kind": word.kind, "channel": word.channel}
            after = self._name_behind(line, found.end(), word)
            if after or not word.name_after:
                values["direction"] = self.found.direction or word.direction
            self._note(start, found.end(), "kind", **values)
            return after or found.end()
        return None

    def _name_behind(self, line: str, place: int, word: quick_words.KindWord) -> int | None:
        """A name right behind the verb: "called Anna", and behind a kind where it is known: "Anruf Anna"."""
        between = re.compile(r"\s+").match(line, place)
        if between is None or word.kind == "note":
            return None
        name = self._known(line, between.end()) or (self._capital(line, between.end()) if word.name_after else None)
        if name is None:
            return None
        self._note(between.end(), name[0], "who", who=name[1], person=name[2])
        return name[0]

    def _direction(self, line: str, start: int) -> int | None:
        for pattern, way in quick_words.DIRECTIONS:
            found = pattern.match(line, start)
            after = _BETWEEN.match(line, found.end()) if found else None
            behind = after is not None and any(word.pattern.match(line, after.end()) for word in quick_words.KINDS)
            if found and (self.found.kind or behind):
                self._note(start, found.end(), "direction", direction=way)
                return found.end()
        return None

    def _day(self, line: str, start: int) -> int | None:
        if self.found.day is not None:
            return None
        kinded = self.found.kind or self.default_kind not in ("", "note")
        if kinded or self._kind_follows(line, start):
            found = quick_days.day(line, start, self.today, ahead=False, month_first=self.month_first)
        else:
            found = quick_days.past_words(line, start, self.today)
        if found is None:
            return None
        self._note(start, found[0], "day", day=found[1])
        return found[0]

    def _kind_follows(self, line: str, start: int) -> bool:
        """Whether a kind stands right behind the day and time: "Monday 15:00 call"."""
        day = quick_days.day(line, start, self.today, ahead=False, month_first=self.month_first)
        if day is None:
            return False
        place = day[0]
        between = _BETWEEN.match(line, place)
        if between and (at := quick_days.clock(line, between.end())):
            between = _BETWEEN.match(line, at[0])
        return between is not None and any(word.pattern.match(line, between.end()) for word in quick_words.KINDS)

    def _clock_here(self, line: str, start: int) -> int | None:
        known = self.found.kind or self.found.day or self.default_kind not in ("", "note")
        found = quick_days.clock(line, start) if self.found.at is None and known else None
        if found is None:
            return None
        self._note(start, found[0], "time", at=found[1])
        return found[0]

    def _length_here(self, line: str, start: int) -> int | None:
        found = quick_days.length(line, start) if self.found.minutes is None else None
        if found is None:
            return None
        self._note(start, found[0], "minutes", minutes=found[1])
        return found[0]

    # ---- who and what -------------------------------------------------------------------------------------------------

    def _who(self, line: str, start: int) -> int | None:
        if self.found.who or not (self.found.kind or self.default_kind not in ("", "note")):
            return None
        if self.found.kind != "note" and (here := self._known(line, start)) and here[2] is not None:
            self._note(start, here[0], "who", who=here[1], person=here[2])
            return here[0]
        for pattern, way in quick_words.WHO:
            found = pattern.match(line, start)
            name = (self._known(line, found.end()) or self._capital(line, found.end())) if found else None
            if name is not None:
                direction = self.found.direction or way
                self._note(start, name[0], "who", who=name[1], person=name[2], direction=direction)
                return name[0]
        return None

    def _known(self, line: str, start: int) -> tuple[int, str, int | None] | None:
        """Somebody we know at a place, by full, last or first name: the end, the name and the id."""
        title = re.compile(rf"{quick_words.TITLES}{{0,3}}", re.IGNORECASE).match(line, start)
        place = title.end() if title else start
        words = [(word.end(), fold(word[0])) for word in _WORD.finditer(line, place, place + 120)][:4]
        if not words or line[place : words[0][0]] != line[place : words[0][0]].strip():
            return None
        for count in range(len(words), 0, -1):
            said = [word for _end, word in words[:count]]
            fits = [(number, name) for number, name in self.people if _is_meant(said, name)]
            if len({number for number, _name in fits}) == 1:
                return words[count - 1][0], fits[0][1], fits[0][0]
            if fits:
                return words[count - 1][0], line[start : words[count - 1][0]], None
        return None

    def _capital(self, line: str, start: int) -> tuple[int, str, int | None] | None:
        """A name that nobody knows: with capitals, and with what ends a name behind it."""
        found = quick_words.NAME.match(line, start)
        if found is None or not _ends_name(line, found.end()):
            return None
        return found.end(), found[0], None

    def _about(self, line: str, start: int) -> int | None:
        if self.found.about or not (self.found.kind or self.default_kind not in ("", "note")):
            return None
        found = quick_words.ABOUT.match(line, start)
        if found is None:
            return None
        stop = _STOPS.search(line, found.end())
        end = stop.start() if stop else len(line)
        about = self._trailing(line[found.end() : end].rstrip(), found.end())
        if not about:
            return None
        self.parts.append(Part(start, end, "about"))
        self.found = replace(self.found, about=about)
        return end

    def _trailing(self, text: str, place: int) -> str:
        """Take a day, a time and a duration off the end of a text that stands at a place; the rest."""
        if not (self.found.kind or self.default_kind not in ("", "note")):
            return text
        for word in sorted({match.start() for match in re.finditer(r"(?<![\w.:])\w", text)}):
            kept = text[:word].rstrip(" ,;–-")
            if kept and (read := self._all_of(text, word)):
                for start, end, what, value in read:
                    self._note(place + start, place + end, what, **{_FIELDS.get(what, what): value})
                return kept
        return text

    def _all_of(self, text: str, place: int) -> list[_Read]:
        """What a text says from a place on, if it is nothing but days, times and durations; else nothing."""
        read: list[_Read] = []
        while place < len(text):
            between = _BETWEEN.match(text, place)
            place = between.end() if between and read else place
            if place >= len(text):
                break
            found = self._end_part(text, place, {what for _start, _end, what, _value in read})
            if found is None:
                return []
            read.append(found)
            place = found[1]
        return read

    def _end_part(self, text: str, place: int, known: set[str]) -> _Read | None:
        if self.found.minutes is None and "minutes" not in known and (lasted := quick_days.length(text, place)):
            return place, lasted[0], "minutes", lasted[1]
        day = quick_days.day(text, place, self.today, ahead=False, month_first=self.month_first)
        if self.found.day is None and "day" not in known and day:
            return place, day[0], "day", day[1]
        if self.found.at is None and "time" not in known and (at := quick_days.clock(text, place)):
            return place, at[0], "time", at[1]
        return None

    # ---- what lies ahead ----------------------------------------------------------------------------------------------

    def _promise(self) -> None:
        """A day to come is a promise: the whole line becomes a reminder."""
        found = self.found
        later = found.day in (None, self.today) and bool(found.at and self.now and found.at > self.now)
        if found.remind_on is not None:
            self._name_reminder()
            nothing = not (found.kind or found.text or found.about or found.who)
            self.found = replace(self.found, only_reminder=nothing)
            return
        if (found.day is not None and found.day > self.today) or (later and found.kind and found.direction != "in"):
            words = self._words_but("day", "time")
            self.found = replace(
                Understood(), remind_on=found.day or self.today, remind_at=found.at, remind=words, only_reminder=True
            )
            gone = [part for part in self.parts if part.what in ("day", "time")]
            self.parts = [Part(0, len(self.line), "reminder"), *gone]

    def _name_reminder(self) -> None:
        """A reminder that says only "follow up" is called after what it follows."""
        what = self.found.about or self.found.text.split("\n")[0]
        if self.bare_marker and what:
            named = quick_words.PLAIN_MARKER.fullmatch(self.bare_marker)
            words = what[:1].upper() + what[1:] if named else f"{self.found.remind}: {what}"
            self.found = replace(self.found, remind=words)

    def _words_but(self, *kinds: str) -> str:
        gone = [(part.start, part.end) for part in self.parts if part.what in kinds]
        words = _without(self.line, gone) or self.line.strip()
        return words[:1].upper() + words[1:]


def _is_meant(said: list[str], name: str) -> bool:
    """Whether words name somebody: all of them one after the other in the name, each at least two letters."""
    known = [fold(word) for word in _WORD.findall(name)]
    size = len(said)
    return min(map(len, said)) > 1 and any(known[i : i + size] == said for i in range(len(known) - size + 1))


def _ends_name(line: str, place: int) -> bool:
    """Whether a name may end here: the line ends, a comma comes, or a word that leads to something else."""
    rest = line[place:].lstrip()
    if not rest or rest[0] in ",;:.(–-\n":
        return True
    today = date(2000, 1, 3)
    return bool(
        quick_words.ABOUT.match(rest)
        or any(pattern.match(rest) for pattern, _way in quick_words.WHO)
        or any(deed.pattern.match(rest) for deed in quick_words.DEEDS)
        or quick_days.day(rest, 0, today, ahead=False)
        or quick_days.clock(rest, 0)
        or quick_days.length(rest, 0)
    )


def _without(text: str, gone: list[tuple[int, int]]) -> str:
    """A text without some stretches, tidied: no words that led to what is gone."""
    kept, place = "", 0
    for start, end in sorted(gone):
        kept += text[place : max(place, start)] + " "
        place = max(place, end)
    words = " ".join((kept + text[place:]).split())
    words = quick_words.LEADING.sub("", words)
    return quick_words.TRAILING.sub("", words).strip()


def happened_at(found: Understood, now: datetime) -> datetime:
    """The instant that a line names, from the time of day here; noon where only a day is said."""
    here = now.astimezone()
    if found.day is None and found.at is None:
        return now
    day = found.day or here.date()
    if found.at is None and day == here.date():
        return now
    return datetime.combine(day, found.at or time(12)).astimezone()
