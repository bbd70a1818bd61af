"""Looks: how a hazard, a receipt or a list looks as a card. Rendered from the state, with the acts open now."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card, code, lines, quote
from handlers.looks_outcomes import case_lines, clock_lines, makes_sense, merged_end, progress, reason
from handlers.looks_outcomes import clock_of as clock_of
from handlers.looks_outcomes import day_and_hour as day_and_hour
from handlers.looks_outcomes import due_line as due_line
from handlers.looks_teamwork import team_button, team_lines, team_rows
from handlers.say import common
from handlers.say import complaints as say_complaints
from handlers.say import custodian as say_custodian
from handlers.say import hazards as say
from handlers.say import outcomes as say_outcomes
from handlers.say import pictures as say_pictures
from handlers.say import privacy as say_privacy
from handlers.say import questions as talks
from handlers.say import queue as say_queue
from handlers.say import requests as wishes
from knowledge.kinds import KINDS
from models import callers, complaints, hazards, pictures, questions, requests, reveals, standing_in
from models.base import Refused
from models.calendar import local
from models.hazards import Evidence, Hazard, Media
from models.lifecycle import ACT_LABELS, ENDS, LIFECYCLE, SEVERITY_LABELS, STEP_LABELS, Act, Relation, Severity, Step
from models.people import Actor, Can, Person, actor_of
from models.reveals import Reveal

MOST_BUTTONS = 8
ASSIGN_AT_ONCE = 3
STARS = 5
NEWS = "您的上报有新进展"
A_PAGE = 8

MOVING = frozenset({act.value for act, move in LIFECYCLE.items() if move.to is not None} | {Act.HANDED_OVER.value})
BY = {Relation.REPORTER.value: "上报人", Relation.SYSTEM.value: "系统", Relation.NONE.value: "上报人",
      Relation.FOLLOWER.value: "关注人"}  # fmt: skip
# In the order in which they are needed; those that do not fit stand behind 「更多…」.
ACT_BUTTONS: dict[Act, str] = {
    Act.CLAIMED: "我去看",
    Act.CONFIRMED: "属实，限期整改",
    Act.FIXED: say_outcomes.FIXED,
    Act.REJECTED: "不属实",
    Act.RECTIFIED: "已整改，上传照片",
    Act.PASSED: "复查合格，销号",
    Act.FAILED: "不合格，退回",
    Act.SAMPLED: "抽查合格",
    Act.SAMPLE_FAILED: "抽查不合格",
    Act.SERVED: "告知书已送达",
    Act.ACKNOWLEDGED: "收到回执",
    Act.SETTLED: "对方已办结",
    Act.TAKEN_BACK: "对方退回",
    Act.UNTOLD: "告知不到上报人",
    Act.REFERRED: "移送",
    Act.MERGED: "并案",
    Act.RESUMED: "恢复整改",
    Act.REQUESTED: "申请延期、退回…",
    Act.ASKED: "问上报人",
    Act.REGRADED: "更正类别等级",
    Act.NOTED: "内部备注",
}


def day_of(moment: datetime) -> str:
    """Return the day alone: 11月24日."""
    at = local(moment)
    return f"{at.month}月{at.day}日"


def headline(hazard: Hazard, step: Step | None = None) -> Text:
    """Return number, kind and state in one line; `step` is one that it does not stand at yet."""
    kind = KINDS[hazard.kind].name
    state = STEP_LABELS[step or Step(hazard.step)]
    return code(hazard.number) + "  " + bold(f"{kind}·{SEVERITY_LABELS[Severity(hazard.severity)]}") + f"  {state}"


def hazard_text(s: Session, hazard: Hazard, now: datetime) -> Text:
    """Return what officers see of a hazard; never who reported it, unless that person chose to be named."""
    holder = holder_name(s, hazard)
    reporter = hazards.named_reporter(s, hazard)
    return lines(
        headline(hazard),
        f"地点：{hazard.place_text}",
        _words(hazard),
        say.ALSO.format(kinds="、".join(KINDS[code].name for code in hazard.tags.split(","))) if hazard.tags else None,
        f"上报：{local(hazard.reported_at):%m月%d日}" + (f"，{reporter.name}（实名）" if reporter else ""),
        say.CAME_BY.format(channel=channel) if (channel := callers.channel_of(s, hazard)) else None,
        say.CALLED_BY.format(contact=contact) if (contact := callers.contact_of(s, hazard)) else None,
        say_privacy.UNREACHABLE if hazard.privacy == hazards.RECEIPT else None,
        f"承办：{holder}" if holder else None,
        *case_lines(s, hazard),
        *clock_lines(s, hazard, now),
        say_pictures.on_card(pictures.shown(s, hazard)),
        *team_lines(s, hazard),
        *_waits(s, hazard),
    )


def _words(hazard: Hazard) -> Text | None:
    words = hazards.words_of(hazard)
    if words and hazards.is_concealed(hazard):
        words = say_privacy.RESTATED.format(told=words)
    return quote(words) if words else None


def holder_name(s: Session, hazard: Hazard) -> str:
    """Return who has a case, with who stands in for them; nothing when nobody has it."""
    person = s.get(Person, hazard.assignee_id) if hazard.assignee_id else None
    if person is None:
        return ""
    deputy = standing_in.deputy_of(s, person.id or 0)
    return say_queue.IN_PLACE.format(name=person.name, deputy=deputy.name) if deputy else person.name


def seen_by(s: Session, hazard_id: int, person: Person) -> tuple[Actor, Hazard] | None:
    """Return a colleague as they may act now and a case that they may see; None when they may not (any more)."""
    who = actor_of(s, person)
    try:
        return who, hazards.hazard_for(s, who, hazard_id, Can.SEE_HAZARDS)
    except Refused:
        return None
def _waits(s: Session, hazard: Hazard) -> list[str]:
    """Say what on this hazard waits for somebody else."""
    question, request = questions.open_question(s, hazard), requests.open_request(s, hazard.id or 0)
    told = [talks.WAITS.format(due=day_and_hour(question.due_at))] if question else []
    told += [wishes.WAITS.format(kind=requests.KIND_LABELS[request.kind])] if request else []
    is_stuck = hazard.escalated and hazard.step == Step.REPORTED
    return [*told, *([wishes.ESCALATED.format(count=hazard.returns)] if is_stuck else [])]


def hazard_card(s: Session, who: Actor, hazard: Hazard, now: datetime, head: str = "") -> Card:
    """Return a hazard with the acts that this officer may do now."""
    rows = act_rows(s, who, hazard, now)
    return card(bold(head) if head else None, hazard_text(s, hazard, now), buttons=rows)


def act_rows(s: Session, who: Actor, hazard: Hazard, now: datetime) -> list[list[Button]]:
    """Return the buttons that are needed most now, at most eight; what is asked of the actor and sending come first."""
    first, looking, acts = _buttons(s, who, hazard, now)
    room = MOST_BUTTONS - len(first) - len(looking)
    if len(acts) > room:
        acts = [*acts[: room - 1], Button(say_outcomes.MORE, "hazard.more", {"id": hazard.id}, once=False)]
    return [*([button] for button in first), *_pairs([*acts[:-1], *looking, *acts[-1:]])]


def more_rows(s: Session, who: Actor, hazard: Hazard, now: datetime) -> list[list[Button]]:
    """Return the buttons that did not fit on the card."""
    first, looking, acts = _buttons(s, who, hazard, now)
    return _pairs(acts[MOST_BUTTONS - len(first) - len(looking) - 1 :])


def _buttons(
    s: Session, who: Actor, hazard: Hazard, now: datetime
) -> tuple[list[Button], list[Button], list[Button]]:
    """What is asked of the actor and whom to send; the photos; then the open acts that make sense, the history last."""
    open_acts = makes_sense(s, hazard, hazards.moves(hazard, who, hazards.relation_of(s, who, hazard)))
    number = {"id": hazard.id}
    rows = team_rows(s, who, hazard, open_acts, now)
    rows += _assigning(s, who, hazard) if {Act.ASSIGNED, Act.HANDED_OVER} & set(open_acts) else []
    waiting = _in_use(s, hazard)
    acts = [_act_button(act, hazard) for act in ACT_BUTTONS if act in open_acts and act not in waiting]
    if Act.SETTLED in open_acts:
        acts.append(Button(say_outcomes.CHASE, "hazard.chased", number))
    if hazards.may_carry_on(hazard) and who.reaches(Can.ASSIGN, hazard.area_path):
        acts.insert(0, Button(say.CARRY_ON, "hazard.carried", number))
    photos = [Button("看照片", "hazard.pictures", number, once=False)] if hazards.evidence(s, hazard) else []
    papers = Button("文书", "document.list", number, once=False)
    more = [team_button(hazard)] if hazard.step not in ENDS else []
    history = Button("经过", "hazard.history", number, once=False)
    return [button for row in rows for button in row], photos, [*acts, *more, papers, history]


def _pairs(buttons: list[Button]) -> list[list[Button]]:
    return [buttons[i : i + 2] for i in range(0, len(buttons), 2)]


def _in_use(s: Session, hazard: Hazard) -> set[Act]:
    """Return the acts that have to wait until somebody has answered."""
    asked = {Act.ASKED} if questions.open_question(s, hazard) is not None else set()
    return asked | ({Act.REQUESTED} if requests.open_request(s, hazard.id or 0) is not None else set())


def _assigning(s: Session, who: Actor, hazard: Hazard) -> list[list[Button]]:
    if hazard.assignee_id is not None:
        label = "换人整改" if hazard.step == Step.RECTIFYING else "换人核查"
        return [[Button(label, "hazard.choose", {"id": hazard.id}, once=False)]]
    return assign_rows(s, who, hazard, ASSIGN_AT_ONCE)


def _act_button(act: Act, hazard: Hazard) -> Button:
    return Button(ACT_BUTTONS[act], f"hazard.{act.value}", {"id": hazard.id})


def assign_rows(s: Session, who: Actor, hazard: Hazard, at_most: int) -> list[list[Button]]:
    """Return one button per person who can be sent; 「更多人」 when there are more."""
    people = [p for p in hazards.candidates(s, who, hazard) if p.id != hazard.assignee_id]
    rows = [[assign_button(hazard, p)] for p in people[:at_most]]
    if len(people) > at_most:
        rows.append([Button("派给别人…", "hazard.choose", {"id": hazard.id})])
    return rows


def assign_button(hazard: Hazard, person: Person) -> Button:
    """Return the button that sends somebody; it counts only while the case is with whom it was with."""
    return Button(f"派给 {person.name}", "hazard.assign", {"id": hazard.id, "to": person.id, "was": hazard.assignee_id})


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


def kept_back(hazard: Hazard, came: Iterable[Media | Evidence]) -> str | None:
    """Return what a concealed reporter has to know of voices and films."""
    return say_pictures.KEPT_BACK if pictures.stays_sealed(hazard, came) else None


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
        buttons=[stars if rateable else [], answer_row(s, hazard), own_buttons(hazard), _after(s, hazard, now),
                 [*privacy_row(hazard), *trouble_row(hazard)]],
    )  # fmt: skip


def own_text(hazard: Hazard, step: Step, why: str, note: str = "", due: str = "", stands: str = "") -> Text:
    """Return what its reporter reads of a hazard at a step, with the officer's words; also before it stands there."""
    return lines(
        bold(note) if note else None, headline(hazard, step), f"地点：{hazard.place_text}",
        bold(stands or say.PROGRESS[step]), quote(why) if why else None, due or None,
    )  # fmt: skip


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
    seen = look if hazards.evidence(s, hazard) else []
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


def name_of(s: Session, person_id: int | None) -> str:
    """Return the name of a colleague; nothing for nobody."""
    person = s.get(Person, person_id) if person_id is not None else None
    return person.name if person is not None else ""


def titles_of(s: Session, person_id: int | None) -> str:
    """Return the roles of a colleague as people say them."""
    person = s.get(Person, person_id) if person_id is not None else None
    return actor_of(s, person).titles if person is not None else ""


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
    """Return what a reporter can do with a report: while it is open, and when they were unhappy with its end."""
    step, number = Step(hazard.step), {"id": hazard.id}
    if step in ENDS:
        is_unhappy = hazard.rating is not None and hazards.may_reopen(hazard)
        return [reopen_button(hazard)] if is_unhappy and step in LIFECYCLE[Act.REOPENED].start else []
    last = [Button("撤回", "own.withdraw", number)] if step in {Step.REPORTED, Step.VERIFYING} else []
    return [Button("补充", "own.add", number, once=False), Button("看进度", "own.open", number, once=False), *last]


def hazard_list(found: Sequence[Hazard], head: str, none: str, verbs: tuple[str, str], page: int = 0) -> Card:
    """Return a page of hazards; `verbs` are what opens one and what turns the page."""
    if not found:
        return card(none)
    opens, turns = verbs
    shown = found[page * A_PAGE : (page + 1) * A_PAGE]
    told = [headline(h) + f"\n　{h.place_text}" for h in shown]
    rows = [[Button(f"{h.number} {h.place_text}", opens, {"id": h.id}, once=False)] for h in shown]
    ways = ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
    last = (len(found) - 1) // A_PAGE
    rows.append([Button(label, turns, {"page": to}, once=False) for label, to in ways if 0 <= to <= last])
    return card(bold(f"{head}（{len(found)}）"), *told, buttons=rows)


def last_move(s: Session, hazard: Hazard) -> str:
    """Return who moved a case last, or gave it to whom it is with: 已由 张网格员 认领核查; nothing for a new one."""
    moves = [step for step in hazards.history(s, hazard) if step.act in MOVING]
    if not moves:
        return ""
    last = moves[-1]
    person = s.get(Person, last.who_id) if last.who_id else None
    sentence = say_queue.TAKEN if person else say_queue.TAKEN_ALONE
    return sentence.format(name=person.name if person else "", act=ACT_LABELS[Act(last.act)])


def history_text(s: Session, hazard: Hazard) -> Text:
    """Return what happened to a hazard, step by step; a concealed reporter stays without a name, words and hour."""
    told = []
    for step in hazards.history(s, hazard):
        person = s.get(Person, step.who_id) if step.who_id else None
        name = person.name if person else BY[step.by]
        note = f"：{read}" if (read := hazards.note_of(hazard, step)) else ""
        hidden = step.by == Relation.REPORTER and hazards.is_concealed(hazard)
        when = day_of(step.at) if hidden else day_and_hour(step.at)
        told.append(f"{when} {name} {ACT_LABELS[Act(step.act)]}{note}")
    return lines(headline(hazard), *told)
