"""How equipment and papers of a place look: its list, one thing with its history, and what is due in an area."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.cards import Button, Card, Text, bold, card
from bot.dates import month_name
from handlers.say import assets as say
from handlers.say import common
from models import upkeep
from models.assets import Asset, AssetEvent
from models.calendar import day_name
from models.places import Place
from models.upkeep import KINDS

A_PAGE = 4
A_LONG_PAGE = 6
DAY, SOON = timedelta(days=1), timedelta(days=30)
SHOWN_EVENTS = 5
NAMED = 3


def due_words(asset: Asset, today: date) -> str:
    """Return what is due of a thing, and by when."""
    if asset.due_on is None:
        return say.NO_DUE
    act, left = KINDS[asset.kind].named(asset.due_act), (asset.due_on - today).days
    if left < 0:
        return say.LATE.format(act=act, days=-left)
    day = day_name(asset.due_on) if asset.due_on.year == today.year else month_name(asset.due_on)
    return say.BY.format(act=act, day=day) if left else say.TODAY.format(act=act)


def count_words(asset: Asset) -> str:
    """Return how many pieces; nothing for papers."""
    unit = KINDS[asset.kind].unit
    return say.COUNT.format(n=asset.count, unit=unit) if unit else ""


def is_near(asset: Asset, today: date) -> bool:
    """Say whether a thing is due within 30 days, or late."""
    return asset.due_on is not None and asset.due_on <= today + SOON


def done_button(asset: Asset) -> Button:
    """Return the first of the two taps that renew a thing; it says for which due day."""
    label = say.DONE_BUTTON.format(act=KINDS[asset.kind].named(asset.due_act), label=asset.label)
    return Button(label, "asset.done", {"a": asset.id, "due": asset.due_on.isoformat() if asset.due_on else ""})


def list_card(
    place: Place, found: Sequence[Asset], today: date, *, keeps: bool, page: int = 0, note: str = ""
) -> Card:
    """Return the things of a place, due ones first and one tap from being renewed."""
    last = max(0, (len(found) - 1) // A_PAGE)
    page = min(max(page, 0), last)
    shown = found[page * A_PAGE : (page + 1) * A_PAGE]
    told = [say.LINE.format(label=a.label, count=count_words(a), due=due_words(a, today)) for a in found]
    rows = [_row(asset, today) for asset in shown] if keeps else []
    add = [Button(say.ADD, "asset.new", {"p": place.id}, once=False)] if keeps else []
    back = Button(say.TO_PLACE, "place.show", {"p": place.id}, once=False)
    turns = turning("asset.list", {"p": place.id}, page, last) if keeps else []
    return card(note or None, bold(say.HEAD.format(name=place.name)), *(told or [say.NONE]),
                buttons=[*rows, turns, [*add, back]])  # fmt: skip


def _row(asset: Asset, today: date) -> list[Button]:
    more = {"a": asset.id}
    if is_near(asset, today):
        return [done_button(asset), Button(say.CHANGE, "asset.open", more, once=False)]
    return [Button(asset.label + count_words(asset), "asset.open", more, once=False)]


def turning(verb: str, args: dict[str, object], page: int, last: int) -> list[Button]:
    """Return the buttons that turn pages, where there are more."""
    ways = ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
    return [Button(label, verb, {**args, "page": to}, once=False) for label, to in ways if 0 <= to <= last]


def asset_card(asset: Asset, events: Sequence[AssetEvent], today: date) -> Card:
    """Return one thing: its days, what comes next and why, what was done to it."""
    kind, args = KINDS[asset.kind], {"a": asset.id}
    told = [_event(event, asset) for event in events[:SHOWN_EVENTS]]
    photos = sum(len(event.media) for event in events)
    look = [Button(say.PHOTOS.format(n=photos), "asset.photos", args, once=False)] if photos else []
    back = Button(say.BACK, "asset.list", {"p": asset.place_id}, once=False)
    return card(
        bold(asset.label + count_words(asset)),
        say.MADE.format(day=month_name(asset.made_on)) if asset.made_on else None,
        say.LAST.format(act=kind.act, day=month_name(asset.done_on)) if asset.done_on else None,
        say.DUE.format(due=due_words(asset, today)), say.SOURCE.format(source=kind.source), say.HISTORY, *told,
        buttons=[[done_button(asset)] if asset.due_on else [],
                 [Button(say.EDIT, "asset.edit", args, once=False), Button(say.END, "asset.end", args, once=False)],
                 [*look, back]],
    )  # fmt: skip


def _event(event: AssetEvent, asset: Asset) -> str:
    act = say.ACTS.get(event.act) or KINDS[asset.kind].named(event.act)
    return say.EVENT.format(day=month_name(event.done_on), act=act)


def kinds_card(place: Place, kinds: Sequence[str], *, more: bool) -> Card:
    """Return the kinds to choose from; the rest is one tap further."""
    buttons = [Button(KINDS[kind].label, "asset.add", {"p": place.id, "k": kind}) for kind in kinds]
    rows = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    others = [Button(say.OTHERS, "asset.new", {"p": place.id, "all": True}, once=False)] if more else []
    back = Button(say.BACK, "asset.list", {"p": place.id}, once=False)
    return card(bold(say.WHICH.format(name=place.name)), buttons=[*rows, [*others, back]])


def due_card(
    found: Sequence[tuple[Asset, Place]], total: int, today: date, tab: str, page: int
) -> Card:
    """Return a page of what is late, or due soon, with a way to each place."""
    last = max(0, (total - 1) // A_LONG_PAGE)
    told = [say.DUE_LINE.format(place=place.name, label=a.label, count=count_words(a), due=due_words(a, today))
            for a, place in found]  # fmt: skip
    places = {place.id: place.name for _, place in found}
    ways = [Button(name, "asset.list", {"p": number}, once=False) for number, name in places.items()]
    other = "late" if tab == "soon" else "soon"
    switch = Button(say.TABS[other], "asset.due", {"tab": other}, once=False)
    head = (say.DUE_HEAD if total else say.DUE_NONE)[tab].format(n=total)
    return card(bold(head), *told, buttons=[*(ways[i : i + 2] for i in range(0, len(ways), 2)),
                                            [*turning("asset.due", {"tab": tab}, page, last), switch]])  # fmt: skip


def reminder_card(found: Sequence[tuple[Asset, Place]], today: date) -> Card:
    """Return what a responsible person hears of today, each thing one tap and one picture from being renewed."""
    told = [say.DUE_LINE.format(place=place.name, label=a.label, count=count_words(a), due=due_words(a, today))
            for a, place in found]  # fmt: skip
    rows = [[done_button(asset)] for asset, _ in found[:A_LONG_PAGE]]
    rows.append([Button(say.MINE, "asset.due", {"tab": "soon"}, once=False)])
    return card(bold(say.REMINDER), *told, say.REMINDER_HOW, buttons=rows)


def fact(found: Sequence[Asset], today: date) -> str | Text | None:
    """Return the line on the card of a place: what is late, by name, and how much is due soon; None when nothing is."""
    near = [asset for asset in found if is_near(asset, today)]
    late = [asset for asset in near if asset.due_on is not None and asset.due_on < today]
    labels = "、".join([asset.label for asset in late][:NAMED])
    told = [say.FACT_LATE.format(n=len(late), labels=labels)] if late else []
    told += [say.FACT_SOON.format(n=len(near) - len(late))] if len(near) > len(late) else []
    return say.FACT.format(told="，".join(told)) if told else None


def all_kinds(site: str) -> list[str]:
    """Return every kind that is not among the common ones of a kind of place, in the order of their groups."""
    return [kind for kind in KINDS if kind not in upkeep.common_at(site)]
