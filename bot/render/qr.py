"""Codes to scan."""

import io

import segno


def code_png(link: str) -> bytes:
    """Return a code to scan as a PNG picture with a quiet zone, about 600 pixels wide."""
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="png", scale=14, border=4)
    return out.getvalue()
