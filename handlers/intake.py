"""Other ways to a report: for a caller, several findings in one walk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card, code, lines, quote
from bot.context import Context
from bot.fields import Answers, Choice, Option, Photos, Place, Text
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from handlers import looks
from handlers.hazards import OFTEN, Kind, begin_report, is_somewhere, locate, media, severity_of_report
from handlers.say import hazards as say_hazards
from handlers.say import intake as say
from knowledge.findings import Finding, findings_in, tags_of
from knowledge.kinds import KINDS
from knowledge.understand import Understanding, severity_of, understand
from knowledge.words import normalise
from models import callers, hazards, places
from models.hazard_files import STAFF
from models.lifecycle import SEVERITY_LABELS, Severity
from models.outbox import Outgoing
from models.people import Can, Person, actor_of

NO, YES = "no", "yes"


async def begin_caller(_: Update, context: Context) -> None:
    """「代群众登记」, perhaps with the caller's words behind the command."""
    words = str(context.pressed.get("rest") or "").strip()
    understood = understand(words, known=places.names_in(context.visit.session, words)) if words else None
    known: dict[str, Any] = {"detail": words}
    if understood is not None:
        known["kind"] = understood.kind
        known["place"] = {"text": understood.place} if understood.place and is_somewhere(understood.place) else None
    context.begin("caller", known)


def submit_caller(context: Context, answers: Answers) -> Card:
    """Enter the danger; the card holds what to read out to the caller."""
    hazard = context.run(
        callers.enter, str(answers["channel"]), str(answers.get("contact") or ""), **_given(context, answers)
    )  # fmt: skip
    running = looks.clock_of(context.visit.session, hazard)
    due = looks.day_and_hour(running.due_at) if running else ""
    read = quote(say.READ.format(number=hazard.number, due=due))
    ways = [Button(say.OPEN.format(number=hazard.number), "hazard.open", {"id": hazard.id}, once=False)]
    return card(bold(say.ENTERED) + "  " + code(hazard.number), say.READ_OUT, read, buttons=[ways], receipt=True)


def _given(context: Context, answers: Answers) -> dict[str, Any]:
    where, kind = answers["place"], str(answers["kind"])
    place, area_id = context.read(locate, where["text"], where.get("place_id"))
    detail = str(answers.get("detail") or "")
    return {
        "kind": kind, "severity": severity_of_report(answers), "place_text": where["text"], "detail": detail,
        "media": media(answers.get("photos")), "area_id": area_id, "place_id": place, "tags": tags_of(detail, kind),
        "latitude": where.get("latitude"), "longitude": where.get("longitude"), "evacuation": KINDS[kind].is_evacuation,
    }  # fmt: skip


def offer(
    context: Context, words: str, understood: Understanding, pictures: Sequence[dict[str, Any]] = ()
) -> bool:
    """Ask staff who told of several dangers whether each becomes a case; False when there is nothing to ask."""
    found = findings_in(words) if context.actor.may(Can.SEE_HAZARDS) else []
    if len(found) < 2:
        return False
    kept = {"text": words, "place": understood.place, "photos": list(pictures)}
    ways = [Button(say.SPLIT.format(n=len(found)), "report.several", kept),
            Button(say.TOGETHER, "report.together", kept)]  # fmt: skip
    context.say(card(bold(say.SEVERAL.format(n=len(found))), *_told(found), buttons=[ways]))
    return True


def _told(found: Sequence[Finding]) -> list[str]:
    return [
        say.SEVERAL_LINE.format(n=n, kind=KINDS[one.kind].name, severity=SEVERITY_LABELS[_grave(one)], words=one.words)
        for n, one in enumerate(found, 1)
    ]


def _grave(found: Finding) -> Severity:
    return Severity(severity_of(found.kind, normalise(found.words)))


async def several(_: Update, context: Context) -> None:
    """「分成 N 件登记」: only the place is asked, if it is missing."""
    pressed = context.pressed
    where = pressed["place"]
    known = {"text": where} if where and is_somewhere(where) else None
    context.begin("findings", {"words": pressed["text"], "place": known, "photos": pressed["photos"]})


async def together(_: Update, context: Context) -> None:
    """「合成一件」: an ordinary report; the gravest kind decides, the others are tags."""
    words = str(context.pressed["text"])
    understood = understand(words, known=places.names_in(context.visit.session, words))
    begin_report(context, words, understood, context.pressed["photos"] or None)


def submit_findings(context: Context, answers: Answers) -> Card:
    """Enter each danger as a case of its own, under the name of who found it."""
    made = [
        context.run(hazards.report, source=STAFF, **_given(context, {**answers, "kind": one.kind, "detail": one.words}))
        for one in findings_in(str(answers["words"]))
    ]
    rows = [[Button(say.OPEN.format(number=h.number), "hazard.open", {"id": h.id}, once=False)] for h in made]
    told = [looks.headline(hazard) for hazard in made]
    return card(bold(say.SEVERAL_DONE.format(n=len(made))), lines(*told), buttons=rows, receipt=True)


def _remark(answers: Answers) -> str:
    found = findings_in(str(answers["words"]))
    return "\n".join([say.SEVERAL_REMARK.format(n=len(found)), *_told(found)])


def many(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """One person reports more than the hour's limit: those who assign hear of it once, and look at their list."""
    del row, now
    if not actor_of(s, person).may(Can.ASSIGN):
        return None
    return card(say.MANY, buttons=[[Button(say.LIST, "hazard.list", {"page": 0}, once=False)]])


def _agreed(answers: Answers) -> bool:
    return answers.get("agrees") == YES


_KIND = Kind(key="kind", label="类别", ask=say_hazards.WHICH_KIND, choices=[Option(c, KINDS[c].name) for c in OFTEN])
_PLACE = Place(key="place", label="地点", ask=say_hazards.WHERE)
FORMS: tuple[Form, ...] = (
    Form(
        "caller", say.CALLER, submit=submit_caller, extra="detail",
        remark=lambda answers: say.AGREED_SHORT if _agreed(answers) else say.SECRET_SHORT,
        fields=(
            _KIND, _PLACE, Text(key="detail", label="说明", ask=say.DETAIL),
            Choice(key="channel", label=say.CHANNEL, ask=say.CHANNEL_ASK,
                   choices=[Option(key, label) for key, label in callers.CHANNELS.items()]),
            Choice(key="agrees", label=say.AGREES, ask=say.AGREES_ASK,
                   choices=[Option(NO, say.AGREES_NOT), Option(YES, say.AGREED)]),
            Text(key="contact", label=say.CONTACT, ask=say.CONTACT_ASK, when=_agreed, at_most=callers.LONGEST),
        ),
    ),
    Form(
        "findings", say.SEVERAL_TITLE, submit=submit_findings, remark=_remark,
        fields=(_PLACE, Photos(key="photos", label="照片", ask=say_hazards.PHOTOS, optional=True)),
    ),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("caller", begin_caller, say.CALLER, can=Can.VERIFY, help=say.CALLER_HELP, words=("帮群众登记", "代登记")),
    press("report.several", several, can=Can.SEE_HAZARDS),
    press("report.together", together, can=Can.SEE_HAZARDS),
)
NOTICES: tuple[Notice, ...] = (Notice("report.many", many),)
