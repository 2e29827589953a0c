"""Fixtures for every test: a stopped settings folder, a fresh data file copied from a template, English."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import hypothesis
import pytest

from crm_desktop.company import profile
from crm_desktop.core import i18n
from crm_desktop.db import connection, migrate

# How many examples invented tests try: `make test` a few, `make soak` many. Two busy cores keep no deadline.
UNHURRIED = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("short", max_examples=60, **UNHURRIED)
hypothesis.settings.register_profile("soak", max_examples=2000, **UNHURRIED)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


# The modules and the list of tests stay until the end: the collector need not look through them, now or later.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on there is something to throw away."""
    gc.freeze()
    gc.enable()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument.

    Packed files hold the time at which they were made, and all workers must find the same tests.
    """
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings of this computer stay untouched, the screen speaks English, and no data file stays open."""
    monkeypatch.setenv("CRM_DESKTOP_SETTINGS", str(tmp_path / "settings"))
    i18n.use_language("en")
    yield
    connection.close()
    i18n.use_language("en")


@pytest.fixture(scope="session")
def template_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data file as "Start fresh" makes it for Germany, made once by the migrations."""
    path = tmp_path_factory.mktemp("template") / "template.crm"
    migrate.open_file(path, create=True)
    profile.set_up(country="DE", language="en", currency="EUR")
    connection.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture
def data_path(template_file: Path, tmp_path: Path) -> Path:
    """The path of a fresh data file of this test's own, not opened."""
    path = tmp_path / "test.crm"
    shutil.copyfile(template_file, path)
    return path


@pytest.fixture
def data_file(data_path: Path) -> Path:
    """A fresh data file of this test's own, opened."""
    migrate.open_file(data_path)
    return data_path
