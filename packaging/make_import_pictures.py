"""Draw the pictures of docs/import.md: the baker's spreadsheet on its way through the window.

usage: .venv/bin/python packaging/make_import_pictures.py docs/pictures-import
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHEET = ROOT / "tests" / "data" / "owners" / "baker.xlsx"
WAIT_S = 30


def main() -> None:
    """Press on through the import and keep a picture of each step."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CRM_DESKTOP_SETTINGS"] = str(Path(folder, "settings"))
        draw(Path(folder), target)


def draw(folder: Path, target: Path) -> None:
    """The pictures, from a company made for them."""
    sys.path.insert(0, str(ROOT))
    from crm_desktop.company import profile
    from crm_desktop.core import i18n
    from crm_desktop.db import connection, migrate
    from crm_desktop.gui import jobs, pictures, theme
    from crm_desktop.gui.main_window import MainWindow
    from crm_desktop.gui.pages.import_page import CHECK, DONE, LOOK, MATCH, ImportPage
    from crm_desktop.safety import company_files

    path = folder / "bakery.crm"
    migrate.open_file(path, create=True)
    profile.set_up(country="DE", language="en", currency="EUR")
    connection.close()
    app = pictures.application()
    i18n.use_language("en")
    theme.apply(app, "light", 1.0)
    company_files.open_data_file(path)
    window = MainWindow()
    window.resize(1280, 800)
    window.start()
    window.show()
    window.import_file()
    pictures.settle()
    window.grab().save(str(target / "1-file.png"))
    page = window.findChild(ImportPage)
    page.open_file(SHEET)
    _wait(pictures, page, jobs)
    if page._shown != LOOK:  # noqa: SLF001
        page.back_button.click()
        _wait(pictures, page, jobs)
    window.grab().save(str(target / "2-look.png"))
    for name, step in (("3-match", MATCH), ("4-check", CHECK), ("5-done", DONE)):
        page.next_button.click()
        _wait(pictures, page, jobs)
        if page._shown != step:  # noqa: SLF001
            raise SystemExit(f"The import stopped before {name}")
        window.grab().save(str(target / f"{name}.png"))
    jobs.stop()
    window.close()
    company_files.close_data_file(make_backup=False)


def _wait(pictures: object, page: object, jobs: object) -> None:
    until = time.monotonic() + WAIT_S
    pictures.settle()  # type: ignore[attr-defined]
    while (page._job is not None or jobs.busy()) and time.monotonic() < until:  # type: ignore[attr-defined]  # noqa: SLF001
        pictures.settle(50)  # type: ignore[attr-defined]
    pictures.settle()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
