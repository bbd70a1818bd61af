"""The township's own numbers: hours, days, cycles, hotlines. Every one has a default and can be set in town.toml.

What DOMAIN marks as a suggestion stays configurable; only the statutory clocks (24 hours, 3 working days) have a source
(DOMAIN section 0, item 10; section 1.7).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlmodel import Session

ZONE = ZoneInfo("Asia/Shanghai")


def _frozen(**values: int) -> Mapping[str, int]:
    return MappingProxyType(values)


@dataclass(frozen=True, slots=True)
class TipSlot:
    """When a tip goes out: a local time, on these ISO weekdays (1 = Monday)."""

    at: time
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Season:
    """A time of the year in which places of some kinds (all, when empty) are patrolled every `days` days.

    It runs from `since` until `until` (`MM-DD`, both included; it may wrap over the year's end), or from `days_before`
    a `feast` until `days_after` it. `basis` is what it rests on.
    """

    name: str
    days: int
    kinds: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    feast: str = ""
    days_before: int = 0
    days_after: int = 0
    basis: str = ""


@dataclass(frozen=True, slots=True)
class RouteRule:
    """Where a town sends a kind of danger (A01 to A19), at every place or at places of one kind; "" keeps the default.

    `lead`, `enforcement` and `call` are post codes; `basis` is the paper in which the town decided it.
    """

    kind: str
    place: str = ""
    lead: str = ""
    enforcement: str = ""
    call: tuple[str, ...] = ()
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Reward:
    """What an effective report may earn (DOMAIN 7): off unless the town decided it; amounts in `unit` by severity.

    `cap_month` and `cap_year` limit one person, 0 for no limit; `claim_days` is how long a claim code is good.
    """

    enabled: bool = False
    unit: str = "元"
    amounts: Mapping[str, int] = field(default_factory=lambda: _frozen())
    cap_month: int = 0
    cap_year: int = 0
    claim_days: int = 30
    where: str = ""


# What officers say most often to a reporter, by act: short, kind, and without naming anybody.
PHRASES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "rejected": (
        "到现场看过，没有发现您说的情况。以后再看到，请随时告诉我们。",
        "到现场看过，隐患已经消除，谢谢您的提醒。",
        "按您说的地点没有找到。请补充更具体的位置，我们再去看。",
    ),
    "referred": (
        "这件事超出镇里的权限，已移送有权处理的单位，进展会在这里告诉您。",
        "需要专业单位处理，已移送，我们会跟进。",
    ),
    "extended": ("整改比预计的费时，已延长期限，我们会继续盯着。", "要等材料或专业人员到场，已延长期限。"),
    "asked": ("请说得再具体一点：哪个村组，靠近什么店或者什么路口？", "现在还是这个样子吗？方便的话补一张照片。"),
    "passed": ("已经整改到位，谢谢您帮大家消除了隐患。", "复查合格。以后再看到隐患，请随时告诉我们。"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """All configurable numbers of one township.

    `market_days` are the last digits of the (lunar) date on which there is a market; nobody's, when empty.
    `self_check_day`: from which day of a month on the first working day asks for the self-check; so many days later
    once more. `upkeep` are own intervals in months by kind (models.upkeep): first, every, scrap.
    """

    town: str = "示范镇"
    morning: tuple[time, time] = (time(9), time(12))
    afternoon: tuple[time, time] = (time(14), time(18))
    quiet_from: time = time(21)
    quiet_until: time = time(7)
    digest_at: time = time(8, 30)
    verify_hours_evacuation: int = 24
    verify_working_days: int = 3
    recheck_working_days: int = 3
    rectify_days: Mapping[str, int] = field(default_factory=lambda: _frozen(urgent=0, serious=7, ordinary=15))
    remind_before_days: tuple[int, ...] = (3, 1, 0)
    rating_days: int = 14
    dispatch_hours: int = 4
    notice_working_days: int = 3
    feedback_working_days: int = 5
    question_hours: int = 48
    questions_a_case: int = 3
    extend_days: int = 15
    extend_days_in_all: int = 30
    sample_percent: int = 30
    sample_working_days: int = 10
    referral_working_days: int = 15
    shelf_days: int = 90
    relapse_days: int = 90
    danger_patrol_days: int = 15
    revisit_days: int = 2
    tries_until_letter: int = 2
    letter_days: int = 5
    gone_days: int = 180
    duplicate_metres: int = 100
    duplicate_days: int = 30
    returns_until_leader: int = 3
    call_severities: tuple[str, ...] = ("urgent", "serious")
    call_hours_urgent: int = 1
    call_hours: int = 4
    routing: tuple[RouteRule, ...] = ()
    keep_ended_days: int = 1825
    keep_media_days: int = 365
    keep_contacts_days: int = 90
    papers: str = ""
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PHRASES)
    reward: Reward = field(default_factory=lambda: Reward())
    patrol_days: Mapping[str, int] = field(default_factory=lambda: _frozen(default=30))
    deductions: Mapping[str, int] = field(default_factory=lambda: _frozen(urgent=10, serious=5, ordinary=2))
    correct_working_days: int = 3
    seasons: tuple[Season, ...] = ()
    tip_slots: tuple[TipSlot, ...] = (TipSlot(time(8, 30), (2, 5)),)
    tips_a_day: int = 2
    broadcasts_need_two: bool = True
    quiz_at: time = time(19)
    market_days: tuple[int, ...] = ()
    market_by_lunar: bool = True
    hotlines: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({"火警": "119", "森林火警": "12119"}))
    posts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    reports_an_hour: int = 10
    draft_days: int = 7
    invite_hours: int = 24
    self_check_day: int = 1
    self_check_again_days: int = 10
    upkeep: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))


DEFAULTS = Rules()


def rules_of(s: Session) -> Rules:
    """Return the rules that the composition root attached to this session (defaults in plain tests)."""
    found = s.info.get("rules", DEFAULTS)
    if not isinstance(found, Rules):
        raise TypeError("session.info['rules'] must be Rules")
    return found
