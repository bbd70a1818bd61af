"""People: one-time invitations for staff, joining by a link, the list of colleagues, and leaving."""

from datetime import datetime

from sqlmodel import Session, select
from telegram import Update

from bot.cards import Button, Card, bold, card, code
from bot.context import Context, Visit
from bot.fields import Answers, Choice, Option
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, link, press
from handlers.say import people as say
from handlers.welcome import menu_card, start
from models import invites, outbox, standing_in
from models.areas import Area
from models.base import Refused
from models.invites import Colleague, Invite
from models.outbox import Outgoing
from models.people import ROLE_NAMES, Actor, Can, Person, Role, actor_of
from models.rules import rules_of

LINK = "i_"
AT_ONCE = 8
INVITABLE = (Role.GRID, Role.VILLAGE, Role.POST, Role.STATION, Role.VOLUNTEER, Role.DEPARTMENT, Role.LEADER, Role.OWNER)
WITH_POST = frozenset({Role.POST, Role.DEPARTMENT, Role.VILLAGE})


def reachable_areas(s: Session, who: Actor) -> list[Area]:
    """Return the areas in which this person may invite, widest first."""
    areas = s.exec(select(Area).order_by(Area.path)).all()
    return [area for area in areas if who.reaches(Can.INVITE, area.path)]


async def invite(_: Update, context: Context) -> None:
    """「邀请同事」."""
    areas = context.read(reachable_areas)
    if not areas:
        raise Refused("您还没有可以邀请同事的片区。请联系管理员。")
    posts = [[post, name] for post, name in rules_of(context.visit.session).posts.items()]
    context.begin("invite", {"areas": [[area.code, area.name] for area in areas], "posts": posts})


def submit_invite(context: Context, answers: Answers) -> Card:
    """Make the link; it is shown once."""
    area = context.visit.session.exec(select(Area).where(Area.code == answers["area"])).one()
    code_ = context.run(invites.invite, Role(answers["role"]), area.id, post=answers.get("post", ""))
    hours = rules_of(context.visit.session).invite_hours
    address = f"https://t.me/{context.bot.username}?start={LINK}{code_}"
    return card(bold(f"{ROLE_NAMES[Role(answers['role'])]}（{area.name}）"), say.LINK.format(hours=hours),
                code(address), say.LINK_TAIL)  # fmt: skip


async def join(update: Update, context: Context) -> None:
    """A one-time link: whoever opens it first gets the role, and the inviter hears who it was."""
    person = context.visit.person
    assert person is not None
    s, payload = context.visit.session, str(context.pressed["rest"])
    used = invites.accept(s, person, payload.removeprefix(LINK), now=context.now)
    if used.made_by is not None:
        outbox.notify(s, used.made_by, "person.joined", now=context.now, key=f"joined|{used.id}", invite=used.id)
    context.visit.actor = actor_of(s, person)
    area = s.get(Area, used.area_id)
    told = say.WELCOME.format(role=ROLE_NAMES[Role(used.role)], area=area.name if area else "")
    context.visit.say(card(bold(told)), new=True)
    await start(update, context)


async def revoke(_: Update, context: Context) -> None:
    """「不是本人，撤销」."""
    _show_resident_commands(context, context.run(invites.undo, context.pressed.get("invite", 0)))
    context.say(card(say.REVOKED))


async def staff(_: Update, context: Context) -> None:
    """「同事名单」: everybody with a role in the areas in which this person may invite."""
    found = context.read(invites.staff)
    pages = max(1, -(-len(found) // AT_ONCE))
    page = min(int(context.pressed.get("page", 0)), pages - 1)
    rows = [[_staff_button(c, page)] for c in found[page * AT_ONCE : (page + 1) * AT_ONCE]]
    turns = [Button(label, "staff.list", {"page": to}, once=False)
             for label, to in ((say.BEFORE, page - 1), (say.AFTER, page + 1)) if 0 <= to < pages]  # fmt: skip
    head = bold(say.STAFF_HEAD.format(n=len(found))) if found else say.STAFF_NONE
    where = say.PAGE.format(page=page + 1, pages=pages) if pages > 1 else None
    context.say(card(head, where, buttons=[*rows, turns]))


def _staff_button(found: Colleague, page: int) -> Button:
    more = f" 等 {len(found.held)} 项" if len(found.held) > 1 else ""
    args = {"who": found.person.id, "page": page}
    return Button(f"{found.person.name}  {found.titles[0]}{more}", "staff.show", args, once=False)


async def show_colleague(_: Update, context: Context) -> None:
    """One colleague: the roles, and 「离岗」."""
    found = context.read(invites.colleague, context.pressed["who"])
    args = {"who": found.person.id, "page": context.pressed["page"]}
    leave = [Button(say.LEAVES, "staff.leave", args)] if found.may_leave else []
    note = None if found.may_leave else say.ONLY_BY_COMMAND
    away = None if found.person.reachable else say.UNREACHABLE
    told, standing = _standing(context.visit.session, found.person.id or 0)
    context.say(card(bold(found.person.name), *found.titles, *told, away, note,
                     buttons=[leave, *standing, [_back(args["page"])]]))  # fmt: skip


def _standing(s: Session, person_id: int) -> tuple[list[str], list[list[Button]]]:
    """Who stands in for this colleague and for whom they stand in, each with a way to end it."""
    own = standing_in.absence_of(s, person_id)
    told, rows = [], []
    for absence in [*([own] if own else []), *standing_in.standing_for(s, person_id)]:
        absent, deputy = s.get_one(Person, absence.person_id), s.get_one(Person, absence.deputy_id)
        told.append(say.STANDS_IN.format(name=absent.name, deputy=deputy.name, last=f"{absence.last_day:%m月%d日}"))
        label = say.END_STANDING.format(name=absent.name)
        rows.append([Button(label, "staff.standing", {"id": absence.id})])
    return told, rows


async def ask_leave(_: Update, context: Context) -> None:
    """「离岗」: asked once more, because it takes effect at once."""
    found = context.read(invites.colleague, context.pressed["who"])
    yes = Button(say.SURE_YES, "staff.left", {"who": found.person.id})
    told = bold(say.SURE.format(name=found.person.name))
    context.say(card(told, *found.titles, buttons=[[yes], [_back(context.pressed["page"])]]))


async def leave(_: Update, context: Context) -> None:
    """「确定离岗」."""
    found = context.read(invites.colleague, context.pressed["who"])
    if not context.run(invites.end_roles, found.person.id):
        raise Refused(say.ONLY_BY_COMMAND)
    _show_resident_commands(context, found.person.id or 0)
    context.say(card(bold(say.LEFT.format(name=found.person.name)), buttons=[[_back(0)]]))


def _back(page: int) -> Button:
    return Button(say.STAFF, "staff.list", {"page": page}, once=False)


def _show_resident_commands(context: Context, person_id: int) -> None:
    """Show somebody whose roles have ended the commands that are left to them."""
    s = context.visit.session
    person = s.get_one(Person, person_id)
    if person.reachable:
        theirs = Visit(s, context.now, context.visit.holder, chat=person.telegram_id)
        routes = context.bot_data["routes"].menu(actor_of(s, person))
        theirs.tell_commands([{"command": r.command, "description": r.label} for r in routes if r.command])
        context.visit.said += theirs.said


async def me(_: Update, context: Context) -> None:
    """「我的身份」."""
    context.say(menu_card(context))


def joined(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Tell the inviter who has used the link."""
    del person, now
    used = s.get(Invite, row.about["invite"])
    newcomer = s.get(Person, used.used_by) if used and used.used_by else None
    if used is None or newcomer is None:
        return None
    area = s.get(Area, used.area_id)
    told = say.JOINED.format(name=newcomer.name, role=ROLE_NAMES[Role(used.role)], area=area.name if area else "")
    return card(told, buttons=[[Button(say.NOT_THEM, "person.revoke", {"invite": used.id})]])


def left(s: Session, row: Outgoing, person: Person, now: datetime) -> Card:
    """Tell somebody kindly that the work has ended, and what is left."""
    del row, now
    who = actor_of(s, person)
    return card(say.LEFT_SOME.format(titles=who.titles) if who.held else say.LEFT_YOU)


def _asks_post(answers: Answers) -> bool:
    return answers.get("role") in WITH_POST and bool(answers.get("posts"))


INVITE = Form(
    "invite", "邀请同事", submit=submit_invite, review=False,
    fields=(
        Choice(key="role", label="身份", ask=say.ROLE, choices=[Option(r.value, ROLE_NAMES[r]) for r in INVITABLE]),
        Choice(key="area", label="片区", ask=say.WHERE, choices=lambda a: [Option(c, n) for c, n in a["areas"]]),
        Choice(key="post", label="岗位", ask=say.POST, choices=lambda a: [Option(c, n) for c, n in a["posts"]],
               optional=True, when=_asks_post),
    ),
)  # fmt: skip

FORMS = (INVITE,)
NOTICES: tuple[Notice, ...] = (Notice("person.joined", joined), Notice("person.left", left))
ROUTES: tuple[Route, ...] = (
    command("invite", invite, "邀请同事", can=Can.INVITE),
    command("staff", staff, say.STAFF, can=Can.INVITE, help="看片区里有哪些同事，给离岗的同事结束身份"),
    command("me", me, words=("我是谁", "我的身份")),
    link(LINK, join),
    press("person.revoke", revoke, can=Can.INVITE),
    press("staff.list", staff, can=Can.INVITE),
    press("staff.show", show_colleague, can=Can.INVITE),
    press("staff.leave", ask_leave, can=Can.INVITE),
    press("staff.left", leave, can=Can.INVITE),
)
