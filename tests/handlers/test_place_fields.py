"""Questions about a place: what its name suggests, any kind by its words, the village first where there are many."""

import pytest

from bot import forms
from bot.fields import NotUnderstood, Said
from bot.forms import Form
from handlers import place_fields as fields
from knowledge.place_kinds import WORDS, kinds_for
from models.places import KINDS

KIND = Form("kind", "类别", fields.kinds(), submit=lambda *_: None, review=False)
AREA = Form("area", "区域", fields.areas("哪个村？", "哪个网格？"), submit=lambda *_: None, review=False)
(FLOORS,) = Form("n", "层数", (fields.Number(key="n", label="层数", ask="几层？"),), submit=lambda *_: None).fields


@pytest.mark.parametrize(
    ("name", "kind"),
    [("张记面馆", "catering"), ("百家超市", "shop"), ("小太阳幼儿园", "school_small"), ("飞鱼网吧", "netbar"),
     ("示范镇卫生院", "hospital"), ("青石木器厂", "factory"), ("歌声里KTV", "entertainment"), ("老王家", "catering")],
)  # fmt: skip
def test_a_name_suggests_its_kind(name, kind):
    assert kinds_for(name)[0] == kind
    assert len(kinds_for(name)) <= 7
    assert {kind for kind, _ in WORDS} | set(kinds_for("")) <= set(KINDS)


def test_any_kind_can_be_typed_and_every_other_is_one_tap_further():
    def read(words: str) -> str:
        return KIND.fields[0].read(Said(text=words), {"name": "张记面馆"})

    assert (read("小旅馆"), read("旅馆"), read("麻将馆"), read("1")) == ("inn", "inn", "entertainment", "catering")
    for words in ("随便", "小", ""):
        with pytest.raises(NotUnderstood):
            read(words)
    state, _ = forms.answer(KIND, forms.begin({"name": "张记面馆"}), Said(choice=fields.MORE))
    offered = {option.value for option in KIND.fields[1].options(state.answers)}
    assert offered | set(kinds_for("张记面馆")) == set(KINDS)
    state, _ = forms.answer(KIND, state, Said(text="中小学"))
    assert fields.kind_in(state.answers) == "school"


def test_a_few_areas_are_one_list_and_many_are_chosen_by_village():
    few = [[str(n), f"东村{n}网格", "东村"] for n in range(fields.AT_ONCE)]
    assert forms.current(AREA, forms.begin({"areas": few})).key == "area"
    many = [*few, ["99", "西村一网格", "西村"]]
    state = forms.begin({"areas": many})
    assert [option.label for option in forms.current(AREA, state).options(state.answers)] == ["东村", "西村"]
    state, _ = forms.answer(AREA, state, Said(text="西村"))
    assert [option.label for option in forms.current(AREA, state).options(state.answers)] == ["西村一网格"]


@pytest.mark.parametrize(("said", "n"), [("3", 3), ("3层", 3), (" 80 平方米 ", 80), ("0人", 0)])
def test_a_number_is_read_with_its_unit(said, n):
    assert FLOORS.read(Said(text=said), {}) == n


@pytest.mark.parametrize("said", ["", "三", "-1", "3.5", "3到5层", "9" * 12])
def test_anything_else_is_asked_again(said):
    with pytest.raises(NotUnderstood, match="数字"):
        FLOORS.read(Said(text=said), {})
