"""Pitfall 2: content silently lost - albums, late photos, and pictures that come as files (PEERS section 5)."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.app import build_machine, build_telegram
from bot.pace import Pace
from bot.settings import Settings
from handlers.say import pictures as say
from models.hazard_files import Evidence, Hazard, HazardStep
from sandbox.params import UploadedFile
from sandbox.people import Person as Phone
from sandbox.pictures import picture
from sandbox.request import SandboxRequest
from tests.pictures import phone_photo
from tests.town import TOKEN, TOWN_FILE, Somebody, Township

WORDS = "菜市场后门被货堵死了"


@pytest.fixture
async def wang(town: Township) -> Somebody:
    """王婆婆, with the bot open."""
    found = town.somebody("王婆婆")
    await found.says("/start")
    return found


def one_of(phone: Phone, album: str, n: int, caption: str | None = None, kind: str = "photo") -> None:
    """Send the n-th picture of an album, for itself."""
    upload = UploadedFile(f"IMG_{n}.jpg", picture(tint=n), "image/jpeg")
    phone._sends_file(kind, caption, upload, None, more={"media_group_id": album})


async def sends(who: Somebody, album: str, *numbers: int, caption: str | None = None, kind: str = "photo") -> None:
    """Send these pictures of an album; the bot answers after each."""
    for n in numbers:
        one_of(who.phone, album, n, caption if n == numbers[0] else None, kind)
        await who.town.settle()


def files(town: Township) -> dict[str, int]:
    """Return how many pictures each report has."""

    def count(s: Session) -> dict[str, int]:
        rows = s.exec(select(Hazard.number, Evidence.id).join(Evidence, Evidence.hazard_id == Hazard.id))  # type: ignore[arg-type]
        found = [number for number, _ in rows]
        return {number: found.count(number) for number in sorted(set(found))}

    return town.read(count)


def new_messages(who: Somebody, before: set[int]) -> list[str]:
    """Return what the bot has written since, as it stands now."""
    return [m.text for m in who.phone.screen if m.from_bot and m.id not in before]


def on_screen(who: Somebody) -> set[int]:
    """Return the messages that are on the screen."""
    return {m.id for m in who.phone.screen}


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_an_album_of_five_is_one_report_with_its_caption(town: Township, wang: Somebody, kind: str) -> None:
    await sends(wang, "81", 1, 2, 3, 4, 5, caption=WORDS, kind=kind)
    assert "5 张照片" in wang.last
    assert WORDS in wang.last
    await wang.presses("提交")
    assert files(town) == {"吹2026-0001": 5}


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_photos_that_come_after_the_receipt_join_their_report_and_one_line_counts_them(
    town: Township, wang: Somebody, kind: str
) -> None:
    li = town.somebody("李干事")
    await li.says("/start")
    await sends(wang, "82", 1, 2, caption=WORDS, kind=kind)
    await wang.presses("提交")
    before, officers = on_screen(wang), on_screen(li)
    await sends(wang, "82", 3, kind=kind)
    assert new_messages(wang, before) == ["又收到 1 张照片，已补充到 吹2026-0001。"]
    await sends(wang, "82", 4, 5, kind=kind)
    assert new_messages(wang, before) == ["又收到 3 张照片，已补充到 吹2026-0001。"]
    assert files(town) == {"吹2026-0001": 5}
    assert len(new_messages(li, officers)) == 1
    assert "照片等 5 份" in li.last or "照片等 3 份" in li.last
    await wang.says("我的上报")
    assert "吹2026-0001" in wang.last
    assert "吹2026-0002" not in wang.last


async def test_late_photos_that_come_all_at_once_are_counted_on_one_line_too(town: Township, wang: Somebody) -> None:
    await sends(wang, "83", 1, caption=WORDS)
    await wang.presses("提交")
    before = on_screen(wang)
    for n in range(2, 8):
        one_of(wang.phone, "83", n)
    await town.settle()
    assert new_messages(wang, before) == ["又收到 6 张照片，已补充到 吹2026-0001。"]


async def test_a_late_photo_does_not_fall_into_the_form_that_was_begun_meanwhile(
    town: Township, wang: Somebody
) -> None:
    await sends(wang, "84", 1, caption=WORDS)
    await wang.presses("提交")
    await wang.says("楼道里堆满了纸箱子")
    assert "在哪里" in wang.last
    await sends(wang, "84", 2)
    assert files(town) == {"吹2026-0001": 2}
    await wang.says("幸福小区")
    await wang.presses("跳过")
    assert "没有" in wang.last
    await wang.presses("提交")
    assert files(town) == {"吹2026-0001": 2}


async def test_the_rest_of_an_album_joins_after_the_bot_was_started_anew(
    town: Township, wang: Somebody, tmp_path: Path
) -> None:
    await sends(wang, "85", 1, 2, caption=WORDS)
    await starts_anew(town, tmp_path)
    before = on_screen(wang)
    await sends(wang, "85", 3)
    assert new_messages(wang, before) == []
    assert any("3 张照片" in text for text in wang.texts)
    await wang.presses("提交")
    await sends(wang, "85", 4)
    await starts_anew(town, tmp_path)
    before = on_screen(wang)
    await sends(wang, "85", 5)
    assert new_messages(wang, before) == []
    assert wang.sees("又收到 2 张照片，已补充到 吹2026-0001。")
    assert files(town) == {"吹2026-0001": 5}


async def starts_anew(town: Township, folder: Path) -> None:
    """Another process takes the database over."""
    await town.machine.postman.settle()
    settings = Settings(_env_file=None, bot_token=TOKEN, data_dir=folder, town=TOWN_FILE)
    app = build_telegram(settings, SandboxRequest(town.telegram))
    await app.initialize()
    pace = Pace(lambda: 0.0, rate=float("inf"), chat=0.0)
    town.machine = build_machine(app, town.database, clock=town.clock.now, pace=pace)
    await town.machine.start()


async def test_a_late_photo_with_words_keeps_them(town: Township, wang: Somebody) -> None:
    await sends(wang, "86", 1, caption=WORDS)
    await wang.presses("提交")
    await sends(wang, "86", 2, caption="里面还有煤气罐")
    assert files(town) == {"吹2026-0001": 2}
    assert "里面还有煤气罐" in town.read(lambda s: s.exec(select(HazardStep.note)).all())


async def test_the_rest_of_an_album_of_a_supplement_goes_with_it(town: Township, wang: Somebody) -> None:
    await wang.says(WORDS)
    await wang.presses("跳过")
    await wang.presses("提交")
    await wang.presses("补充")
    await sends(wang, "87", 1, caption="又多了两堆")
    assert "已补充到 吹2026-0001" in wang.last
    await sends(wang, "87", 2, 3)
    assert files(town) == {"吹2026-0001": 3}
    assert wang.sees("又收到 2 张照片，已补充到 吹2026-0001。")


@pytest.mark.parametrize("what", ["photo", "voice", "video", "file"])
async def test_a_single_picture_soon_after_the_receipt_is_offered_to_the_report_first(
    town: Township, wang: Somebody, what: str
) -> None:
    await wang.sends("photo", WORDS)
    await wang.presses("提交")
    await town.passes(minutes=3)
    await sends_one(wang, what)
    assert say.WHICH in wang.last
    assert wang.buttons == ["补充到 吹2026-0001 菜市场后门", say.ANOTHER]
    await wang.presses("补充到 吹2026-0001")
    assert "已补充到 吹2026-0001" in wang.last
    assert files(town) == {"吹2026-0001": 2}


async def sends_one(who: Somebody, what: str) -> None:
    """Send one picture of some kind, without words."""
    if what == "file":
        await who.sends("document", "IMG_1.jpg", 0, "image/jpeg", content=phone_photo())
    else:
        await who.sends(what)


async def test_or_it_begins_another_report_with_its_words(town: Township, wang: Somebody) -> None:
    await wang.sends("photo", WORDS)
    await wang.presses("提交")
    await wang.sends("photo", "幸福小区楼道里堆满了纸箱子")
    await wang.presses(say.ANOTHER)
    assert "幸福小区" in wang.last
    await wang.presses("提交")
    assert files(town) == {"吹2026-0001": 1, "吹2026-0002": 1}


async def test_later_or_without_an_open_report_nobody_is_asked(town: Township, wang: Somebody) -> None:
    await wang.sends("photo", WORDS)
    await wang.presses("提交")
    town.clock.advance(timedelta(minutes=11))
    await wang.sends("photo", "幸福小区楼道里堆满了纸箱子")
    assert "请核对" in wang.last
    await wang.says("取消")
    await wang.says("我的上报")
    await wang.presses("吹2026-0001")
    await wang.presses("撤回")
    await wang.presses("确定撤回")
    await wang.sends("photo", "幸福小区楼道里堆满了纸箱子")
    assert "请核对" in wang.last


async def test_a_new_album_soon_after_the_receipt_begins_its_own_report(town: Township, wang: Somebody) -> None:
    await sends(wang, "88", 1, caption=WORDS)
    await wang.presses("提交")
    await sends(wang, "89", 1, 2, 3, caption="幸福小区楼道里堆满了纸箱子")
    assert "3 张照片" in wang.last
    await wang.presses("提交")
    assert files(town) == {"吹2026-0001": 1, "吹2026-0002": 3}
