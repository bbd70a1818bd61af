"""A score goes down with what fails, by its severity, and by nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from models.patrol_scores import score

WEIGHTS = {"urgent": 10, "serious": 5, "ordinary": 2}
SEVERITIES = st.lists(st.sampled_from(sorted(WEIGHTS)), max_size=25)


def test_what_fails_costs_its_weight_and_half_of_it_when_it_was_put_right_at_once() -> None:
    assert score([], [], 20, WEIGHTS) == 100
    assert score(["urgent", "serious", "ordinary"], [], 20, WEIGHTS) == 83
    assert score(["serious"], ["urgent"], 20, WEIGHTS) == 90
    assert score([], ["serious"], 20, WEIGHTS) == 98, "halves go to the place"
    assert score(["urgent"] * 11, [], 20, WEIGHTS) == 0


@given(SEVERITIES, SEVERITIES, st.integers(1, 60), st.integers(1, 60))
def test_lines_that_do_not_apply_never_change_it(failed: list[str], fixed: list[str], asked: int, fewer: int) -> None:
    assert score(failed, fixed, asked, WEIGHTS) == score(failed, fixed, fewer, WEIGHTS)
    assert score(failed, fixed, 0, WEIGHTS) is None


@given(SEVERITIES, SEVERITIES, st.sampled_from(sorted(WEIGHTS)))
def test_it_stays_in_range_and_never_rises_with_one_more_failure(
    failed: list[str], fixed: list[str], more: str
) -> None:
    now, worse, mended = (
        score(failed, fixed, 20, WEIGHTS),
        score([*failed, more], fixed, 20, WEIGHTS),
        score(failed, [*fixed, more], 20, WEIGHTS),
    )
    assert now is not None
    assert worse is not None
    assert mended is not None
    assert 0 <= worse <= mended <= now <= 100
