"""The child process that reads e-invoices, so that a hostile PDF or XML brings down nothing but it.

It sends ("invoice", data) or ("refused", code, detail). Memory and computing time are limited as for other foreign
files; entities are never resolved, nothing is fetched.
"""

from __future__ import annotations

import contextlib
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from crm_desktop.exchange import received_parse
from crm_desktop.exchange.identify import Refused
from crm_desktop.exchange.reading_child import limit_itself

LARGEST_FILE, LARGEST_XML = 60_000_000, 20_000_000
_NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")


def serve(connection: Connection, path: str) -> None:
    """The child's main function: read `path` and send what it says."""
    limit_itself()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        try:
            reply: tuple[Any, ...] = ("invoice", read(Path(path)))
        except Refused as refusal:
            reply = ("refused", refusal.code, refusal.detail)
        except MemoryError:
            reply = ("refused", "too_large", "")
        except Exception as error:  # noqa: BLE001  (a foreign file may break its reader in any way)
            reply = ("refused", "damaged", f"{type(error).__name__}: {error}"[:300])
        connection.send(reply)


def read(path: Path) -> dict[str, Any]:
    """What an e-invoice says, as plain data, with `faults` of its XSD and `is_pdf`.

    Raises:
        Refused: it is none, or cannot be read.
    """
    size = path.stat().st_size
    if not size:
        raise Refused("empty")
    if size > LARGEST_FILE:
        raise Refused("too_large")
    content = path.read_bytes()
    is_pdf = content[:1024].lstrip().startswith(b"%PDF")
    xml = _inside(content) if is_pdf else content
    if len(xml) > LARGEST_XML:
        raise Refused("too_large")
    if not xml.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<"):
        raise Refused("no_invoice")
    root, found = received_parse.parse(xml)
    return found | {"is_pdf": is_pdf, "faults": _faults(root, found["profile"])}


def _inside(content: bytes) -> bytes:
    """The XML that a PDF carries: by its usual names, else the first XML attachment."""
    import io

    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            names = {name.lower(): name for name in pdf.attachments}
            usual = [names[name] for name in _NAMES if name in names]
            others = [name for low, name in names.items() if low.endswith(".xml")]
            for name in (*usual, *others):
                return bytes(pdf.attachments[name].get_file().read_bytes())
    except pikepdf.PasswordError as error:
        raise Refused("protected") from error
    except pikepdf.PdfError as error:
        raise Refused("damaged", str(error)) from error
    raise Refused("no_xml")


def _faults(root: Any, profile: str) -> list[tuple[int, str]]:
    from crm_desktop.documents import einvoice_schema

    return [(line, reason[:300]) for line, reason in einvoice_schema.faults(root, profile)]
