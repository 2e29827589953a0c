"""Draw the pictures of the README and the guide: the pages in English, two in German, and the first page of paper.

usage: .venv/bin/python packaging/make_pictures.py docs/pictures

They come from the demo and its company, so they show what everybody gets with `make demo`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_desktop.gui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
IN_GERMAN = ("today", "invoice")
PAPER_WIDTH = 1000
TIMEOUT_S = 120
# Pages of the guide that the demo does not draw: the page, or the page and what it is entered with.
PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "quotes": ("quotes", {}),
    "to_bill": ("to_bill", {}),
    "recurring": ("schedules", {}),
    "late_payers": ("dunning", {}),
    "bank": ("bank", {}),
    "bookkeeping": ("bookkeeping", {}),
    "reports": ("reports", {}),
    "scenarios": ("scenarios", {}),
    "recipients": ("campaign_people", {"campaign": "campaign"}),
    "campaign": ("campaign", {"id": "campaign"}),
    "deal": ("opportunity", {"id": "opportunity"}),
    "contract": ("contract", {"id": "contract"}),
    "privacy": ("privacy", {}),
    "stages": ("settings", {"section": "lifecycle"}),
    "checklists": ("settings", {"section": "checklists"}),
    "shortcuts": ("shortcuts", {}),
}
SIZE = (1440, 900)
CALLER = "040 555 0117"


def demo(folder: Path, language: str) -> None:
    """The whole demo in one language, without a display."""
    command = [sys.executable, ROOT / "main.py", "--language", language, "demo", folder]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "CRM_DESKTOP_SETTINGS": str(folder / "settings")}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=TIMEOUT_S)


def draw_paper(source: Path, target: Path) -> None:
    """The first page of a PDF as a picture."""
    import pypdfium2

    page = pypdfium2.PdfDocument(source)[0]
    page.render(scale=PAPER_WIDTH / page.get_width()).to_pil().convert("RGB").save(target, optimize=True)


def draw_pages(company: Path, target: Path) -> None:
    """The pages of `PAGES`, the search and the card of a caller, in a company of the demo."""
    from crm_desktop import app
    from crm_desktop.gui import pictures
    from crm_desktop.gui.main_window import MainWindow
    from crm_desktop.gui.parts import caller_card
    from crm_desktop.safety import company_files

    pictures.application()
    app.prepare_application()
    company_files.open_data_file(company, remembered=False)
    window = MainWindow()
    window.start()
    for name, (page, args) in PAGES.items():
        pictures.take(window, page, target / f"{name}.png", args=_with_record(args), size=SIZE)
    _throw_away()
    pictures.take(window, "bin", target / "bin.png", size=SIZE)
    pictures.take(window, "customers", target / "caller.png", size=SIZE, prepare=partial(caller_card.show, CALLER))
    pictures.take(window, "today", target / "search.png", size=SIZE, prepare=_search)
    window.close()
    company_files.close_data_file()


def _throw_away() -> None:
    """Something for the bin: the last reminder, contract and customer."""
    from crm_desktop.activity import reminders
    from crm_desktop.customers import customer_list, customers
    from crm_desktop.sales import contracts

    reminders.delete(reminders.everything()[-1].id)
    contracts.delete(list(contracts.ids()[-1:]))
    customers.delete(list(customer_list.ids()[-1:]))


def _search(window: MainWindow) -> None:
    from crm_desktop.gui.parts import caller_card
    from crm_desktop.gui.widgets.palette import Palette

    caller_card.of_window(window).close_()
    window.show_palette()
    window.findChild(Palette).field.setText("ost")


def _with_record(args: dict[str, str]) -> dict[str, object]:
    """The words in what a page is entered with; for a record the first of its table."""
    from crm_desktop.db import connection as db

    records = ("id", "campaign")
    return {key: db.value(f"SELECT min(id) FROM {word}") if key in records else word for key, word in args.items()}


def main() -> None:
    """Replace the pictures in the folder that the command line names."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        for language in ("en", "de"):
            made = Path(folder, language)
            made.mkdir()
            demo(made, language)
            for picture in sorted((made / "pictures").glob("*.png")):
                name = picture.stem.partition("-")[2]
                if language == "en" or name in IN_GERMAN:
                    ending = "" if language == "en" else f"-{language}"
                    (target / f"{name}{ending}.png").write_bytes(picture.read_bytes())
        draw_pages(Path(folder, "en", "sample.crm"), target)
        invoices = sorted(Path(folder, "en", "invoices").glob("*.pdf"), key=lambda file: file.stat().st_size)
        draw_paper(invoices[-1], target / "paper.png")
    print("\n".join(sorted(file.name for file in target.glob("*.png"))))


if __name__ == "__main__":
    main()
