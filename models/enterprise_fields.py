"""The file of an enterprise (一企一策, DOMAIN 8.6): which lines it has, what fits into each, what is known already.

Everything is optional and filled bit by bit; what the ledger of places or the record of trainings knows is never asked.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select

from models.base import Refused
from models.calendar import local
from models.masking import masked
from models.place_contacts import LANDLORD, MANAGER, OWNER, PlaceContact
from models.places import Place
from models.trainings import DONE, Training

SHEETS = {"subject": "主体", "building": "建筑", "work": "生产用工", "supply": "设施用能"}
TEXT, CODE, PERSON, NUMBER, YEAR, DAY = "text", "code", "person", "number", "year", "day"
LONGEST = 120
Fields = Mapping[str, Any]


class Line(NamedTuple):
    """One line: its key, its label, what to write (an example), its sort (or what may be chosen), and its sheet."""

    key: str
    label: str
    hint: str
    sort: str | tuple[str, ...]
    sheet: str


LINES = (
    Line("credit_code", "统一信用代码", "照营业执照写 18 位", CODE, "subject"),
    Line("site", "园区和楼层", "比如：木器园 2 号楼 3 层", TEXT, "subject"),
    Line("legal", "法定代表人", "姓名和电话，比如：张三 13800000000", PERSON, "subject"),
    Line("in_charge", "消防责任人", "姓名和电话", PERSON, "subject"),
    Line("manager", "消防管理人", "姓名和电话", PERSON, "subject"),
    Line("proprietor", "产权人", "姓名（或单位）和电话", PERSON, "subject"),
    Line("landlord", "出租人", "姓名（或单位）和电话；自己的房子就跳过", PERSON, "subject"),
    Line("tenant", "承租人", "姓名（或单位）和电话", PERSON, "subject"),
    Line("subtenant", "次承租", "转租给了谁；没有就跳过", PERSON, "subject"),
    Line("area", "建筑面积（平方米）", "多少平方米", NUMBER, "building"),
    Line("floors", "层数", "几层", NUMBER, "building"),
    Line("fire_rating", "耐火等级", "看设计或验收资料", ("一级", "二级", "三级", "四级"), "building"),
    Line("built", "建成年", "哪一年建成，比如：2015", YEAR, "building"),
    Line("papers", "手续", "审批、验收、备案办了哪些，比如：有备案，没验收", TEXT, "building"),
    Line("used_for", "用途", "比如：厂房、库房、厂房带库房", TEXT, "work"),
    Line("trade", "生产类别", "做什么的，比如：板式家具", TEXT, "work"),
    Line("stored", "储存物", "放着什么，比如：板材、油漆 20 桶", TEXT, "work"),
    Line("fire_class", "火灾危险性", "哪一类", ("甲", "乙", "丙", "丁", "戊"), "work"),
    Line("workers", "从业人数", "多少人", NUMBER, "work"),
    Line("night", "夜班", "上夜班吗", ("有夜班", "没有夜班"), "work"),
    Line("sleepers", "住人（人数）", "里面住几个人；没有人住就写 0", NUMBER, "work"),
    Line("equipment", "消防设施", "比如：灭火器 24 具、消火栓 6 个", TEXT, "supply"),
    Line("maintainer", "维保单位", "哪家在维保；没有就跳过", TEXT, "supply"),
    Line("power", "用电负荷", "比如：80 千瓦，三相", TEXT, "supply"),
    Line("fuel", "用气用油", "比如：瓶装液化气 2 瓶、柴油 100 升", TEXT, "supply"),
    Line("hot_work", "动火点", "比如：焊接间 1 处", TEXT, "supply"),
    Line("insurance", "保险", "险种、公司和到期日", TEXT, "supply"),
    Line("trained_on", "上次培训演练", "哪一天，比如：2026-05-12", DAY, "supply"),
)  # fmt: skip
BY_KEY = {line.key: line for line in LINES}

_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PHONE = re.compile(r"(?<!\d)(?:\+?86[\s\-]?)?(1\d{10}|0\d{2,3}[\s\-]?\d{7,8}|\d{7,8})(?!\d)")
_CONTACTS = {OWNER: "in_charge", MANAGER: "manager", LANDLORD: "landlord"}
_RANGES = {NUMBER: (0, 1_000_000), YEAR: (1900, 2100)}


def is_credit_code(code: str) -> bool:
    """Say whether 18 characters are a unified social credit code: the last one checks the others (GB 32100-2015)."""
    if len(code) != 18 or any(c not in _DIGITS for c in code):
        return False
    total = sum(_DIGITS.index(c) * pow(3, n, 31) for n, c in enumerate(code[:-1]))
    return _DIGITS[-total % 31] == code[-1]


def checked(key: str, words: str) -> Any:
    """Return what stands on a line after these words: text, a number, or `{name, phone}` of somebody.

    Refused with what to write instead when they do not fit.
    """
    line, words = BY_KEY[key], " ".join(words.split())
    if not words or len(words) > LONGEST:
        raise Refused(f"「{line.label}」请写一写，{LONGEST} 个字以内。")
    if isinstance(line.sort, tuple):
        if words not in line.sort:
            raise Refused(f"「{line.label}」请选：" + "、".join(line.sort) + "。")
        return words
    return _READ[line.sort](line, words)


def _text(_: Line, words: str) -> str:
    return words


def _code(_: Line, words: str) -> str:
    code = words.replace(" ", "").upper()
    if not is_credit_code(code):
        raise Refused("这个统一信用代码对不上，可能抄错了一位。请照营业执照再写一次，共 18 位；手边没有就先跳过。")
    return code


def _person(line: Line, words: str) -> dict[str, str]:
    found = _PHONE.search(words)
    name = (words.replace(found[0], "") if found else words).strip(" ，,、:：")
    if not name:
        raise Refused(f"「{line.label}」请连姓名一起写，比如：张三 13800000000。")
    return {"name": name, "phone": re.sub(r"\D", "", found[1]) if found else ""}


def _number(line: Line, words: str) -> int:
    found = re.fullmatch(r"(\d{1,7})\s*(?:平方米|平方|平米|㎡|层|人|个|年)?", words)
    least, most = _RANGES[str(line.sort)]
    if found is None or not least <= int(found[1]) <= most:
        raise Refused(f"「{line.label}」请只写数字，{line.hint}。")
    return int(found[1])


def _day(line: Line, words: str) -> str:
    found = re.fullmatch(r"(\d{4})[年./-](\d{1,2})(?:[月./-](\d{1,2})日?|月)?", words)
    month, day = (int(found[2]), int(found[3] or 1)) if found else (0, 0)
    if found is None or not (1 <= month <= 12 and 1 <= day <= 31):
        raise Refused(f"「{line.label}」请写年月日，比如：2026-05-12；只记得月份就写 2026-05。")
    return f"{found[1]}-{month:02d}" + (f"-{day:02d}" if found[3] else "")


_READ = {TEXT: _text, CODE: _code, PERSON: _person, NUMBER: _number, YEAR: _number, DAY: _day}


def known(s: Session, places: Sequence[Place]) -> dict[int, dict[str, Any]]:
    """Return what is known elsewhere, by place: size, floors, who sleeps there, contacts, the last training."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for place in places:
        told = {"area": place.square_metres, "floors": place.floors, "sleepers": place.people}
        found[place.id or 0] |= {key: value for key, value in told.items() if value is not None}
    ids = list(found)
    serving = select(PlaceContact).where(col(PlaceContact.place_id).in_(ids), col(PlaceContact.ended_at).is_(None))
    for person in s.exec(serving):
        found[person.place_id][_CONTACTS[person.role]] = {"name": person.name, "phone": person.phone}
    held = select(Training.place_id, func.max(Training.started_at)).where(col(Training.place_id).in_(ids))
    for place_id, at in s.exec(held.where(Training.state == DONE).group_by(col(Training.place_id))):
        found[place_id or 0]["trained_on"] = local(at).date().isoformat()
    return found


def shown(key: str, fields: Fields, *, phones: bool) -> str:
    """Return a line as people read it, empty when nothing stands there; telephones only when `phones` says so."""
    value = fields.get(key)
    if isinstance(value, dict):
        return f"{value['name']} {value['phone']}".strip() if phones else masked(value["name"])
    if isinstance(value, str) and BY_KEY[key].sort == TEXT and not phones:
        return masked(value)
    return "" if value is None else str(value)
