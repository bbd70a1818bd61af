"""Staff from the server console: how the first administrator comes to be, who is there, and ending every role."""

import asyncio
from collections.abc import Iterable

from sqlmodel import Session, select
from telegram.error import TelegramError

from bot.app import build_telegram, open_database, wall_clock
from bot.settings import BadSettings, Settings
from handlers.people import LINK
from models import invites
from models.areas import Area
from models.people import ROLE_NAMES, Person, Role


def make_invitation(settings: Settings, role: str, area_code: str, post: str = "") -> str:
    """Return a one-time link (or, when Telegram cannot be asked, the words to send to the bot)."""
    if role not in set(Role):
        known = "、".join(f"{r.value}（{name}）" for r, name in ROLE_NAMES.items())
        raise BadSettings(f"没有「{role}」这个身份。请写其中之一：{known}")
    database = open_database(settings)
    code = database.transaction(lambda s: _make(s, Role(role), area_code, post))
    database.close()
    name = asyncio.run(_username(settings)) if settings.bot_token.get_secret_value() else ""
    return f"https://t.me/{name}?start={LINK}{code}" if name else f"请让对方给机器人发这句话：/start {LINK}{code}"


def _make(s: Session, role: Role, area_code: str, post: str) -> str:
    areas = list(s.exec(select(Area).order_by(Area.path)))
    if not areas:
        raise BadSettings("还没有片区。请先运行 chuishao town import。")
    area = next((a for a in areas if a.code == area_code), None) if area_code else areas[0]
    if area is None:
        known = "、".join(a.code for a in areas)
        raise BadSettings(f"没有「{area_code}」这个片区代号。请写其中之一：{known}")
    return invites.invite(s, None, role, area.id or 0, now=wall_clock(), post=post)


async def _username(settings: Settings) -> str:
    bot = build_telegram(settings).bot
    try:
        async with bot:
            return str(bot.username)
    except TelegramError:
        return ""


def list_staff(settings: Settings) -> list[str]:
    """Return one line per person with a role: Telegram's id, the name, the roles."""
    database = open_database(settings)
    lines = database.transaction(
        lambda s: [f"{c.person.telegram_id}  {c.person.name}  {'、'.join(c.titles)}" for c in invites.staff(s, None)]
    )
    database.close()
    return lines


def revoke(settings: Settings, telegram_ids: Iterable[int]) -> list[str]:
    """End every role of these people, all or nobody; return a line for each. Raises BadSettings for a stranger."""
    database = open_database(settings)
    lines = database.transaction(lambda s: [_revoke(s, number) for number in telegram_ids])
    database.close()
    return lines


def _revoke(s: Session, telegram_id: int) -> str:
    person = s.exec(select(Person).where(Person.telegram_id == telegram_id)).first()
    if person is None:
        raise BadSettings(f"没有 {telegram_id} 这个人。运行 chuishao staff 看编号。")
    ended = invites.end_roles(s, None, person.id or 0, now=wall_clock())
    return f"{telegram_id}  {person.name}：已结束 {ended} 项身份。"
