"""Every step x act x person, and random lives: only what the tables written here allow ever happens (G8, G13)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import create_engine
from sqlmodel import Session, select

from models import (
    audit,
    deadlines,
    deskwork,
    hazards,
    levels,
    merging,
    outcomes,
    questions,
    referrals,
    requests,
    teamwork,
)
from models.base import Base, Refused, table_of
from models.hazard_files import OWNER_KNOWS
from models.hazards import Hazard, HazardStep, Media
from models.lifecycle import ACT_LABELS, ENDS, SEVERITY_LABELS, STEP_LABELS, Act, Relation, Severity, Step
from models.outbox import Outgoing
from models.people import Actor, Role
from models.places import Place
from models.rules import DEFAULTS, Rules
from models.sealing import use_key
from tests.models.conftest import NOW, Town, build_town

TALK = {"answered": "", "lapsed": "", "called": "", "reported_in": "", "added": "", "noted": "", "lowered": ""}
ASKABLE = {"regraded": "", "asked": "", "referred": "referred"}
REQUESTS = {"requested": "", "declined": "", "returned": "reported"}
EARLY = {"assigned": "verifying", "merged": "duplicate", "withdrawn": "withdrawn"}
# Which act leads where; without a word the case stays where it is.
FROM: dict[str, dict[str, str]] = {
    "reported": TALK | ASKABLE | EARLY | {"claimed": "verifying", "escalated": ""},
    "verifying": TALK | ASKABLE | EARLY | REQUESTS
    | {"confirmed": "rectifying", "fixed": "closed", "rejected": "unfounded"},
    "rectifying": TALK | ASKABLE | REQUESTS
    | {"handed_over": "", "served": "", "extended": "", "shelved": "shelved", "rectified": "recheck"},
    "shelved": TALK | {"resumed": "rectifying", "referred": "referred"},
    "recheck": TALK | {"passed": "closed", "failed": "rectifying"},
    "closed": {"noted": "", "lowered": "", "untold": "", "rated": "", "reopened": "verifying", "sampled": "",
               "sample_failed": "rectifying"},
    "unfounded": {"noted": "", "lowered": "", "untold": "", "rated": "", "reopened": "verifying"},
    "referred": {"noted": "", "lowered": "", "untold": "", "rated": "", "acknowledged": "", "settled": "closed",
                 "taken_back": "reported"},
    "duplicate": {"noted": "", "lowered": "", "untold": "", "unmerged": "reported"},
    "withdrawn": {"noted": "", "lowered": "", "untold": ""},
}  # fmt: skip
FROM = {step: {act: to or step for act, to in acts.items()} for step, acts in FROM.items()}

WORKERS = {"grid", "village", "post", "fixer"}
ASSIGNERS = {"village", "post", "fixer"}
DECIDERS = ASSIGNERS | {"leader"}
READERS = WORKERS | {"department", "leader"}
FIRE_POST, REPORTER, NOBODY = {"post"}, {"reporter"}, set[str]()
WHO: dict[str, set[str]] = {
    **dict.fromkeys(("assigned", "handed_over", "declined", "returned", "extended", "resumed"), DECIDERS),
    **dict.fromkeys(("claimed", "confirmed", "fixed", "rejected", "regraded", "served", "asked", "untold"), WORKERS),
    **dict.fromkeys(("called", "merged", "unmerged"), ASSIGNERS),
    **dict.fromkeys(("requested", "rectified"), WORKERS | {"department", "owner", "called"}),
    # who repaired it never judges the repair
    **dict.fromkeys(("passed", "failed", "sampled", "sample_failed"), WORKERS - {"fixer"}),
    **dict.fromkeys(("referred", "acknowledged", "settled", "taken_back"), FIRE_POST),
    **dict.fromkeys(("answered", "lowered", "withdrawn", "rated", "reopened"), REPORTER),
    **dict.fromkeys(("lapsed", "escalated"), NOBODY),
    "reported_in": {"called"},
    "shelved": {"post", "leader"},
    "added": READERS | {"reporter", "follower", "called"},
    "noted": READERS | {"called"},
}

RELATIONS = {"reporter": Relation.REPORTER, "owner": Relation.OWNER, "follower": Relation.FOLLOWER,
             "called": Relation.CALLED}  # fmt: skip
PHOTO = [Media("photo", "f", "u")]


def send(s: Session, who: Actor, number: int, town: Town, now: datetime, *, is_repair: bool) -> Hazard:
    """Somebody is sent to look, or takes the repair over: one operation, the act depends on the step."""
    if (s.get_one(Hazard, number).step == "rectifying") is not is_repair:
        raise Refused("that would be the other act")
    return hazards.assign(s, who, number, town.grid_a.id, now=now)


def answer(s: Session, who: Actor, number: int, town: Town, now: datetime) -> None:
    """Somebody answers the question that waits, or one that the officer has asked just before."""
    asked = questions.questions_of(s, number)
    if not asked or asked[-1].answered_at is not None:
        asked = [questions.Question(hazard_id=number, asker_id=town.post.id, ask="在哪里？", asked_at=now, due_at=now)]
        s.add_all(asked)
        s.flush()
    questions.answer(s, who, asked[-1].id or 0, words="后门", now=now)


def decide(s: Session, who: Actor, number: int, town: Town, now: datetime, kind: str, *, granted: bool = True) -> None:
    """Somebody decides the request that waits, or one that the grid worker has made just before."""
    request = requests.open_request(s, number)
    if request is None:
        until = None if kind == "return" else requests.latest_until(s, s.get_one(Hazard, number), kind, now=now)
        asked = {"reason": "等配件", "until": until, "by_id": town.grid_a.id, "at": now}
        request = requests.Request(hazard_id=number, kind=kind, **asked)
        s.add(request)
        s.flush()
    if request.kind != kind:
        raise Refused("another request waits")
    if granted:
        requests.grant(s, who, request.id or 0, now=now)
    else:
        requests.decline(s, who, request.id or 0, "不必", now=now)


def give_back(s: Session, who: Actor, number: int, now: datetime) -> None:
    """Somebody asks to give the case back."""
    requests.ask(s, who, number, "return", reason="不归我管", now=now)
def join(s: Session, who: Actor, number: int, now: datetime) -> Hazard:
    """Somebody adds words: whoever follows the case joins it once more, everybody else adds as reporter or staff."""
    if hazards.relation_of(s, who, s.get_one(Hazard, number)) is Relation.FOLLOWER:
        return merging.follow(s, who, number, text="补充", now=now)
    return hazards.add(s, who, number, text="补充", now=now)


Doing = Callable[[Session, Actor, int, Town, int, datetime], Any]
DO: dict[str, Doing] = {
    "assigned": lambda s, who, i, town, _of, now: send(s, who, i, town, now, is_repair=False),
    "handed_over": lambda s, who, i, town, _of, now: send(s, who, i, town, now, is_repair=True),
    "claimed": lambda s, who, i, _town, _of, now: deskwork.claim(s, who, i, now=now),
    "noted": lambda s, who, i, _town, _of, now: deskwork.note(s, who, i, "只给同事看", now=now),
    "confirmed": lambda s, who, i, _town, _of, now: hazards.confirm(s, who, i, now=now),
    "rejected": lambda s, who, i, _town, _of, now: hazards.reject(s, who, i, note="已清理", now=now),
    "rectified": lambda s, who, i, _town, _of, now: hazards.rectified(s, who, i, media=PHOTO, now=now),
    "passed": lambda s, who, i, _town, _of, now: hazards.recheck(s, who, i, passed=True, now=now),
    "failed": lambda s, who, i, _town, _of, now: hazards.recheck(s, who, i, passed=False, note="没清完", now=now),
    "referred": lambda s, who, i, _town, _of, now: hazards.refer(s, who, i, to="县里", note="超出权限", now=now),
    "called": lambda s, who, i, _town, _of, now: teamwork.call(s, who, i, ["safety"], now=now),
    "reported_in": lambda s, who, i, _town, _of, now: teamwork.report_in(s, who, i, now=now),
    "merged": lambda s, who, i, _town, of, now: hazards.mark_duplicate(s, who, i, of, now=now),
    "unmerged": lambda s, who, i, _town, _of, now: merging.unmerge(s, who, i, now=now),
    "added": lambda s, who, i, _town, _of, now: join(s, who, i, now),
    "withdrawn": lambda s, who, i, _town, _of, now: hazards.withdraw(s, who, i, now=now),
    "rated": lambda s, who, i, _town, _of, now: hazards.rate(s, who, i, 1, now=now),
    "reopened": lambda s, who, i, _town, _of, now: hazards.reopen(s, who, i, "又堵了", now=now),
    "fixed": lambda s, who, i, _town, _of, now: outcomes.fixed(s, who, i, before=PHOTO, media=PHOTO, now=now),
    "sampled": lambda s, who, i, _town, _of, now: outcomes.sample(s, who, i, passed=True, now=now),
    "sample_failed": lambda s, who, i, _t, _of, now: outcomes.sample(s, who, i, passed=False, note="又堵", now=now),
    "served": lambda s, who, i, _town, _of, now: outcomes.serve(s, who, i, note="店主签收", now=now),
    "regraded": lambda s, who, i, _town, _of, now: regrade(s, who, i, now),
    "untold": lambda s, who, i, _town, _of, now: outcomes.untold(s, who, i, note="停用了机器人", now=now),
    "acknowledged": lambda s, who, i, _town, _of, now: referrals.acknowledge(s, who, i, note="收了", now=now),
    "settled": lambda s, who, i, _town, _of, now: referrals.settle(s, who, i, note="已处理", now=now),
    "taken_back": lambda s, who, i, _town, _of, now: referrals.take_back(s, who, i, note="不归他们管", now=now),
    "lowered": lambda s, who, i, _town, _of, now: levels.lower(s, who, i, hazards.ANONYMOUS, now=now),
    "asked": lambda s, who, i, _town, _of, now: questions.ask(s, who, i, "在哪里？", now=now),
    "answered": lambda s, who, i, town, _of, now: answer(s, who, i, town, now),
    "requested": lambda s, who, i, _town, _of, now: give_back(s, who, i, now),
    "declined": lambda s, who, i, town, _of, now: decide(s, who, i, town, now, "return", granted=False),
    "returned": lambda s, who, i, town, _of, now: decide(s, who, i, town, now, "return"),
    "extended": lambda s, who, i, town, _of, now: decide(s, who, i, town, now, "extend"),
    "shelved": lambda s, who, i, town, _of, now: decide(s, who, i, town, now, "shelve"),
    "resumed": lambda s, who, i, _town, _of, now: requests.resume(s, who, i, now=now),
}


def regrade(s: Session, who: Actor, number: int, now: datetime) -> Hazard:
    """Somebody corrects the gravity, up or down."""
    severity = "ordinary" if s.get_one(Hazard, number).severity == "serious" else "serious"
    given = {"kind": "A01", "severity": severity, "evacuation": False, "note": "看错了"}
    return outcomes.regrade(s, who, number, now=now, **given)


def cast(s: Session, town: Town) -> dict[str, Actor]:
    """One person per role that reaches the hazard, and those who do not."""
    people = {role.value: town.newcomer(s, role.value, role) for role in Role if role not in (Role.GRID, Role.VILLAGE)}
    people |= {"grid": town.grid_a, "village": town.village, "reporter": town.resident}
    people["fixer"] = town.newcomer(s, "修的人", Role.VILLAGE, "east")
    people["other grid"] = town.grid_b
    people["other village"] = town.newcomer(s, "外村干部", Role.VILLAGE, "west")
    people["stranger"] = town.newcomer(s, "路人")
    people["follower"] = town.newcomer(s, "也看到的人")
    people["called"] = town.newcomer(s, "经济岗", Role.DEPARTMENT, post="economy")
    town.newcomer(s, "综治岗", Role.DEPARTMENT, "east", post="safety")
    return people


def stand_at(s: Session, town: Town, step: str, people: dict[str, Actor]) -> tuple[int, int]:
    """Return a hazard that stands at this step, at a place with an owner, and another one that is open."""
    area_id = town.id_of("east-1")
    place = Place(code="shop", name="店", kind="shop", area_id=area_id, area_path=town.areas["east-1"].path,
                  owner_id=people["owner"].id, created_at=NOW)  # fmt: skip
    s.add(place)
    s.flush()
    given: Any = {"kind": "A01", "severity": "serious", "place_text": "后门", "detail": "堵", "place_id": place.id}
    s.info["rules"] = Rules(posts={"economy": "经济发展岗", "safety": "平安综治岗"}, call_severities=())
    hazard, other = (hazards.report(s, town.resident, area_id=area_id, now=NOW, **given) for _ in range(2))
    number = hazard.id or 0
    merging.follow(s, people["follower"], number, now=NOW)
    teamwork.call(s, town.post, number, ["economy"], now=NOW)
    if step in ("rectifying", "recheck"):
        hazards.assign(s, town.post, number, town.grid_a.id, now=NOW)
        hazards.confirm(s, town.grid_a, number, now=NOW)
    if step == "recheck":
        hazards.rectified(s, people["fixer"], number, media=PHOTO, now=NOW)
    if step == "closed":
        hazard.fixer_id = people["fixer"].id
        deadlines.add(s, "hazard", number, "sample", due_at=NOW, area_path=hazard.area_path, rule="抽查", now=NOW)
    if step == "referred":
        hazards.refer(s, town.post, number, to="县里", note="超出权限", now=NOW)
    if step in OWNER_KNOWS:
        hazard.track = "term"
    hazard.step, hazard.closed_at = step, NOW if Step(step) in ENDS else None
    s.commit()
    return number, other.id or 0


@pytest.mark.parametrize("step", list(FROM))
def test_at_each_step_each_person_can_do_exactly_what_the_tables_say(s: Session, town: Town, step: str) -> None:
    people = cast(s, town)
    number, other = stand_at(s, town, step, people)
    for name, who in people.items():
        hazard = s.get_one(Hazard, number)
        relation = hazards.relation_of(s, who, hazard)
        assert relation == RELATIONS.get(name, Relation.NONE) or (name == "owner" and step not in OWNER_KNOWS)
        offered = {act.value for act in hazards.moves(hazard, who, relation)}
        # Before a hazard is confirmed the owner of the place knows of none.
        allowed = {act for act in FROM[step] if name in WHO[act] and (name != "owner" or step in OWNER_KNOWS)}
        assert offered == allowed, (step, name)
        for act, do in DO.items():
            assert outcome(s, number, lambda: do(s, who, number, town, other, NOW)) == (  # noqa: B023
                FROM[step][act] if act in allowed else "refused"
            ), (step, act, name)


def outcome(s: Session, number: int, attempt: Callable[[], Any]) -> str:
    """Say where the hazard stands after an attempt that is then undone; a refused one must not have changed it."""
    before = s.get_one(Hazard, number).step
    try:
        attempt()
        s.flush()
        return s.get_one(Hazard, number).step
    except Refused:
        assert not s.dirty
        assert s.get_one(Hazard, number).step == before
        return "refused"
    finally:
        s.rollback()


def test_every_step_act_and_severity_has_a_label() -> None:
    assert [set(STEP_LABELS), set(ACT_LABELS), set(SEVERITY_LABELS)] == [set(Step), set(Act), set(Severity)]
    assert {step.value for step in Step} == set(FROM)


def test_every_word_fits_its_column() -> None:
    table = table_of(HazardStep).c
    assert max(map(len, Act)) <= table.act.type.length
    assert max(map(len, Step)) <= table.step.type.length
    assert max(map(len, Relation)) <= table.by.type.length


def clocks_at(hazard: Hazard, rows: list[HazardStep], reporter: Actor) -> set[str]:
    """Which clocks run: by the step, by whether somebody was sent, and by what has happened since the step began."""
    moved = [n for n, row in enumerate(rows) if row.act == "reported" or row.act in MOVING]
    last, since = rows[moved[-1]], {row.act for row in rows[moved[-1] :]}
    match hazard.step:
        case "reported":
            return {"dispatch", "verify"}
        case "verifying":
            return {"verify"} if hazard.assignee_id else {"verify", "dispatch"}
        case "rectifying":
            with_notice = last.act in ("confirmed", "failed", "sample_failed") and "served" not in since
            return {"rectify", "notice"} if with_notice else {"rectify"}
        case "shelved":
            return {"shelf"}
        case "recheck":
            return {"recheck"}
        case "withdrawn":
            return set()
    # No message arrives in these lives, so an answer is owed until somebody notes that it cannot be given.
    owed = {"feedback"} if last.who_id != reporter.id and "untold" not in since else set()
    if hazard.step == "referred":
        return owed | {"referral"}
    drawn = last.act == "fixed" and outcomes.hazard_clocks.is_sampled(hazard, DEFAULTS) and "sampled" not in since
    return owed | {"sample"} if drawn else owed


MOVING = {act for step, acts in FROM.items() for act, to in acts.items() if to != step}


class Lives(RuleBasedStateMachine):
    """Several hazards, invented people who try anything in any order; the clock goes on."""

    @initialize()
    def settle(self) -> None:
        use_key(bytes(32))
        self.engine = create_engine("sqlite://")
        Base.metadata.create_all(self.engine)
        self.s = Session(self.engine)
        self.town = build_town(self.s)
        self.s.commit()
        self.now = NOW
        town = self.town
        self.people = [town.post, town.grid_a, town.grid_b, town.village, town.leader, town.resident]
        self.reporters: dict[int, Actor] = {}

    @rule(who=st.integers(0, 5), severity=st.sampled_from(Severity), area=st.sampled_from([None, "east-1", "west"]))
    def report(self, who: int, severity: Severity, area: str | None) -> None:
        reporter = self.people[who]
        area_id = None if area is None else self.town.id_of(area)
        given = {"kind": "A01", "severity": severity, "place_text": "后门", "detail": "堵", "area_id": area_id}
        hazard = hazards.report(self.s, reporter, now=self.now, **given)
        self.s.commit()
        self.reporters[hazard.id or 0] = reporter

    @precondition(lambda self: self.reporters)
    @rule(who=st.integers(0, 5), act=st.sampled_from(list(DO)), pick=st.integers(0, 9), hours=st.integers(0, 200))
    def act(self, who: int, act: str, pick: int, hours: int) -> None:
        self.now += timedelta(hours=hours)
        numbers = list(self.reporters)
        number, other = numbers[pick % len(numbers)], numbers[(pick + 1) % len(numbers)]
        actor, hazard = self.people[who], self.s.get_one(Hazard, number)
        offered = hazards.moves(hazard, actor, hazards.relation_of(self.s, actor, hazard))
        step, version = hazard.step, hazard.version
        try:
            DO[act](self.s, actor, number, self.town, other, self.now)
            self.s.commit()
        except Refused:
            self.s.rollback()
            assert hazard.version == version
        else:
            assert act in offered
            assert hazard.step == FROM[step][act]
            assert hazard.version > version or hazard.step == step

    @rule(hours=st.integers(0, 2000))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for chore in (questions.lapse, requests.drop_moot, requests.resume_due):
            chore(self.s, now=self.now)
        self.s.commit()

    @invariant()
    def the_file_tells_one_legal_life(self) -> None:
        for number in getattr(self, "reporters", {}):
            hazard = self.s.get_one(Hazard, number)
            rows = hazards.history(self.s, hazard)
            assert rows[0].act == "reported"
            for before, after in pairwise(rows):
                assert FROM[before.step][after.act] == after.step
                if (before.act, after.step) in (("rectified", "closed"), ("rectified", "rectifying")):
                    assert before.who_id != after.who_id
            assert rows[-1].step == hazard.step
            by_reporter = [row for row in rows if row.act in ("reported", "withdrawn", "rated", "reopened")]
            assert all(row.who_id is None for row in by_reporter)

    @invariant()
    def exactly_the_clocks_of_its_step_run(self) -> None:
        for number in getattr(self, "reporters", {}):
            hazard = self.s.get_one(Hazard, number)
            open_ = [clock for clock in deadlines.deadlines_of(self.s, "hazard", number)
                     if clock.met_at is None and clock.cancelled_at is None]  # fmt: skip
            running = [clock.clock for clock in open_]
            assert sorted(running) == sorted(clocks_at(hazard, hazards.history(self.s, hazard), self.reporters[number]))
            assert all(clock.rule and clock.area_path == hazard.area_path for clock in open_)
            own = {clock.owner_id for clock in open_ if clock.clock in ("verify", "rectify", "notice")}
            assert own <= {hazard.assignee_id}

    @invariant()
    def nobody_hears_of_a_case_by_the_name_of_its_reporter(self) -> None:
        if hasattr(self, "s"):
            assert audit.verify_chain(self.s) is None
            notices = self.s.exec(select(Outgoing)).all()
            assert all(set(row.about) <= {"hazard", "step"} for row in notices)
            assert all((row.alias is None) != (row.person_id is None) for row in notices)

    def teardown(self) -> None:
        if hasattr(self, "s"):
            self.s.close()
            self.engine.dispose()


Lives.TestCase.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
TestLives = Lives.TestCase
