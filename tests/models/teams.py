"""The tiny township with the posts of the demo town's file, each held by a department of its own."""

from pathlib import Path

from sqlmodel import Session

from models.people import Actor, Role
from models.places import Place
from models.rules import Rules
from models.town import read_town, rules
from tests.models.conftest import NOW, Town

TOWN_FILE = Path(__file__).parents[2] / "town.toml"
POSTS = rules(read_town(TOWN_FILE)).posts
DEPARTMENTS = [post for post in POSTS if post not in ("fire", "village")]


def staff(s: Session, town: Town, *posts: str) -> dict[str, Actor]:
    """Let the town have its posts, and these (all, when none is named) be held; return who holds them."""
    s.info["rules"] = Rules(posts=POSTS)
    return {post: town.newcomer(s, POSTS[post], Role.DEPARTMENT, post=post) for post in posts or DEPARTMENTS}


def place(s: Session, town: Town, kind: str, area: str = "east-1", owner_id: int | None = None) -> Place:
    """Return a new place of this kind, named by it."""
    path = town.areas[area].path
    found = Place(code=f"{kind}-{area}", name=kind, kind=kind, area_id=town.id_of(area), area_path=path,
                  owner_id=owner_id, created_at=NOW)  # fmt: skip
    s.add(found)
    s.flush()
    return found
