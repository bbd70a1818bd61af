"""The town file: everything that makes one township different from another, and which values it may have."""

from collections.abc import Mapping
from datetime import time
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field, model_validator

from models.lifecycle import SEVERITY_LABELS
from models.rules import DEFAULTS, PHRASES, Reward, RouteRule, Rules, TipSlot
from models.town_entries import (
    AreaEntry,
    ContactEntry,
    Days,
    DutyEntry,
    Name,
    PersonEntry,
    PhraseEntry,
    PlaceEntry,
    PostEntry,
    RouteEntry,
    SeasonEntry,
    Strict,
    TipEntry,
    one_of,
)
from models.upkeep import KINDS as UPKEEP

Months = Annotated[int, Field(ge=1, le=360)]
Upkeep = Annotated[str, one_of({key: kind.label for key, kind in UPKEEP.items()})]


class Hours(Strict):
    """Working hours and quiet hours, local time; the digest of the day goes out at `digest_at`."""

    morning: tuple[time, time] = DEFAULTS.morning
    afternoon: tuple[time, time] = DEFAULTS.afternoon
    quiet_from: time = DEFAULTS.quiet_from
    quiet_until: time = DEFAULTS.quiet_until
    digest_at: time = DEFAULTS.digest_at

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Hours run from morning to evening, and nothing is planned into the quiet hours."""
        day = (*self.morning, *self.afternoon)
        if list(day) != sorted(day):
            raise ValueError("上班时间要从早到晚：morning 在前，afternoon 在后，请检查先后")
        if self.morning[0] == self.morning[1] and self.afternoon[0] == self.afternoon[1]:
            raise ValueError("上班时间不能是空的，请写上午、下午几点到几点")
        if not self.quiet_until <= self.digest_at < self.quiet_from:
            raise ValueError("digest_at 不能在免打扰时段里，请写在 quiet_until 和 quiet_from 之间")
        return self


class Limits(Strict):
    """Days and hours after which something is due; see models.rules for what each one means."""

    verify_hours_evacuation: Days = DEFAULTS.verify_hours_evacuation
    verify_working_days: Days = DEFAULTS.verify_working_days
    recheck_working_days: Days = DEFAULTS.recheck_working_days
    rectify_urgent: Annotated[int, Field(ge=0, le=366)] = DEFAULTS.rectify_days["urgent"]
    rectify_serious: Days = DEFAULTS.rectify_days["serious"]
    rectify_ordinary: Days = DEFAULTS.rectify_days["ordinary"]
    remind_before_days: tuple[int, ...] = DEFAULTS.remind_before_days
    rating_days: Days = DEFAULTS.rating_days
    dispatch_hours: Annotated[int, Field(ge=1, le=40)] = DEFAULTS.dispatch_hours
    notice_working_days: Days = DEFAULTS.notice_working_days
    feedback_working_days: Days = DEFAULTS.feedback_working_days
    question_hours: Annotated[int, Field(ge=1, le=240)] = DEFAULTS.question_hours
    questions_a_case: Annotated[int, Field(ge=1, le=9)] = DEFAULTS.questions_a_case
    extend_days: Days = DEFAULTS.extend_days
    extend_days_in_all: Days = DEFAULTS.extend_days_in_all
    sample_percent: Annotated[int, Field(ge=0, le=100)] = DEFAULTS.sample_percent
    sample_working_days: Days = DEFAULTS.sample_working_days
    referral_working_days: Days = DEFAULTS.referral_working_days
    shelf_days: Days = DEFAULTS.shelf_days
    relapse_days: Days = DEFAULTS.relapse_days
    danger_patrol_days: Days = DEFAULTS.danger_patrol_days
    revisit_days: Annotated[int, Field(ge=1, le=30)] = DEFAULTS.revisit_days
    tries_until_letter: Annotated[int, Field(ge=1, le=9)] = DEFAULTS.tries_until_letter
    letter_days: Annotated[int, Field(ge=1, le=30)] = DEFAULTS.letter_days
    gone_days: Annotated[int, Field(ge=30, le=730)] = DEFAULTS.gone_days
    duplicate_metres: Annotated[int, Field(ge=0, le=5000)] = DEFAULTS.duplicate_metres
    duplicate_days: Days = DEFAULTS.duplicate_days
    returns_until_leader: Annotated[int, Field(ge=1, le=9)] = DEFAULTS.returns_until_leader
    keep_ended_days: Annotated[int, Field(ge=365, le=36500)] = DEFAULTS.keep_ended_days
    keep_media_days: Annotated[int, Field(ge=30, le=36500)] = DEFAULTS.keep_media_days
    keep_contacts_days: Annotated[int, Field(ge=1, le=3650)] = DEFAULTS.keep_contacts_days
    reports_an_hour: Annotated[int, Field(ge=1, le=1000)] = DEFAULTS.reports_an_hour
    draft_days: Days = DEFAULTS.draft_days
    invite_hours: Days = DEFAULTS.invite_hours
    tips_a_day: Annotated[int, Field(ge=0, le=10)] = DEFAULTS.tips_a_day


class Calls(Strict):
    """Which cases call the posts together (吹哨报到), and within how many (working) hours they must report in."""

    severities: tuple[Annotated[str, one_of(SEVERITY_LABELS)], ...] = DEFAULTS.call_severities
    urgent_hours: Annotated[int, Field(ge=1, le=48)] = DEFAULTS.call_hours_urgent
    working_hours: Annotated[int, Field(ge=1, le=40)] = DEFAULTS.call_hours


class Push(Strict):
    """Whether what an officer writes needs a second person, and when the daily question goes out (local time)."""

    need_two: bool = DEFAULTS.broadcasts_need_two
    quiz_at: time = DEFAULTS.quiz_at


class Rewards(Strict):
    """What an effective report may earn; nothing is promised while `enabled` is false."""

    enabled: bool = False
    unit: Annotated[str, Field(min_length=1, max_length=10)] = "元"
    urgent: Annotated[int, Field(ge=0)] = 0
    serious: Annotated[int, Field(ge=0)] = 0
    ordinary: Annotated[int, Field(ge=0)] = 0
    cap_month: Annotated[int, Field(ge=0)] = 0
    cap_year: Annotated[int, Field(ge=0)] = 0
    claim_days: Days = 30
    where: Annotated[str, Field(max_length=100)] = ""

    def rules(self) -> Reward:
        """Return it as the operations use it."""
        amounts = {"urgent": self.urgent, "serious": self.serious, "ordinary": self.ordinary}
        rest = self.model_dump(exclude=set(amounts))
        return Reward(**rest, amounts=MappingProxyType(amounts))


class Checks(Strict):
    """What a failed line of a checklist takes off 100 points, and how many working days a patrol may be corrected."""

    urgent: Annotated[int, Field(ge=0, le=100)] = DEFAULTS.deductions["urgent"]
    serious: Annotated[int, Field(ge=0, le=100)] = DEFAULTS.deductions["serious"]
    ordinary: Annotated[int, Field(ge=0, le=100)] = DEFAULTS.deductions["ordinary"]
    correct_working_days: Days = DEFAULTS.correct_working_days


class Papers(Strict):
    """How the township numbers its papers: the word before 〔year〕, such as 示消."""

    word: Annotated[str, Field(max_length=20)] = ""


class SelfCheck(Strict):
    """When responsible people are asked to check themselves: the first working day from `day` on, once more later."""

    day: Annotated[int, Field(ge=1, le=20)] = DEFAULTS.self_check_day
    remind_days: Annotated[int, Field(ge=1, le=25)] = DEFAULTS.self_check_again_days


class Interval(Strict):
    """Own months for one kind of equipment or paper: the first service, each further one, the end."""

    first: Months | None = None
    every: Months | None = None
    scrap: Months | None = None


class Market(Strict):
    """Market days (赶场、逢场): the last digits of the date on which people come to town, lunar or solar."""

    days: tuple[Annotated[int, Field(ge=0, le=9)], ...] = DEFAULTS.market_days
    lunar: bool = DEFAULTS.market_by_lunar


class Demo(Strict):
    """Invented people, only brought in when `enabled` says so."""

    enabled: bool = False
    contacts: tuple[ContactEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()


class Town(Strict):
    """A whole town file."""

    name: Name
    hours: Hours = Hours()
    limits: Limits = Limits()
    hotlines: dict[str, Annotated[str, Field(pattern=r"^[0-9-]{3,20}$")]] = Field(
        default={"火警": "119", "森林火警": "12119"}
    )
    patrol_days: dict[str, Days] = Field(default={"default": 30})
    checks: Checks = Checks()
    seasons: tuple[SeasonEntry, ...] = ()
    tips: tuple[TipEntry, ...] = ()
    push: Push = Push()
    market: Market = Market()
    self_check: SelfCheck = SelfCheck()
    upkeep: dict[Upkeep, Interval] = Field(default={})
    reward: Rewards = Rewards()
    papers: Papers = Papers()
    phrases: tuple[PhraseEntry, ...] = ()
    calls: Calls = Calls()
    posts: tuple[PostEntry, ...] = ()
    routing: tuple[RouteEntry, ...] = ()
    areas: tuple[AreaEntry, ...]
    places: tuple[PlaceEntry, ...] = ()
    duties: tuple[DutyEntry, ...] = ()
    demo: Demo = Demo()


def _phrases(entries: tuple[PhraseEntry, ...]) -> Mapping[str, tuple[str, ...]]:
    """An act that the file has words for has these; the others keep the ordinary ones."""
    own = {act: tuple(entry.text for entry in entries if entry.act == act) for act in PHRASES}
    return MappingProxyType({act: own[act] or ordinary for act, ordinary in PHRASES.items()})


def rules(town: Town) -> Rules:
    """Return the township's rules as the operations use them."""
    limits = town.limits
    return Rules(
        town=town.name,
        **town.hours.model_dump(),
        **limits.model_dump(exclude={"rectify_urgent", "rectify_serious", "rectify_ordinary"}),
        rectify_days=MappingProxyType(
            {"urgent": limits.rectify_urgent, "serious": limits.rectify_serious, "ordinary": limits.rectify_ordinary}
        ),
        patrol_days=MappingProxyType(dict(town.patrol_days)),
        deductions=MappingProxyType(town.checks.model_dump(exclude={"correct_working_days"})),
        correct_working_days=town.checks.correct_working_days,
        seasons=tuple(entry.season() for entry in town.seasons),
        tip_slots=tuple(TipSlot(tip.at, tip.weekdays, tip.topic) for tip in town.tips),
        broadcasts_need_two=town.push.need_two,
        quiz_at=town.push.quiz_at,
        market_days=town.market.days,
        market_by_lunar=town.market.lunar,
        self_check_day=town.self_check.day,
        self_check_again_days=town.self_check.remind_days,
        upkeep=MappingProxyType({kind: own.model_dump(exclude_none=True) for kind, own in town.upkeep.items()}),
        reward=town.reward.rules(),
        papers=town.papers.word,
        phrases=_phrases(town.phrases),
        hotlines=MappingProxyType(dict(town.hotlines)),
        posts=MappingProxyType({post.code: post.name for post in town.posts}),
        call_severities=town.calls.severities,
        call_hours_urgent=town.calls.urgent_hours,
        call_hours=town.calls.working_hours,
        routing=tuple(RouteRule(**entry.model_dump()) for entry in town.routing),
    )
