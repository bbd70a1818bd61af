"""Rounds become medians, medians become a table beside the stock echo of the same run."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from statistics import median
from typing import Any

from benchmarks.race import Result, Sizes

HEADINGS = ("candidate", "saturated/s", "ratio", "crowd last s", "crowd p95 s", "cold start s", "RSS MiB")

Rounds = Mapping[str, Sequence[Result]]


def medians(results: Sequence[Result]) -> dict[str, float]:
    """The median of every figure over the rounds of one candidate."""
    return {field.name: median(getattr(result, field.name) for result in results) for field in fields(Result)}


def summary(rounds: Rounds, sizes: Sizes, core: int | None) -> dict[str, Any]:
    """Everything worth keeping of a run, ready for JSON."""
    return {
        "machine": {"python": platform.python_version(), "system": platform.system(), "core_of_candidates": core},
        "sizes": asdict(sizes),
        "medians": {name: medians(results) for name, results in rounds.items()},
        "rounds": {name: [asdict(result) for result in results] for name, results in rounds.items()},
    }


def table(rounds: Rounds, stock: str) -> str:
    """A line per candidate; the ratio is its throughput over that of the candidate called `stock`."""
    middle = {name: medians(results) for name, results in rounds.items()}
    rows = [HEADINGS, *(_row(name, figures, middle.get(stock)) for name, figures in middle.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(_line(row, widths) for row in rows)


def _row(name: str, figures: Mapping[str, float], stock: Mapping[str, float] | None) -> tuple[str, ...]:
    return (
        name,
        f"{figures['per_second']:.0f}",
        f"{figures['per_second'] / stock['per_second']:.2f}" if stock else "-",
        f"{figures['crowd_last']:.2f}",
        f"{figures['crowd_p95']:.2f}",
        f"{figures['cold_start']:.2f}",
        f"{figures['memory']:.0f}",
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *figures = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join((name.strip().ljust(widths[0]), *figures))
