"""Reading: an officer's workbook goes in as it came, and what stands in its cells comes out of a child process."""

import os
import subprocess
import sys

from pydantic import TypeAdapter, ValidationError

from bot.render.cleaning import KEPT_NAMES
from models.cells import Page

SECONDS = 30
LARGEST = 5 * 1024 * 1024  # bytes
KINDS = frozenset({"old", "macro", "bomb", "large", "hidden", "damaged"})
SLOW = "slow"
_PAGES = TypeAdapter(list[Page])


class NotRead(Exception):
    """Nothing could be read. The message is the kind of trouble; `hopeless`: another try will not help."""

    def __init__(self, kind: str, *, hopeless: bool = True) -> None:
        super().__init__(kind)
        self.hopeless = hopeless


def read(content: bytes) -> list[Page]:
    """Return the visible sheets of an .xlsx file. Raises NotRead; takes up to 30 seconds."""
    if len(content) > LARGEST:
        raise NotRead("large")
    command = [sys.executable, "-m", "bot.render.workbooks"]
    environment = {name: os.environ[name] for name in KEPT_NAMES if name in os.environ}
    try:
        made = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False,
                              env=environment)  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        raise NotRead(SLOW, hopeless=False) from None
    if made.returncode:
        # A signal may be the machine's trouble (no memory left, no time); what the child says itself stays true.
        kind = made.stderr.decode(errors="replace").strip()
        raise NotRead(kind if kind in KINDS else SLOW, hopeless=kind in KINDS)
    try:
        return _PAGES.validate_json(made.stdout)  # trust in the child would be trust in the file that it has read
    except ValidationError:
        raise NotRead("damaged") from None
