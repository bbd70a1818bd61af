"""The custodian's desk: what was said in confidence, requests to look somebody up, complaints about retaliation."""

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card, lines, quote
from bot.cards import Text as Shown
from bot.context import Context
from bot.fields import Answers, Text
from bot.forms import Form
from bot.routes import Route, command, press
from handlers import looks
from handlers.say import common
from handlers.say import custodian as say
from models import complaints, custody, hazards, pictures, reveals
from models.calendar import day_name
from models.complaints import Complaint
from models.custody import Original
from models.hazards import Hazard
from models.people import Can

A_PAGE = 8
TO_DESK = Button(say.TO_DESK, "custody.desk", once=False)


async def desk(_: Update, context: Context) -> None:
    """「保密台」: what waits for the custodian."""
    cases = context.read(custody.sealed_cases)
    requests = context.run(reveals.waiting_for)
    trouble = context.read(complaints.waiting_for)
    told = (say.DESK_REVEALS.format(n=len(requests)), say.DESK_COMPLAINTS.format(n=len(trouble)),
            say.DESK_CASES.format(n=len(cases)))  # fmt: skip
    ways = [Button(say.TO_REVEALS, "reveal.list", once=False), Button(say.TO_COMPLAINTS, "complaint.list", once=False)]
    rows = [ways, [Button(say.TO_CASES, "custody.list", once=False)]]
    context.say(card(bold(say.DESK), *told, say.DESK_HOW, buttons=rows))


async def cases(_: Update, context: Context) -> None:
    """「保密上报」: the open ones, newest first."""
    found = context.read(custody.sealed_cases)
    page = int(context.pressed.get("page", 0))
    shown = found[page * A_PAGE : (page + 1) * A_PAGE]
    rows = [[Button(f"{h.number} {h.place_text}", "custody.open", {"id": h.id}, once=False)] for h in shown]
    turns = [Button(label, "custody.list", {"page": to}, once=False)
             for label, to in ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
             if 0 <= to <= (len(found) - 1) // A_PAGE]  # fmt: skip
    head = bold(say.CASES.format(n=len(found))) if found else say.NO_CASES
    context.say(card(head, buttons=[*rows, turns, [TO_DESK]]))


def case_card(context: Context, hazard: Hazard, note: str = "") -> Card:
    """Return a case as the custodian finds it: what the case line reads, and what can be done."""
    this, s, words = {"id": hazard.id}, context.visit.session, hazards.words_of(hazard)
    told = lines(say.CASE_TOLD, quote(words)) if words else say.CASE_EMPTY
    kinds = {each.kind for each in pictures.kept_from_the_case(s, hazard)}
    label = say.HEAR if kinds == {hazards.VOICE} else say.ORIGINALS
    originals = [Button(label, "custody.originals", this, once=False)] if kinds else []
    rewrite = [Button(say.REWRITE, "custody.rewrite", this)] if hazards.is_concealed(hazard) else []
    who = [Button(say.ASK_WHO, "reveal.ask", this, once=False)] if reveals.may_ask(s, context.actor, hazard) else []
    rows = [[Button(say.READ, "custody.read", this, once=False), *originals], rewrite,
            [*who, Button(say.BACK, "custody.list", once=False)]]  # fmt: skip
    return card(note or None, looks.headline(hazard), f"地点：{hazard.place_text}", told, buttons=rows)


async def open_case(_: Update, context: Context) -> None:
    """One case; its original words and files are behind one more tap, which is recorded."""
    context.say(case_card(context, context.read(custody.sealed_case, context.pressed["id"])))


async def read(_: Update, context: Context) -> None:
    """「看原话」."""
    number = context.pressed["id"]
    original = context.run(custody.read_original, number)
    hazard = context.read(custody.sealed_case, number)
    context.say(card(looks.headline(hazard), say.ORIGINAL, *_words(original), buttons=[_ways(hazard)]))


def _ways(hazard: Hazard) -> list[Button]:
    rewrite = [Button(say.REWRITE, "custody.rewrite", {"id": hazard.id})] if hazards.is_concealed(hazard) else []
    return [*rewrite, Button(say.BACK, "custody.open", {"id": hazard.id}, once=False)]


async def originals(_: Update, context: Context) -> None:
    """「看原件」「听原话」: pictures, films and voices as they came, in a message of their own."""
    found = context.run(custody.open_originals, context.pressed["id"])
    hazard = context.read(custody.sealed_case, context.pressed["id"])
    sent = tuple(("document" if each.kind == hazards.IMAGE else each.kind, each.file_id) for each in found)
    then = say.ORIGINALS_NEXT if hazards.is_concealed(hazard) else None
    context.say(card(looks.headline(hazard), say.ORIGINALS_HERE, then, buttons=[_ways(hazard)], media=sent), new=True)


def _words(original: Original) -> list[Shown | str]:
    told: list[Shown | str] = [quote(original.detail) if original.detail else say.NO_WORDS]
    later = [quote(words) for words in original.later]
    return [*told, say.LATER, *later] if later else told


async def rewrite(_: Update, context: Context) -> None:
    """「改写」: other words for those on the case."""
    context.begin("restate", {"hazard": context.read(custody.sealed_case, context.pressed["id"]).id})


def submit_rewrite(context: Context, answers: Answers) -> Card:
    """Put the new words in place of the old and show them as the case line reads them."""
    hazard = context.run(custody.restate, answers["hazard"], answers["words"])
    return case_card(context, hazard, say.REWRITTEN)


async def complaint_list(_: Update, context: Context) -> None:
    """「看投诉」: those without an answer, oldest first."""
    found = context.read(complaints.waiting_for)
    rows = [[Button(_named(row), "complaint.open", {"complaint": row.id}, once=False)] for row in found[:A_PAGE]]
    head = bold(say.COMPLAINTS.format(n=len(found))) if found else say.NO_COMPLAINTS
    context.say(card(head, buttons=[*rows, [TO_DESK] if context.actor.may(Can.UNSEAL) else []]))


def _named(row: Complaint) -> str:
    return say.COMPLAINT_NUMBER.format(n=row.id, day=day_name(row.made_on))


async def open_complaint(_: Update, context: Context) -> None:
    """One complaint, without whose it is."""
    row = context.read(complaints.complaint_for, context.pressed["complaint"])
    context.say(complaint_card(context.visit.session, row))


def complaint_card(s: Session, row: Complaint, note: str = "") -> Card:
    """Return a complaint as its keeper reads it, with what was answered so far."""
    hazard = s.get(Hazard, row.hazard_id) if row.hazard_id is not None else None
    about = say.COMPLAINT_ABOUT.format(number=hazard.number) if hazard is not None else say.COMPLAINT_UNKNOWN
    due = say.COMPLAINT_DUE.format(due=looks.day_and_hour(complaints.due_at(s, row)))
    answered = lines(say.COMPLAINT_DONE, quote(row.outcome)) if row.outcome else due
    ways = [Button(say.ANSWER, "complaint.answer", {"complaint": row.id}),
            Button(say.BACK, "complaint.list", once=False)]  # fmt: skip
    reach = say.COMPLAINT_BLIND if row.alias is not None else say.COMPLAINT_NO_WAY
    return card(note or None, bold(_named(row)), about, quote(row.words), answered, reach, buttons=[ways])


async def answer(_: Update, context: Context) -> None:
    """「答复」."""
    row = context.read(complaints.complaint_for, context.pressed["complaint"])
    context.begin("complaint_answer", {"complaint": row.id})


def submit_answer(context: Context, answers: Answers) -> Card:
    """Send the answer to whoever complained, through their alias."""
    row = context.run(complaints.answer, answers["complaint"], answers["words"])
    return complaint_card(context.visit.session, row, say.ANSWERED)


FORMS = (
    Form(
        "restate", say.REWRITE_TITLE, submit=submit_rewrite, remark=lambda _: say.REWRITE_REMARK,
        fields=(Text(key="words", label=say.REWRITE_LABEL, ask=say.REWRITE_ASK, at_most=500),),
    ),
    Form(
        "complaint_answer", say.ANSWER_TITLE, submit=submit_answer, remark=lambda _: say.ANSWER_REMARK,
        fields=(Text(key="words", label=say.ANSWER_LABEL, ask=say.ANSWER_ASK, at_most=1000),),
    ),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("custody", desk, "保密台", can=Can.UNSEAL, often=1),
    press("custody.desk", desk, can=Can.UNSEAL),
    press("custody.list", cases, can=Can.UNSEAL),
    press("custody.open", open_case, can=Can.UNSEAL),
    press("custody.read", read, can=Can.UNSEAL),
    press("custody.originals", originals, can=Can.UNSEAL),
    press("custody.rewrite", rewrite, can=Can.UNSEAL),
    press("complaint.list", complaint_list, can=Can.COUNTERSIGN),
    press("complaint.open", open_complaint, can=Can.COUNTERSIGN),
    press("complaint.answer", answer, can=Can.COUNTERSIGN),
)
