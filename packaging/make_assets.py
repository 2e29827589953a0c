"""Make `build/assets/` from `resources/` and the dependencies: fonts, translations, icons and licences.

usage: .venv/bin/python packaging/make_assets.py [TARGET]

Nothing is downloaded. Each part has a stamp of what it was made from and is left alone while that is the same, so that
a second run takes a moment. `build(target)` does the same from Python.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LICENCES = ROOT / "resources" / "licences"
TRANSLATIONS = ROOT / "resources" / "translations"
# Packages whose files do not hold the text of their licence.
COMMON = {"pyside6_essentials": ("LGPL-3.0", "GPL-3.0"), "shiboken6": ("LGPL-3.0", "GPL-3.0")}
NAMED = {"peewee": "MIT"}
# Printed weights: file name → package, its file, and where its axes are pinned.
INTER, NOTO = "Inter[opsz,wght].ttf", "NotoSans[wdth,wght].ttf"
ARABIC, ARIMO = "NotoSansArabic[wdth,wght].ttf", "Arimo[wght].ttf"
WEIGHTS = {
    "Inter-400.ttf": ("fontpkg_inter", INTER, {"opsz": 18, "wght": 400}),
    "Inter-500.ttf": ("fontpkg_inter", INTER, {"opsz": 18, "wght": 500}),
    "Inter-600.ttf": ("fontpkg_inter", INTER, {"opsz": 22, "wght": 600}),
    "NotoSans-400.ttf": ("fontpkg_noto_sans", NOTO, {"wdth": 100, "wght": 400}),
    "NotoSans-600.ttf": ("fontpkg_noto_sans", NOTO, {"wdth": 100, "wght": 600}),
    "NotoSansArabic-400.ttf": ("fontpkg_noto_sans_arabic", ARABIC, {"wdth": 100, "wght": 400}),
    "NotoSansArabic-600.ttf": ("fontpkg_noto_sans_arabic", ARABIC, {"wdth": 100, "wght": 600}),
    "Arimo-400.ttf": ("fontpkg_arimo", ARIMO, {"wght": 400}),
    "Arimo-700.ttf": ("fontpkg_arimo", ARIMO, {"wght": 700}),
}
# Screen weights keep their layout tables (kerning, `tnum`). Qt makes no weights out of a variable file on every system.
SCREEN_WEIGHTS = {"Inter-Regular.ttf": 400, "Inter-Medium.ttf": 500, "Inter-SemiBold.ttf": 600, "Inter-Bold.ttf": 700}
LICENCE_FILE = re.compile(r"(^|/)(licen[sc]e|copying|notice|lgpl|ofl|apache|bsd|mit)[^/]*$|/licenses/", re.IGNORECASE)


def build(target: Path | None = None) -> Path:
    """Make what is missing or out of date; gives the folder."""
    folder = target or ROOT / "build" / "assets"
    folder.mkdir(parents=True, exist_ok=True)
    versions = sorted({f"{d.name}=={d.version}" for d in metadata.distributions()})
    own = Path(__file__).read_bytes()
    parts: tuple[tuple[str, Callable[[Path], None], Iterable[bytes]], ...] = (
        ("fonts", make_fonts, (own, *(v.encode() for v in versions if v.startswith(("font", "Font"))))),
        ("translations", make_translations, (own, *contents(TRANSLATIONS.glob("*.po")))),
        ("icons", make_icons, (own, *contents(icon_sources()))),
        ("licences", make_licences, (own, *(v.encode() for v in versions))),
    )
    for name, make, sources in parts:
        state = hashlib.sha256(b"\0".join(sources)).hexdigest()
        stamp = folder / f".{name}"
        if not stamp.exists() or stamp.read_text() != state:
            make(folder)
            stamp.write_text(state)
    return folder


def contents(files: Iterable[Path]) -> Iterable[bytes]:
    """Name and content of each file, in a fixed order."""
    for file in sorted(files):
        yield file.name.encode()
        yield file.read_bytes()


def package_file(package: str, name: str) -> Path:
    """A font file that comes with a dependency."""
    from importlib.util import find_spec

    found = find_spec(package)
    if found is None or found.origin is None:
        raise SystemExit(f"{package} is not installed; run make again, it sets everything up.")
    return Path(found.origin).parent / "files" / name


def make_fonts(folder: Path) -> None:
    """Cut fixed weights: for the screen (`fonts/`) and for paper (`paper_fonts/`)."""
    # Made beside and put in place when whole: a program that runs meanwhile never meets half of them.
    # In a folder of its own, since two may make them at the same time.
    part = Path(tempfile.mkdtemp(prefix=".fonts_part", dir=folder))
    for place in ("fonts", "paper_fonts"):
        (part / place).mkdir(parents=True)
    for name, weight in SCREEN_WEIGHTS.items():
        screen_weight(weight, part / "fonts" / name)
    for name, (package, file, axes) in WEIGHTS.items():
        cut_weight(package_file(package, file), axes, part / "paper_fonts" / name)
    for place in ("fonts", "paper_fonts"):
        shutil.rmtree(folder / place, ignore_errors=True)
        (part / place).rename(folder / place)
    part.rmdir()


def screen_weight(weight: int, target: Path) -> None:
    """Write one weight of Inter with all its layout tables."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(package_file("fontpkg_inter", INTER))
    instancer.instantiateVariableFont(font, {"opsz": 14, "wght": weight}, inplace=True, updateFontNames=True)
    keep_hyphens_narrow(font)
    font.save(target)


def keep_hyphens_narrow(font: object) -> None:
    """Let `tnum` widen figures and signs of amounts alone: "RE-2026-0151" and "e-mail" keep their close hyphens."""
    kept = {font.getBestCmap()[ord(c)] for c in "0123456789+−±"}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        for number in record.Feature.LookupListIndex if record.FeatureTag == "tnum" else ():
            for sub in table.LookupList.Lookup[number].SubTable:
                found = getattr(sub, "ExtSubTable", sub)
                found.mapping = {glyph: to for glyph, to in found.mapping.items() if glyph in kept}


def cut_weight(source: Path, axes: dict[str, float], target: Path) -> None:
    """Write one static TrueType weight with figures of equal width.

    Without layout tables, which nothing reads on paper, and the glyphs that only they reach: reportlab opens it faster.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(source)
    prefer_tabular_figures(font)
    options = subset.Options(layout_features=[], notdef_outline=True, name_IDs=["*"], hinting=False, glyph_names=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(font.getBestCmap()))
    cutter.subset(font)
    font = instancer.instantiateVariableFont(font, axes, inplace=True)
    name_weight(font, target.stem)
    font.save(target)


def prefer_tabular_figures(font: object) -> None:
    """Let the characters themselves stand for what the feature `tnum` would put in their place."""
    if "GSUB" not in font:
        return
    table = font["GSUB"].table
    lookups = {
        number
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for number in record.Feature.LookupListIndex
    }
    swaps: dict[str, str] = {}
    for number in lookups:
        for sub in table.LookupList.Lookup[number].SubTable:
            swaps |= getattr(getattr(sub, "ExtSubTable", sub), "mapping", {})
    # Figures and signs of amounts; letters, brackets and hyphens keep their own width.
    figures = {ord(c) for c in "0123456789+−±"}
    for mapping in font["cmap"].tables:
        if mapping.isUnicode():
            mapping.cmap = {
                code: swaps.get(glyph, glyph) if code in figures else glyph for code, glyph in mapping.cmap.items()
            }


def name_weight(font: object, name: str) -> None:
    """Give the weight its own name: PDF readers tell fonts apart by it."""
    for record in font["name"].names:
        if record.nameID in (4, 6):
            record.string = name


def make_translations(folder: Path) -> None:
    """Compile `DOMAIN.LANG.po` to `translations/LANG/LC_MESSAGES/DOMAIN.mo`."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(TRANSLATIONS.glob("*.po")):
        domain, language = source.stem.rsplit(".", 1)
        target = folder / "translations" / language / "LC_MESSAGES" / f"{domain}.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as text, target.open("wb") as out:
            write_mo(out, read_po(text, locale=language))


def icon_sources() -> list[Path]:
    """Files that name icons."""
    return [*(ROOT / "crm_desktop" / "gui").rglob("*.py"), *(ROOT / "resources").rglob("*.json")]


def make_icons(folder: Path) -> None:
    """Collect the outlines of the icons whose names stand as texts in the window's sources."""
    words = {
        word.decode()
        for source in icon_sources()
        for word in re.findall(rb"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""", source.read_bytes())
    }
    from lucide.db import get_default_db_path

    with sqlite3.connect(f"file:{get_default_db_path()}?mode=ro", uri=True) as db:
        rows = db.execute(
            "SELECT name, svg FROM icons UNION SELECT a.alias, i.svg FROM icon_aliases a JOIN icons i ON i.name = a.name"
        ).fetchall()
    found = {name: svg for name, svg in rows if name in words}
    (folder / "icons.json").write_text(json.dumps(found, sort_keys=True, indent=0), encoding="utf-8")


def make_licences(folder: Path) -> None:
    """Collect name, version, licence and its text of everything that is shipped with the program."""
    entries = [describe(metadata.distribution(name)) for name in shipped()]
    entries.append(python_itself())
    entries.sort(key=lambda entry: entry["name"].casefold())
    (folder / "licences.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")


def shipped() -> set[str]:
    """The run-time dependencies of `pyproject.toml` with all that they need in turn."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting, found = list(project["dependencies"]), set()
    while waiting:
        wish = waiting.pop()
        name = re.split(r"[^A-Za-z0-9._-]", wish, maxsplit=1)[0]
        if name.casefold() in found or not applies(wish):
            continue
        found.add(name.casefold())
        waiting += metadata.distribution(name).requires or []
    return found


def applies(wish: str) -> bool:
    """Whether a requirement is meant for this system and is no extra."""
    _name, _semicolon, marker = wish.partition(";")
    if "extra" in marker:
        return False
    name = re.split(r"[^A-Za-z0-9._-]", wish, maxsplit=1)[0]
    return bool(list(metadata.distributions(name=name))) or not marker.strip()


def describe(distribution: metadata.Distribution) -> dict[str, str]:
    """One dependency for the About page."""
    about = distribution.metadata
    classifiers = [c.rsplit(" :: ", 1)[-1] for c in about.get_all("Classifier", []) if c.startswith("License")]
    name = about["Name"].casefold()
    common = "\n\n".join((LICENCES / f"{key}.txt").read_text(encoding="utf-8") for key in COMMON.get(name, ()))
    licence = about.get("License-Expression") or "; ".join(classifiers) or (about.get("License") or "")
    return {
        "name": about["Name"],
        "version": distribution.version,
        "licence": licence.splitlines()[0][:80] if licence else NAMED.get(name, ""),
        "text": common or licence_text(distribution),
    }


def licence_text(distribution: metadata.Distribution) -> str:
    """The licence files of a distribution, one after the other; else what it says about its licence."""
    files = [
        file
        for file in distribution.files or []
        if LICENCE_FILE.search(str(file)) and file.suffix.lower() not in (".py", ".pyc", ".json")
    ]
    texts = []
    for file in sorted(files, key=str):
        path = Path(str(distribution.locate_file(file)))
        if path.is_file():
            texts.append(path.read_text(encoding="utf-8", errors="replace").strip())
    return "\n\n".join(dict.fromkeys(texts)) or (distribution.metadata.get("License") or "").strip()


def python_itself() -> dict[str, str]:
    """Python, which the frozen program carries."""
    version = ".".join(map(str, sys.version_info[:3]))
    places = [Path(sys.base_prefix) / "LICENSE.txt", Path(sys.base_prefix) / "lib" / "python3.11" / "LICENSE.txt"]
    text = next((p.read_text(encoding="utf-8") for p in places if p.is_file()), sys.copyright)
    return {"name": "Python", "version": version, "licence": "PSF-2.0", "text": text}


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
