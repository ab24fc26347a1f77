"""A feather: the plugin's one table that is no entry."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.db import Base, new_id


class Feather(Base):
    """Something kept; it goes when its keeper goes."""

    __tablename__ = "demo_plugin_feather"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    note: Mapped[str]
