"""What goes wrong when a packed file is broken: whatever `zipfile` and its packers may raise while one is opened or read."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from pathlib import Path

# RuntimeError covers a password and what is not implemented, such as patched data.
PACKED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError)
# With what the file system and names inside the file may do.
ERRORS = (*PACKED, OSError, ValueError, KeyError)
# A directory of 20,000 parts takes some 2 MB; `zipfile` makes an object of each part before anybody can count them.
LARGEST_DIRECTORY = 5_000_000
_END, _END_BYTES, _END_64, _END_64_BYTES = b"PK\x05\x06", 22, b"PK\x06\x06", 56 + 20


def has_huge_directory(path: Path) -> bool:
    """Whether a packed file claims a directory so large that it must not even be opened.

    Source: APPNOTE.TXT 4.3.14 to 4.3.16.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END_BYTES - 0xFFFF - _END_64_BYTES))
        tail = file.read()
    end = len(tail) - _END_BYTES if tail[-_END_BYTES:].startswith(_END) else tail.rfind(_END)
    if end < 0 or end + _END_BYTES > len(tail):
        return False
    claimed = [int.from_bytes(tail[end + 12 : end + 16], "little")]
    before = end - _END_64_BYTES
    if before >= 0 and tail.startswith(_END_64, before):
        claimed.append(int.from_bytes(tail[before + 40 : before + 48], "little"))
    # What is claimed beyond the file itself is a lie that `zipfile` finds by itself.
    return any(LARGEST_DIRECTORY < claim <= size for claim in claimed)
