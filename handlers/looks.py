"""Looks: how a hazard, a receipt or a list looks as a card. Rendered from the state, with the acts open now."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card, code, lines, quote
from handlers.say import common
from handlers.say import hazards as say
from handlers.say import privacy as say_privacy
from knowledge.kinds import KINDS
from models import deadlines, hazards
from models.calendar import local
from models.deadlines import CLOCKS, Deadline
from models.hazards import Hazard
from models.lifecycle import ACT_LABELS, ENDS, SEVERITY_LABELS, STEP_LABELS, Act, Relation, Severity, Step
from models.people import Actor, Person

THING = "hazard"
ASSIGN_AT_ONCE = 4
STARS = 5
A_PAGE = 8

BY = {Relation.REPORTER.value: "上报人", Relation.SYSTEM.value: "系统", Relation.NONE.value: "上报人"}
ACT_BUTTONS: dict[Act, str] = {
    Act.CONFIRMED: "属实，限期整改",
    Act.REJECTED: "不属实",
    Act.RECTIFIED: "已整改，上传照片",
    Act.PASSED: "复查合格，销号",
    Act.FAILED: "不合格，退回",
    Act.REFERRED: "移送",
    Act.MERGED: "并案",
}


def day_and_hour(moment: datetime) -> str:
    """Return a moment as people say it: 11月24日 10:00."""
    at = local(moment)
    return f"{at.month}月{at.day}日 {at:%H:%M}"


def day_of(moment: datetime) -> str:
    """Return the day alone: 11月24日."""
    at = local(moment)
    return f"{at.month}月{at.day}日"


def due_line(found: Deadline, now: datetime) -> str:
    """Return by when, and which clock and rule it is; 「已逾期」 when it has passed."""
    late = "（已逾期）" if found.due_at < now else ""
    return f"{CLOCKS[found.clock]}期限：{day_and_hour(found.due_at)} 前{late}"


def clock_of(s: Session, hazard: Hazard) -> Deadline | None:
    """Return the clock that runs on a hazard now."""
    clocks = (deadlines.running(s, THING, hazard.id or 0, clock) for clock in ("verify", "rectify", "recheck"))
    return next((found for found in clocks if found is not None), None)


def headline(hazard: Hazard) -> Text:
    """Return number, kind and state in one line."""
    kind = KINDS[hazard.kind].name
    state = STEP_LABELS[Step(hazard.step)]
    return code(hazard.number) + "  " + bold(f"{kind}·{SEVERITY_LABELS[Severity(hazard.severity)]}") + f"  {state}"


def hazard_text(s: Session, hazard: Hazard, now: datetime) -> Text:
    """Return what officers see of a hazard; never who reported it, unless that person chose to be named."""
    running = clock_of(s, hazard)
    assignee = s.get(Person, hazard.assignee_id) if hazard.assignee_id else None
    pictures = len(hazards.evidence(s, hazard))
    reporter = hazards.named_reporter(s, hazard)
    return lines(
        headline(hazard),
        f"地点：{hazard.place_text}",
        _words(hazard),
        f"上报：{local(hazard.reported_at):%m月%d日}" + (f"，{reporter.name}（实名）" if reporter else ""),
        say_privacy.UNREACHABLE if hazard.privacy == hazards.RECEIPT else None,
        f"承办：{assignee.name}" if assignee else None,
        due_line(running, now) if running else None,
        f"依据：{running.rule}" if running else None,
        f"照片等 {pictures} 份" if pictures else None,
    )


def _words(hazard: Hazard) -> Text | None:
    words = hazards.words_of(hazard)
    if words and hazards.is_concealed(hazard):
        words = say_privacy.RESTATED.format(told=words)
    return quote(words) if words else None


def hazard_card(s: Session, who: Actor, hazard: Hazard, now: datetime, head: str = "") -> Card:
    """Return a hazard with the acts that this officer may do now."""
    rows = act_rows(s, who, hazard)
    return card(bold(head) if head else None, hazard_text(s, hazard, now), buttons=rows)


def act_rows(s: Session, who: Actor, hazard: Hazard) -> list[list[Button]]:
    """Return the buttons of the open acts: assigning by name first, then the rest two in a row."""
    open_acts = hazards.moves(hazard, who, hazards.relation_of(s, who, hazard))
    rows = _assigning(s, who, hazard) if {Act.ASSIGNED, Act.HANDED_OVER} & set(open_acts) else []
    acts = [_act_button(act, hazard) for act in ACT_BUTTONS if act in open_acts]
    if Act.CONFIRMED in open_acts:
        acts.insert(1, Button("当场整改（今天改完）", "hazard.spot", {"id": hazard.id}))
    rows += [acts[i : i + 2] for i in range(0, len(acts), 2)]
    looks = [Button("看照片", "hazard.pictures", {"id": hazard.id}, once=False)] if hazards.evidence(s, hazard) else []
    return [*rows, [*looks, Button("经过", "hazard.history", {"id": hazard.id}, once=False)]]


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
    rows = [[Button(f"派给 {p.name}", "hazard.assign", {"id": hazard.id, "to": p.id})] for p in people[:at_most]]
    if len(people) > at_most:
        rows.append([Button("派给别人…", "hazard.choose", {"id": hazard.id})])
    return rows


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
        level, say.ADD_LATER, buttons=[copy_row(receipt), own_buttons(hazard)], receipt=True,
    )  # fmt: skip


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


def own_card(s: Session, hazard: Hazard, now: datetime, note: str = "") -> Card:
    """Return a hazard as its reporter sees it: where it stands, why, and what they can do."""
    step = Step(hazard.step)
    if step is Step.DUPLICATE:
        return _merged_card(s, hazard, note)
    running = clock_of(s, hazard)
    reason = _reason(s, hazard) if step in {Step.UNFOUNDED, Step.REFERRED} else ""
    rateable = step in {Step.CLOSED, Step.UNFOUNDED, Step.REFERRED} and hazard.rating is None
    stars = [Button(f"{n}★", "own.rate", {"id": hazard.id, "n": n}) for n in range(1, STARS + 1)]
    return card(
        bold(note) if note else None, headline(hazard), f"地点：{hazard.place_text}", bold(say.PROGRESS[step]),
        quote(reason) if reason else None, due_line(running, now) if running else None,
        say.RATE if rateable else None, buttons=[stars if rateable else [], own_buttons(hazard), privacy_row(hazard)],
    )  # fmt: skip


def privacy_row(hazard: Hazard) -> list[Button]:
    """Return the way to see, and to lower, who can see the reporter; what staff entered has none."""
    if hazard.source != hazards.RESIDENT:
        return []
    return [Button(say_privacy.WHO_CAN_SEE, "own.privacy", {"id": hazard.id}, once=False)]


def _merged_card(s: Session, hazard: Hazard, note: str) -> Card:
    """The other report may be a stranger's: only how it stands is told, never its number or a reason."""
    first = s.get_one(Hazard, hazard.duplicate_of)
    step = Step(first.step)
    told = [bold(note) if note else None, headline(hazard), f"地点：{hazard.place_text}"]
    if step in ENDS:
        end = bold(say.MERGED_END[step])
        return card(*told, say.PROGRESS[Step.DUPLICATE], end, say.MERGED_AGAIN, buttons=[[again_button(hazard)]])
    return card(*told, bold(say.PROGRESS[Step.DUPLICATE]), f"那一件：{say.PROGRESS[step]}")


def again_button(hazard: Hazard) -> Button:
    """Return the button that begins the same report anew."""
    return Button(say.REPORT_AGAIN, "report.start", {"text": hazard.detail})


def _reason(s: Session, hazard: Hazard) -> str:
    notes = [step.note for step in hazards.history(s, hazard) if step.note and step.step == hazard.step]
    return notes[-1] if notes else ""


def own_buttons(hazard: Hazard) -> list[Button]:
    """Return what a reporter can do with an open report."""
    step, number = Step(hazard.step), {"id": hazard.id}
    if step in ENDS:
        return []
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
