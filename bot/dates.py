"""Fields about time: a day, or a moment, named the way people name it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.fields import Answers, Field, NotUnderstood, Option, Said


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    """A calendar day from tomorrow on; words such as 明天 or 12月3日 and buttons for some days ahead."""

    ahead: Sequence[int] = (1, 3, 7, 15)

    def options(self, answers: Answers) -> Sequence[Option]:  # noqa: ARG002
        return [Option(f"+{n}", "明天" if n == 1 else f"{n} 天后") for n in self.ahead]

    def read(self, said: Said, answers: Answers) -> str:  # noqa: ARG002
        found = read_day(said.choice or said.text, said.today)
        if found is None or found <= said.today:
            raise NotUnderstood("请写一个以后的日子，比如「明天」「7天后」「12月3日」。")
        return found.isoformat()


def read_day(words: str, today: date, *, past: bool = False) -> date | None:
    """Return the day that the words name, counted from today; None when they name none.

    A day without a year is the next one, or the last one when it lies in the `past`.
    """
    words = words.strip().replace(" ", "")
    near = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3, "昨天": -1, "前天": -2, "大前天": -3}
    ahead = re.fullmatch(r"\+?(\d{1,3})(?:天后|天内|天)?", words)
    if words in near:
        return today + timedelta(days=near[words])
    if ahead:
        return today + timedelta(days=int(ahead[1]))
    full = re.fullmatch(r"(?:(\d{4})[年./-])?(\d{1,2})[月./-](\d{1,2})[日号]?", words)
    if not full:
        return None
    try:
        found: date = date(int(full[1] or today.year), int(full[2]), int(full[3]))
        wrong = not full[1] and (found > today if past else found < today)
        return date(found.year + (-1 if past else 1), found.month, found.day) if wrong else found
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True)
class Month(Field):
    """A month that has begun, as a name plate or certificate tells it; the day too when it is named.

    The value is the day in ISO form, the first of the month when none was named. `back` are months ago, on buttons.
    """

    back: Sequence[int] = (0, 1, 12, 24)

    def options(self, answers: Answers) -> Sequence[Option]:  # noqa: ARG002
        names = {0: "本月", 1: "上个月"}
        return [Option(f"-{n}", names.get(n) or (f"{n} 个月前" if n % 12 else f"{n // 12} 年前")) for n in self.back]

    def read(self, said: Said, answers: Answers) -> str:  # noqa: ARG002
        found = read_month(said.choice or said.text, said.today)
        if found is None or found > said.today:
            raise NotUnderstood("请写年月，比如「2023年5月」「23.5」「去年5月」，不能在今天以后。")
        return found.isoformat()

    def show(self, value: str, answers: Answers) -> str:  # noqa: ARG002
        return month_name(date.fromisoformat(value))


def month_name(day: date) -> str:
    """Return a day as a month, with the day when it is not the first: 2023年5月, 2023年5月12日."""
    return f"{day.year}年{day.month}月" + (f"{day.day}日" if day.day > 1 else "")


def read_month(words: str, today: date) -> date | None:
    """Return the first of the month (or the very day) that the words name, counted from today; None for none."""
    words = words.strip().replace(" ", "")
    ago = {"本月": 0, "这个月": 0, "上个月": 1, "上月": 1}.get(words)
    if ago is None and (counted := re.fullmatch(r"-(\d{1,3})", words)):
        ago = int(counted[1])
    if ago is not None:
        year, month = divmod(today.year * 12 + today.month - 1 - ago, 12)
        return date(year, month + 1, 1)
    words = words.replace("今年", f"{today.year}年").replace("去年", f"{today.year - 1}年")
    found = re.fullmatch(r"((?:20)?\d{2})[年./-]?(\d{1,2})月?(?:[./-]?(\d{1,2})[日号]?)?", words)
    if found is None:
        return None
    try:
        return date(2000 + int(found[1]) % 100, int(found[2]), int(found[3] or 1))
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True)
class Moment(Field):
    """A moment from now on: at once, a suggested one, or words such as 明天8点半 or 12月3日 18:00.

    The value is `now` or the local date and time in ISO form, without a zone.
    """

    NOW = "now"
    later: Sequence[str] = ("今天 18:00", "明天 08:30", "明天 18:00")
    at_once: str = "马上"

    def options(self, answers: Answers) -> Sequence[Option]:  # noqa: ARG002
        return [Option(self.NOW, self.at_once), *(Option(words, words) for words in self.later)]

    def read(self, said: Said, answers: Answers) -> str:  # noqa: ARG002
        words = (said.choice or said.text).strip()
        if words in {self.NOW, self.at_once, "现在", "立即", "马上发"}:
            return self.NOW
        found = read_moment(words, said.today)
        if found is None:
            raise NotUnderstood(f"请写日子和钟点，比如「明天 8:30」「12月3日 18点」，或者点「{self.at_once}」。")
        return found

    def show(self, value: str, answers: Answers) -> str:  # noqa: ARG002
        return self.at_once if value == self.NOW else in_words(value)


def in_words(moment: str) -> str:
    """Return a kept moment as people say it: 12月3日 18:00."""
    day, clock = moment.split("T")
    return f"{int(day[5:7])}月{int(day[8:])}日 {clock}"


@dataclass(frozen=True, kw_only=True)
class Earlier(Field):
    """A moment that has passed, at most `days` ago: a half day by a button, or words such as 昨天下午3点.

    The value is the local date and time in ISO form, without a zone; a half day stands for its middle.
    """

    days: int = 30
    offered: Sequence[str] = ("今天上午", "今天下午", "昨天上午", "昨天下午", "前天上午", "前天下午")

    def options(self, answers: Answers) -> Sequence[Option]:  # noqa: ARG002
        return [Option(words, words) for words in self.offered]

    def read(self, said: Said, answers: Answers) -> str:  # noqa: ARG002
        words = (said.choice or said.text).strip()
        half = _HALF.fullmatch(words)
        found = read_moment(words, said.today, past=True)
        if found is None and half is not None:
            day = read_day(half[1] or "今天", said.today, past=True)
            found = f"{day.isoformat()}T{_MIDDLE[half[2]]}" if day is not None else None
        if found is None:
            raise NotUnderstood("请写日子和钟点，比如「昨天下午3点」「12月3日 9点」「前天上午」。")
        if not said.today - timedelta(days=self.days) <= date.fromisoformat(found[:10]) <= said.today:
            raise NotUnderstood(f"只能填今天和以前 {self.days} 天里的时间，请重新写。")
        return found

    def show(self, value: str, answers: Answers) -> str:  # noqa: ARG002
        return in_words(value)


_HALF = re.compile(r"(.*?)\s*(上午|早上|中午|下午|晚上)")
_MIDDLE = {"上午": "10:00", "早上": "08:00", "中午": "12:30", "下午": "15:00", "晚上": "19:00"}
_CLOCK = re.compile(
    r"(上午|早上|中午|下午|晚上|今晚|明早|明晚|昨晚)?\s*(?<!\d)(\d{1,2})\s*(?:[:：]\s*(\d{2})|点钟?(半|一刻|\d{1,2}分?)?)$"
)
_NAMED = {"今晚": "今天", "明早": "明天", "明晚": "明天", "昨晚": "昨天"}
_LATER = {"下午": 12, "晚上": 12, "今晚": 12, "明晚": 12, "昨晚": 12, "中午": 2}  # hours before it are meant after noon
_MINUTES = {"": "0", "半": "30", "一刻": "15"}
_DIGITS = {digit: str(n) for n, digit in enumerate("零一二三四五六七八九")}
_NUMBERS = {"十二": "12", "十一": "11", "十": "10", "两": "2"} | _DIGITS
_NUMBER = re.compile("(" + "|".join(_NUMBERS) + ")(?=点)")


def read_moment(words: str, today: date, *, past: bool = False) -> str | None:
    """Return the local moment that the words name as `YYYY-MM-DDTHH:MM`; None when they name none."""
    words = _NUMBER.sub(lambda found: _NUMBERS[found[1]], words.strip())
    clock = _CLOCK.search(words)
    if clock is None:
        return None
    part, hour, minutes = clock[1] or "", int(clock[2]), clock[3] or clock[4] or ""
    day = read_day(words[: clock.start()].strip() or _NAMED.get(part, "今天"), today, past=past)
    hour += 12 if hour < _LATER.get(part, 0) else 0
    minute = int(_MINUTES.get(minutes) or minutes.rstrip("分"))
    is_midnight = hour == 12 and "晚" in part
    if day is None or is_midnight or hour > 23 or minute > 59:
        return None
    return f"{day.isoformat()}T{time(hour, minute):%H:%M}"
