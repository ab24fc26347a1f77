"""Load the demo world into an empty database, in one transaction: what `portfolio demo` and `dev.py run` do.

The texts lie in `world/`, the pictures in `pictures/`. Rows are written straight into the tables, since a service
writes as of now; but every text passes its kind, and every picture the check of uploads.
"""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portfolio import clock, migrate
from portfolio.db import Database
from portfolio.demo.days import Days
from portfolio.demo.entries import add_entries
from portfolio.demo.people import add_people
from portfolio.demo.readers import readings_since
from portfolio.demo.tables import Tables
from portfolio.demo.telling import Picture, Telling
from portfolio.demo.texts import PICTURES, DemoError, World, read_world
from portfolio.entries.attaching import put_bytes
from portfolio.entries.models import LooseFile
from portfolio.files import RefusedFile, Store, inspect_upload
from portfolio.people.models import Installation, Person
from portfolio.people.passwords import hash_password
from portfolio.settings import Settings

if TYPE_CHECKING:
    from portfolio.plugins import Registry

__all__ = ["PASSWORD", "DemoError", "fill_demo", "has_people"]

PASSWORD = "samen-delen-2026"
"""Of every demo account. It's public: a demo answers only this computer."""


def has_people(database: Database) -> bool:
    """Whether anybody has an account in this database."""
    with database.read() as session:
        return _has_people(session)


def fill_demo(
    database: Database, settings: Settings, store: Store, registry: Registry, *, today: dt.date | None = None
) -> None:
    """Fill an empty, migrated database with the demo world, as if `today` were the current day.

    Raises DemoError, and adds nothing, when there are people already or a text or picture can't be loaded.
    """
    if has_people(database):
        raise _full()
    days, world = Days(today or clock.today()), read_world().where(registry.plugins)
    tables = Tables()
    people = add_people(tables, world, days, hash_password(PASSWORD))
    pictures = _put_pictures(database, settings, store, world)
    telling = add_entries(tables, world, days, people, registry, pictures)
    _tell_the_rest(telling, database)
    readings_since(tables, days.today - dt.timedelta(days=settings.access_log_days))
    tables.add_row(Installation, {"key": "demo", "value": days.today.isoformat()})
    with database.write() as session:
        if _has_people(session):
            raise _full()
        tables.write(session)
        session.execute(delete(LooseFile).where(LooseFile.key.in_([picture.key for picture in pictures.values()])))


def _tell_the_rest(telling: Telling, database: Database) -> None:
    """Rows of plugins' own tables, where these are there: a plugin's `demo.py` tells them, as `tell(telling)`."""
    for plugin in telling.registry.plugins.values():
        lines = migrate.lines([(plugin.name, plugin.folder)])[1:]
        if (plugin.folder / "demo.py").is_file() and all(migrate.is_current(database, line) for line in lines):
            import_module(f"{plugin.module.__name__}.demo").tell(telling)


def _full() -> DemoError:
    return DemoError("There are people in this database already. The demo world only goes into an empty one.")


def _has_people(session: Session) -> bool:
    return session.scalars(select(Person.id).limit(1)).first() is not None


def _put_pictures(database: Database, settings: Settings, store: Store, world: World) -> dict[str, Picture]:
    """Put the pictures in the store, by the key of their entry; loose until the transaction claims them."""
    found = {}
    for text in world.texts:
        if not text.picture:
            continue
        try:
            data = (PICTURES / text.picture).read_bytes()
            accepted = inspect_upload(data, text.picture, max_bytes=settings.upload_bytes)
        except (OSError, RefusedFile) as error:
            raise DemoError(f"{text.key}: {text.picture}: {error}") from error
        key = put_bytes(database, store, accepted.data, clock.now())
        found[text.key] = Picture(key, f"{Path(text.picture).stem}.{accepted.extension}", accepted)
    return found
