"""Values of a place as officers give them: what is kept of each, and what is refused with what to write instead."""

from collections.abc import Callable
from typing import Any

from models.base import Refused
from models.place_search import in_words
from models.places import KINDS, RISKS

NAME_LIMIT, ADDRESS_LIMIT, CLUSTER_LIMIT, ALIASES_LIMIT = 80, 200, 40, 200
BAD_NAME = f"请写场所的名字，{NAME_LIMIT} 个字以内，比如「张记面馆」。"
NO_POINT = "这个定位不对，请重新发一次。"


def _name(value: str) -> str:
    name = " ".join(value.split())
    if not 0 < len(name) <= NAME_LIMIT or not any(sign.isalnum() for sign in name):
        raise Refused(BAD_NAME)
    return name


def _one_of(known: dict[str, str], what: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in known:
            raise Refused(f"请选一个{what}：{'、'.join(known.values())}。")
        return value

    return check


def _text(what: str, at_most: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        if len(value.strip()) > at_most:
            raise Refused(f"{what}太长了，请写在 {at_most} 个字以内。")
        return value.strip()

    return check


def _number(what: str, at_most: int) -> Callable[[int | None], int | None]:
    def check(value: int | None) -> int | None:
        if value is not None and not 0 <= value <= at_most:
            raise Refused(f"{what}请写 0 到 {at_most} 的整数。")
        return value

    return check


def _degrees(at_most: float) -> Callable[[float | None], float | None]:
    def check(value: float | None) -> float | None:
        if value is not None and not -at_most <= value <= at_most:
            raise Refused(NO_POINT)
        return value

    return check


def _aliases(value: str) -> str:
    names = dict.fromkeys(part.strip() for part in value.replace("，", ",").replace("、", ",").split(","))
    return _text("别名", ALIASES_LIMIT)(",".join(name for name in names if name))


def _cluster(value: str) -> str:
    return in_words(_text("组或院子", CLUSTER_LIMIT)(value))


# What can be changed of a place, and how a value is checked; whatever it returns is what is kept.
CHANGES: dict[str, Callable[[Any], Any]] = {
    "name": _name, "aliases": _aliases, "kind": _one_of(KINDS, "类别"), "risk": _one_of(RISKS, "风险"),
    "cluster": _cluster, "address": _text("地址", ADDRESS_LIMIT), "latitude": _degrees(90), "longitude": _degrees(180),
    "floors": _number("层数", 120), "people": _number("住人数", 100_000),
    "square_metres": _number("面积", 10_000_000),
}  # fmt: skip
