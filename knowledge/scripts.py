"""Scripts: a tip as the village loudspeaker reads it - about a minute, in spoken sentences, read twice."""

from __future__ import annotations

import re
from itertools import takewhile

from knowledge.library import Article

CHARACTERS_A_SECOND = 4.0  # an announcer in the open air, with pauses
LONGEST_SECONDS = 60
OPENING = "{town}的乡亲们，请注意听：{title}。"
DONT = "不要"
CLOSING = "发现火情，先跑到安全的地方，再打119。谢谢大家。"
_MARK = re.compile(r"^(?:-|[0-9]+[.、])\s*")
_BRACKETS = re.compile(r"（[^）]*）|\([^)]*\)")


def loudspeaker(town: str, title: str, text: str, article: Article | None = None) -> str:
    """What to read aloud, at most 60 seconds: the tip, then as many of its article's do's as there is time for."""
    opening, limit = OPENING.format(town=town, title=_spoken(title)), int(LONGEST_SECONDS * CHARACTERS_A_SECOND)
    said = [opening, _sentence(_spoken(text)[: limit - len(opening) - len(CLOSING) - 1])]
    for line in _advice(article) if article else ():
        if sum(map(len, said)) + len(line) + len(CLOSING) > limit:
            break
        said.append(line)
    return "".join(said) + CLOSING


def seconds(script: str) -> int:
    """How long it takes to read a script aloud once."""
    return round(len(script) / CHARACTERS_A_SECOND)


def _advice(article: Article) -> list[str]:
    # Heard without its heading, what stands under 「不要做」 would be an order to do it.
    told = takewhile(lambda line: not line.startswith(DONT), article.body.splitlines())
    lines = [line for line in told if _MARK.match(line)]
    return [_sentence(_spoken(_MARK.sub("", line))) for line in lines]


def _spoken(text: str) -> str:
    """Without brackets, quotation marks and line breaks, which nobody can hear."""
    flat = _BRACKETS.sub("", " ".join(text.split()))
    return re.sub(r"[《》「」“”]", "", flat).strip()


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text.rstrip('，、；：,;:')}。"
