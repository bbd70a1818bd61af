"""Orders: what stands on a paper, as plain data, and the making of it in a process of its own.

What draws a page needs 100 MB for a moment; the bot keeps its memory and its first answer by leaving that to a child.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

SECONDS = 15


class NotMade(Exception):
    """The paper could not be made; the message says which kind of error, and nothing of what stands on it."""


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on a poster: a band, a headline, a text, and at the foot lines to call and a code to scan.

    `link` empty: no code.
    """

    band: str
    title: str
    text: str
    foot: tuple[str, ...] = ()
    link: str = ""
    scan: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Who attended what, when, and who says so."""

    name: str
    title: str
    kind: str
    day: str
    issuer: str
    number: str


def make(order: Poster | Certificate) -> bytes:
    """Return the paper as a PDF, made by a child process. Raises NotMade."""
    command = [sys.executable, "-m", "bot.render", type(order).__name__]
    words = json.dumps(asdict(order)).encode()
    try:
        made = subprocess.run(command, input=words, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise NotMade(type(trouble).__name__) from None
    if made.returncode or not made.stdout.startswith(b"%PDF"):
        raise NotMade(made.stderr.decode(errors="replace").strip()[-60:])
    return made.stdout
