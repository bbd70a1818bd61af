"""The measuring bench: the bot against stock echo bots, in one run, on one core each, over loopback only."""
