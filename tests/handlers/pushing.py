"""What scenes about broadcasts share: the day, people who have opened the bot, and the way through the form."""

from datetime import datetime

from sqlmodel import Session, select

from models.broadcasts import Broadcast
from models.people import Actor, Person, actor_of
from models.rules import ZONE
from tests.town import Somebody, Township

TIP, WARNING = "【消防提示】", "【火险预警】"
NEXT, SUBMIT, APPROVE = "✔ 下一步：看样子和人数", "提交审批", "✅ 批准发布"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of autumn 2026 in the township; the 23rd of November is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


async def opened(town: Township, *names: str) -> list[Somebody]:
    """People who have opened the bot; Telegram delivers to nobody else."""
    people = [town.somebody(name) for name in names]
    for who in people:
        await who.says("/start")
    return people


def actor(s: Session, name: str) -> Actor:
    """Somebody of the demo town by name."""
    return actor_of(s, s.exec(select(Person).where(Person.name == name)).one())


def broadcast(town: Township) -> Broadcast:
    """The newest broadcast."""
    return town.read(lambda s: s.exec(select(Broadcast).order_by(Broadcast.id.desc())).first())


def tips_of(who: Somebody) -> list[str]:
    """The tips on somebody's screen."""
    return [text for text in who.texts if text.startswith(TIP)]


def warnings_of(who: Somebody) -> list[str]:
    """The warnings on somebody's screen."""
    return [text for text in who.texts if WARNING in text]


async def fill(who: Somebody, title: str = "今晚有大风", text: str = "大风天不烧灰、不烧秸秆。") -> None:
    """Fill in the form of a tip up to its summary."""
    await who.says("/push")
    await who.presses("✍ 写一条")
    await who.says(title)
    await who.says(text)
    await who.presses("跳过")


async def draft(who: Somebody, *given: str, **changes: str) -> None:
    """Write a tip and see its card; `changes`: answers to change by their label, chosen by a button."""
    await fill(who, *given)
    for label, choice in changes.items():
        await who.presses(f"改{label}")
        await who.presses(choice)
    await who.presses(NEXT)


async def publish(writer: Somebody, approver: Somebody, *given: str, **changes: str) -> None:
    """Write a tip, submit it, and let another approve it; it leaves at the next look at the timetable."""
    await draft(writer, *given, **changes)
    await writer.presses(SUBMIT)
    await approver.presses(APPROVE)


async def warn(who: Somebody) -> None:
    """Fill in the form of an orange wind warning for a day, with the words ready made, up to its summary."""
    await who.says("/push")
    await who.presses("⚠️ 发预警")
    await who.presses("大风")
    await who.presses("橙色")
    await who.presses("24 小时")
    await who.presses("跳过")
