"""The whole durable way: inbox committed, one transaction with a domain write, the reply kept and delivered.

The township's own machine with one handler that writes an entry of the audit log and answers with the text.
"""

import asyncio
import os
from pathlib import Path

from telegram import Update

from benchmarks.postgres import fresh_database
from bot.app import Declared, run
from bot.cards import card
from bot.context import Context, message_words
from bot.settings import Settings
from models import audit


def look_away(_: Update, __: Context) -> None:
    """No guard: the measure is the machine."""


async def note_and_echo(update: Update, context: Context) -> None:
    """Write something that must last, and answer."""
    visit = context.visit
    audit.record(visit.session, context.actor.id, "bench", "echo", now=context.now)
    context.say(card(message_words(update)))


def main() -> None:
    """Poll the API named by BENCH_API with the token BENCH_TOKEN until told to stop."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        bot_token=os.environ["BENCH_TOKEN"],  # type: ignore[arg-type]
        api_url=os.environ["BENCH_API"],
        data_dir=Path(os.environ["BENCH_SCRATCH"]),
        database_url=fresh_database() if os.environ.get("BENCH_ON") == "postgresql" else "",  # type: ignore[arg-type]
        log_level="WARNING",
    )
    asyncio.run(run(settings, declared=Declared((), {}, (), (), guard=look_away, free=note_and_echo)))


if __name__ == "__main__":
    main()
