"""`python -m benchmarks.broadcast_telegram`: the strict sandbox with a whole town in it, as a process of its own.

It prints the port it listens on and ends when its standard input is closed. Flood limits are on: a bot that sends more
than 30 messages in a second is refused, as Telegram would.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.faults import Fault
from sandbox.params import JSON, UploadedFile
from sandbox.server import serving
from sandbox.telegram import Telegram

OFFICER = 1
FIRST = 100_001
RETRY_AFTER = 1


def is_blocking(number: int) -> bool:
    """Say whether the n-th person (from 0) has blocked the bot: every tenth."""
    return number % 10 == 3


def is_refused_once(number: int) -> bool:
    """Say whether Telegram answers the first message to the n-th person with 429: every twentieth."""
    return number % 20 == 7


def is_talking(number: int) -> bool:
    """Say whether the n-th person may be one of those who write while the broadcast runs: every tenth."""
    return number % 10 == 0


class Distant(Telegram):
    """A Telegram that is half a latency away, there and back."""

    latency = 0.0

    async def call(
        self, method: str, params: Mapping[str, Any] | None = None, files: dict[str, UploadedFile] | None = None
    ) -> tuple[int, JSON]:
        """Make a call over the distance."""
        await asyncio.sleep(self.latency / 2)
        answer = await super().call(method, params, files)
        await asyncio.sleep(self.latency / 2)
        return answer


def populated(people: int, token: str, latency: float) -> Telegram:
    """Return a Telegram in which an officer and so many people have opened the chat, with its faults in force."""
    telegram = Distant(bot_token=token, flood=True)
    telegram.latency = latency
    telegram.person("李干事", id=OFFICER).chat.started = True
    for number in range(people):
        chat = telegram.person(f"试{number}", id=FIRST + number).chat
        chat.started, chat.blocked = True, is_blocking(number)
        if is_refused_once(number):
            telegram.faults.add(Fault("send*", "429", times=1, retry_after=RETRY_AFTER, chat_id=chat.id))
    return telegram


async def serve(telegram: Telegram, announce: Callable[[int], object]) -> None:
    """Listen on a free loopback port, announce it, and go on until standard input ends."""
    ended = asyncio.Event()
    async with serving(telegram) as url:
        announce(int(url.rsplit(":", 1)[1]))
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), ended.set)
        await ended.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--latency", type=float, default=0.0)
    asked = parser.parse_args()
    asyncio.run(serve(populated(asked.people, asked.token, asked.latency), lambda port: print(port, flush=True)))  # noqa: T201 - the runner reads it
