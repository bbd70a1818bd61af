"""The webhook: 200 means committed, everything else is an honest no."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot import webhook
from bot.database import Database, DatabaseAway
from bot.webhook import HEADER, LARGEST, PATH, create_app
from models import inbox
from tests.bot.conftest import MORNING

SECRET = "a-secret-of-the-webhook"


class Town:
    """What stands behind the webhook: it keeps updates, unless the database is away."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.away = False

    async def keep(self, updates: list[dict[str, Any]]) -> int:
        if self.away:
            raise DatabaseAway
        self.kept += updates
        return len(updates)

    async def health(self) -> dict[str, Any]:
        if self.away:
            raise DatabaseAway
        return {"database": "ok", "inbox": len(self.kept)}


@pytest.fixture
def town() -> Town:
    """A town that takes everything."""
    return Town()


@pytest.fixture
async def client(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who calls the webhook."""
    transport = httpx.ASGITransport(create_app(SECRET, town.keep, town.health))
    async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
        yield client


async def post(client: httpx.AsyncClient, body: bytes, secret: str | None = SECRET) -> int:
    """Post a body; return the status."""
    headers = {} if secret is None else {HEADER: secret}
    return (await client.post(PATH, content=body, headers=headers)).status_code


GOOD = json.dumps({"update_id": 7, "message": {"text": "一"}}).encode()


async def test_an_update_is_kept_and_acknowledged(client: httpx.AsyncClient, town: Town) -> None:
    assert await post(client, GOOD) == 200
    assert [update["update_id"] for update in town.kept] == [7]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], SECRET.upper(), "é"])
async def test_without_the_secret_nothing_comes_in(client: httpx.AsyncClient, town: Town, secret: str | None) -> None:
    headers = {} if secret is None else {HEADER: secret.encode("latin-1")}
    answer = await client.post(PATH, content=GOOD, headers=headers)
    assert answer.status_code == 403
    assert town.kept == []


async def test_the_secret_is_compared_in_constant_time(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def compare(one: bytes, two: bytes) -> bool:
        compared.append((one, two))
        return one == two

    monkeypatch.setattr(webhook.hmac, "compare_digest", compare)
    await post(client, GOOD, "wrong")
    assert compared == [(b"wrong", SECRET.encode())]


async def test_too_large_a_body_is_refused_and_the_largest_is_taken(client: httpx.AsyncClient, town: Town) -> None:
    filler = LARGEST - len(GOOD)
    assert await post(client, GOOD + b" " * (filler + 1)) == 413
    assert town.kept == []
    assert await post(client, GOOD + b" " * filler) == 200


async def test_an_endless_body_is_refused_before_its_end(client: httpx.AsyncClient) -> None:
    sent = []

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            sent.append(1)
            yield b" " * 65536

    answer = await client.post(PATH, content=endless(), headers={HEADER: SECRET})
    assert answer.status_code == 413


async def test_a_body_that_never_ends_is_given_up(
    client: httpx.AsyncClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "SLOWEST_SECONDS", 0.01)

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = await client.post(PATH, content=slow(), headers={HEADER: SECRET})
    assert answer.status_code == 408
    assert town.kept == []


async def test_while_the_database_is_away_nothing_is_acknowledged(client: httpx.AsyncClient, town: Town) -> None:
    town.away = True
    answer = await client.post(PATH, content=GOOD, headers={HEADER: SECRET})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    town.away = False
    assert await post(client, GOOD) == 200


@pytest.mark.parametrize(
    "junk",
    [b"", b"{", b"null", b"[]", b"7", b'{"update_id": "7"}', b'{"update_id": 1e400}', b"\xff\xfe", b"[" * 100_000,
     b'{"update_id": true}', b'{"update_id": ' + b"9" * 5000 + b"}"],
)  # fmt: skip
async def test_junk_is_acknowledged_and_forgotten(client: httpx.AsyncClient, town: Town, junk: bytes) -> None:
    assert await post(client, junk) == 200
    assert town.kept == []


@pytest.mark.parametrize("deep", [50, 200, 400])
async def test_a_deep_or_broken_update_is_really_kept(database: Database, deep: int) -> None:
    async def keep(updates: list[dict[str, Any]]) -> int:
        return await database.run(inbox.store, 1, updates, now=MORNING)

    transport = httpx.ASGITransport(create_app(SECRET, keep, None))
    async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
        body = b'{"update_id": 1, "message": {"text": "\\ud83d"}, "x": ' + b"[" * deep + b"]" * deep + b"}"
        assert await post(client, body) == 200
        assert await post(client, body) == 200
    assert database.transaction(inbox.waiting) == (1, 0)


async def test_the_update_is_committed_when_the_answer_comes(database: Database) -> None:
    async def keep(updates: list[dict[str, Any]]) -> int:
        return await database.run(inbox.store, 1, updates, now=MORNING)

    seen = []
    app = create_app(SECRET, keep, None)

    async def watching(scope: Any, receive: Any, send: Any) -> None:
        async def tell(message: Any) -> None:
            if message["type"] == "http.response.start":
                other = Database(database.engine.url.render_as_string(hide_password=False))
                seen.append(other.transaction(inbox.waiting))
                other.close()
            await send(message)

        await app(scope, receive, tell)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(watching), base_url="http://town") as client:
        assert await post(client, GOOD) == 200
    assert seen == [(1, 0)]


async def test_only_post_is_answered_and_other_paths_do_not_exist(client: httpx.AsyncClient) -> None:
    assert (await client.get(PATH, headers={HEADER: SECRET})).status_code == 405
    assert (await client.post("/", content=GOOD, headers={HEADER: SECRET})).status_code == 404


async def test_the_operator_sees_how_it_is(client: httpx.AsyncClient, town: Town) -> None:
    assert (await client.get("/healthz")).json() == {"database": "ok", "inbox": 0}
    town.away = True
    assert (await client.get("/healthz")).status_code == 503
