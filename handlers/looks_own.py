"""How a report looks to whoever made it: the receipt, where it stands and why, and what they can do."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card, code, lines, quote
from handlers.looks_basics import headline, money, name_of, titles_of
from handlers.looks_outcomes import clock_of as clock_of
from handlers.looks_outcomes import day_and_hour as day_and_hour
from handlers.looks_outcomes import due_line as due_line
from handlers.looks_outcomes import merged_end, progress, reason
from handlers.say import complaints as say_complaints
from handlers.say import custodian as say_custodian
from handlers.say import hazards as say
from handlers.say import pictures as say_pictures
from handlers.say import privacy as say_privacy
from handlers.say import questions as talks
from handlers.say import rewards as say_rewards
from models import complaints, hazards, own_data, pictures, questions, reveals, rewards
from models.calendar import day_name
from models.hazards import Evidence, Hazard, Media
from models.lifecycle import ENDS, LIFECYCLE, Act, Relation, Step
from models.reveals import Reveal
from models.rules import rules_of

STARS = 5
NEWS = "您的上报有新进展"


def receipt(s: Session, hazard: Hazard, receipt: str = "") -> Card:
    """Return the receipt: the number, what happens next with a date, who can see what, and the 16 digits if any."""
    running = clock_of(s, hazard)
    due = day_and_hour(running.due_at) if running else ""
    alone = hazard.privacy == hazards.RECEIPT
    following = (say_privacy.COME_BACK if alone else say.NEXT).format(due=due)
    level = bold("保密：") + say_privacy.ONE_LINE[hazard.privacy]
    also = say_privacy.ALSO_BY_RECEIPT if receipt and not alone else None
    return card(
        bold("✅ " + say.RECEIVED), bold(say.NUMBER) + code(hazard.number), *receipt_lines(receipt), also, following,
        level, kept_back(hazard, hazards.evidence(s, hazard)), say.ADD_LATER,
        buttons=[copy_row(receipt), own_buttons(hazard)], receipt=True,
    )  # fmt: skip


def kept_back(
    hazard: Hazard, came: Iterable[Media | Evidence], relation: Relation = Relation.REPORTER
) -> str | None:
    """Return what a concealed reporter, or a follower, has to know of voices and films."""
    return say_pictures.KEPT_BACK if pictures.stays_sealed(hazard, came, relation) else None


def receipt_lines(receipt: str) -> tuple[str | Text, ...]:
    """Return a receipt in groups of four, which a tap copies, and the word that nobody can replace it."""
    if not receipt:
        return ()
    return bold(say_privacy.RECEIPT_NUMBER) + code(_grouped(receipt)), say_privacy.KEEP_IT


def copy_row(receipt: str) -> list[Button]:
    """Return the button that copies a receipt, if there is one."""
    return [Button(say_privacy.COPY, copy=_grouped(receipt))] if receipt else []


def _grouped(receipt: str) -> str:
    return " ".join(receipt[i : i + 4] for i in range(0, len(receipt), 4))


def own_card(s: Session, hazard: Hazard, now: datetime, note: str = "", why: str = "") -> Card:
    """Return a hazard as its reporter sees it: where it stands, why, and what they can do."""
    step = Step(hazard.step)
    if step is Step.DUPLICATE:
        return _merged_card(s, hazard, note)
    running = clock_of(s, hazard)
    due = due_line(running, now) if running else ""
    # A notice asks for a rating once, at the very end; what was referred is not at its end yet.
    rateable = hazards.may_rate(s, hazard, now=now) and not (note and step is Step.REFERRED)
    stars = [Button(f"{n}★", "own.rate", {"id": hazard.id, "n": n}) for n in range(1, STARS + 1)]
    told = own_text(hazard, step, why or reason(s, hazard), note, due, progress(s, hazard))
    return card(
        told, *asked_lines(s, hazard), *private_lines(s, hazard), say.RATE if rateable else None,
        buttons=[stars if rateable else [], _reward_row(s, hazard, now), answer_row(s, hazard), own_buttons(hazard),
                 _after(s, hazard, now), [*privacy_row(hazard), *trouble_row(hazard)]],
    )  # fmt: skip


def own_text(hazard: Hazard, step: Step, why: str, note: str = "", due: str = "", stands: str = "") -> Text:
    """Return what its reporter reads of a hazard at a step, with the officer's words; also before it stands there."""
    return lines(
        bold(note) if note else None, headline(hazard, step), f"地点：{hazard.place_text}",
        bold(stands or say.PROGRESS[step]), quote(why) if why else None, due or None,
    )  # fmt: skip


def preview(hazard: Hazard, to: Step, why: str) -> Text:
    """Return what the reporter will read once a case has been taken to a step with these words; see `own_card`."""
    is_asked = to in LIFECYCLE[Act.RATED].start and to is not Step.REFERRED and hazard.rating is None
    return lines(own_text(hazard, to, why, NEWS), say.RATE if is_asked else None)


def asked_lines(s: Session, hazard: Hazard) -> list[Text | str]:
    """Return what waits for the reporter's answer: the question, until when, and who will read the answer."""
    question = questions.open_question(s, hazard)
    if question is None:
        return []
    due = day_and_hour(question.due_at)
    return [bold(talks.ASKED), quote(question.ask), talks.HOW.format(due=due), talks.AS_WRITTEN]


def answer_row(s: Session, hazard: Hazard) -> list[Button]:
    """Return the button that begins an answer, when something is asked."""
    question = questions.open_question(s, hazard)
    return [Button(talks.ANSWER, "own.answer", {"q": question.id}, once=False)] if question else []


def _after(s: Session, hazard: Hazard, now: datetime) -> list[Button]:
    again = [reopen_button(hazard)] if hazards.may_ask_again(s, hazard, now=now) else []
    look = [Button(say_pictures.LOOK_OWN, "own.pictures", {"id": hazard.id}, once=False)]
    seen = look if own_data.media_of(s, hazard) else []  # the pictures of the officers are not theirs
    return [*again, *seen, Button(talks.HISTORY, "own.history", {"id": hazard.id}, once=False)]


def private_lines(s: Session, hazard: Hazard) -> list[Text | str]:
    """Return what only the reporter reads of a case: who looked them up and why, and what the custodian answered."""
    looked = [seen_line(s, row) for row in reveals.looks_at(s, hazard)]
    answers = [row.outcome for row in complaints.of_case(s, hazard) if row.outcome]
    return [*looked, *(say_complaints.ANSWER_LINE + quote(words) for words in answers)]


def seen_line(s: Session, row: Reveal) -> str:
    """Return one look at an identity in plain words: when, who, with whose yes, and why."""
    return say_custodian.TOLD_LINE.format(
        when=day_and_hour(row.opened_at or row.asked_at), reason=row.reason, name=name_of(s, row.asked_by),
        titles=titles_of(s, row.asked_by), approver=name_of(s, row.decided_by),
    )  # fmt: skip


def _reward_row(s: Session, hazard: Hazard, now: datetime) -> list[Button]:
    found = rewards.for_reporter(s, hazard, now=now)
    return [Button(say_rewards.TAKE, "reward.show", {"id": hazard.id}, once=False)] if found else []


def reward_card(s: Session, hazard: Hazard, now: datetime) -> Card | None:
    """Return what a reporter may fetch, where and until when; None when there is nothing (any more)."""
    found = rewards.for_reporter(s, hazard, now=now)
    if found is None:
        return None
    until = rewards.last_day(s, found)
    told = say_rewards.GRANTED.format(amount=money(s, found.amount), until=day_name(until))
    where = rules_of(s).reward.where or say_rewards.COUNTER
    way = [Button(say_rewards.TAKE, "reward.take", {"id": hazard.id})]
    return card(
        bold(say_rewards.GRANTED_NEWS), headline(hazard), told, say_rewards.CODE_ONCE.format(where=where), buttons=[way]
    )


def trouble_row(hazard: Hazard) -> list[Button]:
    """Return the way to the custodian for who is being given trouble, whether the case still goes on or not."""
    return [Button(say_complaints.BUTTON, "own.trouble", {"id": hazard.id}, once=False)]


def privacy_row(hazard: Hazard) -> list[Button]:
    """Return the way to see, and to lower, who can see the reporter; what staff entered has none."""
    if hazard.source != hazards.RESIDENT:
        return []
    return [Button(say_privacy.WHO_CAN_SEE, "own.privacy", {"id": hazard.id}, once=False)]


def _merged_card(s: Session, hazard: Hazard, note: str) -> Card:
    """The other report may be a stranger's: only how it stands is told, never its number or a reason."""
    first = hazards.first_of(s, hazard)
    step = Step(first.step)
    told = [bold(note) if note else None, headline(hazard), f"地点：{hazard.place_text}", *private_lines(s, hazard)]
    if step in ENDS:
        ways = [[again_button(hazard)], trouble_row(hazard)]
        return card(*told, say.PROGRESS[Step.DUPLICATE], bold(merged_end(first)), say.MERGED_AGAIN, buttons=ways)
    still = f"那一件：{say.PROGRESS[step]}"
    return card(*told, bold(say.PROGRESS[Step.DUPLICATE]), still, buttons=[trouble_row(hazard)])


def again_button(hazard: Hazard) -> Button:
    """Return the button that begins the same report anew."""
    return Button(say.REPORT_AGAIN, "report.start", {"text": hazard.detail})


def reopen_button(hazard: Hazard) -> Button:
    """Return the button by which an unhappy reporter asks for another look."""
    return Button(say.REOPEN_BUTTON, "own.reopen", {"id": hazard.id})


def own_buttons(hazard: Hazard) -> list[Button]:
    """Return what a reporter can do with a report while it is open."""
    step, number = Step(hazard.step), {"id": hazard.id}
    if step in ENDS:
        return []
    last = [Button("撤回", "own.withdraw", number)] if step in {Step.REPORTED, Step.VERIFYING} else []
    return [Button("补充", "own.add", number, once=False), Button("看进度", "own.open", number, once=False), *last]
