"""Papers of a case: ledger, notices, results of second looks, letters of referral."""

from datetime import date, datetime
from functools import partial
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, bold, card
from bot.context import Context
from bot.fields import Answers, Text
from bot.forms import Form
from bot.notices import Notice
from bot.render.orders import make
from bot.routes import Route, command, link, press
from handlers import looks, looks_own
from handlers.letters import CASE_LINK, letter, number_of
from handlers.registers import register
from handlers.say import documents as say
from knowledge.kinds import KINDS
from models import documents, hazards, ledger
from models.areas import Area
from models.base import Refused
from models.documents import Document
from models.hazards import Hazard
from models.lifecycle import LIFECYCLE, Act
from models.outbox import Lane, Outgoing, notify
from models.people import Actor, Can, Person, actor_of
from models.places import Place

LEDGER, PAPER = "ledger.file", "document.file"
DECEMBER = 12


async def choose_ledger(_: Update, context: Context) -> None:
    """「隐患台账」: which days; how many cases each has."""
    today = context.today
    spans = (
        (say.MONTH, date(today.year, today.month, 1), today),
        (say.YEAR, date(today.year, 1, 1), today),
        (say.LAST_YEAR, date(today.year - 1, 1, 1), date(today.year - 1, DECEMBER, 31)),
    )
    rows = []
    for label, since, until in spans:
        count = context.read(ledger.count, since, until)
        days = {"since": since.isoformat(), "until": until.isoformat()}
        rows.append([Button(label.format(count=count), "ledger.take", days, once=False)])
    context.say(card(bold(say.LEDGER), say.LEDGER_WHICH, buttons=rows))


async def take_ledger(_: Update, context: Context) -> None:
    """A span was chosen: the file is made after the commit and comes as a message of its own."""
    days = {key: context.pressed[key] for key in ("since", "until")}
    notify(context.visit.session, context.actor.id, LEDGER, now=context.now, lane=Lane.REPLY, **days)
    context.toast(say.COMES)


def ledger_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the ledger as an XLSX file; nothing for who may not see it any more."""
    since, until = (date.fromisoformat(row.about[key]) for key in ("since", "until"))
    try:
        lines = ledger.ledger(s, actor_of(s, person), since, until, now=now)
    except Refused:
        return None
    order = register(s, lines, since, until, person.name, now)
    more = say.LEDGER_MOST.format(most=ledger.MOST) if len(lines) == ledger.MOST else None
    name = say.LEDGER_NAME.format(since=since, until=until)
    return card(say.LEDGER_DONE.format(count=len(lines)), more, paper=Paper(name, partial(make, order)))


async def papers(_: Update, context: Context) -> None:
    """「文书」 on a card: what may be written now, and what has been."""
    context.say(_papers(context, context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)))


def _papers(context: Context, hazard: Hazard, head: str = "") -> Card:
    s = context.visit.session
    made = context.read(documents.of_case, hazard.id or 0)
    kinds = [kind for kind in documents.may_issue(s, hazard) if _may_write(context.actor, hazard, kind)]
    rows = [[Button(say.WRITE[kind], "document.write", {"id": hazard.id, "kind": kind})] for kind in kinds]
    rows += [[Button(say.AGAIN.format(name=number_of(s, found)), "document.again", {"d": found.id}, once=False)]
             for found in made]  # fmt: skip
    back = Button("◀ 返回", "hazard.open", {"id": hazard.id}, once=False)
    none = None if rows else say.PAPERS_NONE
    title = bold(head or say.PAPERS_HEAD)
    return card(title, looks.headline(hazard), none, buttons=[*rows, [back]])


def _may_write(who: Actor, hazard: Hazard, kind: str) -> bool:
    return any(who.reaches(can, hazard.area_path) for can in LIFECYCLE[documents.ACTS[kind]].cans)


async def write(_: Update, context: Context) -> None:
    """「开…」: a form with everything that is known already; the officer reads it before it gets a number."""
    kind = str(context.pressed["kind"])
    hazard = context.read(hazards.hazard_to, context.pressed["id"], documents.ACTS[kind])
    context.begin("document", {"hazard": hazard.id, "kind": kind, **_known(context, hazard)})


def _known(context: Context, hazard: Hazard) -> dict[str, Any]:
    """What the last paper of the case said, or the place and the officer's own finding; never a report's words."""
    last = next(iter(context.read(documents.of_case, hazard.id or 0)), None)
    if last is not None:
        return {key: last.fields[key] for key in ("unit", "address", "facts")}
    s = context.visit.session
    place = s.get(Place, hazard.place_id) if hazard.place_id else None
    found = documents.last_of(s, hazard, Act.CONFIRMED, Act.FAILED)
    known = {"unit": place.name, "address": _address(s, place)} if place else {}
    return {**known, "facts": found.note if found else ""}


def _address(s: Session, place: Place) -> str:
    return place.address or s.get_one(Area, place.area_id).name


def submit(context: Context, answers: Answers) -> Card:
    """Number the paper and send the file after it."""
    told = {key: str(answers[key]) for key in ("unit", "address", "facts")}
    hazard = context.read(hazards.hazard_for, answers["hazard"], Can.SEE_HAZARDS)
    law = KINDS[hazard.kind].basis
    made = context.run(documents.issue, answers["hazard"], str(answers["kind"]), basis=law, **told)
    _send(context, made)
    return _papers(context, hazard, say.MADE.format(name=number_of(context.visit.session, made)))


async def again(_: Update, context: Context) -> None:
    """「再要一份」: the same paper once more."""
    _send(context, context.read(documents.document, context.pressed["d"]))
    context.toast(say.COMES)


def _send(context: Context, made: Document) -> None:
    notify(context.visit.session, context.actor.id, PAPER, now=context.now, lane=Lane.REPLY, document=made.id)


def paper_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render a numbered paper as a DOCX file."""
    del now
    try:
        made = documents.document(s, actor_of(s, person), row.about["document"])
    except Refused:
        return None
    name, number = documents.LABELS[made.kind], number_of(s, made)
    paper = Paper(say.FILE.format(name=name, hazard=made.fields["hazard"]), partial(make, letter(s, made)))
    return card(say.CAPTION.format(name=name, number=number), paper=paper)


async def scanned(_: Update, context: Context) -> None:
    """The code on a paper: the case, for whoever may see it."""
    number = "吹" + str(context.pressed.get("rest", "")).removeprefix(CASE_LINK)
    hazard = context.read(hazards.by_number, number)
    s = context.visit.session
    try:
        context.read(hazards.hazard_for, hazard.id, Can.SEE_HAZARDS)
    except Refused:
        context.say(looks_own.own_card(s, hazard, context.now))
    else:
        context.say(looks.hazard_card(s, context.actor, hazard, context.now))


FORMS: tuple[Form, ...] = (
    Form("document", say.PAPERS, submit=submit, extra="facts", remark=lambda _: say.PREVIEW, fields=(
        Text(key="unit", label="单位", ask=say.UNIT, at_most=80),
        Text(key="address", label="地址", ask=say.ADDRESS, at_most=120),
        Text(key="facts", label="问题", ask=say.FACTS, at_most=1500),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("ledger", choose_ledger, say.LEDGER, can=Can.SEE_BOARD, help=say.LEDGER_HELP, words=("台账", "导出台账")),
    press("ledger.take", take_ledger, can=Can.SEE_BOARD),
    press("document.list", papers, can=Can.SEE_HAZARDS),
    press("document.write", write, can=Can.SEE_HAZARDS),
    press("document.again", again, can=Can.SEE_HAZARDS),
    link(CASE_LINK, scanned),
)
NOTICES: tuple[Notice, ...] = (Notice(LEDGER, ledger_card), Notice(PAPER, paper_card))
