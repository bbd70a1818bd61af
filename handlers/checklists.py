"""Checklists: the office reads them, changes them in chat or by file, and sees which lines never find anything."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, bold, card
from bot.context import Context
from bot.notices import Notice
from bot.render.orders import make
from bot.routes import Route, command, press
from handlers import checklist_editing
from handlers import looks_checklists as looks
from handlers.checklist_files import sheet
from handlers.looks_places import as_read
from handlers.say import checklists as say
from handlers.say import common
from models import checklist_figures, checklist_versions
from models.checklist_figures import ENOUGH, LineCount
from models.outbox import Lane, Outgoing, notify
from models.patrols import ChecklistItem
from models.people import Can, Person, actor_of

FILE = "checklist.file"
A_PAGE, A_ROW = 6, 2
SHOWN, OFFERED = 12, 4

Counted = tuple[str, ChecklistItem, LineCount]


async def listed(_: Update, context: Context) -> None:
    """「检查表」: of which kind of place."""
    kinds = list(looks.NAMES.items())
    last = (len(kinds) - 1) // A_PAGE
    page = max(0, min(int(context.pressed.get("page", 0)), last))
    found = [Button(_label(context, kind, name), "checklist.show", {"kind": kind}, once=False)
             for kind, name in kinds[page * A_PAGE : (page + 1) * A_PAGE]]  # fmt: skip
    rows = [found[i : i + A_ROW] for i in range(0, len(found), A_ROW)]
    ways = ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
    turns = [Button(label, "checklist.list", {"page": to}, once=False) for label, to in ways if 0 <= to <= last]
    figures = Button(say.FIGURES, "checklist.figures", once=False)
    context.say(card(bold(say.CHOOSE), say.CHOOSE_HOW, buttons=[*rows, turns, [figures]]))


def _label(context: Context, kind: str, name: str) -> str:
    return say.KIND.format(name=name, n=len(looks.lines_now(context.visit.session, kind)[1]))


async def show(_: Update, context: Context) -> None:
    """The list of one kind."""
    context.say(looks.kind_card(context, str(context.pressed["kind"])))


async def history(_: Update, context: Context) -> None:
    """「历次修改」."""
    context.say(looks.history_card(context, str(context.pressed["kind"])))


async def download(_: Update, context: Context) -> None:
    """「下载」: the file is made after the commit and comes as a message of its own."""
    notify(context.visit.session, context.actor.id, FILE, now=context.now, lane=Lane.REPLY,
           kind=str(context.pressed["kind"]))  # fmt: skip
    context.toast(say.COMES)


def file_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the list of a kind as an XLSX file; nothing for who may not edit any more."""
    if not actor_of(s, person).may(Can.EDIT):
        return None
    kind = str(row.about["kind"])
    version = checklist_versions.newest(s, kind)
    number, lines = (version.number, version.items) if version else (0, looks.built_in_lines(kind))
    order = sheet(kind, number, lines, person.name, now)
    name = looks.NAMES[kind]
    told = say.FILE_CAPTION.format(name=name, n=len(lines))
    return card(told, paper=Paper(say.FILE_NAME.format(name=name), partial(make, order)))


async def figures(_: Update, context: Context) -> None:
    """「从没查出问题的项」: candidates to go, and the lines that find most; people decide."""
    counted = list(_counted(context))
    never = sorted((each for each in counted if each[2].asked >= ENOUGH and not each[2].failed),
                   key=lambda each: -each[2].asked)  # fmt: skip
    often = sorted((each for each in counted if each[2].failed), key=lambda each: -each[2].failed)[:OFFERED]
    head = say.NEVER.format(at_least=ENOUGH, n=len(never)) if never else say.NEVER_NONE.format(at_least=ENOUGH)
    more = say.NEVER_MORE.format(n=len(never) - SHOWN) if len(never) > SHOWN else None
    drop = [[Button(say.REMOVE_BUTTON.format(text=as_read(line["text"])), "checklist.drop",
                    {"kind": kind, "key": line["key"], "asked": count.asked}, once=False)]
            for kind, line, count in never[:OFFERED]]  # fmt: skip
    back = [Button(say.BACK_TO_LIST, "checklist.list", once=False)]
    context.say(card(
        bold(say.FIGURES_HEAD), head, *(_figure(say.NEVER_LINE, each) for each in never[:SHOWN]), more,
        say.OFTEN if often else None, *(_figure(say.OFTEN_LINE, each) for each in often), buttons=[*drop, back],
    ))  # fmt: skip


def _counted(context: Context) -> Iterator[Counted]:
    """The lines that are asked now, with what they found within a year."""
    counts = context.run(checklist_figures.counts)
    for kind in looks.NAMES:
        for line in looks.lines_now(context.visit.session, kind)[1]:
            if (count := counts.get(line["key"])) is not None:
                yield kind, line, count


def _figure(said: str, each: Counted) -> str:
    kind, line, count = each
    return said.format(kind=looks.NAMES[kind], text=as_read(line["text"]), asked=count.asked, failed=count.failed)


FORMS = checklist_editing.FORMS
ROUTES: tuple[Route, ...] = (
    command("checklists", listed, say.MENU, can=Can.EDIT, help=say.HELP),
    press("checklist.list", listed, can=Can.EDIT),
    press("checklist.show", show, can=Can.EDIT),
    press("checklist.history", history, can=Can.EDIT),
    press("checklist.file", download, can=Can.EDIT),
    press("checklist.edit", checklist_editing.begin, can=Can.EDIT),
    press("checklist.figures", figures, can=Can.EDIT),
    press("checklist.drop", checklist_editing.drop, can=Can.EDIT),
)
NOTICES: tuple[Notice, ...] = (Notice(FILE, file_card),)
