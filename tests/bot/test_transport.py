"""The transport against a small loopback server that answers, stalls or hangs up as each scene needs."""

from __future__ import annotations

import asyncio
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import Bot, InputFile, InputMediaPhoto
from telegram.error import ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import RequestData

from bot.transport import AiohttpRequest, NotSent, OutcomeUnknown

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SENT = {"message_id": 7, "date": 1735689600, "chat": {"id": 5, "type": "private"}, "text": "收到"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def telegram_that(handler: Handler) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    async with TestServer(app) as server:
        yield server


@asynccontextmanager
async def bot_to(port: int | None, request: AiohttpRequest | None = None) -> AsyncIterator[Bot]:
    """A Bot whose transport is open, without the getMe of a full start."""
    request = request or AiohttpRequest()
    async with request:
        yield Bot(TOKEN, base_url=f"http://127.0.0.1:{port}/bot", request=request)


async def failure_of(handler: Handler, **timeouts: float) -> TelegramError:
    """What sending one message to such a Telegram raises, within five seconds."""
    async with (
        asyncio.timeout(5),
        telegram_that(handler) as server,
        bot_to(server.port, AiohttpRequest(**timeouts)) as bot,
    ):
        with pytest.raises(TelegramError) as raised:
            await bot.send_message(5, "有人吗")
    return raised.value


def answers(status: int, body: object) -> Handler:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response(body, status=status)

    return handler


async def hang_up(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def hang_up_politely(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.close()
    return web.Response()


async def stop_in_the_middle(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "1000"})
    await answer.prepare(request)
    await answer.write(b'{"ok": true, ')
    assert request.transport
    request.transport.close()
    return answer


async def stay_silent(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_message_arrives_as_it_was_written() -> None:
    seen: dict[str, str] = {}

    async def keep(request: web.Request) -> web.Response:
        seen.update({key: str(value) for key, value in (await request.post()).items()}, path=request.path)
        return web.json_response({"ok": True, "result": SENT})

    async with telegram_that(keep) as server, bot_to(server.port) as bot:
        sent = await bot.send_message(5, "菜市场后门被货堵死了 & 100%+1=?")

    assert sent.message_id == 7
    assert seen["path"] == f"/bot{TOKEN}/sendMessage"
    assert seen["chat_id"] == "5"
    assert seen["text"] == "菜市场后门被货堵死了 & 100%+1=?"


async def test_a_file_is_downloaded_byte_for_byte() -> None:
    photo = bytes(range(256)) * 8192

    async def hand_over(request: web.Request) -> web.Response:
        assert request.method == "GET"
        return web.Response(body=photo)

    async with telegram_that(hand_over) as server, AiohttpRequest() as transport:
        assert await transport.retrieve(f"http://127.0.0.1:{server.port}/file/bot{TOKEN}/photos/1.jpg") == photo


async def test_chinese_file_names_and_large_files_arrive_unmangled() -> None:
    seen: dict[str, tuple[str, str, bytes]] = {}
    fields: dict[str, str] = {}

    async def keep(request: web.Request) -> web.Response:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                seen[name] = (value.filename, value.content_type, value.file.read())
            else:
                fields[name] = str(value)
        return web.json_response({"ok": True, "result": SENT})

    async with telegram_that(keep) as server, bot_to(server.port) as bot:
        await bot.send_document(5, InputFile(b"\x50" * 900_000, filename="隐患台账 “三月”.xlsx"), caption="请查收")

    name, mimetype, content = seen["document"]
    assert name == "隐患台账 “三月”.xlsx"
    assert mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert content == b"\x50" * 900_000
    assert fields["caption"] == "请查收"


async def test_more_than_a_megabyte_is_sent_without_a_warning() -> None:
    async def measure(request: web.Request) -> web.Response:
        body = await request.content.read(-1)
        return web.json_response({"ok": True, "result": [SENT | {"message_id": len(body)}]})

    photo = b"\xff\xd8" + b"\x00" * 3_000_000
    async with telegram_that(measure) as server, bot_to(server.port) as bot:
        [sent] = await bot.send_media_group(5, [InputMediaPhoto(photo, filename="现场.jpg")])

    assert sent.message_id > len(photo)


async def test_a_flood_answer_becomes_retry_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 17}}
    error = await failure_of(answers(429, body))
    assert isinstance(error, RetryAfter)
    assert error.retry_after == timedelta(seconds=17)


async def test_a_person_who_blocked_the_bot_is_forbidden() -> None:
    body = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    error = await failure_of(answers(403, body))
    assert isinstance(error, Forbidden)
    assert "blocked by the user" in str(error)


async def test_a_group_that_moved_names_its_new_id() -> None:
    body = {"ok": False, "description": "group upgraded", "parameters": {"migrate_to_chat_id": -100123}}
    error = await failure_of(answers(400, body))
    assert isinstance(error, ChatMigrated)
    assert error.new_chat_id == -100123


async def test_a_redirect_is_not_followed() -> None:
    visited: list[str] = []

    async def point_elsewhere(request: web.Request) -> web.Response:
        visited.append(request.path)
        raise web.HTTPFound("/elsewhere")

    assert type(await failure_of(point_elsewhere)) is NetworkError
    assert visited == [f"/bot{TOKEN}/sendMessage"]


async def test_a_refused_connection_was_surely_not_sent() -> None:
    async with bot_to(unused_port()) as bot:
        with pytest.raises(NotSent):
            await bot.send_message(5, "有人吗")


async def test_a_host_that_is_no_host_was_surely_not_sent() -> None:
    async with AiohttpRequest() as transport:
        with pytest.raises(NotSent):
            await transport.post(f"ftp://127.0.0.1/bot{TOKEN}/getMe")


async def test_a_connection_that_is_never_accepted_was_surely_not_sent() -> None:
    # A full backlog makes the kernel drop further handshakes, so opening a connection stalls.
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        address = deaf.getsockname()
        with socket.create_connection(address):
            async with bot_to(address[1], AiohttpRequest(connect_timeout=0.05, pool_timeout=0.05)) as bot:
                with pytest.raises(NotSent):
                    await asyncio.gather(*(bot.send_message(5, "有人吗", read_timeout=9) for _ in range(4)))


async def test_a_pool_with_no_free_connection_was_surely_not_sent() -> None:
    arrived = asyncio.Event()

    async def arrive_and_stay(request: web.Request) -> web.Response:
        arrived.set()
        return await stay_silent(request)

    request = AiohttpRequest(connection_pool_size=1, pool_timeout=0.05, connect_timeout=0.05)
    async with telegram_that(arrive_and_stay) as server, bot_to(server.port, request) as bot:
        first = asyncio.create_task(bot.send_message(5, "第一"))
        await arrived.wait()
        with pytest.raises(NotSent):
            await bot.send_message(5, "第二")
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)


async def test_a_closed_transport_sends_nothing() -> None:
    transport = AiohttpRequest()
    with pytest.raises(NotSent):
        await transport.post(f"http://127.0.0.1:1/bot{TOKEN}/getMe")
    await transport.initialize()
    await transport.initialize()
    await transport.shutdown()
    await transport.shutdown()
    with pytest.raises(NotSent):
        await transport.post(f"http://127.0.0.1:1/bot{TOKEN}/getMe")


async def test_silence_after_sending_times_out_with_the_outcome_unknown() -> None:
    error = await failure_of(stay_silent, read_timeout=0.05)
    assert isinstance(error, TimedOut)
    assert not isinstance(error, NotSent)


async def test_the_timeout_of_one_call_overrides_the_default() -> None:
    transport = AiohttpRequest(read_timeout=60)
    assert transport.read_timeout == 60
    async with asyncio.timeout(5), telegram_that(stay_silent) as server, bot_to(server.port, transport) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(5, "有人吗", read_timeout=0.05)


async def test_an_answer_that_only_trickles_is_given_up() -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "100000"})
        await answer.prepare(request)
        while True:
            await answer.write(b" ")
            await asyncio.sleep(0.005)

    limits = dict.fromkeys(("pool_timeout", "connect_timeout", "write_timeout", "read_timeout"), 0.05)
    assert isinstance(await failure_of(trickle, **limits), TimedOut)


@pytest.mark.parametrize("cut", [hang_up, hang_up_politely, stop_in_the_middle])
async def test_a_connection_cut_after_sending_leaves_the_outcome_unknown(cut: Handler) -> None:
    assert isinstance(await failure_of(cut), OutcomeUnknown)


async def test_a_message_is_never_sent_twice_behind_our_back() -> None:
    calls: list[str] = []

    async def answer_once_then_hang_up(request: web.Request) -> web.Response:
        calls.append(request.path)
        return await (hang_up(request) if len(calls) > 1 else answers(200, {"ok": True, "result": SENT})(request))

    async with telegram_that(answer_once_then_hang_up) as server, bot_to(server.port) as bot:
        await bot.send_message(5, "第一")
        with pytest.raises(OutcomeUnknown):
            await bot.send_message(5, "第二")

    assert len(calls) == 2


async def test_the_token_is_in_no_failure_and_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    # These two are not ours: the test server's own log, and PTB's Bot, which the settings of the bot must silence.
    others = ("aiohttp.access", "telegram.Bot")
    failures = [await failure_of(cut) for cut in (hang_up, hang_up_politely, stop_in_the_middle)]
    failures.append(await failure_of(stay_silent, read_timeout=0.05))
    failures.append(await failure_of(answers(502, {"ok": False})))
    transport = AiohttpRequest()
    async with transport:
        for url in (f"http://127.0.0.1:{unused_port()}/bot{TOKEN}/getMe", f"ftp://h/bot{TOKEN}/", f"http:///{TOKEN}"):
            with pytest.raises(NotSent) as raised:
                await transport.post(url)
            failures.append(raised.value)

    told = [part for error in failures for part in (str(error), repr(error), *traceback.format_exception(error))]
    logged = [record.getMessage() for record in caplog.records if record.name not in others]
    assert len(failures) == 8
    assert not [text for text in [*told, *logged, repr(transport)] if "AAHdq" in text]
    assert not [error for error in failures if error.__cause__ or error.__context__]


async def test_two_hundred_at_once_share_the_pool() -> None:
    peers: set[tuple[str, int]] = set()

    async def remember(request: web.Request) -> web.Response:
        assert request.transport
        peers.add(request.transport.get_extra_info("peername"))
        return web.json_response({"ok": True, "result": SENT})

    async with telegram_that(remember) as server, bot_to(server.port, AiohttpRequest(connection_pool_size=8)) as bot:
        for _ in range(2):
            sent = await asyncio.gather(*(bot.send_message(5, "一起") for _ in range(200)))
            assert [each.message_id for each in sent] == [7] * 200

    assert len(peers) <= 8


async def test_a_call_without_data_works() -> None:
    async with telegram_that(answers(200, {"ok": True, "result": True})) as server, AiohttpRequest() as transport:
        assert await transport.post(f"http://127.0.0.1:{server.port}/bot{TOKEN}/close") is True
        assert await transport.post(f"http://127.0.0.1:{server.port}/bot{TOKEN}/close", RequestData([])) is True
