"""Prepared words: what the reporter reads is chosen or written, and shown exactly so before it goes out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.cards import Text as Styled
from bot.cards import cut, lines, quote
from bot.context import Context
from bot.fields import Answers, Media, Option, Photos, Said, Text
from handlers import looks_own
from handlers.say import queue as say
from models import hazards
from models.hazards import Hazard
from models.lifecycle import LIFECYCLE, REPORTER_READS, Act
from models.rules import rules_of

LABEL = 22
WORDS = "\ue000"  # stands in the prepared preview where the words will be
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|[2-9]\d{6,7})(?!\d)")
_SURNAME = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹喻潘葛范彭鲁韦马苗方俞任袁柳鲍史唐费薛雷贺倪汤罗毕郝"
    "安常于傅齐康伍余顾孟黄穆萧尹姚邵汪毛戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾江童郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯"
    "卢莫房解应丁宣邓洪包左石崔吉龚程邢裴陆翁荀羊甄曲封储段侯全班仲宫宁栾甘厉祖武符刘景詹龙叶黎白蒲赖卓屠池乔覃向谭申聂冉"
)
_CALLED = (
    "某|某某|先生|女士|小姐|老师|师傅|老板|主任|书记|经理|厂长|店长|院长|校长|镇长|乡长|村长|队长|组长|干事|医生|"
    "网格员|大爷|大叔|大妈|婆婆|爷爷|奶奶|嬢嬢|叔叔|阿姨|大哥|大姐"
)
_NAMED = re.compile(rf"(?:[{_SURNAME}]\w?(?:{_CALLED})|[老小][{_SURNAME}](?![区路街镇村]))|姓名|上报人是|举报人")


def warning(words: str) -> str:
    """Return what is told when words that the reporter will read seem to name a person or carry a phone number.

    By the look of the words only: comparing with the people of the township would tell who is among them.
    """
    found = [say.A_PHONE] if _PHONE.search(words) else []
    found += [say.A_PERSON] if _NAMED.search(words) else []
    return say.WARNED.format(what="、".join(found)) if found else ""


@dataclass(frozen=True, kw_only=True)
class Prepared(Text):
    """Words for the reporter: one of the town's own by a button or its number, or any others."""

    a_row: ClassVar[int] = 1

    def question(self, answers: Answers) -> str:
        """Ask, with the prepared words in full."""
        known = [say.PHRASE.format(n=n, text=text) for n, text in enumerate(_phrases(answers), 1)]
        return "\n".join([super().question(answers), *([say.OWN_WORDS, *known] if known else [])])

    def options(self, answers: Answers) -> Sequence[Option]:
        """Offer the prepared words, shortened."""
        return _options(answers)

    def read(self, said: Said, answers: Answers) -> str:
        """Take a button, the number of a phrase, or own words."""
        number = said.choice or said.text.strip()
        known = _phrases(answers)
        if number.isascii() and number.isdigit() and 1 <= int(number) <= len(known):
            return known[int(number) - 1]
        return super().read(said, answers)


@dataclass(frozen=True, kw_only=True)
class ClosingPhotos(Photos):
    """The pictures of a second look; whoever closes the case may add a word for the reporter, chosen or typed."""

    a_row: ClassVar[int] = 1

    def question(self, answers: Answers) -> str:
        """Ask for pictures, and offer the words."""
        return super().question(answers) + (f"\n{say.CLOSING}" if _is_closing(answers) else "")

    def options(self, answers: Answers) -> Sequence[Option]:
        """Offer the prepared words until some are there."""
        return _options(answers) if _is_closing(answers) else ()

    def read(self, said: Said, answers: Answers) -> list[Media]:
        """Take pictures; words alone are for the reporter."""
        wordy = said.choice is not None or (said.text.strip() and not said.media)
        if wordy and answers.get("passed"):
            return list(answers.get(self.key) or [])
        return super().read(said, answers)

    def told(self, said: Said, answers: Answers) -> Answers:
        """Words that go with the closing are asked for in the summary from then on."""
        if not answers.get("passed") or not (said.choice or said.text.strip()):
            return {}
        chosen = {"note": _phrases(answers)[int(said.choice) - 1]} if said.choice else {}
        return {"closing": True, **chosen}

    def heard(self, value: Any) -> str:
        """Say what was gathered."""
        return super().heard(value) if value else say.WORDS_NOTED


def _is_closing(answers: Answers) -> bool:
    return bool(answers.get("passed")) and not answers.get("note")


def _phrases(answers: Answers) -> list[str]:
    return list(answers.get("phrases") or ())


def _options(answers: Answers) -> list[Option]:
    return [Option(str(n), say.PHRASE.format(n=n, text=cut(text, LABEL)))
            for n, text in enumerate(_phrases(answers), 1)]  # fmt: skip


def known(context: Context, hazard: Hazard, act: Act) -> Answers:
    """Return what a form needs for an act whose words the reporter reads: the prepared ones, and how it will look."""
    to = LIFECYCLE[act].to
    if act not in REPORTER_READS or to is None:
        return {}
    phrases = rules_of(context.visit.session).phrases.get(act.value, ())
    return {"phrases": list(phrases), "preview": looks_own.preview(hazard, to, WORDS).plain}


def remark(answers: Answers) -> Styled:
    """Return exactly what the reporter will read, and a warning when the words should be looked at again."""
    words = str(answers.get("note") or "")
    if "to" in answers:
        words = hazards.referral_words(str(answers["to"]), words)
    shown = str(answers.get("preview") or WORDS).replace(WORDS, words)
    return lines(say.READS, quote(shown), warning(words) or None)
