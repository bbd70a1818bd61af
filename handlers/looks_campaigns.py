"""How campaigns look: the list, one with what it has reached by village, and the places it still misses."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card
from handlers.looks_due import place_button
from handlers.say import campaigns as say
from handlers.say import common
from models import campaigns
from models.areas import Area
from models.calendar import day_name, day_of
from models.campaigns import NINE_SMALL, Campaign
from models.coverage import Coverage, sum_of
from models.people import Actor, Can
from models.places import KINDS, Place

A_PAGE = 5
SORTS: dict[str, tuple[str, ...]] = {
    "nine": NINE_SMALL,
    "homes": ("selfbuilt", "village", "residential"),
    "works": ("workshop", "factory", "construction", "express"),
    "forest": ("village", "forest"),
    "all": tuple(KINDS),
}


def list_card(found: Sequence[Campaign], who: Actor) -> Card:
    """Return the campaigns that concern somebody, those under way first."""
    new = [Button(say.NEW, "campaign.new", once=False)] if who.may(Can.PLAN) else []
    return card(bold(say.HEAD), say.HOW if found else say.NONE, buttons=[*([_opening(one)] for one in found), new])


def _opening(found: Campaign) -> Button:
    label = say.LINE_OVER if found.ended_at else say.LINE
    words = label.format(title=found.title, until=day_name(found.until))
    return Button(words, "campaign.open", {"c": found.id}, once=False)


def check_card(area: str, count: int, title: str, until: date, kinds: Sequence[str], args: dict[str, object]) -> Card:
    """Return what is about to begin, with how many places it is about."""
    buttons = [Button(say.BEGIN, "campaign.begin", args), Button(say.REDO, "campaign.new")]
    return card(
        bold(say.CHECK.format(title=title)), say.CHECK_COUNT.format(area=area, kinds=kinds_in_words(kinds), n=count),
        say.CHECK_DAYS.format(until=day_name(until)), buttons=[buttons],
    )  # fmt: skip


def campaign_card(s: Session, who: Actor, found: Campaign, today: date, note: str = "") -> Card:
    """Return a campaign with what it has reached, by village."""
    reached = campaigns.reached_by(s, found)
    args = {"c": found.id}
    missing = [] if found.ended_at else [Button(say.MISSING, "campaign.missing", {**args, "page": 0}, once=False)]
    end = [Button(say.END, "campaign.end", args, once=False)] if campaigns.may_end(who, found) else []
    area = s.get_one(Area, found.area_id).name
    return card(
        note or None, bold(found.title), say.WHAT.format(area=area, kinds=kinds_in_words(found.kinds)),
        _span(found, today), _early(found), _told(say.REACHED, sum_of(part for _, part in reached)),
        *(_told(say.VILLAGE, part, name=place.name) for place, part in reached),
        buttons=[missing, end, [Button(say.LIST, "campaign.list", once=False)]],
    )  # fmt: skip


def _span(found: Campaign, today: date) -> str:
    left = (found.until - today).days
    state = say.LAST_DAY if left == 0 else say.LEFT.format(n=left)
    told = say.SPAN.format(since=day_name(found.since), until=day_name(found.until))
    return told + (say.OVER if found.ended_at or left < 0 else state)


def _early(found: Campaign) -> str | None:
    if found.ended_at is None or not found.reason:
        return None
    return say.ENDED_EARLY.format(day=day_of(found.ended_at), reason=found.reason)


def _told(words: str, part: Coverage, **more: str) -> str:
    return words.format(entered=part.entered, tried=part.tried, never=part.never, total=part.total, **more)


def missing_card(found: Campaign, shown: Sequence[tuple[Place, bool]], total: int, page: int) -> Card:
    """Return a page of the places that nobody has entered, each with whether somebody has tried."""
    rows = [[place_button(place, say.WAS_TRIED if tried else say.NEVER_TRIED)] for place, tried in shown]
    turns = [Button(label, "campaign.missing", {"c": found.id, "page": to}, once=False)
             for label, to in ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
             if 0 <= to <= (total - 1) // A_PAGE]  # fmt: skip
    back = Button(say.BACK, "campaign.open", {"c": found.id}, once=False)
    head: str | Text = bold(say.MISSING_HEAD.format(title=found.title, n=total)) if total else say.MISSING_NONE
    return card(head, buttons=[*rows, turns, [back]])


def kinds_in_words(kinds: Sequence[str]) -> str:
    """Return kinds of places as they are called together, or one by one."""
    known = next((sort for sort, members in SORTS.items() if set(members) == set(kinds)), None)
    return say.SORTS[known] if known else "、".join(KINDS[kind] for kind in kinds)
