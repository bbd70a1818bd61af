"""Albums: Telegram sends each picture of an album for itself and never says which is the last.

What comes after the report was handed in joins it, and one message counts it; no chat can be found by the tag.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, delete, update
from sqlmodel import Field, Session, col, select

from models.base import Base
from models.calendar import local
from models.hazard_files import RECEIPT, Evidence, Hazard, Media, album_tag
from models.hazard_reporters import add_late
from models.lifecycle import LIFECYCLE, Act
from models.people import Actor
from models.vault import is_behind

KEPT = timedelta(days=2)


class LateAlbum(Base, table=True):
    """How many pictures of an album came late, and the message that counts them. Only the day is kept."""

    __tablename__ = "late_albums"

    tag: str = Field(primary_key=True, max_length=64)
    count: int = 0
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    day: date


class Joined(NamedTuple):
    """The hazard that late pictures joined, and the line that counts them: none yet when they are the first."""

    hazard: Hazard
    tag: str
    pictures: int
    is_first: bool
    message_id: int | None


def join(
    s: Session, who: Actor, album: str, *, text: str = "", told: str = "", media: Sequence[Media], now: datetime
) -> Joined | None:
    """Add late pictures of an album to the open report that it belongs to; None when it belongs to none.

    A report of which only the receipt is kept has no reporter to compare: who sends the album is the one who began it.
    """
    tag = album_tag(album) or ""
    query = select(Hazard).where(Hazard.album_tag == tag).order_by(col(Hazard.id).desc())
    hazard = next((found for found in s.exec(query) if _is_own(s, who, found)), None)
    if hazard is None or hazard.step not in LIFECYCLE[Act.ADDED].start:
        return None
    before = s.get(LateAlbum, tag)
    line = before or LateAlbum(tag=tag, day=local(now).date())
    known = set(s.exec(select(Evidence.unique_id).where(Evidence.hazard_id == hazard.id)))
    new = [found for found in media if found.unique_id not in known]
    if new or text.strip():
        add_late(s, who, hazard, text=text, told=told, media=new, is_first=before is None, now=now)
    line.count += len(new)
    s.add(line)
    return Joined(hazard, tag, line.count, before is None, line.message_id)


def _is_own(s: Session, who: Actor, hazard: Hazard) -> bool:
    return hazard.privacy == RECEIPT or is_behind(s, hazard.reporter_alias, who.id)


def note_message(s: Session, tag: str, message_id: int) -> None:
    """Note which message counts the late pictures of an album."""
    s.execute(update(LateAlbum).where(col(LateAlbum.tag) == tag).values(message_id=message_id))


def forget(s: Session, *, now: datetime) -> None:
    """Remove the lines of albums of which nothing more will come."""
    s.execute(delete(LateAlbum).where(col(LateAlbum.day) < local(now - KEPT).date()))
