"""Cleaning: a picture goes in as it came and comes out as a bare JPEG, drawn anew by a child process.

Allowed is what begins like a JPEG, PNG or WebP, whatever its sender calls it. Not HEIC: what reads it is a large
decoder in C++ whose wheels carry a GPL encoder, and a phone makes a JPEG of it when it is sent as 「照片」.
"""

import os
import subprocess
import sys

SECONDS = 5
LARGEST = 20 * 1024 * 1024  # bytes; Telegram hands out no larger file to a bot
JPEG, PNG, RIFF, WEBP = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"WEBP"
KEPT_NAMES = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL")  # no keys and no tokens
_START, _END, _FRAME_ONLY = b"\xff\xd8", b"\xff\xd9", 0xDA
_JFIF, _JFIF_BYTES = 0xE0, 16
_NEEDED = frozenset({_JFIF, 0xDB, 0xC0, 0xC4})  # JFIF header, quantisation, baseline frame, Huffman tables


class NotCleaned(Exception):
    """No clean picture came of it. `hopeless`: nor will it at another try. The message is only the kind of trouble."""

    def __init__(self, why: str, *, hopeless: bool) -> None:
        super().__init__(why)
        self.hopeless = hopeless


def is_picture(content: bytes) -> bool:
    """Say whether a file begins like one of the pictures that are taken."""
    return content.startswith((JPEG, PNG)) or (content[:4] == RIFF and content[8:12] == WEBP)


def clean(original: bytes) -> bytes:
    """Return the picture as a JPEG with nothing but the picture in it. Raises NotCleaned; takes up to 5 seconds."""
    if not is_picture(original) or len(original) > LARGEST:
        raise NotCleaned("refused", hopeless=True)
    command = [sys.executable, "-m", "bot.render.pictures"]
    environment = {name: os.environ[name] for name in KEPT_NAMES if name in os.environ}
    try:
        made = subprocess.run(command, input=original, capture_output=True, timeout=SECONDS, check=False,
                              env=environment)  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise NotCleaned(type(trouble).__name__, hopeless=False) from None
    if made.returncode:
        # A signal may be the machine's trouble (no memory left, no time); what the child says itself stays true.
        why = made.stderr.decode(errors="replace").strip()[-60:] or "killed"
        raise NotCleaned(why, hopeless=made.returncode > 0)
    if not is_bare(made.stdout):
        raise NotCleaned("not bare", hopeless=True)
    return made.stdout


def is_bare(jpeg: bytes) -> bool:
    """Say whether a JPEG holds the picture and what is needed to draw it, and nothing else at all.

    Trust in the child would be trust in the file that it has read.
    """
    if not (jpeg.startswith(_START) and jpeg.endswith(_END)):
        return False
    at = len(_START)
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if marker == _FRAME_ONLY:
            return jpeg.find(b"\xff\xd9", at) == len(jpeg) - len(_END)
        if marker not in _NEEDED or (marker == _JFIF and length != _JFIF_BYTES):
            return False
        at += 2 + length
    return False
