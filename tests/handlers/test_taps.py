"""From any start a report takes at most five taps and one message; back, cancel, and going on later are everywhere."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from sqlmodel import Session, select

from models import place_links
from models.hazards import Hazard
from models.places import Place
from tests.town import MONDAY, Somebody, Township

A_SENTENCE = "菜市场后门被货堵死了"
WHERE = "青石村二组老院子"


async def scans(who: Somebody) -> None:
    """Scan the poster at the noodle shop."""

    officer = who.town.somebody("李干事").actor

    def payload(s: Session) -> str:
        place = s.exec(select(Place).where(Place.code == "zhangji")).one()
        return place_links.make(s, officer, place.id or 0, now=MONDAY).payload

    await who.opens(who.town.database.transaction(payload))


@dataclass
class Count:
    """What somebody had to do after the start: presses, and messages that they wrote or sent."""

    taps: int = 0
    messages: int = 0


async def fills_in(who: Somebody) -> Count:
    """Do the least that hands a report in: tap what can be tapped, skip what can be skipped, write only then."""
    done = Count()
    while "收到了" not in who.phone.last.text:
        labels = [button.text for row in who.phone.last.buttons for button in row]
        easy = next((label for label in ("✔ 提交", "跳过", "发完了") if label in labels), None)
        if easy or "哪一类" in who.phone.last.text:
            await who.presses(easy or labels[0])
            done.taps += 1
        elif "照片" in who.last and "在哪里" not in who.last:
            await who.sends("photo")
            done.messages += 1
        else:
            await who.says(WHERE)
            done.messages += 1
        assert done.taps + done.messages < 12, who.phone.last.text
    return done


Start = Callable[[Somebody], Awaitable[None]]
# The start, how many taps it is itself, and the most taps and messages after it.
STARTS: dict[str, tuple[Start, int, int, int]] = {
    "text": (lambda who: who.says(A_SENTENCE), 0, 5, 0),
    "text without place": (lambda who: who.says("楼道里堆满了纸箱子"), 0, 5, 1),
    "photo": (lambda who: who.sends("photo"), 0, 4, 1),
    "photo with words": (lambda who: who.sends("photo", A_SENTENCE), 0, 1, 0),
    "album": (lambda who: who.sends("album", 4), 0, 4, 1),
    "voice": (lambda who: who.sends("voice"), 0, 4, 1),
    "video": (lambda who: who.sends("video"), 0, 4, 1),
    "round video": (lambda who: who.sends("video_note"), 0, 4, 1),
    "location": (lambda who: who.sends("location"), 0, 5, 0),
    "venue": (lambda who: who.sends("venue", "老粮站", "场镇正街"), 0, 5, 0),
    "code": (scans, 0, 5, 0),
    "menu": (lambda who: who.says("上报隐患"), 1, 5, 1),
}


@pytest.mark.parametrize("start", STARTS)
async def test_five_taps_and_one_message_are_enough(town: Township, start: str) -> None:
    begins, before, taps, messages = STARTS[start]
    wang = town.somebody("王婆婆")
    await begins(wang)
    done = await fills_in(wang)
    assert done.taps + before <= taps
    assert done.messages <= messages
    assert len(town.read(lambda s: s.exec(select(Hazard)).all())) == 1


async def test_every_step_has_a_way_back_a_way_out_and_a_way_to_go_on_later(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("上报隐患")
    seen = []
    for step in ("其他", WHERE, "跳过", "跳过"):
        seen.append(set(wang.buttons))
        await wang.says(step)
    seen.append(set(wang.buttons))
    assert all({"先存着", "✖ 取消"} <= labels for labels in seen)
    assert all("◀ 返回" in labels or any(label.startswith("改") for label in labels) for labels in seen[1:])


@pytest.mark.parametrize("steps", range(5))
async def test_put_aside_at_any_step_a_report_goes_on_where_it_was(town: Township, steps: int) -> None:
    wang = town.somebody("王婆婆")
    for words in ("上报隐患", "其他", WHERE, "跳过", "跳过")[: steps + 1]:
        await wang.says(words)
    asked = wang.last
    await wang.presses("先存着")
    assert "给您存着了" in wang.last
    await wang.says("谢谢")
    await town.passes(days=2)
    await wang.says("继续")
    assert wang.last.splitlines()[-1] == asked.splitlines()[-1]
    await fills_in(wang)
