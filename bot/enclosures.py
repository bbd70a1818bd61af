"""Enclosures: the papers of a call are made just before it is made - by itself, or among the pictures of an album."""

import asyncio
from collections.abc import Sequence
from typing import Any

from telegram import InputFile, InputMediaPhoto

from bot.cards import Paper


def papers(call: dict[str, Any]) -> list[Paper | None]:
    """Return the paper of each message that a call makes, None where there is none."""
    album = call["params"].get("media")
    if isinstance(album, list):
        return [item["media"] if isinstance(item["media"], Paper) else None for item in album]
    return [next((value for value in call["params"].values() if isinstance(value, Paper)), None)]


def names(call: dict[str, Any], photos: Sequence[str]) -> dict[str, str]:
    """Return Telegram's names of the papers that were shown as photos, by the papers' keys."""
    return {paper.key: name for paper, name in zip(papers(call), photos, strict=False) if paper and name}


async def made(call: dict[str, Any]) -> dict[str, Any]:
    """Make the papers of a call, away from the event loop and from the database."""
    params = dict(call["params"])
    for key, value in params.items():
        if isinstance(value, Paper):
            params[key] = await _file(value)
        elif key == "media":
            params[key] = [await _in_album(item) for item in value]
    return {**call, "params": params}


async def _in_album(item: dict[str, Any]) -> dict[str, Any] | InputMediaPhoto:
    return InputMediaPhoto(await _file(item["media"])) if isinstance(item["media"], Paper) else item


async def _file(paper: Paper) -> InputFile:
    return InputFile(await asyncio.to_thread(paper.make), paper.name, attach=True)
