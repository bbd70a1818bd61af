"""`python -m sandbox --port 8081`: the sandbox alone, for bots and people on this machine."""

from __future__ import annotations

import argparse
import sys

from sandbox.server import LOOPBACK, server
from sandbox.telegram import Telegram


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="sandbox", description="A Telegram of our own, on the loopback interface.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--no-flood-limits", action="store_true", help="accept as many messages as come")
    parser.add_argument("--token", default="", help="the token of the bot; a fixed one when not given")
    options = parser.parse_args()
    flood = not options.no_flood_limits
    telegram = Telegram(bot_token=options.token, flood=flood) if options.token else Telegram(flood=flood)
    sys.stdout.write(f"http://{LOOPBACK}:{options.port}/  bot token {telegram.bot_token}\n")
    sys.stdout.flush()
    server(telegram, options.port).run()


if __name__ == "__main__":
    main()
