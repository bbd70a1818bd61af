"""Patrol figures: coverage by village and by kind, overdue, hazards and burden - card, picture, register and lists."""

from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, bold, card
from bot.context import Context
from bot.notices import Notice
from bot.render import fonts
from bot.render.orders import make
from bot.routes import Route, command, press
from handlers import looks_due as looks_at
from handlers import looks_figures as figured
from handlers.say import common, papers, records
from handlers.say import figures as say
from knowledge.kinds import KINDS
from models import patrol_figures, patrol_rows
from models.base import Refused
from models.outbox import Lane, Outgoing, notify
from models.patrol_counts import BY_VILLAGE, View
from models.people import Can, Person, actor_of

CHART, SHEET, HAZARDS = "figures.chart", "figures.sheet", "hazards"


async def board(_: Update, context: Context) -> None:
    """「巡查数据」, or another view of it: as things stand now."""
    view = _view(context)
    found = context.run(patrol_figures.figures, view)
    told = figured.in_words(context.visit.session, view, context.now)
    context.say(figured.board(told, found, view, context.now))


def _view(context: Context) -> View:
    return View.from_json(context.pressed.get("f"))


def _at(context: Context) -> datetime:
    """The moment that the figures on the card are of: what is made of them shows the same."""
    return datetime.fromisoformat(context.pressed["at"])


async def spans(_: Update, context: Context) -> None:
    """「换时段」."""
    view = _view(context)
    ways = [_show(label, view.with_(span=span)) for span, label in say.SPANS.items()]
    context.say(card(bold(say.SPAN_ASK), buttons=[ways[:2], ways[2:], [_show(say.BACK, view)]]))


async def narrow(_: Update, context: Context) -> None:
    """「只看…」: one village or one kind of place, whichever the card lists; then it can be listed by the other."""
    view = _view(context)
    free = view.with_(village=None) if view.by == BY_VILLAGE else view.with_(kind="")
    found = context.run(patrol_figures.figures, free)
    ways = [_show(line.name, _only(free, line.key)) for line in found.lines]
    rows = [ways[i : i + 2] for i in range(0, len(ways), 2)]
    ends = [_show(say.ALL[view.by], free), _show(say.BACK, view)]
    context.say(card(bold(say.NARROW_ASK[view.by]), buttons=[*rows, ends]))


def _only(view: View, key: str) -> View:
    return view.with_(village=int(key)) if view.by == BY_VILLAGE else view.with_(kind=key)


def _show(label: str, view: View) -> Button:
    return Button(label, "figures.show", {"f": view.to_json()}, once=False)


async def lists(_: Update, context: Context) -> None:
    """「看名单」: the rows behind the figures."""
    view = _view(context)
    total = patrol_figures.figures(context.visit.session, context.actor, view, now=_at(context)).total
    counts = {"never": total.never, "tried": total.tried, "overdue": total.overdue, HAZARDS: total.hazards}
    ways = [_list(context, say.ROWS_HEAD.format(what=say.ROWS_OF[which], n=n), which, n) for which, n in counts.items()]
    kept = {"f": context.pressed["f"], "at": context.pressed["at"]}
    register = Button(records.TAKE_ALL, "patrol.register", kept, once=False)
    context.say(card(bold(say.ROWS_ASK), buttons=[ways[:2], ways[2:], [register, _show(say.BACK, view)]]))


def _list(context: Context, label: str, which: str, n: int, page: int = 0) -> Button:
    kept = {"f": context.pressed["f"], "at": context.pressed["at"]}
    return Button(label, "figures.list", {**kept, "w": which, "n": n, "page": page}, once=False)


async def listed(_: Update, context: Context) -> None:
    """A page of a list: each line opens its place or its case."""
    which, n, page = context.pressed["w"], context.pressed["n"], context.pressed["page"]
    rows, more = _rows(context, which, page)
    turn = [_list(context, common.PREVIOUS, which, n, page - 1)] if page else []
    turn += [_list(context, common.NEXT_PAGE, which, n, page + 1)] if more else []
    back = Button(say.BACK, "figures.rows", {"f": context.pressed["f"], "at": context.pressed["at"]}, once=False)
    head = bold(say.ROWS_HEAD.format(what=say.ROWS_OF[which], n=n))
    context.say(card(head, None if rows else say.ROWS_NONE, buttons=[*([row] for row in rows), turn, [back]]))


def _rows(context: Context, which: str, page: int) -> tuple[list[Button], bool]:
    s, who, view, at = context.visit.session, context.actor, _view(context), _at(context)
    if which == HAZARDS:
        cases, more = patrol_rows.hazards(s, who, view, page, now=at)
        told = [f"{case.number} {KINDS[case.kind].name} {case.place_text}" for case in cases]
        opened = [Button(label, "hazard.open", {"id": case.id}, once=False)
                  for label, case in zip(told, cases, strict=True)]  # fmt: skip
        return opened, more
    places, more = patrol_rows.places(s, who, view, which, page, now=at)
    due = [looks_at.due_in_words(p.next_patrol_on, context.today) if p.next_patrol_on else "" for p in places]
    return [looks_at.place_button(place, when) for place, when in zip(places, due, strict=True)], more


async def picture(_: Update, context: Context) -> None:
    """「看图」: made after the commit, comes as a message of its own."""
    _send(context, CHART)


async def export(_: Update, context: Context) -> None:
    """「导出」: made after the commit, comes as a message of its own."""
    _send(context, SHEET)


def _send(context: Context, what: str) -> None:
    kept = {"f": context.pressed["f"], "at": context.pressed["at"]}
    notify(context.visit.session, context.actor.id, what, now=context.now, lane=Lane.REPLY, **kept)
    context.toast(say.COMES)


def paper_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the chart or the register of the card that it was asked from; nothing for who sees no board any more."""
    view, at = View.from_json(row.about["f"]), datetime.fromisoformat(row.about["at"])
    try:
        found = patrol_figures.figures(s, actor_of(s, person), view, now=at)
    except Refused:
        return None
    told = figured.in_words(s, view, at)
    if row.what == SHEET:
        name = say.SHEET_NAME.format(by=told.by, since=told.first, until=told.last)
        order = figured.sheet(s, told, found, view, person.name, now)
        return card(say.SHEET_CAPTION.format(span=told.span, by=told.by), paper=Paper(name, partial(make, order)))
    try:
        fonts.chinese()
    except fonts.NoFont:
        return card(papers.NO_FONT)
    paper = Paper(say.CHART_NAME, partial(make, figured.chart(s, told, found)), kind="photo")
    return card(say.CHART_CAPTION.format(span=told.span, by=told.by), paper=paper)


ROUTES: tuple[Route, ...] = (
    command("patrolboard", board, say.BOARD, can=Can.SEE_BOARD, help=say.BOARD_HELP),
    press("figures.show", board, can=Can.SEE_BOARD),
    press("figures.span", spans, can=Can.SEE_BOARD),
    press("figures.narrow", narrow, can=Can.SEE_BOARD),
    press("figures.rows", lists, can=Can.SEE_BOARD),
    press("figures.list", listed, can=Can.SEE_BOARD),
    press("figures.chart", picture, can=Can.SEE_BOARD),
    press("figures.sheet", export, can=Can.SEE_BOARD),
)
NOTICES: tuple[Notice, ...] = (Notice(CHART, paper_card), Notice(SHEET, paper_card))
