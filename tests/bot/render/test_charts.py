"""Charts: a picture of the asked size, every count in it, and nothing that a name can break."""

import io

import pytest
from PIL import Image

from bot.render import charts
from bot.render.orders import Chart, make
from tests.fonts import needs_font

COVERAGE = Chart("示范镇巡查覆盖 · 按村", "11月1日—11月23日", ("场镇社区", "青石村", "$^_{村}%\u202e"),
                 (("进了门", (120, 30, 0)), ("去了没进", (12, 3, 0)), ("没去过", (68, 2, 0))))  # fmt: skip


@needs_font
def test_a_chart_is_a_picture_that_grows_with_its_lines_and_a_child_makes_it() -> None:
    with Image.open(io.BytesIO(make(COVERAGE))) as short:
        assert short.format == "PNG"
        assert short.width == 1500
    more = Chart("图", "", tuple(f"{n}村" for n in range(40)), tuple((name, tuple(range(40))) for name in "abc"))
    with Image.open(io.BytesIO(charts.make_chart(more))) as long:
        assert long.height > 2000
        assert long.height > short.height


@pytest.mark.parametrize(("line", "beside"), [(0, "200"), (1, "35（去了没进 3，没去过 2）"), (2, "0")])
def test_what_has_no_room_in_a_bar_stands_beside_it(line: int, beside: str) -> None:
    assert charts._beside(COVERAGE, line, 200) == beside
