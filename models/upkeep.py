"""Upkeep: what of a place runs out - equipment by its age, papers and drills by their term - and what is due next.

Figures are those of DOMAIN 4.2 and 4.3; where the table says 【建议】 or "see the label" they are a default. A town
sets its own in town.toml, `[upkeep]`. Months are counted, for a name plate rarely says the day.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

SERVICE, SCRAP = "service", "scrap"
TRAINING, DRILL = "training", "drill"  # as models.trainings calls them: its records renew these
EXTINGUISHER, GAS, RESCUE, PAPER, PRACTICE = "extinguisher", "gas", "rescue", "paper", "practice"
GROUPS = {EXTINGUISHER: "灭火器", GAS: "燃气用具", RESCUE: "报警逃生", PAPER: "证照保险", PRACTICE: "培训演练清洗"}
REPLACE = "换新"
Own = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing with dates, in months: `first` service after it was made, then `every`, `scrap` after.

    `act` is how its service is called; `unit` counts pieces and is empty for papers, which begin with their first day.
    `source` says to people where the figures come from.
    """

    label: str
    group: str
    source: str
    unit: str = ""
    act: str = "续办"
    first: int | None = None
    every: int | None = None
    scrap: int | None = None

    def named(self, act: str) -> str:
        """Return what has to be done, in a word or two."""
        return REPLACE if act == SCRAP else self.act


class Due(NamedTuple):
    """What is due, and on which day."""

    act: str
    day: date


# Shown to people: where the figures come from, in words that they can ask about (DOMAIN 4.2, 4.3, sources S20 to S49).
_GA95, _GAS = "灭火器维修与报废规程（GA 95），以铭牌为准", "燃气安全常用年限，以铭牌为准"
_LABEL = "常用年限，以产品标签为准"
_LAW16, _TOWN = "《消防法》第十六条", "常用做法，镇里可以另定"
_TRAIN = "机关、团体、企业、事业单位消防安全管理规定（公安部令第61号）"
KINDS: Mapping[str, Kind] = MappingProxyType({
    "powder": Kind("干粉灭火器", EXTINGUISHER, _GA95, "具", "维修", 60, 24, 120),
    "water": Kind("水基灭火器", EXTINGUISHER, _GA95, "具", "维修", 36, 12, 72),
    "clean_gas": Kind("洁净气体灭火器", EXTINGUISHER, _GA95, "具", "维修", 60, 24, 120),
    "co2": Kind("二氧化碳灭火器", EXTINGUISHER, _GA95, "具", "维修", 60, 24, 144),
    "hose_rubber": Kind("燃气橡胶软管", GAS, f"一年半到两年换，满一年半提醒（{_GAS}）", "根", scrap=18),
    "hose_metal": Kind("燃气金属软管", GAS, _GAS, "根", scrap=96),
    "cylinder": Kind("液化气瓶", GAS, _GAS, "只", "检验", 48, 48, 96),
    "regulator": Kind("减压阀", GAS, _GAS, "个", scrap=60),
    "stove": Kind("灶具和热水器", GAS, _GAS, "台", scrap=96),
    "smoke_alarm": Kind("烟雾报警器（普通电池）", RESCUE, _LABEL, "个", "换电池", 12, 12, 120),
    "smoke_alarm_long": Kind("烟雾报警器（长效电池）", RESCUE, _LABEL, "个", scrap=120),
    "mask": Kind("防烟面具", RESCUE, _LABEL, "个", scrap=36),
    "blanket": Kind("电热毯", RESCUE, _LABEL, "床", scrap=60),
    "opening": Kind("营业前消防安全检查", PAPER, "《消防法》第十五条，长期有效"),
    "operator": Kind("特种作业操作证", PAPER, "三年一复审，以证上日期为准", "", "复审", 36, 36),
    "insurance": Kind("火灾公众责任保险", PAPER, "保险合同，一年一保", "", "续保", 12, 12),
    "assessment": Kind("年度消防安全评估", PAPER, _TOWN, "", "评估", 12, 12),
    "facilities": Kind("消防设施年度检测", PAPER, _LAW16, "", "检测", 12, 12),
    "wiring": Kind("电气线路检测", PAPER, _TOWN, "", "检测", 12, 12),
    "contract": Kind("维保合同", PAPER, "维保合同，以合同日期为准", "", "续签", 12, 12),
    DRILL: Kind("灭火和疏散演练", PRACTICE, _TRAIN, "", "演练", 12, 12),
    TRAINING: Kind("员工消防培训", PRACTICE, _TRAIN, "", "培训", 12, 12),
    "flue": Kind("厨房烟道清洗", PRACTICE, "饮食场所烟道每季度清洗", "", "清洗", 3, 3),
})  # fmt: skip
# Twice a year (DOMAIN 4.2): drills where many cannot leave by themselves or gather, trainings where the public gathers.
HALF_YEARLY: Mapping[str, frozenset[str]] = MappingProxyType({
    DRILL: frozenset({"school", "school_small", "hospital", "elderly", "entertainment", "market"}),
    TRAINING: frozenset({"inn", "entertainment", "netbar", "market"}),
})  # fmt: skip
# What a place of this kind most likely has; the rest is one tap further.
COMMON: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "catering": ("powder", "hose_rubber", "cylinder", "regulator", "flue", TRAINING),
    "inn": ("powder", "smoke_alarm_long", "mask", "insurance", DRILL, TRAINING),
    "entertainment": ("powder", "mask", "opening", "insurance", DRILL, TRAINING),
    "elderly": ("powder", "smoke_alarm_long", "mask", "facilities", DRILL, TRAINING),
    "factory": ("powder", "operator", "facilities", "insurance", DRILL, TRAINING),
    "workshop": ("powder", "operator", "smoke_alarm_long", "insurance", DRILL, TRAINING),
    "residential": ("powder", "smoke_alarm_long", "hose_rubber", "stove", "facilities", DRILL),
    "village": ("powder", "water", "smoke_alarm_long", "blanket", "cylinder", DRILL),
})  # fmt: skip
USUAL = ("powder", "water", "smoke_alarm_long", "insurance", DRILL, TRAINING)


def kind_at(kind: str, site: str, own: Own) -> Kind:
    """Return a kind as it counts at a kind of place, with what the town has set itself. Raises KeyError."""
    found = KINDS[kind]
    if site in HALF_YEARLY.get(kind, ()):
        found = replace(found, first=6, every=6)
    months = own.get(kind, {})
    first, every, scrap = (months.get(each, getattr(found, each)) for each in ("first", "every", "scrap"))
    return replace(found, first=first, every=every, scrap=scrap)


def common_at(site: str) -> tuple[str, ...]:
    """Return the kinds that a kind of place most likely has."""
    return COMMON.get(site, USUAL)


def next_due(kind: Kind, made_on: date | None, done_on: date | None, today: date) -> Due | None:
    """Return what is due next; None when nothing is, or nothing is known.

    A service counts from the last one, the first one from the day it was made. What is at its end today, or will be
    when a service would be due, is not serviced any more.
    """
    last = max((day for day in (made_on, done_on) if day is not None), default=None)
    months = kind.first if done_on is None else kind.every
    served = Due(SERVICE, later(last, months)) if last is not None and months is not None else None
    ended = Due(SCRAP, later(made_on, kind.scrap)) if made_on is not None and kind.scrap is not None else None
    if served is None or ended is None:
        return served or ended
    return served if today < ended.day and served.day < ended.day else ended


def later(day: date, months: int) -> date:
    """Return the day so many months later; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
