"""The composition root: settings in, a running bot out. The one module that sees every other."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
import uvicorn
from sqlmodel import Session, select
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes
from telegram.request import BaseRequest, HTTPXRequest

import handlers
from bot import wire
from bot.context import App, Context
from bot.database import Database, only_process
from bot.desk import Desk, Guard
from bot.dialog import Beside, Dialog, Late, no_late
from bot.forms import Form
from bot.machine import Machine, new_holder
from bot.notices import Notice
from bot.pace import Pace
from bot.poller import ALLOWED
from bot.routes import Handler, Route, Routes
from bot.settings import BadSettings, Settings, require_secret, require_token, require_webhook
from bot.timetable import Chore, timetable
from bot.transport import AiohttpRequest
from bot.webhook import PATH, create_app
from models import installation, sealing, town, vault
from models.areas import Area
from models.migrations import upgrade
from models.rules import Rules
from models.townfile import Demo

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
NOT_THIS_VAULT = (
    "CHUISHAO_VAULT_KEY: not the key of the identity vault. Put it back; while keys are being changed the former one "
    "is needed as well (CHUISHAO_VAULT_KEY_OLD)."
)
UNKNOWN_TOKEN = "CHUISHAO_BOT_TOKEN: Telegram does not know this token. Copy it again from @BotFather."


@dataclass(frozen=True, slots=True)
class Declared:
    """What the conversation hands to the machine."""

    routes: Iterable[Route]
    forms: Mapping[str, Form]
    notices: Iterable[Notice]
    chores: Sequence[Chore]
    guard: Guard
    free: Handler
    late: Late = no_late
    beside: Beside = lambda *_: None


TOWNSHIP = Declared(
    handlers.ROUTES, handlers.FORMS, handlers.NOTICES, handlers.CHORES,
    guard=handlers.guard, free=handlers.listen, late=handlers.join_late, beside=handlers.beside,
)  # fmt: skip


def wall_clock() -> datetime:
    """Return this moment; the only place that reads the machine's clock for the township."""
    return datetime.now(UTC)


def open_database(settings: Settings) -> Database:
    """Set both keys, bring the tables up to date, and return the database with the township's rules."""
    sealing.use_key(settings.sealing_key())
    database = Database(settings.database, _rules(settings.town))
    upgrade(database.engine)
    try:
        if not database.transaction(installation.is_own_key):
            raise BadSettings("CHUISHAO_KEY: not the key of this database. Put the key back with which it was begun.")
        vault.use_keys(*settings.vault_keys(begun=database.transaction(installation.has_vault_key)))
        if not database.transaction(installation.is_own_vault):
            raise BadSettings(NOT_THIS_VAULT)
    except BadSettings:
        database.close()
        raise
    return database


def _rules(path: Path) -> Rules:
    return town.rules(town.read_town(path))


def build_telegram(settings: Settings, request: BaseRequest | None = None) -> App:
    """Return PTB's application without its own updater: updates come from the inbox."""
    requests = [request or _request(settings) for _ in range(2)]
    builder = (
        Application.builder()
        .token(require_token(settings))
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=Context))
        .base_url(f"{settings.api_url}/bot")
        .base_file_url(f"{settings.api_url}/file/bot")
        .request(requests[0])
        .get_updates_request(requests[1])
    )
    return builder.build()


def _request(settings: Settings) -> BaseRequest:
    return HTTPXRequest(proxy=settings.proxy) if settings.proxy else AiohttpRequest()


def build_machine(
    app: App, database: Database, *, clock: Clock = wall_clock, pace: Pace | None = None, declared: Declared = TOWNSHIP
) -> Machine:
    """Put the machine together with everything that the conversation declares."""
    routes, dialog = Routes(declared.routes), Dialog(declared.forms, declared.late, declared.beside)
    desk = Desk(app, routes, dialog, guard=declared.guard, free=declared.free, holder=new_holder())
    return Machine(database, app.bot, desk, notices=declared.notices, chores=declared.chores, clock=clock, pace=pace)


def settle_in(database: Database, path: Path, now: datetime) -> None:
    """At the very first start bring the town in; invented people come only with `chuishao town import`."""

    def work(s: Session) -> None:
        if s.exec(select(Area.id)).first() is None:
            town.import_town(s, town.read_town(path).model_copy(update={"demo": Demo()}), now=now)

    database.transaction(work)


async def run(
    settings: Settings,
    *,
    clock: Clock = wall_clock,
    ready: Callable[[], None] | None = None,
    declared: Declared = TOWNSHIP,
) -> None:
    """Run until a signal says stop. Raises BadSettings for a token that Telegram does not know, or DatabaseInUse."""
    app = build_telegram(settings)
    database = open_database(settings)
    with only_process(settings.database):
        await _run(settings, app, database, clock, declared, ready or (lambda: None))


async def _run(
    settings: Settings, app: App, database: Database, clock: Clock, declared: Declared, ready: Callable[[], None]
) -> None:
    settle_in(database, settings.town, clock())
    warming = asyncio.create_task(asyncio.to_thread(handlers.warm, settings.data_dir))
    await _connect(app)
    machine = build_machine(app, database, clock=clock, declared=declared)
    await machine.start()
    source = await _source(settings, machine)
    clockwork = timetable(machine.beat, machine.do_chores)
    clockwork.start()
    log.info("running", bot=app.bot.username, mode="webhook" if settings.webhook_url else "polling")
    ready()
    try:
        await _until_stopped(source, machine)
    finally:
        clockwork.shutdown(wait=False)
        await machine.stop()
        await app.shutdown()
        await asyncio.gather(warming, return_exceptions=True)
    log.info("stopped")


async def _connect(app: App) -> None:
    pause = 1.0
    while True:
        try:
            await app.initialize()
        except InvalidToken:
            await app.bot.shutdown()
            raise BadSettings(UNKNOWN_TOKEN) from None
        except TelegramError as trouble:
            log.warning("telegram.away", error=type(trouble).__name__, again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30.0)
        else:
            return


async def _source(settings: Settings, machine: Machine) -> Callable[[], Awaitable[None]]:
    if not settings.webhook_url:
        await wire.call(machine.bot, "deleteWebhook", {"drop_pending_updates": False})
        return machine.poller.run
    try:
        secret, listening = require_secret(settings), _listen(settings)
    except BadSettings:
        await machine.bot.shutdown()
        raise
    web = create_app(secret, machine.keep, machine.health)
    options = {"log_config": None, "access_log": False, "server_header": False, "timeout_keep_alive": 75}
    config = uvicorn.Config(web, settings.webhook_host, settings.webhook_port, **options)  # type: ignore[arg-type]
    return lambda: _Guest(config).serve([listening])


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.webhook_host, settings.webhook_port
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as trouble:
        problem = f"{host} port {port} cannot be used ({trouble.strerror}). Choose another one, or stop what uses it."
        raise BadSettings(f"CHUISHAO_WEBHOOK_PORT: {problem}") from None


class _Guest(uvicorn.Server):
    """A server that leaves the signals to the machine, so that a stop finishes what was begun."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


async def set_webhook(settings: Settings) -> str:
    """Tell Telegram where to deliver; done once by whoever deploys, never by each process. Tries once."""
    secret = require_secret(settings)
    url = require_webhook(settings) + PATH
    bot = build_telegram(settings).bot
    try:
        async with bot:
            await wire.call(bot, "setWebhook", {"url": url, "secret_token": secret, "allowed_updates": ALLOWED})
    except InvalidToken:
        raise BadSettings(UNKNOWN_TOKEN) from None
    except BadRequest as trouble:
        raise BadSettings(f"CHUISHAO_WEBHOOK_URL: Telegram does not take it ({trouble}).") from None
    except TelegramError as trouble:
        problem = f"Telegram gives no answer ({type(trouble).__name__}). Check the network and try again."
        raise BadSettings(f"CHUISHAO_API_URL: {problem}") from None
    return url


async def _until_stopped(source: Callable[[], Awaitable[None]], machine: Machine) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    waiting, listening = asyncio.create_task(stopped.wait()), asyncio.ensure_future(source())
    fetching = asyncio.create_task(machine.keep_fetching())
    working = [asyncio.create_task(machine.keep_working()), asyncio.create_task(machine.keep_delivering())]
    await asyncio.wait([waiting, listening, fetching, *working], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    listening.cancel()
    machine.halt()
    fetching.cancel()
    for ended in await asyncio.gather(listening, fetching, *working, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
