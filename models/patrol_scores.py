"""Scores: what one patrol of one place is worth of 100 points. They stand in its record and rank nobody."""

from collections.abc import Iterable, Mapping

FULL = 100


def score(failed: Iterable[str], fixed: Iterable[str], asked: int, weights: Mapping[str, int]) -> int | None:
    """Return 0..100 from the severities of the lines that failed and of those put right at once.

    `asked` is how many lines apply; with none there is no score. A line costs the weight of its severity; put right at
    once it costs half, for it is no danger any more but was one until somebody looked. Halves go to the place.
    """
    if asked <= 0:
        return None
    halves = sum(2 * weights[severity] for severity in failed) + sum(weights[severity] for severity in fixed)
    return max(0, FULL - halves // 2)
