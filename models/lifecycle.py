"""The life of a hazard as one table: which act leads from which steps to which, and who may do it.

Operations, cards and tests all read LIFECYCLE; what is not in it does not happen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.people import Can


class Step(StrEnum):
    """Where a hazard stands."""

    REPORTED = "reported"
    VERIFYING = "verifying"
    UNFOUNDED = "unfounded"
    DUPLICATE = "duplicate"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    RECTIFYING = "rectifying"
    RECHECK = "recheck"
    CLOSED = "closed"


class Act(StrEnum):
    """What somebody did; the word that stands in the history."""

    REPORTED = "reported"
    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    RECTIFIED = "rectified"
    PASSED = "passed"
    FAILED = "failed"
    REFERRED = "referred"
    MERGED = "merged"
    ADDED = "added"
    WITHDRAWN = "withdrawn"
    RATED = "rated"
    REOPENED = "reopened"


class Relation(StrEnum):
    """What somebody is to a hazard besides their roles."""

    NONE = "none"
    REPORTER = "reporter"


class Severity(StrEnum):
    """How bad it is (DOMAIN 2.1)."""

    URGENT = "urgent"
    SERIOUS = "serious"
    ORDINARY = "ordinary"


STEP_LABELS: Mapping[Step, str] = MappingProxyType({
    Step.REPORTED: "待核查", Step.VERIFYING: "核查中", Step.UNFOUNDED: "不属实", Step.DUPLICATE: "重复",
    Step.REFERRED: "已移送", Step.WITHDRAWN: "已撤回", Step.RECTIFYING: "整改中", Step.RECHECK: "待复查",
    Step.CLOSED: "已销号",
})  # fmt: skip

ACT_LABELS: Mapping[Act, str] = MappingProxyType({
    Act.REPORTED: "上报", Act.ASSIGNED: "派员核查", Act.HANDED_OVER: "换人整改", Act.CONFIRMED: "核查属实",
    Act.REJECTED: "核查不属实", Act.RECTIFIED: "报告已整改", Act.PASSED: "复查合格",
    Act.FAILED: "复查不合格，退回整改", Act.REFERRED: "移送", Act.MERGED: "并入已有隐患",
    Act.ADDED: "补充情况", Act.WITHDRAWN: "上报人撤回", Act.RATED: "评价",
    Act.REOPENED: "要求重新处理",
})  # fmt: skip

SEVERITY_LABELS: Mapping[Severity, str] = MappingProxyType(
    {Severity.URGENT: "紧急", Severity.SERIOUS: "较大", Severity.ORDINARY: "一般"}
)

ENDS = frozenset({Step.UNFOUNDED, Step.DUPLICATE, Step.REFERRED, Step.WITHDRAWN, Step.CLOSED})
OPEN = frozenset(Step) - ENDS


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table. Without `to` the step stays; `by` is a permission, or Relation.REPORTER, or both."""

    start: frozenset[Step]
    to: Step | None
    by: frozenset[Can | Relation]


def _move(start: set[Step] | frozenset[Step], to: Step | None, *by: Can | Relation) -> Move:
    return Move(frozenset(start), to, frozenset(by))


LIFECYCLE: Mapping[Act, Move] = MappingProxyType({
    Act.ASSIGNED: _move({Step.REPORTED, Step.VERIFYING}, Step.VERIFYING, Can.ASSIGN),
    Act.HANDED_OVER: _move({Step.RECTIFYING}, None, Can.ASSIGN),
    Act.CONFIRMED: _move({Step.VERIFYING}, Step.RECTIFYING, Can.VERIFY),
    Act.REJECTED: _move({Step.VERIFYING}, Step.UNFOUNDED, Can.VERIFY),
    Act.RECTIFIED: _move({Step.RECTIFYING}, Step.RECHECK, Can.RECTIFY),
    Act.PASSED: _move({Step.RECHECK}, Step.CLOSED, Can.RECHECK),
    Act.FAILED: _move({Step.RECHECK}, Step.RECTIFYING, Can.RECHECK),
    Act.REFERRED: _move({Step.REPORTED, Step.VERIFYING, Step.RECTIFYING}, Step.REFERRED, Can.REFER),
    Act.MERGED: _move({Step.REPORTED, Step.VERIFYING}, Step.DUPLICATE, Can.ASSIGN),
    Act.ADDED: _move(OPEN, None, Can.SEE_HAZARDS, Relation.REPORTER),
    Act.WITHDRAWN: _move({Step.REPORTED, Step.VERIFYING}, Step.WITHDRAWN, Relation.REPORTER),
    Act.RATED: _move({Step.CLOSED, Step.UNFOUNDED, Step.REFERRED}, None, Relation.REPORTER),
    Act.REOPENED: _move({Step.CLOSED}, Step.VERIFYING, Relation.REPORTER),
})  # fmt: skip
