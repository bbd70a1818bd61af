"""Uploads: a workbook that an officer sent, from its name at Telegram to what stands in its rows.

expected -> read | failed, then checking -> checked -> done | dropped. Content and rows are sealed, and erased at the
end.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Base, Instant
from models.sealing import SealedBytes, SealedJSON


class Upload(Base, table=True):
    """One file; `purpose` is what is to be brought in. `done` of `total` rows have been looked at."""

    __tablename__ = "uploads"

    id: int | None = Field(default=None, primary_key=True)
    who_id: int = Field(foreign_key="people.id", index=True)
    purpose: str = Field(max_length=20)
    state: str = Field(max_length=10, index=True)
    attempts: int = 0
    not_before: datetime = Field(sa_column=Column(Instant, nullable=False))
    came_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    about: dict[str, Any] = Field(default_factory=dict, sa_column=Column(SealedJSON("uploads.about"), nullable=False))
    content: bytes | None = Field(default=None, sa_column=Column(SealedBytes("uploads.content"), nullable=True))
    rows: list[Any] | None = Field(default=None, sa_column=Column(SealedJSON("uploads.rows"), nullable=True))
    report: dict[str, Any] | None = Field(default=None, sa_column=Column(SealedJSON("uploads.report"), nullable=True))
    done: int = 0
    total: int = 0
