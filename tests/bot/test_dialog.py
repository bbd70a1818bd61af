"""Forms in a chat: old cards answer nothing, a refusal leaves nothing behind, and who types sees what came of it."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from bot.cards import card
from bot.context import Context
from bot.database import Database
from bot.fields import Text
from bot.forms import NO_PICTURES, Form
from bot.routes import command
from models import audit
from models.areas import Area
from models.audit import AuditEntry
from models.base import Refused
from models.drafts import Draft
from models.keyboards import Keyboard
from sandbox.people import Person as Phone
from tests.bot.conftest import Bench, Opener
from tests.bot.ways_in import effects, tap, toasts

BELOW = "提交好了，结果在上面的卡片里。"


def hand_in(context: Context, answers: dict[str, Any]) -> Any:
    """Have an effect, record it, and refuse some words after all."""
    s = context.visit.session
    s.add(Area(code="x", name="x", level="village", path="/x/"))
    audit.record(s, context.actor.id, "handed_in", "area:1", now=context.now)
    context.say(card("半截话"), new=True)
    if answers["what"] == "不行":
        s.flush()
        raise Refused("这件事不归您办。")
    return card(f"办好了：{answers['what']}")


async def fill(_: Any, context: Context) -> None:
    """Begin a form, after an entry of its own."""
    audit.record(context.visit.session, context.actor.id, "opened", "form:1", now=context.now)
    context.begin(str(context.pressed["rest"]))


FIELDS = (Text(key="what", label="内容", ask="写什么？"),)
FORMS = {"seen": Form("seen", "登记", FIELDS, hand_in), "quick": Form("quick", "速记", FIELDS, hand_in, review=False)}


@pytest.fixture
async def bench(database: Database, open_bench: Opener) -> Bench:
    """A bench with these forms."""
    return await open_bench(database, routes=(command("fill", fill),), forms=FORMS)


async def says(bench: Bench, who: Phone, *texts: str) -> None:
    """Write messages, each of which is answered before the next."""
    for text in texts:
        who.says(text)
        await bench.settle()


def recorded(bench: Bench) -> list[str]:
    """Return the acts in the audit log, which must be whole."""
    assert bench.read(audit.verify_chain) is None
    return list(bench.read(lambda s: s.exec(select(AuditEntry.op).order_by(AuditEntry.id)).all()))


def drafts(bench: Bench) -> list[Draft]:
    """Return the open forms."""
    return list(bench.read(lambda s: s.exec(select(Draft)).all()))


async def test_a_button_of_a_cancelled_form_does_not_answer_a_new_one(bench: Bench) -> None:
    wang = bench.somebody("王")
    await says(bench, wang, "/fill seen", "第一份")
    old = wang.last.buttons[0][0].data or ""
    await says(bench, wang, "取消")
    await says(bench, wang, "/fill seen", "第二份")
    bench.read(lambda s: s.execute(update(Draft).values(id=1, version=2)))
    tap(bench, wang, old)
    await bench.settle()
    assert toasts(wang) == ["这张卡片已经过期了。"]
    assert effects(bench) == 0
    assert len(drafts(bench)) == 1


async def test_a_button_for_a_question_that_is_gone_shows_the_form_as_it_is(bench: Bench) -> None:
    wang = bench.somebody("王")
    await says(bench, wang, "/fill seen", "内容一")
    bench.read(rename_the_questions)
    wang.presses("改内容")
    await bench.settle()
    assert toasts(wang) == ["内容有更新，请看最新的卡片。"]
    assert "请核对" in wang.last.text


def rename_the_questions(s: Session) -> None:
    """Make the buttons on the screen those of another version of the form."""
    for row in s.exec(select(Keyboard)):
        row.buttons = [[verb, args | {"k": "old"}, once] for verb, args, once in row.buttons]


@pytest.mark.parametrize("name", ["seen", "quick"])
async def test_a_refused_form_stays_with_the_reason_and_leaves_nothing_behind(bench: Bench, name: str) -> None:
    wang = bench.somebody("王")
    await says(bench, wang, f"/fill {name}", "不行", *(["提交"] if name == "seen" else []))
    assert "这件事不归您办" in wang.last.text
    assert wang.last.buttons[-1][-1].text == "✖ 取消"
    assert not wang.sees("半截话")
    assert effects(bench) == 0
    assert recorded(bench) == ["opened"]
    wang.presses("取消")
    await bench.settle()
    assert drafts(bench) == []


async def test_what_came_before_the_refusal_in_the_same_update_stays(bench: Bench) -> None:
    wang = bench.somebody("王")
    await says(bench, wang, "/fill quick", "不行", "可以")
    assert wang.sees("办好了：可以")
    assert effects(bench) == 1
    assert recorded(bench) == ["opened", "handed_in"]


async def test_who_types_the_submission_is_told_below_and_who_taps_is_not(bench: Bench) -> None:
    typing, tapping = bench.somebody("王"), bench.somebody("李")
    await says(bench, typing, "/fill seen", "一", "提交")
    assert bench.texts(typing)[-3:] == ["办好了：一", "半截话", BELOW]
    bench.read(lambda s: s.execute(update(Area).values(code="y", path="/y/")))
    await says(bench, tapping, "/fill seen", "二")
    tapping.presses("提交")
    await bench.settle()
    assert tapping.sees("办好了：二")
    assert not tapping.sees(BELOW)


async def test_who_types_that_they_give_up_is_told_below(bench: Bench) -> None:
    wang = bench.somebody("王")
    await says(bench, wang, "/fill seen", "取消")
    assert bench.texts(wang)[-2:] == ["《登记》已取消，没有提交任何内容。", "好的，不填了，没有提交任何内容。"]


@pytest.mark.parametrize("name", ["seen", "quick"])
async def test_a_picture_that_a_form_cannot_take_is_said_to_be_left_out(bench: Bench, name: str) -> None:
    wang = bench.somebody("王")
    await says(bench, wang, f"/fill {name}")
    wang.sends_photo()
    await bench.settle()
    assert NO_PICTURES in wang.last.text
    wang.sends_photo(caption="配的字")
    await bench.settle()
    assert NO_PICTURES in wang.last.text
    assert wang.sees("配的字") == (name == "seen")
    assert len(drafts(bench)) == 1
