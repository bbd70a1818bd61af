"""Pitfall 6: false anonymity - ids, names, telephone numbers and turns of phrase that reach the case line after all."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from tests.handlers.test_hazards import staff
from tests.handlers.test_privacy import report
from tests.town import Somebody, Township

SAID = "菜市场后门被货堵死了，我是王婆婆，电话13812345678，遭不住了嘛"
OWN = ("王婆婆", "1001", "13812345678", "遭不住", SAID)


async def read_everything(who: Somebody) -> list[str]:
    """Open the case and everything behind it that is only for reading."""
    await who.says("/hazards")
    await who.says("/hazard 吹2026-0001")
    seen = [*who.texts, *who.buttons]
    if "更多…" in who.buttons:
        await who.presses("更多…")
        seen += [*who.texts, *who.buttons]
    await who.presses("经过")
    return [*seen, *who.texts, *who.buttons]


@pytest.mark.parametrize("level", ["", "匿名", "只凭回执"])
async def test_nobody_on_the_case_reads_who_it_was_or_how_they_said_it(town: Township, level: str) -> None:
    wang = town.somebody("王婆婆")
    officers = await staff(town)
    await report(wang, level, SAID)
    await town.passes(minutes=45)
    for officer in officers:
        for seen in await read_everything(officer):
            assert not any(own in seen for own in OWN)
            assert "老人" not in seen


async def test_an_anonymous_report_is_not_heard_of_in_the_very_minute(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, _, _ = await staff(town)
    before = len(li.texts)
    await report(wang, "匿名")
    await town.passes(minutes=4, seconds=59)
    assert len(li.texts) == before
    await town.passes(minutes=40, seconds=1)
    assert li.sees("新隐患")


async def test_what_is_called_receipt_only_leaves_no_link_to_the_account_anywhere(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await staff(town)
    receipt = await report(wang, "只凭回执", SAID)
    await wang.says(receipt)
    await wang.presses("补充")
    await wang.says("还堆了柴")
    await wang.presses("跳过")

    def links(s: Session) -> dict[str, Any]:
        count = {"identities": "", "drafts": "", "inbox": " where person is not null or body is not null",
                 "outgoing": " where alias is not null or chat_id is not null"}  # fmt: skip
        found = {table: s.execute(text(f"select count(*) from {table}{where}")).scalar_one()
                 for table, where in count.items()}  # fmt: skip
        alias = s.execute(text("select reporter_alias from hazards")).scalar_one()
        who = s.execute(text("select count(*) from hazard_steps where who_id is not null")).scalar_one()
        return {**found, "alias": alias, "who": who}

    assert town.read(links) == {"identities": 0, "drafts": 0, "inbox": 0, "outgoing": 0, "alias": None, "who": 0}


async def test_lowering_takes_the_name_from_the_officer_s_screen(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, _, _ = await staff(town)
    await report(wang, "实名", SAID)
    assert li.sees("王婆婆（实名）")
    await wang.presses("看进度")
    await wang.presses("谁能看到我")
    await wang.presses("改成保密")
    await li.says("/hazard 吹2026-0001")
    assert not any(own in li.last for own in OWN)
    await li.presses("更多…")
    await li.presses("经过")
    assert not any(own in li.last for own in OWN)
