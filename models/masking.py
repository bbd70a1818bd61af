"""Masking: numbers and names of accounts by which a person could be reached are taken out of what others will read."""

import re

HIDDEN = "（号码已隐去）"
_D = "[0-9０-９]"
_SPOKEN = "[零〇一二三四五六七八九幺两]"
# Seven digits are a telephone number at least; people part them in groups or one by one. The number of a case and a
# date are neither.
_NUMBERS = (
    rf"(?<!吹)(?<!{_D})\+?{_D}{{3,}}(?:[\s\-－—]{_D}{{3,}})+[xXＸ]?",
    rf"{_D}{{7,}}[xXＸ]?",
    rf"(?:{_D}[\s\-－—]){{6,}}{_D}",
    rf"(?:{_SPOKEN}\s?){{6,}}{_SPOKEN}",
)
_ACCOUNTS = (r"(?:https?://)?t\.me/\S+", r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", r"@\w{4,}")
_HIDDEN = re.compile("|".join((*_ACCOUNTS, *_NUMBERS)), re.ASCII)


def masked(text: str) -> str:
    """Return the text without telephone, identity card and account numbers and without addresses on the net."""
    return _HIDDEN.sub(HIDDEN, text)
