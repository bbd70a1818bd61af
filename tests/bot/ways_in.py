"""Routes that a test can take, ways to put anything before the desk, and what came of it."""

import asyncio
from typing import Any

from sqlmodel import select
from telegram import Update

from bot.cards import Button, card
from bot.context import Context
from bot.notices import Notice
from bot.routes import command, press
from models.areas import Area
from models.base import Refused
from models.people import Can
from sandbox.inline import Tap
from sandbox.people import Person as Phone
from tests.bot.conftest import Bench

CANARY = "菜市场后门CANARY"


async def write(_: Update, context: Context) -> None:
    """Have an effect that can be counted, and say so."""
    count = len(context.visit.session.exec(select(Area)).all()) + 1
    context.visit.session.add(Area(code=f"x{count}", name="x", level="village", path=f"/x{count}/"))
    context.say(card(f"办了 {count} 件"))


async def refuse(update: Update, context: Context) -> None:
    """Have an effect and refuse all the same."""
    await write(update, context)
    raise Refused("这件事不归您办。")


async def fail(update: Update, context: Context) -> None:
    """Have an effect and break."""
    await write(update, context)
    raise ValueError(CANARY)


async def wait(_: Update, __: Context) -> None:
    """Wait for something, which no handler may."""
    await asyncio.sleep(0)


async def ask(_: Update, context: Context) -> None:
    """Show buttons: one that can be pressed once, one as often as one likes, one that is not for everybody."""
    buttons = (("办一次", "write"), ("看一看", "look"), ("派单", "assign"), ("坏了", "fail"), ("没有这个", "gone"))
    context.say(card("请选", buttons=[[Button(label, verb, once=verb != "look")] for label, verb in buttons]))


async def look(_: Update, context: Context) -> None:
    """Show a toast."""
    context.toast("看到了")


async def assign(update: Update, context: Context) -> None:
    """Do what only an assigner may."""
    await write(update, context)


ROUTES = (
    command("write", write), command("refuse", refuse), command("fail", fail), command("wait", wait),
    command("ask", ask), command("assign", assign, "派单", can=Can.ASSIGN), command("everywhere", write, groups=True),
    press("write", write), press("look", look), press("fail", fail), press("assign", assign, can=Can.ASSIGN),
)  # fmt: skip
NOTICES = (Notice("system.quarantined", lambda _, row, *__: card(f"隔离 Q{row.about['row']}")),)


def effects(bench: Bench) -> int:
    """Return how many effects there were."""
    return len(bench.read(lambda s: s.exec(select(Area)).all()))


def states(bench: Bench) -> list[str]:
    """Return the states of the inbox."""
    return [row.state for row in bench.inbox()]


def tap(bench: Bench, phone: Phone, data: str) -> None:
    """Let a client send whatever callback data it likes."""
    tg = bench.telegram
    made = Tap(tg.next_id(), phone.user, phone.chat, tg.clock.now())
    tg.taps[made.id] = made
    message = {"message_id": 1, "date": 0, "chat": phone.chat.as_json()}
    payload = {"id": made.id, "from": phone.user.as_json(), "chat_instance": "1", "data": data, "message": message}
    tg.updates.push("callback_query", payload, f"user:{phone.id}")


def toasts(phone: Phone) -> list[str]:
    """Return what taps were answered with."""
    return [toast.text for toast in phone.toasts]


async def asked(bench: Bench, name: str = "王") -> tuple[Phone, list[str]]:
    """Return somebody who has buttons, and what these send."""
    phone = bench.somebody(name)
    phone.says("/ask")
    await bench.settle()
    return phone, [button.data or "" for row in phone.last.buttons for button in row]


async def put(bench: Bench, *raw: dict[str, Any]) -> None:
    """Hand raw updates in, past Telegram."""
    await bench.machine.keep(list(raw))


def message(number: int, phone: Phone, **content: Any) -> dict[str, Any]:
    """Return a raw message of somebody."""
    basic = {"message_id": number, "date": 1_700_000_000, "chat": phone.chat.as_json(), "from": phone.user.as_json()}
    return {"update_id": number, "message": {**basic, **content}}
