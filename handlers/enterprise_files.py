"""The file of an enterprise in the chat: what is known, four short forms for the rest, and which colleague leads it."""

from functools import partial
from typing import Any

from telegram import Update

from bot.cards import Card
from bot.context import Context
from bot.fields import Answers, Choice, NotUnderstood, Option, Said, Text
from bot.forms import Form
from bot.routes import Route, press
from handlers import looks_enterprises as looks
from handlers.enterprises import plan_card
from handlers.say import enterprises as say
from models import enterprise_fields, enterprise_files, enterprises
from models.base import Refused
from models.enterprise_fields import LINES, SHEETS, Line
from models.people import Can
from models.places import Place

OFFERED = 6


async def file(_: Update, context: Context) -> None:
    """「企业情况」."""
    found, place = context.read(enterprises.enterprise_for, context.pressed["p"])
    context.say(looks.file_card(context.visit.session, context.actor, found, place))


async def fill(_: Update, context: Context) -> None:
    """One of the four short forms: only what is not known yet is asked; the rest can be mended at the end."""
    found, place = context.read(enterprises.enterprise_for, context.pressed["p"], Can.SUPERVISE)
    sheet = str(context.pressed["sheet"])
    ledger = enterprise_fields.known(context.visit.session, [place])[place.id or 0]
    lines = [line.key for line in LINES if line.sheet == sheet and line.key not in ledger]
    written = {key: enterprise_fields.shown(key, found.fields, phones=True) for key in lines if key in found.fields}
    context.begin(f"enterprise.{sheet}", {"p": place.id, "ledger": sorted(ledger), **written})


class FileLine(Text):
    """One line of the file, read by the rules of its sort; whatever is said here is the answer."""

    def _line(self) -> Line:
        return enterprise_fields.BY_KEY[self.key]

    def options(self, answers: Answers) -> list[Option]:  # noqa: ARG002
        """Offer what may be chosen."""
        sort = self._line().sort
        return [Option(each, each) for each in sort] if isinstance(sort, tuple) else []

    def read(self, said: Said, answers: Answers) -> str:  # noqa: ARG002
        """Take the words if they fit the line."""
        words = said.choice or said.text or said.phone
        try:
            enterprise_fields.checked(self.key, words)
        except Refused as why:
            raise NotUnderstood(str(why)) from None
        return words.strip()


def _is_asked(key: str, answers: Answers) -> bool:
    return key not in answers.get("ledger", ())  # a form keeps no empty list


def submit_file(context: Context, answers: Answers) -> Card:
    """Write the lines that were told."""
    words = {line.key: str(answers[line.key]) for line in LINES if line.key in answers}
    found = context.run(enterprise_files.fill, answers["p"], words)
    place = context.read(enterprises.site_for, answers["p"])
    return looks.file_card(context.visit.session, context.actor, found, place, say.KEPT)


class Colleague(Choice):
    """A colleague: one of the nearest on buttons, anybody of them by name."""

    def options(self, answers: Answers) -> list[Option]:
        """Offer the first few."""
        return list(super().options(answers))[:OFFERED]

    def read(self, said: Said, answers: Answers) -> str:
        """Take a button or a name."""
        named = [o.value for o in super().options(answers) if o.label == said.text.strip()]
        return named[0] if said.choice is None and len(named) == 1 else super().read(said, answers)

    def show(self, value: Any, answers: Answers) -> str:
        """Show the name."""
        return next((o.label for o in super().options(answers) if o.value == value), "")


def colleagues(context: Context, place: Place) -> list[list[str]]:
    """Return who may lead at a place, as a form keeps them: [number, name]."""
    return [[str(person.id), person.name] for person in context.read(enterprises.leads, place)]


def named(answers: Answers) -> list[Option]:
    """Return the colleagues that a form knows."""
    return [Option(number, name) for number, name in answers["people"]]


async def lead(_: Update, context: Context) -> None:
    """「换挂点干部」."""
    place = context.read(enterprises.enterprise_for, context.pressed["p"], Can.SUPERVISE)[1]
    context.begin("enterprise.lead", {"p": place.id, "people": colleagues(context, place)})


def submit_lead(context: Context, answers: Answers) -> Card:
    """Another colleague leads the plan."""
    context.run(enterprise_files.lead, answers["p"], int(answers["lead"]))
    return plan_card(context, answers["p"], say.KEPT)


def _form(sheet: str) -> Form:
    fields = tuple(
        FileLine(key=line.key, label=line.label, ask=say.FILL_ASK.format(label=line.label, hint=line.hint),
                 optional=True, when=partial(_is_asked, line.key))
        for line in LINES if line.sheet == sheet
    )  # fmt: skip
    title = say.FILL_TITLE.format(name=SHEETS[sheet])
    return Form(f"enterprise.{sheet}", title, fields, submit_file, submit_label=say.FILL_SUBMIT)


FORMS: tuple[Form, ...] = (
    *(_form(sheet) for sheet in SHEETS),
    Form("enterprise.lead", say.LEAD_TITLE, submit=submit_lead, review=False, fields=(
        Colleague(key="lead", label=say.LEAD_LABEL, ask=say.LEAD_ASK, choices=named),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    press("enterprise.file", file, can=Can.SEE_PLACES),
    press("enterprise.fill", fill, can=Can.SUPERVISE),
    press("enterprise.lead", lead, can=Can.SUPERVISE),
)
