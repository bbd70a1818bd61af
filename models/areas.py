"""Areas: county > township > village > grid. Everything has an area, and scope follows the tree."""

from sqlmodel import Field, Session, select

from models.base import Base

LEVELS = {"county": "县", "town": "镇", "village": "村（社区）", "grid": "网格"}


class Area(Base, table=True):
    """One node of the tree; `path` is `/town/village/grid/` by code, so a subtree is a prefix."""

    __tablename__ = "areas"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    name: str = Field(max_length=40)
    level: str = Field(max_length=10)
    path: str = Field(index=True, max_length=200)


def area_by_code(s: Session, code: str) -> Area | None:
    """Return the area with this code, or None."""
    return s.exec(select(Area).where(Area.code == code)).first()


def villages(s: Session) -> list[Area]:
    """Return the villages and communities in the order of the town file."""
    return list(s.exec(select(Area).where(Area.level == "village").order_by(Area.id)))  # type: ignore[arg-type]


def below(path: str) -> str:
    """Return the LIKE pattern that matches an area and everything under it."""
    return path.replace("%", "").replace("_", "\\_") + "%"
