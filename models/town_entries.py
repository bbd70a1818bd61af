"""What a town file lists: areas, posts, places, duties, tips, seasons, people - one entry each, and its values."""

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from models.areas import LEVELS
from models.lifecycle import ACT_LABELS, Act
from models.people import ROLE_NAMES, Role
from models.place_contacts import ROLES as CONTACT_ROLES
from models.places import KINDS, RISKS
from models.rules import PHRASES, Season
from models.seasons import FEASTS, LEAP_YEAR
from models.tasks import CADENCES

CODE = r"^[a-z0-9][a-z0-9-]*$"
Code = Annotated[str, Field(pattern=CODE, max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Days = Annotated[int, Field(ge=1, le=366)]


def one_of(known: Mapping[Any, str]) -> AfterValidator:
    """Accept a key of the mapping; otherwise say all keys with their meaning."""

    def check(value: str) -> str:
        if value not in known:
            raise ValueError("请写其中之一：" + "、".join(f"{key}（{name}）" for key, name in known.items()))
        return value

    return AfterValidator(check)


def _month_and_day(value: str) -> str:
    try:
        date.fromisoformat(f"{LEAP_YEAR}-{value}")
    except ValueError:
        raise ValueError('请写月和日，例如 "07-10"') from None
    return value


MonthAndDay = Annotated[str, AfterValidator(_month_and_day)]


class Strict(BaseModel):
    """What is not known in the file is told, not skipped."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AreaEntry(Strict):
    """One node of the area tree; the order of the file is the order of the lists."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=40)]
    level: Annotated[str, one_of(LEVELS)]
    parent: str = ""


class PostEntry(Strict):
    """A post of the township that duties are given to."""

    code: Code
    name: Name


class PlaceEntry(Strict):
    """One place of the ledger."""

    code: Code
    name: Name
    aliases: tuple[str, ...] = ()
    kind: Annotated[str, one_of(KINDS)]
    area: str
    cluster: Annotated[str, Field(max_length=40)] = ""
    address: str = ""
    floors: Annotated[int, Field(ge=0, le=120)] | None = None
    people: Annotated[int, Field(ge=0, le=100_000)] | None = None
    square_metres: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    at: tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]] | None = None
    risk: Annotated[str, one_of(RISKS)] = "normal"


class DutyEntry(Strict):
    """One line of the task list (任务清单)."""

    code: Code
    clause: str = ""
    title: Name
    cadence: Annotated[str, one_of(CADENCES)]
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


class TipEntry(Strict):
    """When tips go out; weekdays as ISO numbers, Monday is 1."""

    at: time
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = (1, 2, 3, 4, 5, 6, 7)
    topic: str = ""


class RouteEntry(Strict):
    """Where the town sends a kind of danger, when that differs from the table of models.routing."""

    kind: str
    place: str = ""
    lead: str = ""
    enforcement: str = ""
    call: tuple[str, ...] = ()
    basis: Annotated[str, Field(max_length=80)] = ""


class PhraseEntry(Strict):
    """Words that officers often say to reporters; `act` is when."""

    act: Annotated[str, one_of({act: ACT_LABELS[Act(act)] for act in PHRASES})]
    text: Annotated[str, Field(min_length=1, max_length=200)]


class HeldEntry(Strict):
    """A role of a demo person in an area."""

    role: Annotated[str, one_of({role: ROLE_NAMES[role] for role in Role})]
    area: str
    post: str = ""


class PersonEntry(Strict):
    """An invented person of the demo town."""

    telegram_id: Annotated[int, Field(ge=1)]
    name: Name
    area: str = ""
    roles: tuple[HeldEntry, ...] = ()
    owns: tuple[str, ...] = ()


class SeasonEntry(Strict):
    """A season in which some kinds of places are patrolled more often: between two days, or around a feast."""

    name: Annotated[str, Field(min_length=1, max_length=20)]
    since: Annotated[MonthAndDay, Field(alias="from")] = ""
    until: MonthAndDay = ""
    feast: Annotated[str, Field(max_length=10)] = ""
    days_before: Annotated[int, Field(ge=0, le=60)] = 0
    days_after: Annotated[int, Field(ge=0, le=60)] = 0
    kinds: tuple[Annotated[str, one_of(KINDS)], ...] = ()
    days: Days
    basis: Annotated[str, Field(max_length=80)] = ""

    @model_validator(mode="after")
    def timed(self) -> Self:
        """A season lies between two days, or around a feast; never both."""
        if self.feast and (self.since or self.until):
            raise ValueError("写了 feast 就不写 from 和 until，请删掉一种")
        if not self.feast and not (self.since and self.until):
            raise ValueError('请写从哪天到哪天，例如 from = "07-10"、until = "10-10"；或者写 feast = "春节"')
        if self.feast and self.feast not in FEASTS:
            raise ValueError("feast 请写其中之一：" + "、".join(FEASTS))
        if not self.feast and (self.days_before or self.days_after):
            raise ValueError("days_before 和 days_after 只和 feast 一起用，请删掉")
        return self

    def season(self) -> Season:
        """Return it as the operations use it."""
        return Season(**self.model_dump())


class ContactEntry(Strict):
    """An invented person who answers for a place; real ones are entered in chat, where they are sealed at once."""

    place: str
    role: Annotated[str, one_of(CONTACT_ROLES)]
    name: Name
    phone: Annotated[str, Field(pattern=r"^[0-9-]{0,20}$")] = ""
