"""Pictures: what came with a report is fetched, cleaned of metadata and kept before anybody sees it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column
from sqlmodel import Field, Session

from models.base import Base, Instant
from models.sealing import SealedBytes, SealedJSON

if TYPE_CHECKING:
    from models.hazard_files import Evidence

EXPECTED, CLEAN, FAILED, ERASED = "expected", "clean", "failed", "erased"


class Picture(Base, table=True):
    """A file that came with a case: the original as it came and the cleaned copy, both sealed.

    `file_id` is the cleaned copy as Telegram knows it, once it has been sent there.
    """

    __tablename__ = "pictures"

    evidence_id: int = Field(primary_key=True, foreign_key="evidence.id", sa_column_kwargs={"autoincrement": False})
    state: str = Field(default=EXPECTED, max_length=10, index=True)
    attempts: int = 0
    not_before: datetime = Field(sa_column=Column(Instant, nullable=False))
    original: bytes | None = Field(default=None, sa_column=Column(SealedBytes("pictures.original"), nullable=True))
    clean: bytes | None = Field(default=None, sa_column=Column(SealedBytes("pictures.clean"), nullable=True))
    file_id: str | None = Field(default=None, sa_column=Column(SealedJSON("pictures.file_id"), nullable=True))


def expect(s: Session, shown: Sequence["Evidence"], *, now: datetime) -> None:
    """Note that these have to be fetched and cleaned."""
    del s, shown, now
