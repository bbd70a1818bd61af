"""A Telegram of our own for trying and testing: a strict fake Bot API with faults on demand and a virtual clock."""
