"""Scenes of several doors at once: a street in one go, the door next to the one just done, several in one sentence."""

import pytest

from models import patrols
from models.hazards import Hazard
from tests.handlers.test_patrols import items, logged, taps
from tests.handlers.test_patrols import place as place_called
from tests.town import Somebody, Township, restarted

GOOD = ("场镇微型消防站", "张记面馆", "鸿运火锅")


@pytest.fixture
async def zhang(town: Township) -> Somebody:
    """张网格员 with the menu on the screen."""
    who = town.somebody("张网格员")
    await who.says("/start")
    return who


async def test_a_street_in_one_go_and_the_marked_doors_one_after_another(town, zhang, database_url, tmp_path):
    await taps(zhang, "巡查", "整条街", "一网格 正街", "邻里快递站", "示范镇农贸市场", "示范镇农贸市场", "百家超市")
    await taps(zhang, "百家超市", "百家超市", "勾好了")
    assert "提交后记下 3 家全部合格：场镇微型消防站、张记面馆、鸿运火锅" in zhang.last
    assert "有问题 1 家，提交后一家一家填：邻里快递站" in zhang.last
    assert "今天没去，不记：百家超市" in zhang.last
    assert not logged(town, "张记面馆"), "nothing is written before it was confirmed"
    await zhang.presses("提交")
    assert zhang.sees("已记录 3 家")
    assert zhang.sees("还有 2 家接着填：邻里快递站、示范镇农贸市场")
    done = [logged(town, name) for name in GOOD]
    assert [[(patrol.outcome, patrol.score) for patrol in found] for found in done] == [[("done", 100)]] * 3
    assert len({patrol.claimed_at for (patrol,) in done}) == 1
    assert logged(town, "百家超市") == []
    await restarted(town, database_url, tmp_path)
    await zhang.says("/patrol")
    await zhang.presses("接着填：邻里快递站（一共 2 家）")
    await zhang.presses("灭火器")
    await restarted(town, database_url, tmp_path)
    await zhang.presses("勾好了")
    await zhang.says("压力不够")
    await taps(zhang, "开隐患", "提交", "接着填：示范镇农贸市场", "锁门没人")
    assert zhang.sees("已记录：示范镇农贸市场")
    assert not [label for label in zhang.buttons if label.startswith("接着填")]
    (wrong,), (locked,) = logged(town, "邻里快递站"), logged(town, "示范镇农贸市场")
    assert ({key: item.result for key, item in items(town, wrong).items()}, locked.outcome) == (
        {"G2": "fail"}, "locked",
    )  # fmt: skip


async def test_a_whole_street_that_is_well_takes_five_taps_and_nothing_twice(town, zhang):
    await zhang.says("/place 中心校")
    card = zhang.phone.last
    assert await taps(zhang, "巡查", "整条街", "场镇新街", "都去过，都合格") == 4
    await zhang.presses("全部合格", message=card)
    await zhang.says("提交")
    assert zhang.sees("已记录 4 家")
    assert zhang.sees("刚才已经有人记过，没有重复记：示范镇中心小学")
    assert len(logged(town, "示范镇中心小学")) == 1
    await taps(zhang, "巡查清单", "整条街")
    assert not [label for label in zhang.buttons if "场镇新街" in label], "what was entered today is out of the list"


async def test_several_places_in_one_sentence_and_what_is_unclear_becomes_a_paper(town, zhang):
    await zhang.says("张记、鸿运都正常，百家超市锁门，邻里快递站灭火器过期，农贸市场太乱了")
    assert "提交后记下 2 家全部合格：张记面馆、鸿运火锅" in zhang.last
    assert "锁门没人：百家超市" in zhang.last
    await zhang.presses("提交")
    assert zhang.sees("还有 2 家接着填：邻里快递站、示范镇农贸市场")
    done = [logged(town, name)[0].outcome for name in ("张记面馆", "鸿运火锅", "百家超市")]
    assert done == ["done", "done", "locked"]
    await taps(zhang, "接着填", "提交")
    (patrol,) = logged(town, "邻里快递站")
    assert {key: item.note for key, item in items(town, patrol).items()} == {"G2": "灭火器过期"}
    await zhang.presses("接着填：示范镇农贸市场")
    assert "只点有问题的" in zhang.last
    assert logged(town, "示范镇农贸市场") == []


async def test_next_door_the_same_takes_one_confirmation_and_no_pictures_along(town, zhang):
    await zhang.says("/place 张记面馆")
    await taps(zhang, "全部合格", "隔壁也一样：鸿运火锅")
    assert "鸿运火锅（" in zhang.last
    assert "也记「全部合格」？" in zhang.last
    await zhang.presses("一样，记下")
    assert [patrol.failed for patrol in logged(town, "鸿运火锅")] == [0]
    await zhang.says("/place 卫生院")
    assert "✔ 全部合格" in zhang.buttons
    await town.passes(days=1)
    await zhang.says("/place 张记面馆")
    await taps(zhang, "有问题", "灭火器", "应急灯", "勾好了")
    await zhang.sends("photo", caption="过期了")
    await zhang.presses("开隐患")
    await zhang.sends("photo")
    await taps(zhang, "开隐患", "提交", "隔壁也一样：鸿运火锅")
    assert zhang.sees("照片没有带过来")
    assert "应急灯" in zhang.last, "what was shown by a picture only is asked for"
    await zhang.says("不亮")
    await taps(zhang, "开隐患", "提交")
    patrol = logged(town, "鸿运火锅")[-1]
    found = {key: (item.note, item.media) for key, item in items(town, patrol).items()}
    assert found == {"G2": ("过期了", []), "G3": ("不亮", [])}
    hazard = town.read(lambda s: s.get_one(Hazard, items(town, patrol)["G2"].hazard_id))
    assert hazard.place_id == place_called(town, "鸿运火锅").id
    assert town.read(patrols.last_patrol, hazard.place_id) == patrol


async def test_a_place_of_somebody_elses_grid_is_not_passed_over_in_silence(zhang):
    await zhang.says("老刘五金店和邻里快递站都没问题")
    assert zhang.sees("邻里快递站")
    assert "老刘五金店 不在您的片区，没有记" in zhang.last
