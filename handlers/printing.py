"""Printing codes for many places: a grid, a village, a kind, those that have none yet; file by file, ready to cut."""

from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.routes import Route, command, press
from handlers import place_codes
from handlers.say import codes as say
from models import printing
from models.people import Can
from models.places import KINDS
from models.printing import A_FILE, FILES, Choice

MOST = A_FILE * FILES


async def choose(_: Update, context: Context) -> None:
    """「打印场所码」: which places, and on what paper."""
    context.say(_card(context, _choice(context)))


async def which_area(_: Update, context: Context) -> None:
    """「换片区」: the villages, then the grids of one."""
    choice = _choice(context)
    ways = [_way(area.name, choice.with_(area=area.id)) for area in context.read(printing.areas, choice)]
    ends = [_way(say.WHOLE, choice.with_(area=None)), _way(say.BACK, choice)]
    context.say(card(bold(say.WHICH_AREA), buttons=[*_pairs(ways), ends]))


async def which_kind(_: Update, context: Context) -> None:
    """「换类型」: the kinds that there are, with counts."""
    choice, found = _choice(context), context.read(printing.kinds, _choice(context))
    ways = [_way(f"{name} {found[kind]}", choice.with_(kind=kind)) for kind, name in KINDS.items() if kind in found]
    ends = [_way(say.EVERY_KIND, choice.with_(kind="")), _way(say.BACK, choice)]
    context.say(card(bold(say.WHICH_KIND), buttons=[*_pairs(ways), ends]))


async def order(_: Update, context: Context) -> None:
    """A paper was chosen: the files are made after the commit and come one by one."""
    files = context.run(printing.order, _choice(context))
    for number, ids in enumerate(files, 1):
        place_codes.send(context, ids, context.pressed["n"], number, len(files))
    context.say(_card(context, _choice(context), say.ORDERED.format(n=sum(map(len, files)), files=len(files))))


def _choice(context: Context) -> Choice:
    return Choice.from_json(context.pressed.get("c"))


def _card(context: Context, choice: Choice, note: str = "") -> Card:
    area, n = context.read(printing.area_of, choice), context.read(printing.count, choice)
    kept = {"c": choice.to_json()}
    sizes = [Button(label, "codes.order", {**kept, "n": size}) for size, label in say.SHEETS.items()] if n else []
    picks = [Button(say.PICK_AREA, "codes.area", kept, once=False),
             Button(say.PICK_KIND, "codes.kind", kept, once=False)]  # fmt: skip
    turn = _way(say.ALSO_OLD if choice.unprinted else say.ONLY_NEW, choice.with_(unprinted=not choice.unprinted))
    return card(
        note or None, bold(say.PRINT), say.PRINT_WHERE.format(area=area.name if area else say.WHOLE),
        say.PRINT_KIND.format(kind=KINDS.get(choice.kind, say.EVERY_KIND)),
        say.PRINT_UNPRINTED if choice.unprinted else None, bold(say.PRINT_COUNT.format(n=n)),
        say.PRINT_MANY.format(most=MOST) if n > MOST else None, say.PRINT_HOW if n else printing.NOTHING,
        buttons=[picks, [turn], sizes[:1], sizes[1:]],
    )  # fmt: skip


def _way(label: str, to: Choice) -> Button:
    return Button(label, "codes.choose", {"c": to.to_json()}, once=False)


def _pairs(ways: list[Button]) -> list[list[Button]]:
    return [ways[i : i + 2] for i in range(0, len(ways), 2)]


ROUTES: tuple[Route, ...] = (
    command("codes", choose, say.PRINT, can=Can.ASSIGN, help=say.PRINT_HELP),
    press("codes.choose", choose, can=Can.ASSIGN),
    press("codes.area", which_area, can=Can.ASSIGN),
    press("codes.kind", which_kind, can=Can.ASSIGN),
    press("codes.order", order, can=Can.ASSIGN),
)
