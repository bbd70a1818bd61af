"""Talking with the reporter: questions with a limit, answers to the right case, the timeline."""

from datetime import datetime, timedelta

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Text, bold, card, lines, quote
from bot.context import Context
from bot.fields import Answers, Choice, NotUnderstood, Option, Photos, Said
from bot.fields import Text as Words
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, press
from bot.timetable import Chore
from handlers import answers, looks, looks_acts, looks_own
from handlers.hazards import begin_report
from handlers.meaning import NEW, ask_what, filed
from handlers.notices import officers_of
from handlers.say import hazards as cases
from handlers.say import questions as say
from handlers.timeline import timeline
from knowledge.understand import understand
from models import hazards, places, questions
from models.base import Refused
from models.hazards import Hazard, HazardStep
from models.lifecycle import OPEN, Act, Severity
from models.outbox import Outgoing
from models.people import Can, Person, actor_of
from models.rules import rules_of


async def other(_: Update, context: Context) -> None:
    """「不是」: the words are no answer; what are they? They are heard as if nothing waited, and nothing is lost."""
    words = str(context.pressed["text"])
    understood = understand(words, known=places.names_in(context.visit.session, words))
    if understood.intent == "question":
        answers.answer(context, words)
    elif understood.intent == "report" and understood.sure:
        begin_report(context, words, understood)
    else:
        ask_what(context, words)


async def answered(_: Update, context: Context) -> None:
    """「是，发给办件人员」."""
    context.say(filed(context, context.pressed["q"], str(context.pressed["text"])))


async def answer(_: Update, context: Context) -> None:
    """「答复」 under a question."""
    context.begin("answer", {"to": str(context.pressed["q"])})


async def history(_: Update, context: Context) -> None:
    """「经过」 of one's own report."""
    hazard = context.read(hazards.own_hazard, context.pressed["id"])
    back = Button("◀ 返回", "own.open", {"id": hazard.id}, once=False)
    context.say(card(timeline(context.visit.session, hazard, context.now), buttons=[[back]]))


async def ask(_: Update, context: Context) -> None:
    """「问上报人」."""
    hazard = context.read(hazards.hazard_to, context.pressed["id"], Act.ASKED)
    context.read(questions.reporter_to_ask, hazard)  # not only when the question was written
    due = looks.day_and_hour(context.now + timedelta(hours=rules_of(context.visit.session).question_hours))
    given = {"number": hazard.number, "place": hazard.place_text, "due": due,
             "urgent": hazard.severity == Severity.URGENT}  # fmt: skip
    context.begin("question", {"hazard": hazard.id, **given})


def submit_question(context: Context, given: Answers) -> Card:
    """Send the question and say until when an answer is waited for."""
    question = context.run(questions.ask, given["hazard"], str(given["ask"]))
    hazard = context.read(hazards.hazard_to, given["hazard"], Act.ASKED)
    clock = say.CLOCK_RUNS if given.get("urgent") else say.CLOCK_STANDS
    head = say.SENT.format(due=looks.day_and_hour(question.due_at), clock=clock)
    return looks.card_for(context, hazard, head)


def submit_answer(context: Context, given: Answers) -> Card:
    """Hand the answer in, or turn what is none into the beginning of a report."""
    words, photos = str(given.get("text") or ""), given.get("photos")
    if given["to"] == NEW:
        begin = Button(cases.START_REPORT, "report.start", {"text": words, "photos": photos})
        return card(say.NEW_ONE, buttons=[[begin]])
    return filed(context, int(given["to"]), words, photos)


class Often(Choice):
    """A question that is often asked, or one's own words."""

    a_row = 1

    def read(self, said: Said, answers: Answers) -> str:
        """Take a button, or the words themselves."""
        words = said.text.strip()
        if said.choice is not None or not words:
            return super().read(said, answers)
        if len(words) > questions.LONGEST:
            raise NotUnderstood(f"有点长了，请控制在 {questions.LONGEST} 个字以内，一次只问一件事。")
        return words


class Which(Choice):
    """Which case pictures are meant for."""

    a_row = 1

    def read(self, said: Said, answers: Answers) -> str:
        """Take a button or its words; anything else has to wait until this is known."""
        try:
            return super().read(said, answers)
        except NotUnderstood:
            raise NotUnderstood(say.WHICH_FIRST) from None


def _preview(answers: Answers) -> str:
    how = say.HOW.format(due=answers["due"])
    shown = say.PREVIEW_CARD.format(head=say.ASKED, number=answers["number"], place=answers["place"],
                                    ask=answers["ask"], how=how, as_written=say.AS_WRITTEN)  # fmt: skip
    return say.PREVIEW.format(shown=shown)


def _more(answers: Answers) -> str:
    return say.ANSWER_MORE if answers.get("photos") else say.ANSWER_WORDS


def question_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render a question for the reporter; nothing when it was answered, has lapsed, or the case has ended."""
    del person, now
    hazard = s.get(Hazard, row.about["hazard"])
    told = looks_own.asked_lines(s, hazard) if hazard is not None else []
    if hazard is None or not told:
        return None
    head, *rest = told
    where = lines(looks.headline(hazard), f"地点：{hazard.place_text}")
    return card(head, where, *rest, buttons=[looks_own.answer_row(s, hazard)])


def answer_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render an answer for those on the case: what was asked, what was said, and what they can do now."""
    hazard = s.get(Hazard, row.about["hazard"])
    found = _last(s, hazard, Act.ANSWERED) if hazard is not None else None
    if hazard is None or found is None:
        return None
    asked = [q for q in questions.questions_of(s, hazard.id or 0) if q.answered_at == found.at]
    words = hazards.note_of(hazard, found)
    count = sum(1 for each in hazards.evidence(s, hazard) if each.step_id == found.id)
    told = [say.THEY_ASKED.format(ask=q.ask) for q in asked]
    return _for_staff(s, hazard, person, now, lines(
        bold(say.ANSWER_CAME), *told, quote(words) if words else None,
        say.PHOTOS_CAME.format(count=count) if count else None,
    ))  # fmt: skip


def lapsed_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for those on the case, that no answer came; nothing when one has come since."""
    hazard = s.get(Hazard, row.about["hazard"])
    if hazard is None or hazard.step not in OPEN or questions.open_question(s, hazard) is not None:
        return None
    asked = questions.questions_of(s, hazard.id or 0)[-1]
    told = lines(bold(say.LAPSED), say.THEY_ASKED.format(ask=asked.ask), say.LAPSED_NEXT)
    return _for_staff(s, hazard, person, now, told)


def _last(s: Session, hazard: Hazard, act: Act) -> HazardStep | None:
    return next((step for step in reversed(hazards.history(s, hazard)) if step.act == act), None)


def _for_staff(s: Session, hazard: Hazard, person: Person, now: datetime, head: Text) -> Card | None:
    who = actor_of(s, person)
    try:
        hazards.hazard_for(s, who, hazard.id or 0, Can.SEE_HAZARDS)
    except Refused:
        return None
    return card(head, looks.hazard_text(s, hazard, now), buttons=looks_acts.act_rows(s, who, hazard, now))


def lapse(s: Session, *, now: datetime) -> None:
    """End the questions that got no answer in time."""
    questions.lapse(s, now=now)


FORMS = (
    Form("question", say.FORM_TITLE, submit=submit_question, remark=_preview, submit_label=say.SEND, fields=(
        Often(key="ask", label=say.FORM_LABEL, ask=say.ASK, choices=[Option(words, words) for words in say.OFTEN]),
    )),
    Form("answer", say.ANSWER_TITLE, submit=submit_answer, extra="text", review=False, fields=(
        Which(key="to", label=say.WHICH_LABEL, ask=say.WHICH_ONE,
              choices=lambda a: [Option(*option) for option in a.get("options", ())]),
        Words(key="text", label=say.ANSWER_LABEL, ask=_more, optional=True, when=lambda a: not a.get("sent")),
        Photos(key="photos", label="照片", ask=say.ANSWER_PHOTOS, optional=True,
               when=lambda a: bool(a.get("photos")) or not a.get("text")),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    press("hazard.asked", ask, can=Can.VERIFY),
    press("own.answer", answer),
    press("own.answered", answered),
    press("own.other", other),
    press("own.history", history),
)
NOTICES: tuple[Notice, ...] = (
    Notice("question.asked", question_card, owner=officers_of),
    Notice("hazard.answered", answer_card),
    Notice("hazard.lapsed", lapsed_card),
)
CHORES: tuple[Chore, ...] = (Chore("lapse", lapse),)
