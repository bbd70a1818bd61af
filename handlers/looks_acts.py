"""The buttons of a case's card: what is asked of this officer, whom to send, and which acts are open, eight at most."""

from datetime import datetime

from sqlmodel import Session

from bot.cards import Button
from handlers.looks_outcomes import clock_of as clock_of
from handlers.looks_outcomes import day_and_hour as day_and_hour
from handlers.looks_outcomes import due_line as due_line
from handlers.looks_outcomes import makes_sense
from handlers.looks_teamwork import team_button, team_rows
from handlers.say import hazards as say
from handlers.say import outcomes as say_outcomes
from handlers.say import requests as say_requests
from models import hazards, questions, requests
from models.hazards import Hazard
from models.lifecycle import ENDS, Act, Severity, Step
from models.people import Actor, Can, Person
from models.requests import EXTEND, RETURN, SHELVE

MOST_BUTTONS = 8
ASSIGN_AT_ONCE = 3
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
    """Return the acts that have to wait until somebody has answered, and asking where nobody can be asked."""
    is_moot = hazard.reporter_alias is None or questions.open_question(s, hazard) is not None
    asked = {Act.ASKED} if is_moot else set()
    return asked | ({Act.REQUESTED} if requests.open_request(s, hazard.id or 0) is not None else set())


def _assigning(s: Session, who: Actor, hazard: Hazard) -> list[list[Button]]:
    if hazard.assignee_id is not None:
        label = "换人整改" if hazard.step == Step.RECTIFYING else "换人核查"
        return [[Button(label, "hazard.choose", {"id": hazard.id}, once=False)]]
    return assign_rows(s, who, hazard, ASSIGN_AT_ONCE)


def _act_button(act: Act, hazard: Hazard) -> Button:
    only = request_kinds(hazard) if act is Act.REQUESTED else ()
    label = say_requests.KIND_BUTTONS[only[0]] if len(only) == 1 else ACT_BUTTONS[act]
    return Button(label, f"hazard.{act.value}", {"id": hazard.id})


def request_kinds(hazard: Hazard) -> tuple[str, ...]:
    """Return what may be asked for on this case: before the repair only to give it back, an urgent one waits for none.

    One kind alone stands on the button itself.
    """
    if hazard.step != Step.RECTIFYING:
        return (RETURN,)
    return (EXTEND, RETURN) if hazard.severity == Severity.URGENT else (EXTEND, RETURN, SHELVE)


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
