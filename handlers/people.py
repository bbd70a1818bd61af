"""People: one-time invitations for staff, joining by a link, and ending roles."""

from datetime import datetime

from sqlmodel import Session, select
from telegram import Update

from bot.cards import Button, Card, bold, card, code
from bot.context import Context
from bot.fields import Answers, Choice, Option
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, link, press
from handlers.say import people as say
from handlers.welcome import menu_card, start
from models import invites, outbox
from models.areas import Area
from models.base import Refused
from models.invites import Invite
from models.outbox import Outgoing
from models.people import ROLE_NAMES, Actor, Can, Person, Role, actor_of
from models.rules import rules_of

LINK = "i_"
INVITABLE = (Role.GRID, Role.VILLAGE, Role.POST, Role.STATION, Role.VOLUNTEER, Role.DEPARTMENT, Role.LEADER, Role.OWNER)


def reachable_areas(s: Session, who: Actor) -> list[Area]:
    """Return the areas in which this person may invite, widest first."""
    areas = s.exec(select(Area).order_by(Area.path)).all()
    return [area for area in areas if who.reaches(Can.INVITE, area.path)]


async def invite(_: Update, context: Context) -> None:
    """「邀请同事」."""
    areas = context.read(reachable_areas)
    if not areas:
        raise Refused("您还没有可以邀请同事的片区。请联系管理员。")
    context.begin("invite", {"areas": [[area.code, area.name] for area in areas]})


def submit_invite(context: Context, answers: Answers) -> Card:
    """Make the link; it is shown once."""
    area = context.visit.session.exec(select(Area).where(Area.code == answers["area"])).one()
    code_ = context.run(invites.invite, Role(answers["role"]), area.id)
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
    context.run(invites.end_roles, context.pressed["person"])
    context.say(card(say.REVOKED))


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
    return card(told, buttons=[[Button(say.NOT_THEM, "person.revoke", {"person": newcomer.id})]])


INVITE = Form(
    "invite", "邀请同事", submit=submit_invite, review=False,
    fields=(
        Choice(key="role", label="身份", ask=say.ROLE, choices=[Option(r.value, ROLE_NAMES[r]) for r in INVITABLE]),
        Choice(key="area", label="片区", ask=say.WHERE, choices=lambda a: [Option(c, n) for c, n in a["areas"]]),
    ),
)  # fmt: skip

FORMS = (INVITE,)
NOTICES: tuple[Notice, ...] = (Notice("person.joined", joined),)
ROUTES: tuple[Route, ...] = (
    command("invite", invite, "邀请同事", can=Can.INVITE),
    command("me", me, words=("我是谁", "我的身份")),
    link(LINK, join),
    press("person.revoke", revoke, can=Can.INVITE),
)
