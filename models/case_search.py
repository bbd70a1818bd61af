"""Looking for a case: by number, place, kind or word, among those that the actor may see, and nothing else."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from models import place_search
from models.conflicts import is_open_to
from models.counters import Counter
from models.hazard_files import NAMED, RESIDENT, Hazard, words_of
from models.hazard_steps import THING
from models.people import Actor
from models.queues import A_PAGE, seen_by

MOST = 200
OPENED = 300  # sealed words that one search opens at most
LONGEST_QUERY = 40
_NUMBER = re.compile(r"(?:吹)?(?:(20\d\d)[-—–年/ ]?(?=\d))?0*(\d{1,6})号?")


def search(
    s: Session, who: Actor, words: str, kinds: Collection[str] = (), number: int = 0
) -> tuple[list[Hazard], int]:
    """Return a page of the cases that the words may mean, open ones first, the newest first, and how many there are.

    By number (also just 12 or 2026-12), by place, by the restated words, by kind (`kinds`: codes that the words name).
    Where a case exactly is, and the words of a report under a name, are sealed: of the newest OPENED cases in the
    actor's reach these are opened and compared, of older ones they are not found. At most MOST are found, the newest.
    Nobody finds what they may not see.
    """
    said = unicodedata.normalize("NFKC", words).strip()[:LONGEST_QUERY]
    within = (seen_by(who), is_open_to(who.id, Hazard.id, Hazard.place_id))
    if not said:
        return [], 0
    fits = [*([col(Hazard.kind).in_(kinds)] if kinds else []), *_said_so(s, who, said, within)]
    newest = select(col(Hazard.id), col(Hazard.closed_at)).where(*within, or_(*fits))
    rows = s.execute(newest.order_by(col(Hazard.id).desc()).limit(MOST)).all()
    ids = [row[0] for row in sorted(rows, key=lambda row: row[1] is not None)]
    here = ids[number * A_PAGE : (number + 1) * A_PAGE]
    found = {hazard.id: hazard for hazard in s.exec(select_rows(Hazard).where(col(Hazard.id).in_(here)))}
    return [found[one] for one in here], len(ids)


def is_number(said: str) -> bool:
    """Say whether words are a case's number, or the short form of one."""
    return _NUMBER.fullmatch(said.strip()) is not None


def _numbers(s: Session, said: str) -> list[str]:
    """The whole numbers that somebody may mean: without a year those of every year in which there are cases."""
    found = _NUMBER.fullmatch(said)
    if found is None:
        return []
    years = [int(found[1])] if found[1] else s.exec(select_rows(Counter.year).where(Counter.series == THING)).all()
    return [f"吹{year}-{int(found[2]):04d}" for year in years]


def _said_so(s: Session, who: Actor, said: str, within: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    if is_number(said):
        return [col(Hazard.number).in_(_numbers(s, said))]
    named = [place.id for place in place_search.find(s, who, said, limit=20)]
    return [
        col(Hazard.place_id).in_(named),
        and_(_is_restated(), col(Hazard.told).contains(said, autoescape=True)),
        col(Hazard.id).in_(_opened(s, said.casefold(), within)),
    ]


def _opened(s: Session, said: str, within: Sequence[ColumnElement[bool]]) -> list[int]:
    newest = select_rows(Hazard).where(*within).order_by(col(Hazard.id).desc()).limit(OPENED)
    return [h.id or 0 for h in s.exec(newest) if said in h.place_text.casefold() or said in words_of(h).casefold()]


def _is_restated() -> ColumnElement[bool]:
    return and_(col(Hazard.source) == RESIDENT, col(Hazard.privacy) != NAMED)
