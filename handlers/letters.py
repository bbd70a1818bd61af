"""How a numbered paper of a case reads: from its fields to the letter that is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.render.orders import Letter
from handlers.say import documents as say
from models import installation
from models.calendar import full_day, local
from models.documents import LABELS, NOTICE, RECHECK, REFERRAL, Document
from models.hazard_files import Evidence
from models.rules import rules_of

CASE_LINK = "case-"


def number_of(s: Session, made: Document) -> str:
    """Return name and number of a paper: 整改告知书 示消告〔2026〕1号."""
    return f"{LABELS[made.kind]} {numbered(s, made.kind, made.year, made.number)}"


def numbered(s: Session, kind: str, year: int, number: int) -> str:
    """Return the number of a paper of this kind: 示消告〔2026〕1号."""
    word = (rules_of(s).papers.removesuffix("消") or rules_of(s).town[:1]) + say.SERIES[kind]
    return say.NUMBER.format(word=word, year=year, number=number)


def letter(s: Session, made: Document) -> Letter:
    """Return what stands on the paper."""
    name, day = installation.bot_name(s), local(made.made_at).date().isoformat()
    payload = CASE_LINK + str(made.fields["hazard"]).removeprefix("吹")
    blank = Letter(
        issuer=say.OFFICE.format(town=rules_of(s).town), number=numbered(s, made.kind, made.year, made.number),
        title="", to=say.TO.format(name=made.fields.get("authority") or made.fields["unit"]), text=(),
        signed=(say.SEALED.format(town=rules_of(s).town), chinese_day(day)),
        link=f"https://t.me/{name}?start={payload}" if name else "", scan=say.SCAN,
    )  # fmt: skip
    return _WRITERS[made.kind](s, made, blank)


def _notice(s: Session, made: Document, blank: Letter) -> Letter:
    del s
    told, due = made.fields, chinese_day(made.fields["due_on"])
    rows = ((say.LABELS["due"], due), (say.LABELS["checker"], told["checker"]))
    basis = (say.NOTICE_BASIS.format(basis=told["basis"]),) if told["basis"] else ()
    return replace(
        blank, title=say.NOTICE_TITLE, text=(say.NOTICE_TEXT.format(found=chinese_day(told["found_on"])),),
        table=(*_table(told, "address", "facts"), *rows),
        closing=(*basis, say.NOTICE_ASK.format(due=due), say.NOTICE_AFTER), slip=say.NOTICE_SLIP,
    )  # fmt: skip


def _recheck(s: Session, made: Document, blank: Letter) -> Letter:
    told = made.fields
    notice = say.RECHECK_OF.format(number=numbered(s, NOTICE, *told["notice"])) if told["notice"] else ""
    failed = say.FAILED.format(due=chinese_day(told["due_on"])) if told["due_on"] else say.FAILED_NO_DAY
    rows = ((say.LABELS["finding"], say.PASSED if told["passed"] else failed), (say.LABELS["note"], told["note"]),
            (say.LABELS["rechecker"], told["checker"]))  # fmt: skip
    return replace(
        blank, title=say.RECHECK_TITLE, slip=say.RECHECK_SLIP,
        text=(say.RECHECK_TEXT.format(day=chinese_day(told["looked_on"]), notice=notice),),
        table=(*_table(told, "address", "facts"), *(row for row in rows if row[1])),
    )  # fmt: skip


def _referral(s: Session, made: Document, blank: Letter) -> Letter:
    told = made.fields
    pictures = s.exec(select(func.count()).where(col(Evidence.hazard_id) == made.hazard_id)).one()
    ask = say.REFERRAL_ASK.format(day=chinese_day(told["answer_by"])) if told["answer_by"] else say.REFERRAL_ASK_SOON
    rows = ((say.LABELS["contact"], phones(s)),) if phones(s) else ()
    return replace(
        blank, title=say.REFERRAL_TITLE.format(unit=told["unit"]), slip=say.REFERRAL_SLIP,
        text=(say.REFERRAL_TEXT.format(found=chinese_day(told["found_on"])),),
        table=(*_table(told, "unit", "address", "facts", "basis", "reason"), *rows),
        closing=(ask, say.REFERRAL_ENCLOSED.format(pictures=pictures)),
    )  # fmt: skip


_WRITERS: Mapping[str, Callable[[Session, Document, Letter], Letter]] = {
    NOTICE: _notice, RECHECK: _recheck, REFERRAL: _referral,
}  # fmt: skip


def phones(s: Session) -> str:
    """Return the telephones of the township itself, as they stand on its papers; empty when the file names none."""
    return "，".join(f"{name} {number}" for name, number in rules_of(s).hotlines.items() if "镇" in name)


def _table(told: dict[str, Any], *keys: str) -> tuple[tuple[str, str], ...]:
    return tuple((say.LABELS[key], told[key]) for key in keys if told[key])


def chinese_day(iso: str) -> str:
    """Return a day that a paper keeps as text as a letter writes it: 2026年11月23日."""
    return full_day(date.fromisoformat(iso))
