"""Telegram counts text in UTF-16 code units, and so do we where it matters."""

from __future__ import annotations


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, start: int, end: int | None = None) -> str:
    """The part of a text between two offsets counted in UTF-16 code units."""
    if text.isascii():
        return text[start:end]
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[start * 2 : None if end is None else end * 2].decode("utf-16-le", "replace")
