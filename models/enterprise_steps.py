"""What happens to a problem of an enterprise: reported step by step, put off with a reason, sent back, closed.

Who says that it is done never says that it is good. What came from a case goes on there and follows its end.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from models import audit, deadlines
from models.base import Refused
from models.calendar import add_working_days, day_name
from models.clock_things import Staff
from models.enterprise_problems import (
    CLOCK,
    THING,
    append,
    expect,
    is_ahead,
    own_problem,
    problem_for,
    run,
    tell,
)
from models.enterprises import DONE, Enterprise, Problem, fixer_of, problems_of
from models.hazard_files import Media
from models.hazards import Hazard
from models.lifecycle import ENDS, Step
from models.people import Actor, Can
from models.places import Place
from models.rules import rules_of

CHECK = "recheck"
STEPS = (0, 25, 50, 75, DONE)
NEARLY = 75
CHECK_RULE = "报完成后 {n} 个工作日内复核"


def report(
    s: Session, who: Actor, problem_id: int, progress: int, version: int,
    *, note: str = "", media: Sequence[Media] = (), now: datetime,
) -> Problem:  # fmt: skip
    """Say how far it is, as staff or as the responsible person of the place; at 100 somebody else has to look."""
    problem, place = _reach(s, who, problem_id)
    expect(problem, version)
    _is_own_matter(s, problem)
    if problem.progress == DONE:
        raise Refused("这一项已经报了 100%，正等另一位同事复核销号。没做好的，由复核的人退回。")
    if progress not in STEPS:
        raise Refused("进度请选 0、25、50、75 或 100。")
    problem.progress = progress
    append(s, who, problem, place, "progress", words=note, media=media, now=now)
    if progress == DONE:
        _wait(s, who, problem, place, now)
    return problem


def _reach(s: Session, who: Actor, problem_id: int) -> tuple[Problem, Place]:
    try:
        return own_problem(s, who, problem_id)
    except Refused:
        return problem_for(s, who, problem_id, Can.SUPERVISE)


def _wait(s: Session, who: Actor, problem: Problem, place: Place, now: datetime) -> None:
    """The measure is done in time or not; now the clock of the second look runs."""
    rules = rules_of(s)
    deadlines.meet(s, THING, problem.id or 0, CLOCK, now=now)
    checker = problem.lead_id if problem.lead_id != who.id else None
    days = rules.recheck_working_days
    deadlines.start(s, THING, problem.id or 0, CHECK, due_at=add_working_days(now, days, rules), owner_id=checker,
                    area_path=place.area_path, rule=CHECK_RULE.format(n=days), now=now)  # fmt: skip
    nearest = [checker] if checker else Staff(s).nearest(Can.SUPERVISE, place.area_path, but=who.id)
    tell(s, who, problem, place, "waits", nearest, now)


def postpone(
    s: Session, who: Actor, problem_id: int, due_on: date, reason: str, version: int, *, now: datetime
) -> Problem:
    """Give a problem another date, with a reason; the old one stays in the notes."""
    problem, place = problem_for(s, who, problem_id, Can.SUPERVISE)
    expect(problem, version)
    _is_own_matter(s, problem)
    if not reason.strip():
        raise Refused("改期限要写明原因。")
    is_ahead(due_on, now)
    old = day_name(problem.due_on) if problem.due_on else ""
    problem.due_on = due_on
    if problem.progress < DONE:
        run(s, problem, place, now)
    note = f"{old}→{day_name(due_on)}：{reason.strip()}"
    append(s, who, problem, place, "postponed", words=note, to=[problem.lead_id, place.owner_id], now=now)
    return problem


def send_back(s: Session, who: Actor, problem_id: int, reason: str, version: int, *, now: datetime) -> Problem:
    """What was reported as done is not good: it goes on, its date stays. Whoever repairs it reads why."""
    problem, place = problem_for(s, who, problem_id, Can.SUPERVISE)
    fixer = _judge(s, who, problem, version)
    if not reason.strip():
        raise Refused("退回要写明哪里没做好。")
    problem.progress = NEARLY
    deadlines.cancel(s, THING, problem_id, CHECK, now=now)
    run(s, problem, place, now)
    to = [fixer, problem.lead_id, place.owner_id]
    append(s, who, problem, place, "sent_back", words=reason, to=to, now=now)
    return problem


def close(
    s: Session, who: Actor, problem_id: int, result: str, version: int,
    *, media: Sequence[Media] = (), now: datetime,
) -> Problem:  # fmt: skip
    """Somebody else than who reported it has looked: it is good. With the last problem the whole plan is closed."""
    problem, place = problem_for(s, who, problem_id, Can.SUPERVISE)
    fixer = _judge(s, who, problem, version)
    if not result.strip():
        raise Refused("销号要写一句复核结果，比如：现场看过，隔墙已砌好。")
    return _end(s, who, problem, place, result, media, [fixer, problem.lead_id, place.owner_id], now)


def settle(s: Session, who: Actor, problem_id: int, result: str, version: int, *, now: datetime) -> Problem:
    """The case of a problem was checked and closed in its own chain: nobody is asked a second time."""
    problem, place = problem_for(s, who, problem_id, Can.SUPERVISE)
    expect(problem, version)
    hazard = s.get(Hazard, problem.hazard_id) if problem.hazard_id else None
    if hazard is None or hazard.step != Step.CLOSED:
        raise Refused("它的隐患还没有销号。请先在隐患里办完。")
    if hazard.fixer_id == who.id:
        raise Refused("这件是您自己整改的，请另一位同事来销号。")
    problem.progress = DONE
    return _end(s, who, problem, place, result, (), [problem.lead_id, place.owner_id], now)


def _end(
    s: Session, who: Actor, problem: Problem, place: Place, result: str, media: Sequence[Media],
    to: Sequence[int | None], now: datetime,
) -> Problem:  # fmt: skip
    problem.closed_at, problem.closed_by_id = now, who.id
    deadlines.meet(s, THING, problem.id or 0, CHECK, now=now)
    deadlines.cancel(s, THING, problem.id or 0, now=now)
    append(s, who, problem, place, "closed", words=result, media=media, to=to, now=now)
    plan = s.get_one(Enterprise, place.id)
    if all(each.closed_at for each in problems_of(s, place.id or 0)):
        plan.closed_at = now
        audit.record(s, who.id, "enterprise.finished", f"place:{place.id}", now=now)
    # Written in any case, so that of two who close the last two at once one begins again and sees the other.
    plan.changed_at = now
    s.flush()
    return problem


def _judge(s: Session, who: Actor, problem: Problem, version: int) -> int | None:
    """Refuse who may not judge a problem now; return who reported it as done."""
    expect(problem, version)
    if problem.progress != DONE:
        raise Refused("还没有报到 100%，先报进度。报完由另一位同事销号或退回。")
    fixer = fixer_of(s, problem)
    if fixer == who.id:
        raise Refused("这一项的完成是您报的，要请另一位同事复核销号。")
    return fixer


def _is_own_matter(s: Session, problem: Problem) -> None:
    """What runs in the chain of its case is not asked for here as well, until that case has ended."""
    hazard = s.get(Hazard, problem.hazard_id) if problem.hazard_id else None
    if hazard is not None and (Step(hazard.step) not in ENDS or hazard.step == Step.CLOSED):
        raise Refused(f"这一项跟着隐患 {hazard.number} 走：整改、延期和复查都在隐患里办，销号后这里点一下就跟上。")
