"""How the letter to a door that stayed shut reads on paper."""

from sqlmodel import Session

from bot.render.orders import Letter
from handlers import letters
from handlers.say import documents
from handlers.say import visits as say
from models import installation
from models.calendar import day_and_hour, full_day, local
from models.people import Person
from models.places import Place
from models.rules import rules_of
from models.visit_letters import SERIES, VisitLetter


def number_of(s: Session, letter: VisitLetter) -> str:
    """Return the number of a letter: 示消联〔2026〕1号."""
    return letters.numbered(s, SERIES, letter.year, letter.number)


def paper(s: Session, place: Place, letter: VisitLetter) -> Letter:
    """Return what stands on the paper; a scan of it names an hour, one of the poster at the door reports a danger."""
    name, town, phones = installation.bot_name(s), rules_of(s).town, letters.phones(s)
    again = full_day(letter.again_on)
    tried = "\n".join(day_and_hour(moment) for moment in letter.tried_at)
    rows = ((say.ROW_PLACE, place.name), (say.ROW_ADDRESS, place.address), (say.ROW_TRIED, tried),
            (say.ROW_LOOK, say.LOOK), (say.ROW_AGAIN, say.ROW_AGAIN_TEXT.format(day=again)),
            (say.ROW_PHONE, phones))  # fmt: skip
    written = full_day(local(letter.at))
    ways = (say.BY_SCAN if name else "", say.BY_PHONE if phones else "", say.BY_WORD)
    by = s.get(Person, letter.by_id)
    return Letter(
        issuer=documents.OFFICE.format(town=town), number=number_of(s, letter), title=say.TITLE,
        to=say.TO.format(name=place.name), text=(say.TEXT,), table=tuple(row for row in rows if row[1]),
        closing=(say.HOW.format(ways="；".join(way for way in ways if way)), say.SELF_CHECK, say.KIND),
        signed=(documents.OFFICE.format(town=town), say.SIGNED_BY.format(name=by.name if by else ""), written),
        link=f"https://t.me/{name}?start={letter.code}" if name else "", scan=say.SCAN,
    )  # fmt: skip
