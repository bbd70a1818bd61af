"""Looks of what is due: a page of the day's walk, how a day is said, and the next place."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from sqlmodel import Session

from bot.cards import Button
from handlers.say import patrols as say
from models import deadlines, revisits
from models.calendar import day_name, is_market_day, local
from models.due import Due
from models.places import OPEN, Place, metres_between
from models.rules import rules_of

WEEKDAYS = "一二三四五六日"
FAR = 1000  # metres from which on nobody counts them one by one


def day_in_words(day: date) -> str:
    """Return a day as it is said: 12月3日（周四）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def due_in_words(day: date, today: date) -> str:
    """Return how a due day stands to today."""
    late = (today - day).days
    if late > 0:
        return say.LATE_BY.format(n=late)
    return say.TODAY if late == 0 else say.UNTIL.format(day=day_in_words(day))


def place_button(place: Place, more: str = "") -> Button:
    """Return the button that opens a place."""
    return Button(f"{place.name}  {more}".strip(), "place.show", {"p": place.id}, once=False)


def page_of(found: Sequence[Due], page: int, a_page: int, today: date) -> tuple[list[str], list[list[Button]]]:
    """Return the lines above a page of the walk (streets, campaigns) and a row for each of its places."""
    first = page * a_page
    shown = found[first : first + a_page]
    steps = [_step(found[n - 1], found[n]) if n else "" for n in range(first, first + len(shown))]
    rows = [
        [place_button(one.place, f"{why_in_words(one, today)}  {step}")]
        for one, step in zip(shown, steps, strict=True)
    ]
    named = {one.campaign.id: one.campaign for one in shown if one.campaign is not None}
    campaigns = [say.CAMPAIGN_LINE.format(title=c.title, day=day_name(c.until)) for c in named.values()]
    return [*campaigns, *_walk(shown), *([say.WALK_METRES] if any(steps) else [])], rows


def _walk(shown: Sequence[Due]) -> list[str]:
    """Through which streets or 院子 the walk goes; nothing where only one is known."""
    parts = [(group, len(list(ones))) for group, ones in groupby(shown, key=lambda one: one.group)]
    if len(parts) < 2 or not any(group for group, _ in parts):
        return []
    told = (say.WALK_PART.format(group=group or say.WALK_ELSEWHERE, n=n) for group, n in parts)
    return [say.WALK.format(walk=" → ".join(told))]


def why_in_words(one: Due, today: date) -> str:
    """Return why a place is on the list: an agreed hour, a campaign, somebody who may have come back, or its day."""
    if one.meeting is not None:
        return say.AGREED.format(half=half_in_words(one.meeting.met_morning))
    if one.place.status != OPEN:
        return say.OPEN_AGAIN
    if one.campaign is not None and one.on > today:
        return say.FOR_CAMPAIGN.format(day=day_name(one.on))
    return due_in_words(one.on, today)


def half_in_words(morning: bool) -> str:
    """Return the half of a day in words."""
    return say.MORNING if morning else say.AFTERNOON


def _step(before: Due, one: Due) -> str:
    """How far it is from the place before; nothing when one of the two has no position."""
    if before.at is None or one.at is None:
        return ""
    metres = metres_between(*before.at, *one.at)
    return say.METRES.format(n=metres) if metres < FAR else say.KILOMETRES.format(n=f"{metres / 1000:.1f}")


def onward(found: Iterable[Due]) -> list[Button]:
    """Return the button of the next place, if there is one."""
    return [Button(say.NEXT_PLACE.format(name=one.place.name), "place.show", {"p": one.place.id}, once=False)
            for one in found]  # fmt: skip


def list_button(start: Place | None = None) -> Button:
    """Return the way back to the due list, walked from a place if one is given."""
    return Button(say.LIST, "patrol.due", {"page": 0, "from": start.id if start else 0}, once=False)


def again_in_words(s: Session, place: Place, day: str) -> str:
    """Return when to try a place again: the day, in which half of it, and whether there is a market then."""
    clock, rules = deadlines.running(s, "patrol", place.id or 0, "patrol"), rules_of(s)
    half = half_in_words(revisits.is_morning(clock.due_at, rules)) if clock is not None else ""
    is_market = clock is not None and is_market_day(local(clock.due_at).date(), rules)
    return f"{day}{half}{say.MARKET_DAY if is_market else ''}"
