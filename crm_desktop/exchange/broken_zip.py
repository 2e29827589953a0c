"""What goes wrong when a packed file is broken: whatever `zipfile` and its packers may raise while one is opened or read."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib

# RuntimeError covers a password and what is not implemented, such as patched data.
PACKED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError)
# With what the file system and names inside the file may do.
ERRORS = (*PACKED, OSError, ValueError, KeyError)
