"""The clocks of a hazard: which of them run at which step, who has to act, and the rule behind each due time.

`follow` is called with every act, so that no operation can forget a clock. A clock that counts office hours says so:
lunch, nights, weekends and public holidays do not pass on it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from sqlmodel import Session

from models import deadlines
from models.calendar import add_days, add_working_days, add_working_hours, next_half_hour
from models.deadlines import URGENT, WALL, WORKING
from models.hazard_files import CALLER, RESIDENT, Hazard, is_concealed
from models.lifecycle import ENDS, LIFECYCLE, SEVERITY_LABELS, Act, Severity, Step
from models.people import Actor
from models.rules import Rules, rules_of
from models.sealing import sealer
from models.vault import is_behind

THING = "hazard"
URGENT_HOURS = 2
URGENT_MINUTES = 30
TOWN, LAW = "（本镇规定）", "（《消防监督检查规定》）"

# What runs at a step. `_wanted` leaves out what does not apply to a case.
RUNS: Mapping[Step, tuple[str, ...]] = MappingProxyType({
    Step.REPORTED: ("dispatch", "verify"),
    Step.VERIFYING: ("dispatch", "verify"),
    Step.RECTIFYING: ("rectify", "notice"),
    Step.SHELVED: ("shelf",),
    Step.RECHECK: ("recheck",),
    Step.CLOSED: ("sample", "feedback"),
    Step.UNFOUNDED: ("feedback",),
    Step.REFERRED: ("referral", "feedback"),
    Step.DUPLICATE: ("feedback",),
    Step.WITHDRAWN: (),
})  # fmt: skip
# What an act fulfils; whatever else the next step has no use for is called off.
MEETS: Mapping[Act, tuple[str, ...]] = MappingProxyType({
    Act.ASSIGNED: ("dispatch",),
    Act.CLAIMED: ("dispatch",),
    Act.CONFIRMED: ("dispatch", "verify"),
    Act.FIXED: ("dispatch", "verify"),
    Act.REJECTED: ("dispatch", "verify"),
    Act.SERVED: ("notice",),
    Act.RECTIFIED: ("rectify",),
    Act.PASSED: ("recheck",),
    Act.FAILED: ("recheck",),
    Act.SAMPLED: ("sample",),
    Act.SAMPLE_FAILED: ("sample",),
    Act.RESUMED: ("shelf",),
    Act.ACKNOWLEDGED: ("referral",),
    Act.SETTLED: ("referral",),
    Act.UNTOLD: ("feedback",),
})  # fmt: skip
# Whoever has the case has to act; all other clocks are of those who assign, look again or refer.
_OF_THE_ASSIGNEE = frozenset({"verify", "rectify", "notice"})
_BY_THE_HOUR = frozenset({"dispatch", "verify"})
# A new period is a new paper; what comes back from the shelf was told of it when it went there.
_WITH_NOTICE = frozenset({Act.CONFIRMED, Act.FAILED, Act.SAMPLE_FAILED})
# Which number of the rules, and how the rule reads.
_OFFICE_CLOCKS = {
    "notice": ("notice_working_days", "核查属实后 {n} 个工作日内送达" + LAW),
    "recheck": ("recheck_working_days", "整改后 {n} 个工作日内复查" + TOWN),
    "sample": ("sample_working_days", "当场整改的，{n} 个工作日内由另一人抽查" + TOWN),
    "referral": ("referral_working_days", "移送后 {n} 个工作日内要有回执" + TOWN),
    "answer": ("referral_working_days", "有回执后 {n} 个工作日内问清结果" + TOWN),
    "feedback": ("feedback_working_days", "办结后 {n} 个工作日内告知上报人" + TOWN),
}


class Due(NamedTuple):
    """By when, where that comes from, and how the clock counts."""

    at: datetime
    rule: str
    counts: str


def follow(s: Session, who: Actor, hazard: Hazard, act: Act, *, days: int | None = None, now: datetime) -> None:
    """Let the clocks of a hazard follow an act that was just done: met, called off, handed over, started.

    `days` is the period of a repair that begins with the act; without it, it is that of the severity.
    """
    running = {found.clock: found for found in deadlines.open_of(s, THING, hazard.id or 0)}
    for clock in MEETS.get(act, ()):
        if clock in running:
            running.pop(clock).met_at = now
    if act is Act.ACKNOWLEDGED:
        start(s, hazard, "referral", due_of(s, hazard, "answer", now=now), now=now)
    elif act is Act.REPORTED or LIFECYCLE[act].to is not None:
        wanted = _wanted(s, who, hazard, act)
        for clock in running.keys() - set(wanted):
            running.pop(clock).cancelled_at = now
        for clock in wanted:
            if clock not in running:
                start(s, hazard, clock, due_of(s, hazard, clock, days=days, now=now), now=now)
    for clock, found in running.items():
        found.area_path = hazard.area_path
        found.owner_id = hazard.assignee_id if clock in _OF_THE_ASSIGNEE else found.owner_id
    s.flush()


def start(s: Session, hazard: Hazard, clock: str, due: Due, *, now: datetime) -> None:
    """Start a clock of a hazard that does not run any more; the database allows one open clock of a kind."""
    s.flush()
    owner = hazard.assignee_id if clock in _OF_THE_ASSIGNEE else None
    # A clock of hours would tell the minute at which a concealed reporter wrote.
    at = next_half_hour(due.at) if clock in _BY_THE_HOUR and is_concealed(hazard) else due.at
    deadlines.add(s, THING, hazard.id or 0, clock, due_at=at, area_path=hazard.area_path, rule=due.rule,
                  owner_id=owner, counts=due.counts, now=now)  # fmt: skip


def due_of(s: Session, hazard: Hazard, clock: str, *, days: int | None = None, now: datetime) -> Due:
    """Return when this clock would run out if it started now, with the rule it follows."""
    rules = rules_of(s)
    match clock:
        case "dispatch":
            return _dispatch(hazard, rules, now)
        case "verify":
            return _verify(hazard, rules, now)
        case "rectify":
            return _rectify(hazard, period_of(hazard, rules) if days is None else days, now)
        case "shelf":
            return Due(add_days(now, rules.shelf_days), f"挂账 {rules.shelf_days} 日内复核{TOWN}", WALL)
    length, rule = _OFFICE_CLOCKS[clock]
    working_days = getattr(rules, length)
    return Due(add_working_days(now, working_days, rules), rule.format(n=working_days), WORKING)


def _dispatch(hazard: Hazard, rules: Rules, now: datetime) -> Due:
    """Somebody is sent: half an hour for what is urgent (DOMAIN 2.1), otherwise hours of office time."""
    if hazard.severity == Severity.URGENT:
        return Due(now + timedelta(minutes=URGENT_MINUTES), f"紧急隐患，{URGENT_MINUTES} 分钟内派人{TOWN}", URGENT)
    hours = rules.dispatch_hours
    return Due(add_working_hours(now, hours, rules), f"上报后 {hours} 个工作小时内派人{TOWN}", WORKING)


def _verify(hazard: Hazard, rules: Rules, now: datetime) -> Due:
    """The first look on site (DOMAIN 1.7; two hours for what is urgent, DOMAIN 2.1)."""
    if hazard.severity == Severity.URGENT:
        return Due(now + timedelta(hours=URGENT_HOURS), f"紧急隐患，{URGENT_HOURS} 小时内到场{TOWN}", URGENT)
    if hazard.evacuation:
        hours = rules.verify_hours_evacuation
        return Due(now + timedelta(hours=hours), f"疏散通道、消防设施类，{hours} 小时内核查{LAW}", WALL)
    days = rules.verify_working_days
    return Due(add_working_days(now, days, rules), f"{days} 个工作日内核查{LAW}", WORKING)


def _rectify(hazard: Hazard, days: int, now: datetime) -> Due:
    label = "反弹" if hazard.relapse_of is not None else SEVERITY_LABELS[Severity(hazard.severity)]
    rule = f"{label}隐患，{days} 日内整改{TOWN}" if days else f"{label}隐患，当日整改{TOWN}"
    return Due(add_days(now, days), rule, URGENT if hazard.severity == Severity.URGENT else WALL)


def period_of(hazard: Hazard, rules: Rules) -> int:
    """Return the days for a repair by severity, 0 for today; half of them for what has come back (PEERS 4.7)."""
    days = rules.rectify_days[hazard.severity]
    return max(1, days // 2) if hazard.relapse_of is not None and days else days


def is_sampled(hazard: Hazard, rules: Rules) -> bool:
    """Say whether what was fixed on the spot is looked at again by somebody else.

    Everything urgent, and a share of the rest by a keyed hash of the number: nobody can choose, or know beforehand.
    """
    drawn = int(sealer().tag("sample", hazard.number), 16) % 100
    return hazard.severity == Severity.URGENT or drawn < rules.sample_percent


def is_owed_an_answer(s: Session, who: Actor, hazard: Hazard) -> bool:
    """Say whether a reporter still has to hear of the end that `who` has just made.

    Not whoever ended it themselves, nor staff who found it; with a receipt only, nobody can be told: the receipt tells.
    """
    alias = hazard.reporter_alias
    return hazard.source in {RESIDENT, CALLER} and alias is not None and not is_behind(s, alias, who.id)


def _wanted(s: Session, who: Actor, hazard: Hazard, act: Act) -> list[str]:
    """The clocks that run after this act."""
    applies = {
        "dispatch": hazard.step == Step.REPORTED or hazard.assignee_id is None,
        "notice": act in _WITH_NOTICE,
        "sample": act is Act.FIXED and is_sampled(hazard, rules_of(s)),
        "feedback": hazard.step in ENDS and is_owed_an_answer(s, who, hazard),
    }
    return [clock for clock in RUNS[Step(hazard.step)] if applies.get(clock, True)]
