"""The canary scan: who reported must not stand in a log, in the database, or on any screen of the case line.

One long scene with a confidential, an anonymous and a receipt-only report; then everything that was written and shown
is searched for the reporter's name, user name, number, telephone, words, point on the map, receipt, what clings to a
phone's picture, and the bot's token, raw and as URL, JSON, base64 and SQLite would write them. What was shown is all
that went to anybody but the reporter, with the papers, the ledger and the pictures that came as files.
"""

import asyncio
import base64
import io
import itertools
import json
import logging
import re
import struct
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog

from bot import logs
from handlers import hazards as handled
from models import leases
from sandbox.faults import Fault
from tests.crawler import Crawler
from tests.handlers.test_staff_chats import desk
from tests.pictures import CANARY, phone_photo
from tests.town import TOKEN, Somebody, Township, close_township, open_township

NAME, USERNAME, NUMBER, PHONE = "林阿芳测哨", "linafang_canary_77", 7_700_112_233, "13977001122"
TURN = "麻麻亮就把路拦得邦邦紧"
WORDS = f"菜市场后门被货堵死了，{TURN}，我叫{NAME}，电话{PHONE}"
LATER = "硬是摆烂哦，又堆了两箱鞭炮"
AGAIN = "日白的，哪个说搬了的"
ANSWER, TROUBLE = "昨黑了看还扯起的", "他半夜来捶门板吼人"
LATITUDE, LONGITUDE = 29.9015372, 107.7028461
OWN = {
    "name": NAME, "user name": USERNAME, "number": str(NUMBER), "phone": PHONE, "words": TURN, "added": LATER[:5],
    "again": AGAIN[:4], "answer": ANSWER[:6], "trouble": TROUBLE[:6], "picture": CANARY,
    "latitude": str(LATITUDE), "longitude": str(LONGITUDE),
}  # fmt: skip
NUMBERS = ("吹2026-0001", "吹2026-0002", "吹2026-0003")
CASE_LINE = ("李干事", "赵干事", "周主任", "张网格员", "刘网格员", "孙镇长", "钱干事", "冯队长", "管理员小何")
PHOTO = phone_photo()  # made once: making it logs what is put in
# The keeper of identities reads a complaint, and nothing else of it before two people agreed.
KEEPER = "吴保密员"
ONE_OF_EACH = ("李干事", "周主任", "张网格员", "孙镇长", "钱干事")


def spellings(canary: str) -> set[bytes]:
    """Return a canary as it may be written: raw, in a URL, in JSON, in base64 at any offset, a number as bytes."""
    raw = canary.encode()
    middles = {base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)}
    escaped = json.dumps(canary)[1:-1].encode()
    found = {raw, quote(canary).encode(), escaped, escaped.upper().replace(b"\\U", b"\\u"), *middles}
    if re.fullmatch(r"\d+", canary):
        found |= {int(canary).to_bytes(size, "big") for size in (6, 8) if int(canary) < 256 ** size // 2}
    elif re.fullmatch(r"\d+\.\d+", canary):
        found.add(struct.pack(">d", float(canary)))
    return {spelling for spelling in found if len(spelling) >= 5}


def hits(where: bytes, canaries: dict[str, str]) -> set[str]:
    """Return which canaries stand in these bytes."""
    return {name for name, canary in canaries.items() if any(each in where for each in spellings(canary))}


class Everything(logging.Handler):
    """Keeps each record as text: the message, its arguments, whatever hangs on it, and the traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.written: list[str] = []
        self.setFormatter(logging.Formatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(f"{self.format(record)} {record.__dict__!r}")


@pytest.fixture
def log() -> Iterator[Everything]:
    """Everything that any logger writes while the bot runs at DEBUG."""
    root = logging.getLogger()
    level, before = root.level, list(root.handlers)
    logs.set_up("DEBUG")
    kept = Everything()
    root.addHandler(kept)
    yield kept
    root.setLevel(level)
    root.handlers[:] = before
    structlog.reset_defaults()


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Township]:
    """The demo town in a SQLite file; the lease clock runs by itself and nobody sleeps, so that no try waits."""
    ticks, sleep = itertools.count(10**9, 2), asyncio.sleep
    monkeypatch.setattr(leases, "clock", lambda _: float(next(ticks)))
    monkeypatch.setattr("bot.postman.asyncio.sleep", lambda _: sleep(0))
    opened = await open_township(f"sqlite:///{tmp_path / 'town.db'}", tmp_path)
    yield opened
    await close_township(opened)


def newcomer(town: Township) -> Somebody:
    """The reporter, who has never written before."""
    return Somebody(town, town.telegram.person(NAME, id=NUMBER, username=USERNAME))


async def whistles(fang: Somebody, level: str) -> str:
    """Report with a picture, a place in words and a point on the map; return the receipt, if any."""
    await fang.sends("photo", WORDS, content=PHOTO)
    if "🔔 另报一处隐患" in fang.buttons:
        await fang.presses("🔔 另报一处隐患")
    await fang.sends("location", LATITUDE, LONGITUDE)
    if level:
        await fang.presses("改保密")
        await fang.presses(level)
    await fang.presses("提交")
    if "不是，照常上报" in fang.buttons:
        await fang.presses("不是，照常上报")
    found = re.search(r"\d{4}(?: \d{4}){3}", fang.last)
    return found[0] if found else ""


async def adds(fang: Somebody, words: str) -> None:
    """Add words and a picture to the report that was shown last."""
    await fang.presses("补充")
    await fang.says(words)
    await fang.sends("photo", f"{TURN}，看嘛", content=PHOTO)
    await fang.presses("发完了")


async def joins(fang: Somebody) -> None:
    """Somebody else reports the same, in such words as well, and joins the first report."""
    await fang.sends("photo", WORDS, content=PHOTO)
    await fang.sends("location", LATITUDE, LONGITUDE)
    await fang.presses("提交")
    await fang.presses("就是这个，我也关注")


async def finds(who: Somebody, label: str) -> None:
    """Press a button of the card that was opened last, or the one behind 「更多…」."""
    if label not in who.buttons:
        await who.presses("更多…")
    await who.presses(label)


async def writes(town: Township, li: Somebody, number: str, paper: str, *words: str) -> None:
    """An officer writes a paper of a case; what it asks for is answered as far as it is not known."""
    await li.says(f"/hazard {number}")
    await finds(li, "文书")
    await li.presses(paper)
    for each in words:
        await li.says(each)
    await li.presses("提交")
    await town.settle()


async def looks_at_pictures(town: Township, *people: Somebody) -> None:
    """Everything that was sent is fetched and cleaned, and colleagues look at it."""
    await town.fetches()
    for who in people:
        await who.presses("看照片")


async def asks(fang: Somebody, zhang: Somebody) -> None:
    """A colleague asks the reporter, who answers knowing that the answer, without its numbers, is read as it is."""
    await zhang.presses("问上报人")
    await zhang.presses("现在还是这样吗？")
    await zhang.presses("发给上报人")
    assert fang.sees("您的回答会原样给办件人员看，请不要写姓名和电话。")
    await fang.says(f"{ANSWER}，电话{PHONE}")
    await fang.presses("是，发给办件人员")


async def deals_with(town: Township, fang: Somebody, number: str) -> None:
    """The case line takes a report the whole way, with its papers."""
    li, zhang, zhou = (town.somebody(name) for name in ("李干事", "张网格员", "周主任"))
    await li.says(f"/hazard {number}")
    await li.presses("派给 张网格员")
    await looks_at_pictures(town, zhang)
    if number == NUMBERS[0]:
        await asks(fang, zhang)
    await zhang.says(f"/hazard {number}")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("3 天")
    await writes(town, li, number, "开整改告知书", "后门堆了货箱")
    await zhang.says(f"/hazard {number}")
    await zhang.presses("已整改，上传照片")
    await zhang.sends("photo", "搬走了")
    await zhang.presses("发完了")
    await looks_at_pictures(town, zhou)
    await zhou.presses("复查合格，销号")
    await zhou.presses("跳过")
    await writes(town, li, number, "开复查意见书")


async def refers(town: Township, number: str) -> None:
    """What came back goes to another authority, with a letter."""
    li = town.somebody("李干事")
    await li.says(f"/hazard {number}")
    await finds(li, "移送")
    await li.presses("县消防救援机构")
    await li.says("要行政处罚")
    await li.presses("提交")
    await writes(town, li, number, "开移送函")


async def breaks(town: Township, fang: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that can go wrong goes wrong: the network, the handler, the update itself."""
    for kind in ("500", "hang", "cut", "502 html"):
        town.telegram.faults.add(Fault("send*", kind, times=1, chat_id=NUMBER))
    await town.passes(minutes=10)
    town.telegram.faults.add(Fault("editMessageText", "hang", times=1, chat_id=NUMBER))
    await fang.says("我的上报")
    town.telegram.faults.clear()

    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"{WORDS} {NAME} {NUMBER} {TOKEN} {LATITUDE}")

    with monkeypatch.context() as broken:
        broken.setattr(handled, "begin_report", fail)
        broken.setattr("handlers.freetext.begin_report", fail)
        for _ in range(4):
            await fang.says(WORDS)
    who, chat = {"id": NUMBER, "first_name": NAME, "is_bot": False}, {"id": NUMBER, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": who, "text": WORDS, "entities": [{"type": 5}]}
    await town.machine.keep([{"update_id": 4_000_000_001, "message": message}])
    await town.settle()


async def scene(town: Township, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Play it all; return the receipts that were given out."""
    fang = newcomer(town)
    for name in (*CASE_LINE, KEEPER):
        await town.somebody(name).says("/start")
    await desk(town, town.somebody("李干事"), town.somebody("周主任"))
    receipts = [await whistles(fang, level) for level in ("", "匿名", "只凭回执")]
    await joins(town.somebody("跟着报的人"))
    await town.passes(minutes=45)
    for number, receipt in zip(NUMBERS, receipts, strict=True):
        await fang.says(receipt or "我的上报")
        if not receipt:
            await fang.presses(number)
        await adds(fang, LATER)
        await deals_with(town, fang, number)
        await fang.says(receipt or "我的上报")
        if not receipt:
            await fang.presses(number)
        await fang.presses("1★")
        await fang.presses("要求重新处理")
        await fang.says(AGAIN)
        await fang.presses("跳过")
        await refers(town, number)
    await fang.says(receipts[1])
    await fang.presses("谁能看到我")
    await fang.presses("改成只凭回执")
    await fang.presses("确定，给我回执")
    await fang.presses("有人为难我")
    await fang.says(TROUBLE)
    await fang.presses("告诉保密专员")
    for name in ("李干事", "孙镇长"):
        await town.somebody(name).says("台账")
        await town.somebody(name).presses("今年 3 件")
    zhang = town.somebody("张网格员")
    await zhang.says("巡查了张记面馆，灭火器过期，其他正常")
    await breaks(town, fang, monkeypatch)
    await town.passes(hours=30)
    return [receipt for receipt in receipts if receipt]


def shown_to_others(town: Township, *reporters: int) -> dict[int, bytes]:
    """Every call that ever went to somebody or a group other than the reporters, and every file as it reads inside."""
    found: dict[int, list[bytes]] = {}
    for call in town.telegram.calls():
        chat = call.params.get("chat_id")
        if isinstance(chat, int) and chat not in reporters:
            found.setdefault(chat, []).append(json.dumps(call.params, ensure_ascii=False, default=str).encode())
    return {chat: b"\n".join([*told, *files_in(town, chat)]) for chat, told in found.items()}


def files_in(town: Township, chat: int) -> list[bytes]:
    """What stands in the files that the bot sent to a chat."""
    opened = town.telegram.chats.get(chat)  # who never wrote to the bot cannot be written to, and has no files
    sent = [message.data for message in opened.messages.values() if message.author != chat] if opened else []
    ids = [kept["file_id"] for data in sent for kept in (data.get("document"), *data.get("photo", [])) if kept]
    files = [town.telegram.files.by_id(one) for one in ids]
    return [part for file in files if file is not None for part in (file.name.encode(), *unpacked(file.read()))]


def unpacked(content: bytes) -> list[bytes]:
    """A file, and when it is an XLSX or DOCX, what is packed in it."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [content]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return [content, *(packed.read(name) for name in packed.namelist())]


def on_disk(folder: Path) -> dict[str, bytes]:
    """The database file with what SQLite keeps beside it."""
    found = {path.name: path.read_bytes() for path in folder.iterdir() if path.name.startswith("town.db")}
    assert set(found) == {"town.db", "town.db-wal", "town.db-shm"}
    return found


def test_a_canary_is_found_however_it_is_written() -> None:
    for text in (NAME, f"x{base64.b64encode(f'ab{NAME}cd'.encode()).decode()}", quote(NAME), json.dumps(NAME)):
        assert hits(f"..{text}..".encode(), {"name": NAME}) == {"name"}
    assert hits(b"\x06" + NUMBER.to_bytes(6, "big"), {"number": str(NUMBER)}) == {"number"}
    assert hits("菜市场后门".encode(), OWN) == set()


async def test_nothing_that_was_written_or_shown_tells_who_reported(
    town: Township, log: Everything, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipts = await scene(town, monkeypatch)
    secrets = {f"receipt {n}": digits for n, receipt in enumerate(receipts) for digits in (receipt.replace(" ", ""),)}
    grouped = {f"grouped {n}": receipt for n, receipt in enumerate(receipts)}
    canaries = {**OWN, **secrets, **grouped, "token": TOKEN}
    assert len(receipts) == 2
    assert any("update.failed" in line for line in log.written)
    assert hits("\n".join(log.written).encode(), canaries) == set()
    for name, content in on_disk(tmp_path).items():
        assert hits(content, canaries) == set(), name
    reporters = {town.somebody(name).phone.id for name in (NAME, "跟着报的人")}
    shown = shown_to_others(town, *reporters)
    in_the_line = {town.somebody(name).phone.id for name in CASE_LINE}
    assert in_the_line | {town.somebody(KEEPER).phone.id} < set(shown), "and the group"
    for chat, told in shown.items():
        assert hits(told, canaries) <= ({"answer"} if chat in in_the_line else set()), chat
    for name in ONE_OF_EACH:
        crawler = Crawler(town, town.somebody(name))
        crawler.walk(*(f"/hazard {number}" for number in NUMBERS))
        assert {"hazard.open", "hazard.history", "hazard.pictures"} <= crawler.pressed
        assert hits("\n".join(crawler.shown).encode(), canaries) <= {"answer"}, name
