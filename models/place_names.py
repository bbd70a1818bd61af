"""Names of places as people say them: whole, in part, by nickname, initials or pinyin, or nearly right.

One narrow row for each name, kept together with its place: what a message names is found by how a name begins, and
a search reads no place that it does not show.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from pypinyin import Style, lazy_pinyin
from rapidfuzz import fuzz
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    case,
    delete,
    event,
    func,
    insert,
    inspect,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import object_session
from sqlalchemy.sql.functions import GenericFunction
from sqlmodel import Field, Session, col

from models.base import Base, table_of
from models.rules import rules_of

LONGEST_QUERY = 200
CLEAR_ENOUGH = 60
COMPARED = 200  # names that are looked at one by one when nothing fits clearly
SYLLABLES = 6
HEAD = 2
SHORTEST_TYPED = 3
PARTLY = 1  # how good a find is when the words are a part of the name


class position(GenericFunction[int]):
    """Where a text first stands in another one, from 1, or 0: a third faster than LIKE, and nothing to escape."""

    type = Integer()
    inherit_cache = True
    name = "strpos"


@compiles(position, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    return f"instr({compiler.process(element.clauses, **how)})"


class PlaceName(Base, table=True):
    """One name of a place, as `normalised`, with where the place lies.

    `sound` is its pinyin with blanks around the syllables, `typed` without any; `head` and `sound_head` are how it
    begins.
    """

    __tablename__ = "place_names"

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id", index=True)
    area_path: str = Field(max_length=200)
    cluster: str = Field(default="", max_length=40)
    name: str = Field(max_length=80)
    initials: str = Field(max_length=80)
    sound: str = Field(max_length=600)
    typed: str = Field(max_length=600)
    head: str = Field(max_length=HEAD, index=True)
    sound_head: str = Field(max_length=20, index=True)


def normalised(text: str) -> str:
    """Return words as they are compared: one width, lower case, without blanks."""
    said = text[:LONGEST_QUERY]
    for _ in range(2):  # without its blanks a text may compose once more
        said = unicodedata.normalize("NFKC", "".join(unicodedata.normalize("NFKC", said).casefold().split()))
    return said[:LONGEST_QUERY]


def initials_of(name: str) -> str:
    """Return the first pinyin letters of a name, lower case: 张记面馆 -> zjmg."""
    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    return "".join(letter for letter in letters if letter.isalnum())[:80]


@lru_cache(maxsize=16_384)
def sound_of(text: str) -> str:
    """Return the pinyin of a text, syllables apart: 张记 -> ' zhang ji '; a wrong character often sounds the same."""
    return f" {' '.join(lazy_pinyin(text)).lower()} "


def rows_of(place_id: int, lies: Mapping[str, str], names: Iterable[str], town: str) -> list[dict[str, Any]]:
    """Return the rows of a place's names; `lies` has its area_path and cluster.

    Nobody in a town says its name first, so each name also stands without it.
    """
    spoken = (name for given in names for name in (given, given.removeprefix(town)))
    known = dict.fromkeys(normalised(name)[:80] for name in spoken)
    return [{"place_id": place_id, **lies, **_row(name)} for name in known if len(name) >= HEAD]


def _row(name: str) -> dict[str, str]:
    sound = sound_of(name)[:600]
    return {"name": name, "initials": initials_of(name), "sound": sound, "typed": sound.replace(" ", ""),
            "head": name[:HEAD], "sound_head": _head(sound.split())}  # fmt: skip


def follow(model: type[Base]) -> None:
    """Keep the names together with the places, whoever writes these, as long as it is through the mapper."""
    for moment in ("before_insert", "before_update"):
        event.listen(model, moment, _abbreviate)
    event.listen(model, "after_insert", _write)
    event.listen(model, "after_update", _rewrite)


def _abbreviate(_mapper: Any, _connection: Connection, place: Any) -> None:
    place.initials = initials_of(place.name)


def _write(_mapper: Any, connection: Connection, place: Any) -> None:
    session = object_session(place)
    town = rules_of(session).town if isinstance(session, Session) else ""
    rows = rows_of(place.id, {"area_path": place.area_path, "cluster": place.cluster}, place.names, town)
    if rows:
        connection.execute(insert(table_of(PlaceName)), rows)


def _rewrite(mapper: Any, connection: Connection, place: Any) -> None:
    seen = inspect(place).attrs
    if any(seen[key].history.has_changes() for key in ("name", "aliases", "area_path", "cluster")):
        connection.execute(delete(PlaceName).where(col(PlaceName.place_id) == place.id))
        _write(mapper, connection, place)


def _head(syllables: Sequence[str]) -> str:
    return " ".join(syllables[:HEAD])[:20]


def heard(s: Session, text: str, *where: ColumnElement[bool], limit: int = 20) -> list[tuple[int, int]]:
    """Return the names that stand in a text, as (length, place), the longest first; `where` is about PlaceName."""
    said = normalised(text)
    heads = {said[i : i + HEAD] for i in range(len(said) - 1)}
    fits = (col(PlaceName.head).in_(heads), position(literal(said), col(PlaceName.name)) > 0)
    return _longest(s, (*fits, *where), limit)


def heard_alike(s: Session, text: str, *where: ColumnElement[bool], limit: int = 20) -> list[tuple[int, int]]:
    """Return the names of three characters or more whose sound is in a text: 张纪面馆 for 张记面馆; like `heard`."""
    sound = sound_of(normalised(text))
    heads = {_head(two) for two in pairwise(sound.split())}
    fits = (col(PlaceName.sound_head).in_(heads), position(literal(sound), col(PlaceName.sound)) > 0)
    return _longest(s, (*fits, func.length(col(PlaceName.name)) > HEAD, *where), limit)


def _longest(s: Session, where: Sequence[ColumnElement[bool]], limit: int) -> list[tuple[int, int]]:
    length = func.length(col(PlaceName.name))
    found = select(length, col(PlaceName.place_id)).where(*where)
    return [(row[0], row[1]) for row in s.execute(found.order_by(length.desc(), col(PlaceName.place_id)).limit(limit))]


def clearly(s: Session, said: str, *where: ColumnElement[bool], limit: int) -> list[int]:
    """Return the places with a name that words clearly mean (`said` normalised), the best first.

    The very name, part of it, more than it, its initials or pinyin, or what sounds like it.
    """
    name, initials, sound = col(PlaceName.name), col(PlaceName.initials), col(PlaceName.sound)
    if said.isascii():
        typed = position(col(PlaceName.typed), said) == 1
        fits, better = or_(position(initials, said) > 0, typed), or_(position(initials, said) == 1, typed)
    else:
        fits, better = position(sound, sound_of(said)) > 0, sound == sound_of(said)
    rank = case((name == said, 0), (position(name, said) > 0, PARTLY), (better, PARTLY + 1), else_=PARTLY + 2)
    found = select(col(PlaceName.place_id), rank).where(or_(position(name, said) > 0, fits), *where)
    rows = s.execute(found.order_by(rank, func.length(name), col(PlaceName.place_id)).limit(3 * limit)).all()
    more = [place_id for _, place_id in heard(s, said, *where)]
    ids = [*(row[0] for row in rows if row[1] <= PARTLY), *more, *(row[0] for row in rows)]
    return list(dict.fromkeys(ids))[:limit]


def nearly(s: Session, said: str, *where: ColumnElement[bool], limit: int) -> list[int]:
    """Return the places with a name merely like the words (`said` normalised), the best first.

    The database picks the names that share most syllables; only these are compared one by one.
    """
    shared, enough = _typed_share(said) if said.isascii() else _spoken_share(said)
    if not enough:
        return []
    name, sound = col(PlaceName.name), col(PlaceName.sound)
    apart = func.abs(func.length(sound) - len(sound_of(said)))
    few = select(col(PlaceName.place_id), name, sound).where(shared >= enough, *where)
    rows = s.execute(few.order_by(shared.desc(), apart, col(PlaceName.place_id)).limit(COMPARED))
    scored = sorted((-likeness(said, row[1], row[2]), len(row[1]), row[0]) for row in rows)
    return list(dict.fromkeys(place for score, _, place in scored if -score >= CLEAR_ENOUGH))[:limit]


def _spoken_share(said: str) -> tuple[Any, int]:
    """How many of the first syllables a name has, and how many it must have: half; of a single one none is like it."""
    syllables = list(dict.fromkeys(sound_of(said).split()))[:SYLLABLES]
    has = (case((position(col(PlaceName.sound), f" {one} ") > 0, 1), else_=0) for one in syllables)
    return sum(has), (len(syllables) + 1) // 2 if len(syllables) > 1 else 0


def _typed_share(said: str) -> tuple[Any, int]:
    """Whether a name's pinyin begins with the same two letters; words that are shorter than four are like nothing."""
    begins = case((position(col(PlaceName.typed), said[:HEAD]) == 1, 1), else_=0)
    return begins, 1 if len(said) > SHORTEST_TYPED else 0


def likeness(said: str, name: str, sound: str) -> float:
    """Return how alike two normalised names are that are not the same, 0..90: in characters or in sound."""
    if said.isascii():
        return 0.9 * fuzz.partial_ratio(said, sound.replace(" ", ""))
    return 0.9 * max(fuzz.ratio(said, name), fuzz.ratio(sound_of(said).split(), sound.split()))
