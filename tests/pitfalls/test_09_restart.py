"""Pitfall 9: a restart loses or doubles things, people get stuck. Drafts and jobs are rows, cancel is a word."""

from pathlib import Path

import pytest
from sqlmodel import Session, col, select

import handlers
from bot import forms
from bot.app import build_machine, build_telegram
from bot.database import Database
from bot.pace import Pace
from bot.prompts import MARK
from bot.settings import Settings
from models import hazards
from models.drafts import Draft
from models.hazards import Hazard
from sandbox.request import SandboxRequest
from tests.handlers.pushing import actor, at, opened
from tests.town import TOKEN, TOWN_FILE, Somebody, Township

CANCELS = ("/取消", "/cancel", "取消", "算了", "不填了")


async def restarts(town: Township, folder: Path) -> None:
    """The process ends, and another one comes up on what the database holds."""
    url = town.database.engine.url.render_as_string(hide_password=False)
    await town.machine.stop()
    town.database = Database(url, town.database.rules)
    settings = Settings(_env_file=None, bot_token=TOKEN, data_dir=folder, database_url=url, town=TOWN_FILE)
    app = build_telegram(settings, SandboxRequest(town.telegram))
    await app.initialize()
    pace = Pace(lambda: 0.0, rate=float("inf"), chat=0.0)
    town.machine = build_machine(app, town.database, clock=town.clock.now, pace=pace)
    await town.machine.start()


def open_forms(town: Township) -> list[str]:
    """Return the forms that are open, of everybody."""
    return list(town.read(lambda s: s.exec(select(Draft.form).where(~col(Draft.parked))).all()))


async def test_a_report_goes_on_at_every_step_after_a_restart(town: Township, tmp_path: Path) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("上报隐患")
    for label in ("其他", None, "跳过", "跳过"):
        await restarts(town, tmp_path)
        if label is None:
            await wang.says("青石村二组")
        else:
            await wang.presses(label)
    await restarts(town, tmp_path)
    await wang.presses("改地点")
    await restarts(town, tmp_path)
    await wang.says("青石村三组")
    await restarts(town, tmp_path)
    await wang.presses("提交")
    assert wang.sees("收到了")
    assert [h.place_text for h in town.read(lambda s: s.exec(select(Hazard)).all())] == ["青石村三组"]


async def test_what_was_put_aside_is_there_after_a_restart(town: Township, tmp_path: Path) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("楼道里堆满了纸箱子")
    await wang.presses("先存着")
    await restarts(town, tmp_path)
    await wang.presses("继续填《上报隐患》")
    assert "在哪里" in wang.last


def begins(town: Township, who: Somebody, form: str) -> None:
    """Open a form for somebody, as if some button had done it."""

    def begin(s: Session) -> None:
        state = forms.begin({}).to_json() | {MARK: "m"}
        moments = {"started_at": town.clock.now(), "touched_at": town.clock.now()}
        s.add(Draft(person_id=who.actor.id, chat_id=who.phone.id, form=form, state=state, **moments))

    town.read(begin)


@pytest.mark.parametrize("words", CANCELS)
async def test_cancel_works_in_every_form(town: Township, words: str) -> None:
    (li,) = await opened(town, "李干事")
    for form in handlers.FORMS.values():
        begins(town, li, form.name)
        await li.says(words)
        assert open_forms(town) == [], form.name
        assert f"《{form.title}》已取消" in "".join(li.texts), form.name


@pytest.mark.parametrize("words", [word for word in CANCELS if word not in {"算了", "不填了"}])
async def test_without_a_form_cancel_says_so(town: Township, words: str) -> None:
    (wang,) = await opened(town, "王婆婆")
    await wang.says(words)
    assert wang.last == "现在没有正在填的表。"


@pytest.mark.parametrize("steps", [("上报隐患",), ("上报隐患", "其他"), ("上报隐患", "其他", "青石村二组"),
                                   ("上报隐患", "其他", "青石村二组", "楼道堵了")])  # fmt: skip
async def test_cancel_works_at_every_step_of_a_report(town: Township, steps: tuple[str, ...]) -> None:
    wang = town.somebody("王婆婆")
    for words in steps:
        await wang.says(words)
    await wang.says("/取消")
    assert open_forms(town) == []
    assert wang.sees("《上报隐患》已取消")


async def test_a_push_never_ends_a_form(town: Township) -> None:
    wang, li, zhang, zhao = await opened(town, "王婆婆", "李干事", "张网格员", "赵干事")
    await wang.says("菜市场后门被货堵死了")
    await wang.presses("跳过")
    await wang.presses("提交")
    await wang.says("楼道里堆满了纸箱子")
    await li.presses("派给 张网格员")
    assert wang.sees("您的上报有新进展")
    await wang.says("青石村二组")
    assert "照片" in wang.last
    await zhang.presses("不属实")
    await zhao.says("粮站着火了，快来人")
    assert zhang.sees("有人报告火情")
    await zhang.says("看过，后门是通的")
    await zhang.presses("跳过")
    await zhang.presses("提交")
    assert wang.sees("核查后认定不属实")
    await wang.says("跳过")
    assert "请核对" in wang.last
    await wang.presses("提交")
    assert len(town.read(lambda s: s.exec(select(Hazard)).all())) == 2


def report(s: Session, town: Township) -> None:
    """A case of 陈大哥's that 张网格员 has to look at."""
    area = next(held.area_id for held in actor(s, "张网格员").held if held.path.endswith("/changzhen-1/"))
    made = hazards.report(s, actor(s, "陈大哥"), kind="A01", severity="serious", place_text="菜市场后门",
                          detail="货堵死了后门", area_id=area, now=town.clock.now())  # fmt: skip
    hazards.assign(s, actor(s, "李干事"), made.id or 0, actor(s, "张网格员").id, now=town.clock.now())


async def test_a_job_missed_while_the_machine_was_down_is_done_once_when_it_is_back(
    town: Township, tmp_path: Path
) -> None:
    (zhang,) = await opened(town, "张网格员")
    town.read(report, town)
    await town.until(at(30, 8, 20))
    town.clock.advance(at(30, 8, 50) - town.clock.now())
    for _ in range(3):
        await restarts(town, tmp_path)
        await town.chores()
    assert sum("今天要办的事" in text for text in zhang.texts) == 1
