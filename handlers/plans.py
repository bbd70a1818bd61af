"""Plans: campaigns begun, looked at and ended; what the clock does about them and about the seasons."""

from datetime import date, datetime

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.dates import Day
from bot.fields import Answers, Choice, Option, Several, Text
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from bot.timetable import Chore
from handlers import looks_campaigns as looks
from handlers.say import campaigns as say
from models import campaigns, plans, rounds
from models.base import Refused
from models.calendar import day_name, local
from models.campaigns import ENDED, SOON, Campaign
from models.outbox import Outgoing
from models.people import Actor, Can, Person, actor_of, areas_for
from models.places import KINDS, OPEN, Place
from models.rules import rules_of
from models.seasons import ordinary_days, seasons_of

LISTED = 6
OWN = "own"


async def home(_: Update, context: Context) -> None:
    """`/campaigns`: those of the own area, the newest first."""
    context.say(looks.list_card(context.read(campaigns.listed, LISTED), context.actor))


async def new(_: Update, context: Context) -> None:
    """「开一个」."""
    areas = [[str(area.id), area.name] for area in context.read(areas_for, Can.PLAN)]
    only = areas[0][0] if len(areas) == 1 else None
    context.begin("campaign.new", {"areas": areas, "area": only})


def check(context: Context, answers: Answers) -> Card:
    """The form is filled in: show how many places it would be about before anything begins."""
    own = answers["sort"] == OWN
    kinds = answers["kinds"]["on"] if own else list(looks.SORTS[answers["sort"]])
    if not kinds:
        raise Refused(say.KINDS_NEEDED)
    count = context.read(campaigns.count, kinds, int(answers["area"]))
    args = {key: answers[key] for key in ("title", "area", "until")} | {"kinds": kinds}
    until = date.fromisoformat(answers["until"])
    area = dict(answers["areas"])[answers["area"]]
    return looks.check_card(area, count, answers["title"], until, kinds, args)


async def begin(_: Update, context: Context) -> None:
    """「开始」."""
    told = context.pressed
    until = date.fromisoformat(told["until"])
    made = context.run(campaigns.start, told["title"], told["kinds"], int(told["area"]), until)
    _show(context, made, say.BEGUN)


async def open_(_: Update, context: Context) -> None:
    """One campaign with what it has reached."""
    _show(context, context.read(campaigns.campaign_for, context.pressed["c"]))


def _show(context: Context, found: Campaign, note: str = "") -> None:
    context.say(looks.campaign_card(context.visit.session, context.actor, found, context.today, note))


async def missing(_: Update, context: Context) -> None:
    """「还没进去的场所」 of the own areas."""
    found = context.read(campaigns.campaign_for, context.pressed["c"])
    page = max(int(context.pressed.get("page", 0)), 0)
    wanted = {"limit": looks.A_PAGE, "offset": page * looks.A_PAGE}
    shown, total = context.read(campaigns.not_entered, found.id, **wanted)
    context.say(looks.missing_card(found, shown, total, page))


async def end(_: Update, context: Context) -> None:
    """「提前结束」: why is asked first."""
    found = context.read(campaigns.campaign_for, context.pressed["c"])
    context.begin("campaign.end", {"campaign": found.id})


def submit_end(context: Context, answers: Answers) -> Card:
    """End a campaign before its day."""
    found = context.run(campaigns.end, answers["campaign"], str(answers["reason"]))
    return looks.campaign_card(context.visit.session, context.actor, found, context.today, say.ENDED)


def soon_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for whoever patrols, how many of their places are missing; silent when none is, or when it is over."""
    del now
    try:
        who = actor_of(s, person)
        found = campaigns.campaign_for(s, who, row.about["campaign"])
        _, total = campaigns.not_entered(s, who, found.id or 0, limit=1)
    except Refused:
        return None
    if not total or found.ended_at is not None:
        return None
    told = say.SOON.format(title=found.title, until=day_name(found.until), n=total)
    opened = Button(say.MISSING, "campaign.missing", {"c": found.id, "page": 0}, once=False)
    return card(bold(told), say.SOON_HOW, buttons=[[opened]])


def ended_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the result for whoever began it."""
    try:
        who = actor_of(s, person)
        found = campaigns.campaign_for(s, who, row.about["campaign"])
    except Refused:
        return None
    note = say.ENDED_NOTICE.format(title=found.title)
    return looks.campaign_card(s, who, found, local(now).date(), note)


def follow_seasons(s: Session, *, now: datetime) -> None:
    """Bring forward, every day and some at a time, what lies too far away for the season."""
    if not rounds.is_done(s, "seasons", now=now) and not plans.follow_seasons(s, now=now):
        rounds.mark_done(s, "seasons", now=now)


def look_after_campaigns(s: Session, *, now: datetime) -> None:
    """Once a day: close what is over, remind of what ends soon."""
    if campaigns.is_time(s, now) and not rounds.is_done(s, "campaigns", now=now):
        campaigns.close_over(s, now=now)
        campaigns.remind(s, now=now)
        rounds.mark_done(s, "campaigns", now=now)


def season_fact(s: Session, who: Actor, place: Place, now: datetime) -> str | None:
    """Return the line on the card of a place that says why it is patrolled more often now."""
    rules = rules_of(s)
    found = seasons_of(place.kind, rules, local(now).date()) if _visits(who, place) else []
    season = min(found, key=lambda each: each.days, default=None)
    if season is None or season.days >= ordinary_days(place.kind, place.risk, rules):
        return None
    basis = say.BASIS.format(basis=season.basis) if season.basis else ""
    return say.SEASON.format(name=season.name, days=season.days, basis=basis)


def campaign_fact(s: Session, who: Actor, place: Place, now: datetime) -> str | None:
    """Return the line on the card of a place that a campaign still misses."""
    running = campaigns.under_way(s, local(now).date()) if _visits(who, place) else []
    found = campaigns.still_missed(s, running, [place]).get(place.id or 0)
    return say.ASKS.format(title=found.title, until=day_name(found.until)) if found else None


def _visits(who: Actor, place: Place) -> bool:
    return place.status == OPEN and who.reaches(Can.PATROL, place.area_path)


def _areas(answers: Answers) -> list[Option]:
    return [Option(key, name) for key, name in answers["areas"]]


def _kinds(_: Answers) -> list[Option]:
    return [Option(kind, name) for kind, name in KINDS.items()]


FORMS: tuple[Form, ...] = (
    Form("campaign.new", say.FORM_TITLE, submit=check, review=False, fields=(
        Text(key="title", label=say.TITLE, ask=say.TITLE_ASK, at_most=40),
        Choice(key="area", label=say.AREA, ask=say.AREA_ASK, choices=_areas),
        Choice(key="sort", label=say.SORT, ask=say.SORT_ASK, choices=[Option(*sort) for sort in say.SORTS.items()]),
        Several(key="kinds", label=say.KINDS, ask=say.KINDS_ASK, choices=_kinds, mark="✅",
                when=lambda answers: answers.get("sort") == OWN),
        Day(key="until", label=say.UNTIL, ask=say.UNTIL_ASK, ahead=(15, 30, 60, 100)),
    )),
    Form("campaign.end", say.END_TITLE, submit=submit_end, review=False, fields=(
        Text(key="reason", label=say.REASON, ask=say.REASON_ASK, at_most=200),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("campaigns", home, say.CAMPAIGNS, can=Can.SEE_PLACES, help=say.HELP),
    press("campaign.list", home, can=Can.SEE_PLACES),
    press("campaign.open", open_, can=Can.SEE_PLACES),
    press("campaign.missing", missing, can=Can.SEE_PLACES),
    press("campaign.new", new, can=Can.PLAN),
    press("campaign.begin", begin, can=Can.PLAN),
    press("campaign.end", end, can=Can.PLAN),
)
NOTICES: tuple[Notice, ...] = (Notice(SOON, soon_card, holds=True), Notice(ENDED, ended_card, holds=True))
CHORES: tuple[Chore, ...] = (
    Chore("follow_seasons", follow_seasons),
    Chore("look_after_campaigns", look_after_campaigns),
)
PLACE_FACTS = (season_fact, campaign_fact)
