"""The paper of the lifecycle is what the tables say today."""

from pathlib import Path

from models.lifecycle import ENDS, LIFECYCLE, STEP_LABELS, Step
from models.lifecycle_paper import paper

PAPER = Path(__file__).parents[2] / "docs" / "lifecycle.md"


def test_the_paper_in_docs_is_up_to_date() -> None:
    assert PAPER.read_text(encoding="utf-8") == paper(), "run: chuishao lifecycle > docs/lifecycle.md"


def test_every_move_is_an_arrow_and_every_end_leads_out() -> None:
    moves = {(start, move.to) for move in LIFECYCLE.values() for start in move.start if move.to not in (None, start)}
    drawn = paper()
    assert all(f"    {start} --> {to}: " in drawn for start, to in moves)
    assert {step for step in Step if f"    {step} --> [*]\n" in drawn} == set(ENDS)
    assert all(f"    {step}: {label}\n" in drawn for step, label in STEP_LABELS.items())
    assert drawn.count("\n| ") == len(LIFECYCLE) + len(Step) + 2
