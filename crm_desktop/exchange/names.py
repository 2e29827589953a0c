"""Names and addresses that stand in one cell, taken apart: "Müller, Anna", "Hauptstr. 12, 20095 Hamburg"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crm_desktop.core.text import fold

_LEGAL_FORM = re.compile(
    r"\b(gmbh|mbh|ohg|gbr|partg|ltd|limited|llc|llp|inc|corp|plc|sarl|sasu?|eurl|spa|snc|lda|ltda|eireli|vof|aps|"
    r"stiftung|verein|company|corporation|group|gruppe|holding|partners?|unip|f\.lli|az\. agr|cooperativa|societa)\b\.?(?!\w)"
)
# Legal forms written with points: "S.L.", "s.c.", "Sp. z o.o.".
_POINTED_FORM = re.compile(
    r"(?<![\w.])(e\.?\s?k\.|e\.?\s?v\.|e\.\s?g\.|s\.\s?l\.?(?:\s?[lu]\.?)?|s\.\s?p\.\s?a\.?|s\.?r\.?l\.?s?\.?|s\.\s?n\.\s?c\.?|"
    r"s\.\s?a\.?\s?s?\.?|s\.\s?a\.\s?r\.\s?l\.?|s\.\s?c\.?|b\.\s?v\.?|n\.\s?v\.?|sp\.?\s?z\s?o\.?\s?o\.?|sp\.?\s?j\.?|sp\.?\s?k\.?|"
    r"d\.\s?o\.\s?o\.?|s\.\s?r\.\s?o\.?|a/s)(?![\w.])"
)
# Short forms that are also words or family names count in capitals only.
_SHORT_FORM = re.compile(
    r"\b(AG|KG|UG|SE|SA|SL|BV|NV|AS|AB|Oy|OY|Co|CO|eG|eK|e\.K|eV|e\.V|EK|EV|KGaA|SNC|SRL|EARL|SCI|GAEC|SCOP)\b"
)
_TRADE_WORD = re.compile(
    r"\b(hotel|pension|gasthof|gasthaus|restaurant|ristorante|bistro|cafe|bar|apotheke|praxis|kanzlei|schule|kita|"
    r"kindergarten|museum|theater|galerie|backerei|metzgerei|fleischerei|autohaus|werkstatt|tischlerei|schreinerei|"
    r"elektro|sanitar|verlag|druckerei|architekten|architekturburo|ingenieurburo|steuerberat\w*|rechtsanwalte|"
    r"gemeinde|stadt|landkreis|amt|universitat|hochschule|institut|klinik|krankenhaus|salon|studio|atelier|"
    r"shop|store|bakery|bikes?|bicycles|cycles?|clinic|school|church|university|college|solutions|services|systems|"
    r"consulting|media|design|boulangerie|librairie|garage|panaderia|taller|tienda|industries|trading|team|"
    r"hausverwaltung|stadtwerke|sportverein|versicherung(?:en)?|council|association|nursery|hospital|society|trust|farm|"
    r"gardens?|cinema|domaine|mairie|commune de|editions|ecole|lycee|creche|fondation|syndicat|ayuntamiento|asociacion|"
    r"colegio|escuela|fundacion|comunidad|bodegas?|inmobiliaria|gestoria|comune|scuola|teatro|associazione|ass\. cult|"
    r"osteria|trattoria|albergo|convento|parrocchia|farmacia|officina|panificio|gemeente|stichting|vereniging|bakkerij|"
    r"slagerij|biuro|szkola|przedszkole|gmina|urzad|fundacja|stowarzyszenie|kwiaciarnia|piekarnia|padaria|oficina|"
    r"junta de freguesia|kirchengemeinde)\b"
)
_COMPOUND = re.compile(
    r"\w{3,}(?:backerei|praxis|kanzlei|handel|technik|service|werke|bau|haus|markt|apotheke|verband|betrieb|buro|wohnheim|"
    r"altenheim|pflegeheim|verwaltung|gesellschaft|genossenschaft|schule|versicherung|verein|zentrum)\b"
)
# What a name of somebody never holds after a comma: "Barbara Briner, Wohn- und Raumkonzept".
_DESCRIPTION = re.compile(r",\s*(?:\S+-\s+(?:und|et|y|e|en)\b|(?:\S+\s+){3,}\S)")
_TITLES = frozenset(
    [
        "dr",
        "dr.",
        "prof",
        "prof.",
        "dipl.-ing.",
        "ing.",
        "mag.",
        "herr",
        "frau",
        "hr.",
        "fr.",
        "mr",
        "mr.",
        "mrs",
        "mrs.",
        "ms",
        "ms.",
        "m.",
        "mme",
        "mlle",
        "sr.",
        "sra.",
        "don",
        "med.",
        "jur.",
        "rer.",
        "nat.",
        "phil.",
        "h.c.",
    ]
)
# How somebody is addressed; what else stands before a name is a title.
_SALUTATIONS = frozenset(
    ("herr", "frau", "hr.", "fr.", "familie", "fam.", "eheleute", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss", "m.",
     "mme", "mme.", "mlle", "monsieur", "madame", "sr.", "sra.", "señor", "señora", "sig.", "sig.ra", "signor", "signora",
     "dhr.", "mevr.", "mevrouw", "pan", "pani", "famille", "family", "familia", "famiglia", "rodzina")
)  # fmt: skip
_SUFFIXES = frozenset(
    ["jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "md", "dvm", "dds", "esq.", "mba", "ll.m.", "m.sc.", "b.sc."]
)
PARTICLES = frozenset(
    [
        "von",
        "van",
        "vom",
        "zu",
        "zur",
        "zum",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "du",
        "la",
        "le",
        "der",
        "den",
        "ter",
        "ten",
        "af",
        "al",
        "el",
        "bin",
        "ibn",
        "st.",
    ]
)


# What stands with a capital before a last name and is no first name, as "Al" may be.
_NEVER_FIRST = frozenset(("von", "van", "vom", "zu", "de", "del", "della", "di", "du", "le", "ter", "ten", "den"))


@dataclass(frozen=True)
class PersonName:
    """A name taken apart; what is not there is empty."""

    first: str = ""
    last: str = ""
    title: str = ""


def is_organisation(name: str) -> bool:
    """Whether a name reads like a business: it carries a legal form, a trade word or an ampersand."""
    plain = fold(name)
    if "&" in plain or _SHORT_FORM.search(name) or _LEGAL_FORM.search(plain) or _POINTED_FORM.search(plain):
        return True
    if " " in name.partition(",")[0].strip() and _DESCRIPTION.search(name):
        return True
    return bool(_TRADE_WORD.search(plain) or _COMPOUND.search(plain))


def split_titles(words: str) -> tuple[str, str]:
    """Form of address and title of what stands before a name: "Frau Dr. med." is "Frau" and "Dr. med."."""
    greeting = [word for word in words.split() if word.lower() in _SALUTATIONS]
    return " ".join(greeting), " ".join(word for word in words.split() if word not in greeting)


def split_name(name: str) -> PersonName:
    """Take a person's name apart; titles go aside, "von" and the like belong to the last name."""
    words = name.replace(",", " , ").split()
    title = []
    while len(words) > 1 and words[0].lower() in _TITLES | _SALUTATIONS:
        title.append(words.pop(0))
    shown = " ".join(title)
    if "," in words:
        at = words.index(",")
        before, after = words[:at], [word for word in words[at + 1 :] if word != ","]
        if after and after[0].lower() not in _SUFFIXES:
            titled = [word for word in after if word.lower() in _TITLES]
            first = [word for word in after if word.lower() not in _TITLES]
            return PersonName(" ".join(first), " ".join(before), " ".join([*title, *titled]))
        words = [*before, *after]
    return _in_order(words, shown)


def other_half(name: str, known: str) -> str:
    """What a name says beside the half of it that is known: "Meier, Hans" beside "Hans" is "Meier"; "" for nothing."""
    person = split_name(name)
    half = fold(known)
    for part, other in ((person.first, person.last), (person.last, person.first)):
        if fold(part) == half:
            return other
    return " ".join(part for part in (person.first, person.last) if part)


def _in_order(words: list[str], title: str) -> PersonName:
    suffix: list[str] = []
    while len(words) > 2 and words[-1].lower() in _SUFFIXES:
        suffix.insert(0, words.pop())
    if len(words) < 2:
        return PersonName("", " ".join(words), title)
    if _is_shouted(words[0]) and not any(map(_is_shouted, words[1:])):
        return PersonName(" ".join(words[1:]), words[0], title)
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in PARTICLES:
        start -= 1
    if start == 1 and words[0].lower() in (PARTICLES if len(words) > 2 or words[0].islower() else _NEVER_FIRST):
        return PersonName("", " ".join(words), title)
    return PersonName(" ".join(words[:start]), " ".join([*words[start:], *suffix]), title)


def _is_shouted(word: str) -> bool:
    """Whether a word stands in capitals, as the last name of a French or Polish list does."""
    return len(word) > 2 and word.isalpha() and word.isupper()


@dataclass(frozen=True)
class Address:
    """An address taken apart; `street` holds all of it where it could not be."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""

    @property
    def is_split(self) -> bool:
        """Whether a postcode was found, so that the parts are worth keeping apart."""
        return bool(self.postcode)


_UK_CODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
_CODE_CITY = re.compile(
    r"(?:(?P<land>[A-Z]{1,3})-)?(?P<code>\d{2}-\d{3}|\d{4} [A-Z]{2}|\d{3} \d{2}|\d{4,5})\s+(?P<city>\D.*)\Z"
)
_CITY_CODE = re.compile(rf"(?P<city>\D+?)\s+(?P<code>{_UK_CODE}|[A-Z]\d[A-Z] ?\d[A-Z]\d)\Z")
_STATE_CODE = re.compile(r"(?P<state>[A-Z]{2})\.?\s+(?P<code>\d{5}(?:-\d{4})?)\Z")
_CODE = re.compile(rf"{_UK_CODE}|\d{{5}}(?:-\d{{4}})?|\d{{2}}-\d{{3}}|\d{{4}}(?: [A-Z]{{2}})?")
_INLINE = re.compile(
    r"(?P<street>.*?\d+(?:[/-]\S+)?\s?[a-zA-Z]?|\d+\S*\s+\D+?)\s+(?P<rest>(?:[A-Z]{1,3}-)?(?:\d{5}|\d{2}-\d{3}|\d{4} [A-Z]{2})\s+\D.*)\Z"
)
_BETWEEN = re.compile(r"[\n;,]+|\s[|/•·–-]\s")
_PROVINCE = re.compile(r"(?P<city>.+?)\s*\((?P<state>[A-Z]{2})\)\Z")
_STREET_NUMBER = re.compile(r"\D{3,}\s\d+\s?[a-zA-Z]?\Z")
# "20095, Hamburg"
_AFTER_CODE = re.compile(r"(?<=\d),\s+(?=\D)")
_STREET_WORD = re.compile(
    r"\b(street|st|avenue|ave|road|rd|lane|ln|drive|dr|way|blvd|boulevard|court|ct|highway|hwy|parkway|pkwy|rue|chemin|"
    r"calle|via|rua|\w*str(?:asse|aat)?)\b"
)
_LAND_OF_PLATE = {"D": "DE", "A": "AT", "F": "FR", "I": "IT", "B": "BE", "L": "LU", "E": "ES", "FL": "LI"}


def split_address(text: str) -> Address:
    """Take an address in one cell apart at its postcode; without a postcode it stays whole as the street."""
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    if len(parts) == 2 and _CODE_CITY.match(parts[0]) and _STREET_NUMBER.match(parts[1]):
        # The town before the street.
        parts.reverse()
    for index, part in enumerate(parts):
        found = _CODE_CITY.match(part)
        if found and (index or len(found["code"]) >= 5):
            land = found["land"] or ""
            rest = " ".join(parts[index + 1 :]) or _LAND_OF_PLATE.get(land, land)
            province = _PROVINCE.match(found["city"].strip())
            city, state = (province["city"], province["state"]) if province else (found["city"].strip(), "")
            return Address(", ".join(parts[:index]), found["code"], city, state, rest)
        found = _CITY_CODE.match(part) if index else None
        if found:
            rest = " ".join(parts[index + 1 :])
            return Address(", ".join(parts[:index]), found["code"], found["city"].strip(), "", rest)
        if index >= 1 and (split := _trailing_code(parts, index)):
            return split
    inline = _INLINE.match(text.strip()) if len(parts) == 1 else None
    return split_address(f"{inline['street']}, {inline['rest']}") if inline else Address(street=", ".join(parts))


@dataclass(frozen=True)
class Block:
    """An address as it stands on a letter: the lines with names, and the address below them as text."""

    names: tuple[str, ...] = ()
    address: str = ""


def split_block(text: str) -> Block:
    """Take the names off an address that begins with them: at least a name, a street and a town with its postcode."""
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    town = next((i for i, part in enumerate(parts) if i > 1 and split_town(part).is_split), 0)
    if not town or any(map(str.isdecimal, parts[0])):
        return Block()
    return Block(tuple(parts[: town - 1]), ", ".join(parts[town - 1 :]))


def split_town(text: str) -> Address:
    """Take "8001 Zürich" or "1234 AB Almere" apart, which stands beside a street of its own; else it is no address."""
    found = _CODE_CITY.match(_AFTER_CODE.sub(" ", text.strip()))
    if found is None or _STREET_WORD.search(fold(text)) or any(map(str.isdecimal, found["city"])):
        return Address()
    province = _PROVINCE.match(found["city"].strip())
    city, state = (province["city"], province["state"]) if province else (found["city"].strip(), "")
    return Address("", found["code"], city, state, _LAND_OF_PLATE.get(found["land"] or "", found["land"] or ""))


def _trailing_code(parts: list[str], index: int) -> Address | None:
    """The orders "City, CA 94043", "City, CA, 94043" and "City, SW1A 1AA"."""
    part, before, after = parts[index], parts[:index], " ".join(parts[index + 1 :])
    found = _STATE_CODE.match(part)
    if found and before[:-1]:
        return Address(", ".join(before[:-1]), found["code"], before[-1], found["state"], after or "US")
    if not _CODE.fullmatch(part) or not before[:-1]:
        return None
    if re.fullmatch(r"[A-Z]{2}", before[-1]) and before[:-2]:
        return Address(", ".join(before[:-2]), part, before[-2], before[-1], after or "US")
    return Address(", ".join(before[:-1]), part, before[-1], "", after)
