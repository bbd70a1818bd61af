"""The ceiling for the bot: an echo on python-telegram-bot with the bot's own transport and nothing made durable."""

from __future__ import annotations

import os

from telegram.ext import ApplicationBuilder, MessageHandler, filters

from benchmarks.echo_ptb import echo
from bot.transport import AiohttpRequest


def main() -> None:
    """Poll the API named by BENCH_API with the token BENCH_TOKEN until told to stop, 256 updates at a time."""
    application = (
        ApplicationBuilder()
        .token(os.environ["BENCH_TOKEN"])
        .base_url(f"{os.environ['BENCH_API']}/bot")
        .request(AiohttpRequest())
        .get_updates_request(AiohttpRequest(connection_pool_size=1))
        .concurrent_updates(True)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
