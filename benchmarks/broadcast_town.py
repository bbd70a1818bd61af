"""The town of the broadcast bench: its people and its broadcasts, straight in the database, and what became of them."""

from pathlib import Path

from sqlmodel import Session, col, select

from benchmarks.broadcast_telegram import FIRST, OFFICER
from bot.app import wall_clock
from bot.database import Database
from models import broadcasts, town
from models.base import insert_new
from models.broadcasts import Broadcast
from models.outbox import DUE, Outgoing
from models.people import Can, Person, actor_of, people_with

# Nobody sleeps here but for one minute: tips wait for the morning, and a bench must not.
TOWN = f"""
name = "试验镇"
areas = [{{ code = "town", name = "试验镇", level = "town" }}]
posts = [{{ code = "fire", name = "消防管理岗" }}]
hours = {{ quiet_from = "23:59", quiet_until = "00:00" }}
push = {{ need_two = false }}
[demo]
enabled = true
[[demo.people]]
telegram_id = {OFFICER}
name = "李干事"
area = "town"
roles = [{{ role = "post", area = "town", post = "fire" }}]
"""
PATH = "/town/"
TEXT = "出门前关火关电，灰烬用水浇透再倒。看到冒烟先打 119，再告诉网格员。"


def prepare(database: Database, file: Path, people: int) -> None:
    """Bring the town and its people in; nobody has to press Start ten thousand times."""

    def work(s: Session) -> None:
        town.import_town(s, town.read_town(file), now=wall_clock())
        common = {"area_id": None, "reachable": True, "large_text": False, "muted": "", "seen_at": wall_clock()}
        rows = [{"telegram_id": FIRST + number, "name": f"试{number}", **common} for number in range(people)]
        insert_new(s, Person, rows)

    database.transaction(work)


def release(database: Database, title: str) -> int:
    """Write a broadcast to everybody and let it go, as an officer does; return its number."""

    def work(s: Session) -> int:
        [officer] = people_with(s, Can.BROADCAST, PATH)
        who, now = actor_of(s, s.get_one(Person, officer)), wall_clock()
        written = Broadcast(slot_key=f"bench|{title}", title=title, text=TEXT, created_at=now, segment={"path": PATH})
        draft = broadcasts.draft(s, who, written, now=now)
        s.flush()
        return broadcasts.submit(s, who, draft.id or 0, now=now).id or 0

    return database.transaction(work)


def stage_of(database: Database, number: int) -> str:
    """Return where a broadcast stands."""
    return database.transaction(lambda s: str(s.get_one(Broadcast, number).stage))


def states_of(database: Database, number: int) -> dict[int, str]:
    """Return the state of each person's row of a broadcast, by chat; `due` for people who have none."""

    def work(s: Session) -> dict[int, str]:
        chats = {person.id: person.telegram_id for person in s.exec(select(Person))}
        rows = s.exec(select(Outgoing.person_id, Outgoing.state).where(col(Outgoing.broadcast_id) == number))
        return dict.fromkeys(chats.values(), DUE) | {chats[person]: state for person, state in rows}

    return database.transaction(work)
