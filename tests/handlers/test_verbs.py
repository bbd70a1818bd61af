"""Buttons lead somewhere: every verb in the handlers has a route, and the digest's buttons carry what it asks for."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import handlers
from bot import dialog
from handlers import looks_acts, reminding
from models.rules import ZONE
from tests.town import Somebody, Township

FOLDER = Path(handlers.__file__).parent
PRESSES = {route.press for route in handlers.ROUTES if route.press}
TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=ZONE).astimezone(UTC)
FORM_ACTS = {"cancel", "back", "skip", "done", "submit", "edit", "pick", "resume"}


def calls(path: Path) -> Iterator[ast.Call]:
    """Yield the calls that make a button."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Button":
            yield node


def verbs(path: Path) -> set[str]:
    """Return the verbs that are written out in a file's buttons."""
    given = [arg for node in calls(path)
             for arg in (*node.args[1:2], *(k.value for k in node.keywords if k.arg == "verb"))]  # fmt: skip
    return {arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str) and arg.value}


def test_every_verb_of_a_button_has_a_route():
    found = set().union(*(verbs(path) for path in FOLDER.rglob("*.py")))
    assert len(found) > 30
    assert {verb for verb in found if not verb.startswith("form.")} - PRESSES == set()


def test_every_verb_that_is_put_together_has_a_route():
    assert {f"hazard.{act.value}" for act in looks_acts.ACT_BUTTONS} - PRESSES == set()
    assert {verb for verb, _ in reminding.OPENERS.values()} - PRESSES == set()


def test_every_verb_of_a_form_is_an_act_of_the_dialog():
    found = {verb for path in (*FOLDER.rglob("*.py"), Path(dialog.__file__)) for verb in verbs(path)}
    assert {verb for verb in found if verb.startswith("form.")} <= {f"form.{act}" for act in FORM_ACTS}


async def opened(town: Township, name: str, moment: datetime) -> Somebody:
    """Return somebody who has the digest of that morning on the screen."""
    who = town.somebody(name)
    await who.says("/start")
    await town.chores()
    await town.until(moment)
    return who


async def test_the_digest_opens_the_place_that_is_to_be_patrolled(town):
    who = await opened(town, "张网格员", TUESDAY)
    await who.presses("巡查 示范镇农贸市场")
    await who.presses("全部合格")
    assert who.sees("已记录：示范镇农贸市场")


async def test_the_digest_opens_the_duty_that_is_to_be_done(town):
    who = await opened(town, "周主任", TUESDAY)
    await who.presses("办 村（社区）防火安全检查")
    await who.presses("提交完成情况")
    assert "村（社区）防火安全检查" in who.last
