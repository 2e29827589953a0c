"""Writes small mails in Outlook's format for the tests: a compound file with the streams that [MS-OXMSG] asks for.

Source: [MS-CFB] and [MS-OXMSG].
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STREAM, _STORAGE, _ROOT = 2, 1, 5
Node = dict[str, "bytes | Node"]


def message(
    *,
    subject: str = "",
    sender: tuple[str, str] = ("", ""),
    to: tuple[tuple[str, str], ...] = (),
    body: str = "",
    message_id: str = "",
    sent_at: datetime | None = None,
    attachments: tuple[tuple[str, bytes], ...] = (),
    kind: str = "IPM.Note",
) -> bytes:
    """A mail as Outlook saves it."""
    tree = _storage(
        {0x001A: kind, 0x0037: subject, 0x1000: body, 0x0C1A: sender[0], 0x5D01: sender[1], 0x0C1F: sender[1],
         0x1035: message_id},
        32, struct.pack("<8x4I8x", len(to), len(attachments), len(to), len(attachments)), sent_at=sent_at,
    )  # fmt: skip
    for number, (name, address) in enumerate(to):
        tree[f"__recip_version1.0_#{number:08X}"] = _storage({0x3001: name, 0x39FE: address}, 8, bytes(8))
    for number, (name, content) in enumerate(attachments):
        tree[f"__attach_version1.0_#{number:08X}"] = _storage({0x3707: name, 0x3701: content}, 8, bytes(8))
    return compound(tree)


def _storage(values: dict[int, str | bytes], _head_size: int, head: bytes, *, sent_at: datetime | None = None) -> Node:
    found: Node = {}
    entries = struct.pack("<HHIII", 0x0003, 0x340D, 6, 0x00040000, 0)  # texts are Unicode
    if sent_at is not None:
        ticks = int((sent_at - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10_000_000)
        entries += struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)
    for pid, value in values.items():
        if not value:
            continue
        kind, content = (0x001F, value.encode("utf-16-le")) if isinstance(value, str) else (0x0102, value)
        found[f"__substg1.0_{pid:04X}{kind:04X}"] = content
        entries += struct.pack("<HHIII", kind, pid, 6, len(content) + (2 if isinstance(value, str) else 0), 0)
    found["__properties_version1.0"] = head + entries
    return found


# ---- the compound file -------------------------------------------------------------------------------------------------


def compound(tree: Node) -> bytes:
    """A tree of storages and streams as a compound file of version 3."""
    entries: list[dict[str, object]] = [
        {"name": "Root Entry", "kind": _ROOT, "child": _FREE, "right": _FREE, "content": b""}
    ]
    entries[0]["child"] = _add(tree, entries)
    mini = b""
    big: list[tuple[dict[str, object], bytes]] = []
    mini_fat: list[int] = []
    for entry in entries[1:]:
        content = entry["content"]
        assert isinstance(content, bytes)
        entry["size"] = len(content)
        if not content:
            entry["start"] = _END
        elif len(content) < _CUTOFF:
            entry["start"] = len(mini) // _MINI
            count = -(-len(content) // _MINI)
            mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), _END]
            mini += content.ljust(count * _MINI, b"\0")
        else:
            big.append((entry, content))
    entries[0]["size"] = len(mini)
    return _sectors(entries, mini, mini_fat, big)


def _add(tree: Node, entries: list[dict[str, object]]) -> int:
    """Append the children of a storage as a chain of right siblings; gives the first."""
    first, before = _FREE, None
    # In the order of the format: shorter names first.
    for name in sorted(tree, key=lambda text: (len(text), text.upper())):
        value, place = tree[name], len(entries)
        is_stream = isinstance(value, bytes)
        entries.append({"name": name, "kind": _STREAM if is_stream else _STORAGE, "child": _FREE, "right": _FREE,
                        "content": value if is_stream else b""})  # fmt: skip
        if before is None:
            first = place
        else:
            entries[before]["right"] = place
        before = place
        if not isinstance(value, bytes):
            entries[place]["child"] = _add(value, entries)
    return first


def _sectors(entries, mini, mini_fat, big) -> bytes:
    chunks: list[bytes] = []
    fat: list[int] = []

    def put(content: bytes) -> int:
        count = -(-len(content) // _SECTOR)
        if not count:
            return _END
        start = len(fat)
        fat.extend([*range(start + 1, start + count), _END])
        chunks.append(content.ljust(count * _SECTOR, b"\0"))
        return start

    for entry, content in big:
        entry["start"] = put(content)
    entries[0]["start"] = put(mini)
    mini_start = put(
        b"".join(struct.pack("<I", place) for place in mini_fat).ljust(
            -(-len(mini_fat) * 4 // _SECTOR) * _SECTOR, b"\xff"
        )
    )
    directory = b"".join(map(_entry, entries))
    directory_start = put(directory)
    fat_count = 1
    while (len(fat) + fat_count) * 4 > fat_count * _SECTOR:
        fat_count += 1
    fat_places = list(range(len(fat), len(fat) + fat_count))
    fat += [_FAT] * fat_count
    table = b"".join(struct.pack("<I", place) for place in fat).ljust(fat_count * _SECTOR, b"\xff")
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory_start, 0,
        _CUTOFF, mini_start, -(-len(mini_fat) * 4 // _SECTOR), _END, 0,
    )  # fmt: skip
    head += b"".join(struct.pack("<I", place) for place in (*fat_places, *[_FREE] * (109 - fat_count)))
    return head + b"".join(chunks) + table


def _entry(entry) -> bytes:
    name = str(entry["name"]).encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xIQQIQ", name, len(name) + 2, entry["kind"], 1, _FREE, entry["right"], entry["child"], 0, 0, 0,
        entry.get("start", 0), entry.get("size", 0),
    )  # fmt: skip
