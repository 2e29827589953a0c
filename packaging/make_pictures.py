"""Draw the pictures of the README and the guide: the main pages in English, two in German, and the first page of paper.

usage: .venv/bin/python packaging/make_pictures.py docs/pictures

They come from the demo, so they show what everybody gets with `make demo`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IN_GERMAN = ("today", "invoice")
PAPER_WIDTH = 1000
TIMEOUT_S = 120


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
        invoices = sorted(Path(folder, "en", "invoices").glob("*.pdf"), key=lambda file: file.stat().st_size)
        draw_paper(invoices[-1], target / "paper.png")
    print("\n".join(sorted(file.name for file in target.glob("*.png"))))


if __name__ == "__main__":
    main()
