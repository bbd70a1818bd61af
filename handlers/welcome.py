"""The first words: /start, the menu of what this person may do, /help made from the routes, going on with a form."""

from telegram import Update

from bot.cards import Card, bold, card
from bot.context import Context
from bot.routes import Route, command, press
from handlers.say import common as say

LOCATION = "📍 发送位置"
BIG_BUTTONS = 5


def menu_card(context: Context) -> Card:
    """Return the greeting with the menu as big word buttons, two in a row."""
    often = sorted((route for route in context.menu() if route.often), key=lambda route: route.often)
    words = [*(route.label for route in often[:BIG_BUTTONS]), LOCATION]
    rows = tuple(tuple(words[i : i + 2]) for i in range(0, len(words), 2))
    name = context.actor.name
    return card(bold(f"{name}，您好"), f"（{context.actor.titles}）", say.GREETING, bold(say.FIRE_FIRST),
                say.MENU, menu=rows)  # fmt: skip


async def start(_: Update, context: Context) -> None:
    """`/start` without an invitation."""
    context.say(menu_card(context))
    commands = [{"command": r.command, "description": r.label} for r in context.menu() if r.command]
    context.visit.tell_commands(commands)


async def help_(_: Update, context: Context) -> None:
    """`/help`: what this person can do, made from the declared routes."""
    ways = [route for route in context.menu() if route.command]
    told = [bold(f"/{r.command}") + f"  {r.label}" + (f"：{r.help}" if r.help else "") for r in ways]
    context.say(card(bold(say.HELP_HEAD), *told, say.HELP_TAIL, bold(say.FIRE_FIRST)))


async def go_on(_: Update, context: Context) -> None:
    """「继续」: the form that is open, or the one that was put aside."""
    if not context.resume():
        context.say(card(say.NO_DRAFT))


async def cancel(_: Update, context: Context) -> None:
    """`/cancel`, 「取消」: give the open form up."""
    if not context.bot_data["dialog"].cancel(context):
        context.say(card(say.NOTHING_TO_CANCEL))


ROUTES: tuple[Route, ...] = (
    command("start", start),
    command("help", help_, "帮助", words=("使用说明", "菜单")),
    command("continue", go_on, words=("继续", "接着填")),
    press("draft.continue", go_on),
    command("cancel", cancel, words=("取消",)),
    command("取消", cancel),
)
