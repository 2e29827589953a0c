"""Drives the terminal face in this process, as a script would: words in, exit code, output and sentences out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crm_desktop import app
from crm_desktop.company import home, profile
from crm_desktop.customers import customers
from crm_desktop.db import connection, migrate
from crm_desktop.safety import company_files

COMPANY = {"name": "Lamps", "street": "Way 1", "postcode": "1", "city": "Kiel", "tax_number": "12/345/67890"}
CUSTOMERS = "Customer number;Company;E-mail;Postcode;Town\n0007;Café Ostwind;info@ostwind.de;01067;Dresden\n0008;Nordlicht;;20095;Hamburg\n"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed as JSON."""
        return json.loads(self.out)


@pytest.fixture
def crm(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Runs a command on `firm.crm` in a folder of the test's own, in which relative paths are."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Done:
        capsys.readouterr()
        code = app.main(["--data", str(tmp_path / "firm.crm"), *map(str, words)])
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return run


@pytest.fixture
def firm(firm_template: Path, tmp_path: Path) -> Path:
    """A data file with the two customers of `customers.csv` and a company that may issue invoices."""
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    path = tmp_path / "firm.crm"
    shutil.copyfile(firm_template, path)
    company_files.remember(path)
    return path


@pytest.fixture(scope="session")
def firm_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data file of `firm` as "Start fresh" makes it, made once."""
    path = tmp_path_factory.mktemp("firm") / "firm.crm"
    migrate.open_file(path, create=True)
    profile.set_up(country="DE", language=home.paper_language("DE", "en"), currency="EUR")
    profile.save(COMPANY)
    customers.save(
        {
            "number": "0007",
            "company": "Café Ostwind",
            "email": "info@ostwind.de",
            "postcode": "01067",
            "city": "Dresden",
        }
    )
    customers.save({"number": "0008", "company": "Nordlicht", "postcode": "20095", "city": "Hamburg"})
    connection.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A `DRAFT.json` for the first customer."""
    path = tmp_path / "draft.json"
    line = {"name": "Lamp", "qty": "2", "price": "120.00", "rate": "19"}
    content = {"customer": "0007", "issue_date": "2026-11-22", "service_from": "2026-11-20", "lines": [line]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
