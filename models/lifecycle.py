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
    SHELVED = "shelved"
    RECHECK = "recheck"
    CLOSED = "closed"


class Act(StrEnum):
    """What somebody did; the word that stands in the history."""

    REPORTED = "reported"
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    HANDED_OVER = "handed_over"
    CALLED = "called"
    REPORTED_IN = "reported_in"
    CONFIRMED = "confirmed"
    FIXED = "fixed"
    REJECTED = "rejected"
    REGRADED = "regraded"
    SERVED = "served"
    ASKED = "asked"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    REQUESTED = "requested"
    DECLINED = "declined"
    RETURNED = "returned"
    EXTENDED = "extended"
    SHELVED = "shelved"
    RESUMED = "resumed"
    ESCALATED = "escalated"
    RECTIFIED = "rectified"
    PASSED = "passed"
    FAILED = "failed"
    SAMPLED = "sampled"
    SAMPLE_FAILED = "sample_failed"
    REFERRED = "referred"
    ACKNOWLEDGED = "acknowledged"
    SETTLED = "settled"
    TAKEN_BACK = "taken_back"
    MERGED = "merged"
    UNMERGED = "unmerged"
    ADDED = "added"
    NOTED = "noted"
    LOWERED = "lowered"
    WITHDRAWN = "withdrawn"
    RATED = "rated"
    REOPENED = "reopened"
    UNTOLD = "untold"


class Relation(StrEnum):
    """What somebody is to a hazard besides their roles.

    OWNER answers for its place, FOLLOWER saw the same and follows it, SYSTEM is the clock.
    """

    NONE = "none"
    REPORTER = "reporter"
    FOLLOWER = "follower"
    OWNER = "owner"
    CALLED = "called"
    SYSTEM = "system"


class Severity(StrEnum):
    """How bad it is (DOMAIN 2.1)."""

    URGENT = "urgent"
    SERIOUS = "serious"
    ORDINARY = "ordinary"


STEP_LABELS: Mapping[Step, str] = MappingProxyType({
    Step.REPORTED: "待核查", Step.VERIFYING: "核查中", Step.UNFOUNDED: "不属实", Step.DUPLICATE: "重复",
    Step.REFERRED: "已移送", Step.WITHDRAWN: "已撤回", Step.RECTIFYING: "整改中", Step.SHELVED: "已挂账",
    Step.RECHECK: "待复查", Step.CLOSED: "已销号",
})  # fmt: skip

ACT_LABELS: Mapping[Act, str] = MappingProxyType({
    Act.REPORTED: "上报", Act.ASSIGNED: "派员核查", Act.CLAIMED: "认领核查", Act.HANDED_OVER: "换人整改",
    Act.CALLED: "吹哨，请岗位报到", Act.REPORTED_IN: "已报到", Act.CONFIRMED: "核查属实",
    Act.FIXED: "当场整改完毕", Act.REJECTED: "核查不属实", Act.REGRADED: "更正类别或等级",
    Act.SERVED: "送达整改告知书", Act.ASKED: "向上报人提问", Act.ANSWERED: "答复提问",
    Act.LAPSED: "提问到期未答，继续办理", Act.REQUESTED: "提出申请", Act.DECLINED: "申请未批准",
    Act.RETURNED: "批准退回，重新派单", Act.EXTENDED: "批准延期", Act.SHELVED: "批准挂账",
    Act.RESUMED: "挂账结束，恢复整改", Act.ESCALATED: "报镇领导决定", Act.RECTIFIED: "报告已整改",
    Act.PASSED: "复查合格", Act.FAILED: "复查不合格，退回整改", Act.SAMPLED: "抽查合格",
    Act.SAMPLE_FAILED: "抽查不合格，重新整改", Act.REFERRED: "移送", Act.ACKNOWLEDGED: "收到移送回执",
    Act.SETTLED: "受移送单位已办结", Act.TAKEN_BACK: "移送退回，镇里继续办", Act.MERGED: "并入已有隐患",
    Act.UNMERGED: "取消并案", Act.ADDED: "补充情况", Act.NOTED: "内部备注", Act.LOWERED: "上报人提高保密程度",
    Act.WITHDRAWN: "上报人撤回", Act.RATED: "评价", Act.REOPENED: "要求重新处理",
    Act.UNTOLD: "结果无法告知上报人",
})  # fmt: skip

SEVERITY_LABELS: Mapping[Severity, str] = MappingProxyType(
    {Severity.URGENT: "紧急", Severity.SERIOUS: "较大", Severity.ORDINARY: "一般"}
)

ENDS = frozenset({Step.UNFOUNDED, Step.DUPLICATE, Step.REFERRED, Step.WITHDRAWN, Step.CLOSED})
OPEN = frozenset(Step) - ENDS
# Whoever repaired it never judges the repair.
JUDGEMENTS = frozenset({Act.PASSED, Act.FAILED, Act.SAMPLED, Act.SAMPLE_FAILED})

# Acts whose words the reporter reads; every other note stays among colleagues.
REPORTER_READS = frozenset({Act.REJECTED, Act.REFERRED, Act.SETTLED, Act.PASSED, Act.SHELVED})


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table. Without `to` the step stays; `by` are permissions and relations, any of which will do."""

    start: frozenset[Step]
    to: Step | None
    by: frozenset[Can | Relation]

    @property
    def cans(self) -> tuple[Can, ...]:
        """The permissions that open this move."""
        return tuple(sorted(gate for gate in self.by if isinstance(gate, Can)))


def _move(start: set[Step] | frozenset[Step], to: Step | None, *by: Can | Relation) -> Move:
    return Move(frozenset(start), to, frozenset(by))


REQUESTABLE = frozenset({Step.VERIFYING, Step.RECTIFYING})

LIFECYCLE: Mapping[Act, Move] = MappingProxyType({
    # who looks, and who takes it over
    Act.ASSIGNED: _move({Step.REPORTED, Step.VERIFYING}, Step.VERIFYING, Can.ASSIGN, Can.DECIDE),
    Act.CLAIMED: _move({Step.REPORTED}, Step.VERIFYING, Can.VERIFY),
    Act.HANDED_OVER: _move({Step.RECTIFYING}, None, Can.ASSIGN, Can.DECIDE),
    Act.CALLED: _move(OPEN, None, Can.ASSIGN, Relation.SYSTEM),
    Act.REPORTED_IN: _move(OPEN, None, Relation.CALLED),
    # what was found
    Act.CONFIRMED: _move({Step.VERIFYING}, Step.RECTIFYING, Can.VERIFY),
    Act.FIXED: _move({Step.VERIFYING}, Step.CLOSED, Can.VERIFY),
    Act.REJECTED: _move({Step.VERIFYING}, Step.UNFOUNDED, Can.VERIFY),
    Act.REGRADED: _move({Step.REPORTED, Step.VERIFYING, Step.RECTIFYING}, None, Can.ASSIGN, Can.VERIFY),
    Act.SERVED: _move({Step.RECTIFYING}, None, Can.VERIFY, Can.ASSIGN),
    # talking with the reporter
    Act.ASKED: _move({Step.REPORTED, Step.VERIFYING, Step.RECTIFYING}, None, Can.ASSIGN, Can.VERIFY),
    Act.ANSWERED: _move(OPEN, None, Relation.REPORTER),
    Act.LAPSED: _move(OPEN, None, Relation.SYSTEM),
    # what needs somebody else's yes
    Act.REQUESTED: _move(REQUESTABLE, None, Can.VERIFY, Can.RECTIFY, Relation.OWNER),
    Act.DECLINED: _move(REQUESTABLE, None, Can.ASSIGN, Can.DECIDE),
    Act.RETURNED: _move(REQUESTABLE, Step.REPORTED, Can.ASSIGN, Can.DECIDE),
    Act.EXTENDED: _move({Step.RECTIFYING}, None, Can.ASSIGN, Can.DECIDE),
    Act.SHELVED: _move({Step.RECTIFYING}, Step.SHELVED, Can.DECIDE),
    Act.RESUMED: _move({Step.SHELVED}, Step.RECTIFYING, Can.ASSIGN, Can.DECIDE, Relation.SYSTEM),
    Act.ESCALATED: _move({Step.REPORTED}, None, Relation.SYSTEM),
    # repaired, and looked at again by somebody else
    Act.RECTIFIED: _move({Step.RECTIFYING}, Step.RECHECK, Can.RECTIFY, Relation.OWNER),
    Act.PASSED: _move({Step.RECHECK}, Step.CLOSED, Can.RECHECK),
    Act.FAILED: _move({Step.RECHECK}, Step.RECTIFYING, Can.RECHECK),
    Act.SAMPLED: _move({Step.CLOSED}, None, Can.RECHECK),
    Act.SAMPLE_FAILED: _move({Step.CLOSED}, Step.RECTIFYING, Can.RECHECK),
    # not ours, or one of several
    Act.REFERRED: _move({Step.REPORTED, Step.VERIFYING, Step.RECTIFYING, Step.SHELVED}, Step.REFERRED, Can.REFER),
    Act.ACKNOWLEDGED: _move({Step.REFERRED}, None, Can.REFER),
    Act.SETTLED: _move({Step.REFERRED}, Step.CLOSED, Can.REFER),
    Act.TAKEN_BACK: _move({Step.REFERRED}, Step.REPORTED, Can.REFER),
    Act.MERGED: _move({Step.REPORTED, Step.VERIFYING}, Step.DUPLICATE, Can.ASSIGN),
    Act.UNMERGED: _move({Step.DUPLICATE}, Step.REPORTED, Can.ASSIGN),
    # words that move nothing
    Act.ADDED: _move(OPEN, None, Can.SEE_HAZARDS, Relation.REPORTER, Relation.FOLLOWER),
    Act.NOTED: _move(frozenset(Step), None, Can.SEE_HAZARDS),
    Act.LOWERED: _move(frozenset(Step), None, Relation.REPORTER),
    Act.UNTOLD: _move(ENDS, None, Can.ASSIGN, Can.VERIFY),
    # the reporter's own
    Act.WITHDRAWN: _move({Step.REPORTED, Step.VERIFYING}, Step.WITHDRAWN, Relation.REPORTER),
    Act.RATED: _move({Step.CLOSED, Step.UNFOUNDED, Step.REFERRED}, None, Relation.REPORTER),
    Act.REOPENED: _move({Step.CLOSED, Step.UNFOUNDED}, Step.VERIFYING, Relation.REPORTER),
})  # fmt: skip
