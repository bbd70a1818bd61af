"""Orders: what stands on a paper, as plain data, and the making of it in a process of its own.

What draws a page needs 100 MB for a moment; the bot keeps its memory and its first answer by leaving that to a child.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

SECONDS = 30
PDF, OFFICE, PNG = b"%PDF", b"PK\x03\x04", b"\x89PNG"  # how a file of each kind begins
Cell = str | int | float | None


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


@dataclass(frozen=True, slots=True)
class Letter:
    """An official letter: sender, number, title, to whom, paragraphs, a table of (label, words), and who signs.

    `slip` is the sheet that comes back signed: its title and the labels to be filled in by hand; the number is on it.
    `link` empty: no code.
    """

    issuer: str
    number: str
    title: str
    to: str
    text: tuple[str, ...]
    table: tuple[tuple[str, str], ...] = ()
    closing: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    slip: tuple[str, ...] = ()
    link: str = ""
    scan: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A register: a title, a line about what it shows, headings with their widths (in characters), and rows.

    `tab` is its name at the foot of the window; `more` are further sheets of the same file.
    `choices` are (heading, what may be chosen there); they and the `notes` stand on a second sheet. `spare` are blank
    rows below the last one that offer the choices too.
    """

    title: str
    about: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    tab: str = "台账"
    more: "tuple[Sheet, ...]" = ()
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notes: tuple[str, ...] = ()
    spare: int = 0


@dataclass(frozen=True, slots=True)
class Label:
    """One code of a sheet: the name of its place, its printed number, and the link that it carries."""

    name: str
    number: str
    link: str


@dataclass(frozen=True, slots=True)
class CodeSheet:
    """Codes to print, `a_page` (1, 4 or 12) on an A4 page; `does` says for whom (first) the code is what (second)."""

    a_page: int
    band: str
    fire: str
    does: tuple[tuple[str, str], ...]
    hotlines: str
    made: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked bars: for each label one bar, for each series (name, one number a label) one part of every bar."""

    title: str
    about: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]


Order = Poster | Certificate | Letter | Sheet | CodeSheet | Chart
_BEGINS: dict[type, bytes] = {
    Poster: PDF, Certificate: PDF, Letter: OFFICE, Sheet: OFFICE, CodeSheet: PDF, Chart: PNG,
}  # fmt: skip


def make(order: Order) -> bytes:
    """Return the paper (PDF, DOCX, XLSX or PNG by its kind), made by a child process. Raises NotMade."""
    command = [sys.executable, "-m", "bot.render", type(order).__name__]
    words = json.dumps(asdict(order)).encode()
    try:
        made = subprocess.run(command, input=words, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise NotMade(type(trouble).__name__) from None
    if made.returncode or not made.stdout.startswith(_BEGINS[type(order)]):
        raise NotMade(made.stderr.decode(errors="replace").strip()[-60:])
    return made.stdout
