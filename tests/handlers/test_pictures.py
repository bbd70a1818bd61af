"""Pictures in the chat: what officers get was drawn anew, what cannot be seen is said, and nobody waits for nothing."""

import io

import pytest
from PIL import Image
from sqlalchemy import delete

from bot.fields import NotUnderstood, Photos, Said
from handlers.say import pictures as say
from models.erasure import erase_media
from models.hazards import Hazard
from models.people import Grant, Role
from sandbox.faults import Fault
from tests.pictures import CANARY, phone_photo, saved, scene
from tests.town import Somebody, Township

PHONE = phone_photo()


@pytest.fixture
async def li(town: Township) -> Somebody:
    """李干事 of the fire post, with the bot open."""
    found = town.somebody("李干事")
    await found.says("/start")
    return found


@pytest.fixture
async def wang(town: Township) -> Somebody:
    """王婆婆, with the bot open."""
    found = town.somebody("王婆婆")
    await found.says("/start")
    return found


async def reports(who: Somebody, *what: object, **more: object) -> None:
    """Somebody reports the blocked back door with a photo, or with what is given."""
    sent = what or ("photo", "菜市场后门被货堵死了")
    await who.sends(str(sent[0]), *sent[1:], **more)
    await who.presses("提交")


async def looks(who: Somebody) -> list[bytes]:
    """Somebody presses 「看照片」; return the pictures that have come."""
    before = {message.id for message in who.phone.screen}
    await who.presses(say.LOOK)
    await who.town.settle()
    return pictures_on(who, before)


def pictures_on(who: Somebody, before: set[int]) -> list[bytes]:
    """Return the pictures that came since."""
    new = [m for m in who.phone.screen if m.id not in before and m.kind in {"photo", "document"}]
    return [m.file.content for m in new if m.file]


def metadata_of(picture: bytes) -> dict[object, object]:
    """Return what a picture tells besides itself."""
    with Image.open(io.BytesIO(picture)) as opened:
        return dict(opened.getexif())


async def test_an_officer_gets_the_photo_of_a_phone_without_where_and_who(
    town: Township, wang: Somebody, li: Somebody
) -> None:
    assert metadata_of(PHONE)
    await reports(wang, "document", "IMG_0001.jpg", 0, "image/jpeg", "菜市场后门被货堵死了", content=PHONE)
    await town.fetches()
    assert "照片等 1 份" in li.last
    [seen] = await looks(li)
    assert not metadata_of(seen)
    assert CANARY.encode() not in seen
    assert "照片 1 张" in li.last
    assert li.buttons == ["◀ 打开 吹2026-0001"]
    # The reporter's own copy is as it was sent, and nothing of it ever went to anybody else.
    sent = next(m.file for m in wang.phone.screen if m.from_me and m.file)
    calls = town.telegram.calls("send*")
    assert not [call for call in calls if sent.file_id in repr(call.params)]


async def test_the_first_gets_the_bytes_and_the_next_telegrams_own_copy(
    town: Township, wang: Somebody, li: Somebody
) -> None:
    await reports(wang, "album", 3, "菜市场后门被货堵死了", contents=[saved(scene((60, 40 + n))) for n in range(3)])
    await town.fetches()
    first = await looks(li)
    assert len(first) == 3
    uploads = [call for call in town.telegram.calls("sendMediaGroup") if call.files]
    assert len(uploads) == 1
    sun = town.somebody("孙镇长")
    await sun.says("/hazard 吹2026-0001")
    assert await looks(sun) == first
    assert len([call for call in town.telegram.calls("sendMediaGroup") if call.files]) == 1
    assert "照片 3 张" in sun.last
    assert [h.size[1] for h in (Image.open(io.BytesIO(p)) for p in first)] == [40, 41, 42]


async def test_before_it_is_clean_the_officer_hears_so_and_gets_it_by_itself(
    town: Township, wang: Somebody, li: Somebody
) -> None:
    await reports(wang)
    before = {message.id for message in li.phone.screen}
    await li.presses(say.LOOK)
    await li.presses(say.LOOK)
    assert li.toasts[-1] == say.PROCESSING
    await town.passes(seconds=4)
    assert pictures_on(li, before) == []
    await town.fetches()
    await town.passes(seconds=4)
    assert len(pictures_on(li, before)) == 1


async def test_who_waited_a_minute_gets_what_there_is(town: Township, wang: Somebody, li: Somebody) -> None:
    await reports(wang)
    town.telegram.faults.add(Fault("getFile", "unreachable"))
    await town.fetches()
    await li.presses(say.LOOK)
    await town.passes(minutes=1)
    await town.passes(seconds=3)
    assert "照片 1 张还在处理" in li.last


async def test_what_cannot_be_opened_is_said_to_both_and_sent_again(
    town: Township, wang: Somebody, li: Somebody
) -> None:
    await reports(wang, "document", "照片.jpg", 0, "image/jpeg", "菜市场后门被货堵死了", content=b"PK\x03\x04")
    await town.fetches()
    await town.settle()
    assert wang.sees("有照片打不开")
    assert "选「照片」" in wang.last
    await li.says("/hazard 吹2026-0001")
    assert "照片等 1 份（1 份打不开）" in li.last
    assert await looks(li) == []
    assert "照片 1 张打不开，原件由保密专员保管" in li.last
    await wang.presses(say.ADD)
    await wang.sends("photo", "这张清楚")
    assert "已补充到 吹2026-0001" in wang.last
    await town.fetches()
    await li.says("/hazard 吹2026-0001")
    assert len(await looks(li)) == 1


async def test_films_and_voices_of_a_concealed_reporter_stay_with_the_custodian(
    town: Township, wang: Somebody, li: Somebody
) -> None:
    await wang.sends("photo", "菜市场后门被货堵死了")
    await wang.sends("video")
    await wang.sends("voice")
    await wang.presses("提交")
    assert say.KEPT_BACK in wang.last
    await wang.sends("voice")
    await wang.presses("另报一处隐患")
    await wang.says("取消")
    await wang.sends("voice")
    await wang.presses("补充到 吹2026-0001")
    assert say.KEPT_BACK in wang.last
    await town.fetches()
    await li.says("/hazard 吹2026-0001")
    assert "照片等 4 份（3 份由保密专员保管）" in li.last
    assert len(await looks(li)) == 1
    assert "视频 1 段、语音 2 条由保密专员保管" in li.last
    kinds = {message.kind for message in li.phone.screen}
    assert not kinds & {"video", "voice"}


async def test_who_is_named_is_heard_and_seen(town: Township, wang: Somebody, li: Somebody) -> None:
    await wang.sends("photo", "菜市场后门被货堵死了")
    await wang.sends("voice")
    await wang.presses("改保密")
    await wang.presses("实名")
    await wang.presses("提交")
    assert say.KEPT_BACK not in wang.last
    await town.fetches()
    await looks(li)
    assert "voice" in {message.kind for message in li.phone.screen}


async def test_the_pictures_of_a_repair_stand_behind_those_of_the_report(
    town: Township, wang: Somebody, li: Somebody
) -> None:
    zhang = town.somebody("张网格员")
    await zhang.says("/start")
    await reports(wang)
    await li.presses("派给 张网格员")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("7 天")
    await zhang.presses("已整改，上传照片")
    await zhang.sends("document", "IMG_2.JPG", 0, "image/jpeg", content=PHONE)
    await zhang.presses("发完了")
    await town.fetches()
    await li.says("/hazard 吹2026-0001")
    seen = await looks(li)
    assert len(seen) == 2
    assert not any(metadata_of(each) for each in seen)
    assert "按先后：上报、核查时 1 份，整改后 1 份" in li.last


async def test_the_reporter_sees_own_pictures_as_they_were_sent(wang: Somebody) -> None:
    await reports(wang, "document", "IMG_0001.jpg", 0, "image/jpeg", "菜市场后门被货堵死了", content=PHONE)
    await wang.says("我的上报")
    await wang.presses("吹2026-0001 菜市场后门")
    before = {message.id for message in wang.phone.screen}
    await wang.presses(say.LOOK_OWN)
    assert pictures_on(wang, before) == [PHONE]
    assert say.AS_SENT in wang.last


async def test_an_officer_who_may_not_see_the_case_any_more_gets_nothing(
    town: Township, wang: Somebody, li: Somebody
) -> None:
    await reports(wang)
    await li.presses(say.LOOK)
    town.database.transaction(lambda s: s.execute(delete(Grant).where(Grant.role == Role.POST.value)))
    await town.fetches()
    await town.passes(seconds=4)
    assert not [m for m in li.phone.screen if m.from_bot and m.kind == "photo"]


async def test_what_was_erased_is_said_to_be(town: Township, wang: Somebody, li: Somebody) -> None:
    await reports(wang)
    await town.fetches()
    town.database.transaction(lambda s: erase_media(s, s.get_one(Hazard, 1), now=town.clock.now()))
    assert await looks(li) == []
    assert "照片 1 张已按保存期限删除" in li.last


@pytest.mark.parametrize("start", ["text", "file"])
async def test_a_picture_sent_as_a_file_is_taken_wherever_a_photo_is(wang: Somebody, start: str) -> None:
    if start == "text":
        await wang.says("楼道里堆满了纸箱子")
        await wang.sends("document", "IMG_1.JPG", 0, "", content=PHONE)
        assert "1 张照片" in wang.last
        await wang.says("幸福小区")
    else:
        await wang.sends("document", "IMG_1.JPG", 0, "image/jpeg", "幸福小区楼道里堆满了纸箱子", content=PHONE)
    assert "请核对" in wang.last
    assert "1 张照片" in wang.last


def test_where_nobody_cleans_a_picture_it_is_not_taken_as_a_file() -> None:
    field = Photos(key="photos", label="照片", ask="", files=False)
    image = {"kind": "image", "file_id": "f", "unique_id": "u"}
    with pytest.raises(NotUnderstood, match="选「照片」"):
        field.read(Said(media=(image,)), {})
    assert field.show([image], {}) == "1 张照片"
