"""The township: its tables, its rules and what people may do. No Telegram, no sentences but labels and refusals."""

import os

# Single characters are enough to find a place by its sound; the phrase tables would cost 40 MB.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
