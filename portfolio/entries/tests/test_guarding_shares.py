"""Before an entry is shared its writer is shown what may lead to somebody else, and shares all the same or not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from portfolio.clock import now
from portfolio.db import Database
from portfolio.entries.guarding import words_in_name
from portfolio.entries.models import Attachment, Share
from portfolio.entries.tests.entries_world import World, address, browser, make_world, words
from portfolio.testing import make_entry, post

TEXT = "Mijn leerling **Sanne Bakker** was <b>ziek</b>.\n\nVerder ging het goed."


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def shares(world: World) -> int:
    with world.database.read() as session:
        return session.scalars(select(func.count()).select_from(Share)).one()


def written(world: World, **more: Any) -> Any:
    with world.database.write() as session:
        return make_entry(session, world.fenna, **({"content": {"why": TEXT}} | more)).id


def sent_with(html: str) -> dict[str, str]:
    """The form of the second button."""
    section = html[html.index('id="look"') : html.index("</section>", html.index('id="look"'))]
    return dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', section))


def test_the_words_are_shown_marked_and_a_second_button_shares(app: Any, world: World) -> None:
    entry, fenna = written(world), browser(app, world.fenna)
    form = {"target": f"person:{world.idris.id}", "address": "", "last_day": ""}
    asked = post(fenna, address(world, entry, "shares"), form)
    assert asked.status_code == 422 and shares(world) == 0
    assert "<mark>Sanne Bakker</mark>" in asked.text and "<mark>ziek</mark>" in asked.text
    assert "&lt;b&gt;<mark>" in asked.text and "Please look at these 2 places once more" in words(asked.text)
    again = sent_with(asked.text)
    assert {name: again[name] for name in form} == form
    assert post(fenna, address(world, entry, "shares"), again).status_code == 303
    assert shares(world) == 1
    assert post(fenna, address(world, entry, "shares"), form).status_code == 422, "another round asks again"


def test_the_second_button_shares_the_words_that_were_looked_at_and_no_others(app: Any, world: World) -> None:
    entry, fenna = written(world), browser(app, world.fenna)
    form = {"target": f"person:{world.idris.id}"}
    again = sent_with(post(fenna, address(world, entry, "shares"), form).text)
    edited = {"title": "Een andere titel, over leerling Noor", "happened_on": "2024-05-06", "why": TEXT, "seen": "1"}
    assert post(fenna, address(world, entry, "edit"), edited).status_code == 303
    asked = post(fenna, address(world, entry, "shares"), again)
    assert asked.status_code == 422 and "<mark>Noor</mark>" in asked.text and shares(world) == 0
    for forged in ("1", "yes", ""):
        assert post(fenna, address(world, entry, "shares"), form | {"anyway": forged}).status_code == 422


def test_what_is_in_the_way_anyhow_comes_first(app: Any, world: World) -> None:
    entry, fenna = written(world), browser(app, world.fenna)
    told = post(fenna, address(world, entry, "shares"), {"target": "", "address": world.hanne.email})
    assert told.status_code == 422 and "your own leader" in told.text and 'id="look"' not in told.text


def test_a_text_with_nothing_to_look_at_is_shared_at_once(app: Any, world: World) -> None:
    entry = written(world, content={"why": "Ik wil leerlingen eerder vragen wat ze zagen."})
    fenna = browser(app, world.fenna)
    assert post(fenna, address(world, entry, "shares"), {"target": f"person:{world.idris.id}"}).status_code == 303


def test_steps_are_read_and_choices_are_not(app: Any, world: World) -> None:
    content = {"method": "starr", "steps": {"situation": "Gesprek met de ouders van Jan de Vries."}}
    entry = written(world, kind="reflection", plugin="reflections", content=content)
    fenna = browser(app, world.fenna)
    where = address(world, entry, "shares", section="reflections")
    asked = post(fenna, where, {"target": f"person:{world.idris.id}"})
    assert asked.status_code == 422 and "<mark>Jan de Vries</mark>" in asked.text


def add_file(world: World, entry: Any, filename: str, alt: str = "") -> None:
    with world.database.write() as session:
        session.add(
            Attachment(
                entry_id=entry, filename=filename, media_type="image/jpeg", size=1, sha256="0", alt=alt, pupils="no",
                added_at=now(),
            )  # fmt: skip
        )


def test_names_and_descriptions_of_its_files_are_read_too(app: Any, world: World) -> None:
    entry, fenna = written(world, content={}), browser(app, world.fenna)
    form = {"target": f"person:{world.idris.id}"}
    add_file(world, entry, "IMG_2024-06-12_09.34.12.jpg", "Ons lokaal")
    assert post(fenna, address(world, entry, "shares"), form).status_code == 303
    add_file(world, entry, "leerling_Sanne_Bakker.jpg", "Yusuf Demir, een leerling")
    asked = post(fenna, address(world, entry, "shares"), form)
    assert asked.status_code == 422 and shares(world) == 1
    assert "<mark>Sanne Bakker</mark>" in asked.text and "<mark>Yusuf Demir</mark>" in asked.text
    again = sent_with(asked.text)
    add_file(world, entry, "mentorkind-noor.pdf")
    asked = post(fenna, address(world, entry, "shares"), again)
    assert asked.status_code == 422 and "<mark>noor</mark>" in asked.text, "this one nobody had looked at"
    assert post(fenna, address(world, entry, "shares"), sent_with(asked.text)).status_code == 303


def test_a_files_name_is_read_as_words_and_its_days_are_no_telephone_number() -> None:
    for name, text in {
        "leerling-Sanne_Bakker-3B.jpg": "leerling Sanne Bakker 3B", "burn-out.pdf": "burn-out",
        "burn-out gesprek.pdf": "burn-out gesprek", "IMG_2024_06_12_09_34_12.jpg": "IMG 2024_06_12_09_34_12",
        "2024-06-12 09.34.12.png": "2024-06-12 09.34.12", "geen punt": "geen punt",
    }.items():  # fmt: skip
        assert words_in_name(name) == text
