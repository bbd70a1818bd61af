"""The machine: it knows Telegram and the database, and nothing about fire."""

import os

# PTB 22 warns of its own future: seconds become timedeltas. The machine takes both and asks for the new way.
os.environ.setdefault("PTB_TIMEDELTA", "true")
