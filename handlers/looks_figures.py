"""Looks of the figures of patrols: the card, the chart and the register, all of the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card
from bot.render.orders import Cell, Chart, Sheet
from handlers.say import figures as say
from models.areas import Area
from models.calendar import day_and_hour, day_name, local
from models.patrol_counts import BY_KIND, BY_VILLAGE, View, span_of
from models.patrol_figures import Cost, Figures, Line
from models.places import KINDS
from models.rules import rules_of

MOST = 40  # lines of a card and bars of a picture; the register has all


@dataclass(frozen=True, slots=True)
class Told:
    """A view in words, at the moment that its figures are of."""

    span: str
    first: date
    last: date
    area: str
    kind: str
    by: str
    at: str

    @property
    def days(self) -> str:
        """The first and the last day: 11月1日—11月23日."""
        return say.DAYS.format(first=day_name(self.first), last=day_name(self.last))


def in_words(s: Session, view: View, at: datetime) -> Told:
    """Return what a view shows, as one says it."""
    since, until = span_of(view.span, at)
    first, last = local(since).date(), local(until - timedelta(microseconds=1)).date()
    area = s.get(Area, view.village) if view.village is not None else None
    return Told(say.SPANS[view.span], first, last, area.name if area else say.EVERYWHERE,
                KINDS.get(view.kind, say.EVERY_KIND), say.BY[view.by], day_and_hour(at))  # fmt: skip


def board(told: Told, found: Figures, view: View, at: datetime) -> Card:
    """Return the card: all together, then line by line, in the order of the town's list."""
    kept = {"f": view.to_json(), "at": at.isoformat()}
    other = BY_KIND if view.by == BY_VILLAGE else BY_VILLAGE
    ways = [Button(say.SPAN, "figures.span", kept, once=False),
            Button(say.BY[other], "figures.show", {"f": view.with_(by=other).to_json()}, once=False),
            Button(say.NARROW, "figures.narrow", kept, once=False)]  # fmt: skip
    papers = [Button(say.CHART, "figures.chart", kept, once=False),
              Button(say.EXPORT, "figures.sheet", kept, once=False),
              Button(say.ROWS, "figures.rows", kept, once=False)]  # fmt: skip
    rest = len(found.lines) - MOST
    return card(
        bold(say.HEAD.format(span=told.span, days=told.days)),
        say.WITHIN.format(area=told.area, kind=told.kind, at=told.at),
        *(_whole(found.total) if found.lines else [say.NOTHING]), bold(told.by) if found.lines else None,
        *(_each(line) for line in found.lines[:MOST]), say.REST.format(n=rest) if rest > 0 else None,
        say.LOCKED_HOW if found.lines else None, buttons=[ways, papers if found.lines else []],
    )  # fmt: skip


def _whole(total: Line) -> list[str]:
    share = say.SHARE.format(n=total.share) if total.share is not None else ""
    rate = say.RATE.format(n=total.rate) if total.rate is not None else ""
    late = say.OVERDUE.format(overdue=total.overdue, longest=total.longest, long=total.long_overdue)
    return [
        say.COVERED.format(places=total.places, entered=total.entered, share=share, tried=total.tried,
                           never=total.never),
        say.MADE.format(patrols=total.patrols, late=total.late, hazards=total.hazards, rate=rate),
        late if total.overdue else say.OVERDUE_NONE, _cost(total.cost),
    ]  # fmt: skip


def _cost(cost: Cost | None) -> str:
    if cost is None:
        return say.COST_FEW
    minutes = say.MINUTES.format(n=cost.minutes) if cost.minutes else say.NO_MINUTE
    return say.COST.format(taps=cost.taps, messages=cost.messages, minutes=minutes, n=cost.patrols)


def _each(line: Line) -> Text | str:
    told = say.EACH.format(name=line.name, entered=line.entered, tried=line.tried, never=line.never)
    overdue, hazards = say.EACH_MORE
    return "".join((
        told, overdue.format(overdue=line.overdue) if line.overdue else "",
        hazards.format(hazards=line.hazards) if line.hazards else "",
    ))  # fmt: skip


def chart(s: Session, told: Told, found: Figures) -> Chart:
    """Return the picture of the coverage: a bar for each line that has places."""
    lines = [line for line in found.lines if line.places][:MOST]
    counts = ([line.entered for line in lines], [line.tried for line in lines], [line.never for line in lines])
    series = tuple((name, tuple(values)) for name, values in zip(say.PARTS, counts, strict=True))
    title = say.CHART_TITLE.format(town=rules_of(s).town, by=told.by)
    about = say.CHART_ABOUT.format(days=told.days, area=told.area, kind=told.kind, at=told.at)
    return Chart(title, about, tuple(line.name for line in lines), series)


def sheet(s: Session, told: Told, found: Figures, view: View, name: str, now: datetime) -> Sheet:
    """Return the register of all lines and their sum; who took it and when stands on it."""
    about = say.SHEET_ABOUT.format(days=told.days, area=told.area, kind=told.kind, at=told.at, name=name,
                                   day=local(now).date())  # fmt: skip
    heads, widths = zip(*say.HEADS, strict=True)
    rows = [_cells(line, line.name) for line in found.lines] + [_cells(found.total, say.SUM)]
    title = say.SHEET_TITLE.format(town=rules_of(s).town, by=told.by)
    return Sheet(title, about, (say.LINE[view.by], *heads[1:]), widths, tuple(rows))


def _cells(line: Line, name: str) -> tuple[Cell, ...]:
    cost: Sequence[Cell] = (None, None, None, None)
    if line.cost is not None:
        cost = (line.cost.taps, line.cost.messages, line.cost.minutes, line.cost.patrols)
    return (
        name, line.places, line.entered, line.tried, line.never, line.share, line.overdue, line.long_overdue,
        line.longest, line.patrols, line.late, line.hazards, line.rate, *cost,
    )  # fmt: skip
