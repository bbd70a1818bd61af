"""Charts: figures as a picture - one stacked bar a line, with every count written in it or beside it."""

import io
import os
import tempfile
from typing import TYPE_CHECKING

from bot.render.fonts import chinese
from bot.render.orders import Chart
from bot.render.words import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

COLOURS = ("#1b7f79", "#f2b134", "#c9c9c9")  # told apart by who is colour-blind, and on a grey print
INK = ("white", "black", "black")
WIDTH, A_BAR, AROUND = 10.0, 0.45, 1.9  # inches
DOTS = 150  # an inch
NARROWEST = 0.035  # of the longest bar: a narrower part has no room for its count
ROOM = 1.3  # the axis goes on beyond the longest bar, for what stands beside it
LABEL = 14  # characters


def make_chart(chart: Chart) -> bytes:
    """Return the chart as a PNG. Raises fonts.NoFont."""
    font = chinese()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MPLCONFIGDIR"] = folder  # it writes what it knows of the machine's fonts there
        from matplotlib.figure import Figure
        from matplotlib.font_manager import FontPath, FontProperties

        face = FontPath(str(font.path), font.number)
        of_size = {size: FontProperties(fname=face, size=size) for size in (10, 12, 17)}
        figure = Figure(figsize=(WIDTH, AROUND + A_BAR * len(chart.labels)), dpi=DOTS, layout="constrained")
        figure.suptitle(printable(chart.title), fontproperties=of_size[17])
        figure.supxlabel(printable(chart.about), fontproperties=of_size[10], color="#555555")
        _bars(figure.subplots(), chart, of_size[12])
        out = io.BytesIO()
        figure.savefig(out, format="png")
        return out.getvalue()


def _bars(axes: "Axes", chart: Chart, font: "FontProperties") -> None:
    lines = range(len(chart.labels))
    sums = [sum(values[line] for _, values in chart.series) for line in lines]
    longest = max([1, *sums])
    left = [0 for _ in lines]
    for (name, values), colour, ink in zip(chart.series, COLOURS, INK, strict=True):
        drawn = axes.barh(lines, values, left=left, color=colour, label=printable(name), height=0.72)
        inside = [str(n) if n >= NARROWEST * longest else "" for n in values]
        axes.bar_label(drawn, inside, label_type="center", fontproperties=font, color=ink)
        left = [before + n for before, n in zip(left, values, strict=True)]
    for line in lines:
        axes.text(sums[line] + longest * 0.01, line, _beside(chart, line, longest), va="center", fontproperties=font)
    axes.set_yticks(lines, [_short(label) for label in chart.labels], fontproperties=font)
    axes.invert_yaxis()
    axes.set_xlim(0, longest * ROOM)
    axes.xaxis.set_visible(False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.legend(prop=font, loc="upper center", bbox_to_anchor=(0.5, 0), ncols=len(chart.series), frameon=False)


def _beside(chart: Chart, line: int, longest: int) -> str:
    """The sum of a bar, and the counts of those parts that are too narrow to write in."""
    parts = [(name, values[line]) for name, values in chart.series]
    narrow = [f"{name} {n}" for name, n in parts if 0 < n < NARROWEST * longest]
    return f"{sum(n for _, n in parts)}" + (f"（{'，'.join(narrow)}）" if narrow else "")


def _short(label: str) -> str:
    label = printable(label)
    return label if len(label) <= LABEL else label[: LABEL - 1] + "…"
