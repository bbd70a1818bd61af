"""How trainings look to those who hold them: one record, and the list of a year."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card, quote
from handlers.say import trainings as say
from models import trainings
from models.areas import Area
from models.calendar import local
from models.trainings import CANCELLED, DONE, ENDED, KINDS, OPEN, STATES, Training

SPOT_LIMIT = 80


def record_card(s: Session, found: Training, now: datetime, *more: str | Text) -> Card:
    """Return one record with what can be done with it now; `more` lines stand at its end."""
    count = trainings.signed_in(s, found.id or 0)
    start = f"{local(found.started_at):%m月%d日 %H:%M}"
    return card(
        bold(say.RECORD.format(kind=KINDS[found.kind], title=found.title)),
        say.STATE.format(state=STATES[found.state]),
        where(s, found),
        say.WHEN.format(start=start, minutes=found.minutes),
        *(_done(found, count) if found.state == DONE else _going_on(found, count, now)),
        *more,
        buttons=_ways(found),
    )


def where(s: Session, found: Training) -> str:
    """Return the line that says where a training is held."""
    area = s.get_one(Area, found.area_id).name
    return say.WHERE.format(where=f"{area}，{found.spot}" if found.spot else area)


def _going_on(found: Training, count: int, now: datetime) -> list[str | Text]:
    if found.state == CANCELLED:
        return []
    signed_in = say.SIGNED_IN.format(count=count)
    if found.state == ENDED:
        return [signed_in]
    until = say.UNTIL.format(until=f"{local(found.closes_at):%m月%d日 %H:%M}")
    return [signed_in, say.AS_OF.format(clock=f"{local(now):%H:%M:%S}"), until]


def _done(found: Training, count: int) -> list[str | Text]:
    people = count + found.without_phone
    return [
        say.CAME.format(people=people, signed_in=count, others=found.without_phone),
        say.PRACTISED.format(words=found.practised),
        say.SUMMARY.format(words="") + quote(found.summary),
        say.PHOTOS.format(count=len(found.photos)),
    ]


def _ways(found: Training) -> list[list[Button]]:
    args = {"t": found.id}
    shown = Button(say.NAMES, "training.names", args, once=False)
    refresh = Button(say.REFRESH, "training.open", args, once=False)
    fresh = Button(say.NEW_CODE, "training.code", args, once=False)
    drop = Button(say.DROP, "training.ask_drop", args, once=False)
    label = say.CLOSE if found.state == OPEN else say.FILL
    close = Button(label, "training.close", args, once=False)
    rows = {
        OPEN: [[refresh, shown], [close], [fresh, drop]],
        ENDED: [[close, shown], [drop]],
        DONE: [[shown, Button(say.PICTURES, "training.pictures", args, once=False)]],
    }
    return [*rows.get(found.state, []), [to_list()]]


def to_list() -> Button:
    """Return the way back to the list of records."""
    return Button(say.LIST, "training.list", once=False)


def year_card(found: Sequence[tuple[Training, int]], year: int, this_year: int, page: int, a_page: int) -> Card:
    """Return a page of the records of a year with how many people came, the newest first."""
    pages = max(1, -(-len(found) // a_page))
    page = max(0, min(page, pages - 1))
    rows = [[_opening(*each)] for each in found[page * a_page : (page + 1) * a_page]]
    turns = [Button(label, "training.list", {"year": year, "page": to}, once=False)
             for label, to in ((say.BEFORE, page - 1), (say.AFTER, page + 1)) if 0 <= to < pages]  # fmt: skip
    years = [Button(label.format(year=to), "training.list", {"year": to}, once=False)
             for label, to in ((say.OLDER_YEAR, year - 1), (say.NEWER_YEAR, year + 1)) if to <= this_year]  # fmt: skip
    people = sum(came for _, came in found)
    head = say.HEAD.format(year=year, times=len(found), people=people) if found else say.NONE.format(year=year)
    new = Button(say.NEW, "training.start", once=False)
    return card(bold(head), say.HOW, buttons=[[new], *rows, turns, years])


def _opening(found: Training, came: int) -> Button:
    day = f"{local(found.started_at):%m月%d日}"
    label = say.LINE.format(day=day, kind=KINDS[found.kind], title=found.title, people=came)
    return Button(label, "training.open", {"t": found.id}, once=False)
