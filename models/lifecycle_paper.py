"""The paper of the lifecycle: a diagram, the table of acts and the table of clocks, made from the tables themselves."""

from models.deadlines import CLOCKS
from models.hazard_clocks import RUNS
from models.lifecycle import ACT_LABELS, ENDS, JUDGEMENTS, LIFECYCLE, STEP_LABELS, Act, Move, Relation, Step
from models.people import PERMISSIONS, ROLE_NAMES, Can

RELATIONS = {
    Relation.REPORTER: "上报人", Relation.OWNER: "场所负责人（本场所）", Relation.CALLED: "被吹哨的岗位",
    Relation.SYSTEM: "系统（到时自动）",
}  # fmt: skip
_HEAD = """# 隐患的一生

这张图和两张表由 `chuishao lifecycle` 按代码里的同一张表生成，请不要手改；改了流程就重新生成：

    chuishao lifecycle > docs/lifecycle.md

## 流程图

```mermaid
stateDiagram-v2
"""
_ACTS = """
## 谁能做什么

只有表里写着的事能做，别的一律不行。整改的人不能复查、抽查自己的整改。「不变」表示只记一笔，隐患还在原来那一步。

| 事项 | 从哪一步 | 到哪一步 | 谁 |
|---|---|---|---|
"""
_CLOCKS = """
## 每一步在跑的期限

派人以后「派单」期限就办结；告知书送达以后「送达告知书」期限就办结。抽查只管抽中的当场整改，告知上报人只管还没有收到结果的。
期限的天数在 `town.toml` 的 `[limits]`，放假、调休、午休和下班时间按 `[hours]` 和国务院的放假安排算。

| 步骤 | 期限 |
|---|---|
"""


def paper() -> str:
    """Return the whole paper as Markdown; the same tables always give the same text."""
    steps = [f"    {step}: {STEP_LABELS[step]}" for step in Step]
    diagram = [*steps, f"    [*] --> {Step.REPORTED}: {ACT_LABELS[Act.REPORTED]}", *_arrows()]
    diagram += [f"    {step} --> [*]" for step in Step if step in ENDS]
    acts = [_row(act, move) for act, move in LIFECYCLE.items()]
    running = {step: "、".join(CLOCKS[clock] for clock in RUNS[step]) or "没有" for step in Step}
    clocks = [f"| {STEP_LABELS[step]} | {told} |" for step, told in running.items()]
    return _HEAD + "\n".join(diagram) + "\n```\n" + _ACTS + "\n".join(acts) + "\n" + _CLOCKS + "\n".join(clocks) + "\n"


def _arrows() -> list[str]:
    """One arrow for every two steps that acts lead between, with all their names."""
    between: dict[tuple[Step, Step], list[str]] = {}
    for act, move in LIFECYCLE.items():
        for start in Step:
            if start in move.start and move.to is not None and move.to is not start:
                between.setdefault((start, move.to), []).append(ACT_LABELS[act])
    return [f"    {start} --> {to}: {'；'.join(labels)}" for (start, to), labels in between.items()]


def _row(act: Act, move: Move) -> str:
    start = "任何一步" if move.start == frozenset(Step) else "、".join(STEP_LABELS[s] for s in Step if s in move.start)
    to = STEP_LABELS[move.to] if move.to is not None else "不变"
    but = "（整改人除外）" if act in JUDGEMENTS else ""
    return f"| {ACT_LABELS[act]} | {start} | {to} | {'、'.join(_who(move))}{but} |"


def _who(move: Move) -> list[str]:
    roles = {role for gate in move.by if isinstance(gate, Can) for role, cans in PERMISSIONS.items() if gate in cans}
    return [
        *(name for role, name in ROLE_NAMES.items() if role in roles),
        *(name for relation, name in RELATIONS.items() if relation in move.by),
    ]
