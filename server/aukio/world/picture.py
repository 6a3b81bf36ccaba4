"""Sizes of pictures, read from their first bytes: what they will take once a page unpacks them."""

from __future__ import annotations

import struct
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xDA)})
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG that tell a picture's size (ITU T.81, table B.1)."""


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG or JPEG, or None when it is neither."""
    try:
        if data.startswith(_PNG):
            width, height = struct.unpack_from(">II", data, 16)
            return width, height
        return _jpeg_size(data) if data.startswith(b"\xff\xd8") else None
    except (struct.error, IndexError):
        return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 1 if marker == 0xFF else 2  # any number of fill bytes may stand before a marker
        if marker != 0xFF and marker not in _WITHOUT_LENGTH:
            at += struct.unpack_from(">H", data, at)[0]
    return None
