"""The local try-out: our own Telegram, the bot and the demo town in one process, on the loopback interface."""

import secrets
from collections.abc import Callable
from datetime import timedelta

from pydantic import SecretStr

from bot import app
from bot.settings import BadSettings, Settings
from models import town as towns
from models.people import ROLE_NAMES, Role
from models.town_entries import PersonEntry
from models.townfile import Town
from sandbox.clock import Clock
from sandbox.server import serving
from sandbox.telegram import Telegram

FOLDER = "try"


def settings_for_trial(settings: Settings, token: str, api_url: str) -> Settings:
    """Return settings that talk to the sandbox and keep their data apart from a real installation."""
    apart = {"data_dir": settings.data_dir / FOLDER, "database_url": SecretStr(""), "webhook_url": "", "proxy": ""}
    return settings.model_copy(update={"bot_token": SecretStr(token), "api_url": api_url, **apart})


async def try_out(settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve the chat page and run the bot behind it until a signal says stop."""
    clock, town = Clock(), towns.read_town(settings.town)
    telegram = Telegram(clock, seed=secrets.randbits(31))
    people = [telegram.person(p.name, id=p.telegram_id, label=_label(p)) for p in town.demo.people]
    try:
        async with serving(telegram, settings.try_port) as url:
            apart = settings_for_trial(settings, telegram.bot_token, url)
            _load(apart, town, clock)
            for person in people:
                person.opens_link()
            await app.run(apart, clock=clock.now, ready=lambda: tell(url))
    except OSError as trouble:
        problem = f"port {settings.try_port} cannot be used ({trouble.strerror}). Choose another one."
        raise BadSettings(f"CHUISHAO_TRY_PORT: {problem}") from None


def _load(settings: Settings, town: Town, clock: Clock) -> None:
    database = app.open_database(settings)
    now = clock.now() - timedelta(seconds=1)
    database.transaction(lambda s: towns.import_town(s, town, now=now))
    database.close()


def _label(person: PersonEntry) -> str:
    roles = dict.fromkeys(ROLE_NAMES[Role(held.role)] for held in person.roles)
    return "、".join(roles) or ROLE_NAMES[Role.RESIDENT]
