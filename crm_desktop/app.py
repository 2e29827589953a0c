"""Start-up: reads the command line, then opens the window or runs a command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from crm_desktop import APP_NAME, __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    parser = argparse.ArgumentParser(prog="crm-desktop", description=APP_NAME)
    parser.add_argument("--version", action="version", version=f"{APP_NAME} {__version__}")
    parser.add_argument("--data", metavar="FILE", help="the data file of the business")
    parser.parse_args(arguments)

    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication.instance() or QApplication([APP_NAME])
    window = QMainWindow()
    window.setWindowTitle(APP_NAME)
    window.show()
    return application.exec()
