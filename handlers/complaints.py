"""Complaints: somebody is being given trouble for a report - one tap, and it goes past everybody on the case."""

from datetime import datetime

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card, quote
from bot.context import Context
from bot.fields import Answers, Choice, Option, Text
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, press
from bot.timetable import Chore
from handlers import looks
from handlers.say import complaints as say
from handlers.say import custodian as say_custodian
from handlers.say import hazards as say_hazards
from knowledge.intents import says
from knowledge.words import normalise
from models import complaints, hazards
from models.base import Refused
from models.complaints import Complaint
from models.outbox import Outgoing
from models.people import Person, actor_of
from models.rules import Rules, rules_of

NO_CASE = "0"
OFFERED = 6
FIRE = frozenset({"119", "12119", "96119"})


def is_trouble(words: str) -> bool:
    """Say whether words tell that somebody is threatened or harmed for having reported; a mere worry does not."""
    said = normalise(words)
    return says("retaliation", said) and not says("no_retaliation", said)


def is_beside(words: str) -> bool:
    """Say whether the trouble in these words is no answer to a report: then a danger in them comes first."""
    return not says("for_reporting", normalise(words))


def tell_button(words: str, label: str = say.TELL) -> Button:
    """Return the way to the custodian that takes these words along."""
    return Button(label, "own.trouble", {"text": words})


def ask_trouble(context: Context, words: str) -> None:
    """Ask, once, whether this is for the custodian; a danger or a question it may be as well."""
    kept = {"text": words}
    ways = [Button(say_hazards.START_REPORT, "report.start", kept), Button(say_hazards.START_ASK, "ask.start", kept)]
    context.say(card(say.UNSURE, buttons=[[tell_button(words)], ways]))


def offer_beside(context: Context, words: str) -> None:
    """Offer the way to the custodian beside what the words are about."""
    context.say(card(say.BESIDE, buttons=[[tell_button(words, say.BUTTON)]]), new=True)


async def begin(_: Update, context: Context) -> None:
    """「有人为难我」, on a report of one's own or with words that were sent before."""
    known: Answers = {"words": context.pressed.get("text")}
    if context.pressed.get("id") is not None:
        known["hazard"] = context.read(hazards.own_hazard, context.pressed["id"]).id
    else:
        known["cases"] = [[h.id, f"{h.number} {h.place_text}"] for h in context.read(hazards.mine)[:OFFERED]]
    context.begin("complaint", known)


def submit(context: Context, answers: Answers) -> Card:
    """Hand the complaint to the keepers; say when and where the answer is to be read."""
    number = int(answers.get("hazard") or answers.get("case") or NO_CASE)
    row = context.run(complaints.complain, number or None, str(answers["words"]))
    s = context.visit.session
    due, numbers = looks.day_and_hour(complaints.due_at(s, row)), _numbers(rules_of(s))
    if not complaints.keepers_of(s, row):
        return card(bold(say.SENT_NOBODY.format(numbers=numbers)))
    when = say.SENT_DUE if row.alias is not None else say.SENT_RECEIPT
    return card(bold(say.SENT), when.format(due=due), say.SENT_CALL.format(numbers=numbers))


def _numbers(rules: Rules) -> str:
    found = [f"{number}（{name}）" for name, number in rules.hotlines.items() if number not in FIRE]
    return "，".join(found) or "12345"


def made_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """A keeper hears of a complaint; what it says is read only after a tap, not on a locked screen."""
    del now
    found = _kept(s, row, person)
    if found is None or found.handled_at is not None:
        return None
    due = say_custodian.COMPLAINT_DUE.format(due=looks.day_and_hour(complaints.due_at(s, found)))
    way = Button(say_custodian.OPEN, "complaint.open", {"complaint": found.id}, once=False)
    return card(bold(say_custodian.COMPLAINT_HEAD), due, buttons=[[way]])


def _kept(s: Session, row: Outgoing, person: Person) -> Complaint | None:
    try:
        return complaints.complaint_for(s, actor_of(s, person), row.about["complaint"])
    except Refused:
        return None


def answered_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """The complainant reads the answer."""
    del person, now
    found = s.get(Complaint, row.about["complaint"])
    if found is None or not found.outcome:
        return None
    more = Button(say.MORE, "own.trouble", {"id": found.hazard_id} if found.hazard_id else {}, once=False)
    return card(bold(say.ANSWER_HEAD), quote(found.outcome), buttons=[[more]])


def late_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """A leader hears that a complaint waits too long, and nothing of what it says."""
    del now
    found = s.get(Complaint, row.about["complaint"])
    if found is None or found.handled_at is not None or person.id not in complaints.leaders_of(s, found):
        return None
    due = looks.day_and_hour(complaints.due_at(s, found))
    return card(bold(say_custodian.LATE_HEAD), say_custodian.LATE.format(n=found.id, due=due))


FORMS = (
    Form(
        "complaint", say.TITLE, submit=submit, extra="words", submit_label=say.TELL, remark=lambda _: say.REMARK,
        fields=(
            Text(key="words", label=say.WORDS_LABEL, ask=say.WORDS_ASK, at_most=2000),
            Choice(
                key="case", label=say.CASE_LABEL, ask=say.CASE_ASK, when=lambda a: bool(a.get("cases")),
                choices=lambda a: [*(Option(str(number), label) for number, label in a["cases"]),
                                   Option(NO_CASE, say.CASE_NONE)],
            ),
        ),
    ),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (press("own.trouble", begin),)
NOTICES: tuple[Notice, ...] = (
    Notice("complaint.made", made_card),
    Notice("complaint.answered", answered_card),
    Notice("complaint.late", late_card, holds=True),
)
CHORES: tuple[Chore, ...] = (Chore("complaints", complaints.escalate),)
