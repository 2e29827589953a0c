"""What is made at set-up: fonts with figures of one width, compiled translations, the licences for the About page."""

from __future__ import annotations

import importlib.util
import json
import tomllib
from pathlib import Path

import pytest

from crm_desktop.core import resources
from crm_desktop.documents import fonts

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("weight", [fonts.REGULAR, fonts.MEDIUM, fonts.BOLD])
def test_all_figures_are_equally_wide(weight):
    assert len({round(fonts.width(figure, weight, 10), 6) for figure in "0123456789"}) == 1


def test_the_weights_differ():
    widths = [fonts.width("Rechnung", weight, 10) for weight in (fonts.REGULAR, fonts.MEDIUM, fonts.BOLD)]
    assert len(set(widths)) == 3


@pytest.mark.parametrize("name", ["Inter-Regular", "Inter-Medium", "Inter-SemiBold", "Inter-Bold"])
def test_the_screen_has_its_weights(name):
    assert resources.asset("fonts", f"{name}.ttf").stat().st_size > 100_000


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_words_on_paper_are_compiled(language):
    assert (resources.translations() / language / "LC_MESSAGES" / "documents.mo").exists()


def test_every_dependency_is_named_with_its_licence():
    entries = {
        entry["name"].casefold(): entry for entry in json.loads(resources.asset("licences.json").read_text("utf-8"))
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [wish.split(">")[0].split("=")[0].split("<")[0].casefold() for wish in project["dependencies"]]
    assert set(wanted) <= set(entries)
    assert all(entry["licence"] and entry["version"] for entry in entries.values())
    assert "LESSER GENERAL PUBLIC LICENSE" in entries["pyside6_essentials"]["text"]
    assert "SIL OPEN FONT LICENSE" in entries["fontpkg-inter"]["text"].upper()


def test_a_second_run_leaves_everything_as_it_is():
    spec = importlib.util.spec_from_file_location("make_assets", ROOT / "packaging" / "make_assets.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    folder = maker.build()
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert maker.build() == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before
