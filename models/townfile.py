"""The town file: everything that makes one township different from another, and which values it may have."""

from collections.abc import Mapping
from datetime import time
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from models.areas import LEVELS
from models.lifecycle import ACT_LABELS, SEVERITY_LABELS, Act
from models.people import ROLE_NAMES, Role
from models.place_contacts import ROLES as CONTACT_ROLES
from models.places import KINDS, RISKS
from models.rules import DEFAULTS, PHRASES, Reward, RouteRule, Rules, TipSlot
from models.tasks import CADENCES

CODE = r"^[a-z0-9][a-z0-9-]*$"
Code = Annotated[str, Field(pattern=CODE, max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Days = Annotated[int, Field(ge=1, le=366)]


def _one_of(known: Mapping[Any, str]) -> AfterValidator:
    """Accept a key of the mapping; otherwise say all keys with their meaning."""

    def check(value: str) -> str:
        if value not in known:
            raise ValueError("请写其中之一：" + "、".join(f"{key}（{name}）" for key, name in known.items()))
        return value

    return AfterValidator(check)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hours(_Strict):
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


class Limits(_Strict):
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


class AreaEntry(_Strict):
    """One node of the area tree; the order of the file is the order of the lists."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=40)]
    level: Annotated[str, _one_of(LEVELS)]
    parent: str = ""


class PostEntry(_Strict):
    """A post of the township that duties are given to."""

    code: Code
    name: Name


class PlaceEntry(_Strict):
    """One place of the ledger."""

    code: Code
    name: Name
    aliases: tuple[str, ...] = ()
    kind: Annotated[str, _one_of(KINDS)]
    area: str
    cluster: Annotated[str, Field(max_length=40)] = ""
    address: str = ""
    floors: Annotated[int, Field(ge=0, le=120)] | None = None
    people: Annotated[int, Field(ge=0, le=100_000)] | None = None
    square_metres: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    at: tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]] | None = None
    risk: Annotated[str, _one_of(RISKS)] = "normal"


class DutyEntry(_Strict):
    """One line of the task list (任务清单)."""

    code: Code
    clause: str = ""
    title: Name
    cadence: Annotated[str, _one_of(CADENCES)]
    year: Annotated[int, Field(ge=2020, le=2100)] | None = None
    month: Annotated[int, Field(ge=1, le=12)] = 1
    day: Annotated[int, Field(ge=1, le=31)] = 1
    post: str = ""
    area: str
    every_village: bool = False
    evidence: str = ""

    @model_validator(mode="after")
    def timed(self) -> Self:
        """A quarter has three months; what happens once needs a year."""
        if self.cadence == "quarterly" and self.month > 3:
            raise ValueError("quarterly 的 month 是季度里的第几个月，请写 1、2 或 3")
        if self.cadence == "once" and self.year is None:
            raise ValueError("cadence 是 once 时要写 year，例如 year = 2026")
        return self


class TipEntry(_Strict):
    """When tips go out; weekdays as ISO numbers, Monday is 1."""

    at: time
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = (1, 2, 3, 4, 5, 6, 7)
    topic: str = ""


class RouteEntry(_Strict):
    """Where the town sends a kind of danger, when that differs from the table of models.routing."""

    kind: str
    place: str = ""
    lead: str = ""
    enforcement: str = ""
    call: tuple[str, ...] = ()
    basis: Annotated[str, Field(max_length=80)] = ""


class Calls(_Strict):
    """Which cases call the posts together (吹哨报到), and within how many (working) hours they must report in."""

    severities: tuple[Annotated[str, _one_of(SEVERITY_LABELS)], ...] = DEFAULTS.call_severities
    urgent_hours: Annotated[int, Field(ge=1, le=48)] = DEFAULTS.call_hours_urgent
    working_hours: Annotated[int, Field(ge=1, le=40)] = DEFAULTS.call_hours


class Push(_Strict):
    """Whether what an officer writes needs a second person, and when the daily question goes out (local time)."""

    need_two: bool = DEFAULTS.broadcasts_need_two
    quiz_at: time = DEFAULTS.quiz_at


class Rewards(_Strict):
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


class PhraseEntry(_Strict):
    """Words that officers often say to reporters; `act` is when."""

    act: Annotated[str, _one_of({act: ACT_LABELS[Act(act)] for act in PHRASES})]
    text: Annotated[str, Field(min_length=1, max_length=200)]


class Papers(_Strict):
    """How the township numbers its papers: the word before 〔year〕, such as 示消."""

    word: Annotated[str, Field(max_length=20)] = ""


class Market(_Strict):
    """Market days (赶场、逢场): the last digits of the date on which people come to town, lunar or solar."""

    days: tuple[Annotated[int, Field(ge=0, le=9)], ...] = DEFAULTS.market_days
    lunar: bool = DEFAULTS.market_by_lunar


class HeldEntry(_Strict):
    """A role of a demo person in an area."""

    role: Annotated[str, _one_of({role: ROLE_NAMES[role] for role in Role})]
    area: str
    post: str = ""


class PersonEntry(_Strict):
    """An invented person of the demo town."""

    telegram_id: Annotated[int, Field(ge=1)]
    name: Name
    area: str = ""
    roles: tuple[HeldEntry, ...] = ()
    owns: tuple[str, ...] = ()


class ContactEntry(_Strict):
    """An invented person who answers for a place; real ones are entered in chat, where they are sealed at once."""

    place: str
    role: Annotated[str, _one_of(CONTACT_ROLES)]
    name: Name
    phone: Annotated[str, Field(pattern=r"^[0-9-]{0,20}$")] = ""


class Demo(_Strict):
    """Invented people, only brought in when `enabled` says so."""

    enabled: bool = False
    contacts: tuple[ContactEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()


class Town(_Strict):
    """A whole town file."""

    name: Name
    hours: Hours = Hours()
    limits: Limits = Limits()
    hotlines: dict[str, Annotated[str, Field(pattern=r"^[0-9-]{3,20}$")]] = {"火警": "119", "森林火警": "12119"}
    patrol_days: dict[str, Days] = {"default": 30}
    tips: tuple[TipEntry, ...] = ()
    push: Push = Push()
    market: Market = Market()
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
        tip_slots=tuple(TipSlot(tip.at, tip.weekdays, tip.topic) for tip in town.tips),
        broadcasts_need_two=town.push.need_two,
        quiz_at=town.push.quiz_at,
        market_days=town.market.days,
        market_by_lunar=town.market.lunar,
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
