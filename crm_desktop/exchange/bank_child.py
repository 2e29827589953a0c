"""The child process that reads bank statements in XML and MT940, so that a hostile file brings down nothing but it.

It sends ("statement", Statement) for each one, then ("end",), or ("refused", code, detail). Memory and computing time
are limited as for other foreign files. A packed folder of XML files, as banks offer it, counts as one file.
"""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from crm_desktop.billing.bank_movement import Statement
from crm_desktop.exchange import bank_camt, bank_mt940, broken_zip
from crm_desktop.exchange.identify import LARGEST_TEXT, LARGEST_UNPACKED, Refused
from crm_desktop.exchange.reading_child import limit_itself

_MOST_MEMBERS = 2000


def _read(path: Path, form: str, language: str) -> Iterator[Statement]:
    if path.stat().st_size > LARGEST_TEXT:
        raise Refused("too_large")
    if form == "zip":
        yield from _read_zip(path)
    elif form == "xml":
        with path.open("rb") as stream:
            yield from bank_camt.read(stream)
    else:
        from crm_desktop.exchange import text_files

        encoding = text_files.find_encoding(path, language)
        yield from bank_mt940.read(path.read_bytes().decode(encoding, "replace").lstrip("\ufeff"))


def _read_zip(path: Path) -> Iterator[Statement]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(
                (m for m in archive.infolist() if m.filename.lower().endswith(".xml")), key=lambda m: m.filename
            )
            if sum(m.file_size for m in members) > LARGEST_UNPACKED or len(members) > _MOST_MEMBERS:
                raise Refused("too_large")
            for member in members:
                with archive.open(member) as stream:
                    yield from bank_camt.read(stream)
    except broken_zip.PACKED as error:
        raise Refused("damaged", str(error)) from error


def serve(connection: Connection, path: str, form: str, language: str) -> None:
    """The child's main function: read `path` as "xml", "zip" or "mt940" and send what it says."""
    limit_itself()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        last: tuple[Any, ...] = ("end",)
        try:
            for statement in _read(Path(path), form, language):
                connection.send(("statement", statement))
        except Refused as refusal:
            last = ("refused", refusal.code, refusal.detail)
        except MemoryError:
            last = ("refused", "too_large", "")
        except Exception as error:  # noqa: BLE001  (a foreign file may break its reader in any way)
            last = ("refused", "damaged", f"{type(error).__name__}: {error}"[:300])
        connection.send(last)
