"""The plugin guide does what it says: followed word by word by somebody who has nothing but an installed portfolio."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portfolio import hook_list, testing
from portfolio.app import create_app
from portfolio.people.models import Person
from portfolio.settings import Settings
from portfolio.testing import post, sign_in
from tests.authors.guide import GUIDE, Command, File, printed, script, steps


@dataclass(frozen=True)
class Followed:
    """What there is after following the guide."""

    work: Path
    output: dict[int, str]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, author_environment: dict[str, str]) -> Followed:
    work = tmp_path_factory.mktemp("author")
    done = subprocess.run(["bash", "-c", script()], cwd=work, env=author_environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return Followed(work, printed(done.stdout))


def test_the_guide_has_steps_to_follow():
    found = steps()
    assert sum(isinstance(step, File) for step in found) >= 6
    assert {step.words.split()[0] for step in found if isinstance(step, Command)} >= {"portfolio", "pytest"}


def test_each_command_prints_what_the_guide_says(followed):
    for number, step in enumerate(steps()):
        if isinstance(step, Command):
            for line in step.prints:
                assert line in followed.output[number], f"{step.words} should print {line!r}"


def browser_of(app: Any, name: str) -> Any:
    with app.database.read() as session:
        return sign_in(app.test_client(), session.scalars(select(Person).where(Person.email.like(f"{name}@%"))).one())


def words(answer: Any) -> str:
    return unescape(answer.text)


def test_what_the_guide_claims_is_so_in_the_running_application(followed, monkeypatch, forgotten_plugins):
    monkeypatch.setenv("PORTFOLIO_PLUGIN_PATH", str(followed.work / "plugins"))
    data = followed.work / "data"
    url = f"sqlite:///{data / 'portfolio.sqlite'}"
    app = create_app(Settings(data=data, database_url=url, secret_key="0" * 40, testing=True))
    fenna, ruben = browser_of(app, "fenna"), browser_of(app, "ruben")

    overview = words(fenna.get("/"))
    assert "Wat blijft je bij van deze week?" in overview and "Schrijf het op" in overview, "the card"
    home = re.findall(r'href="(/p/[0-9a-f-]+/moment/)"', overview)[0]
    assert "Momenten" in words(fenna.get(home)), "the menu leads to the list"

    form = words(fenna.get(f"{home}new/moment"))
    for label in ("Geef het een naam", "Wat gebeurde er?", "Hoe voelt het nu?", "Allebei tegelijk"):
        assert label in form, "the form, in Dutch"
    typed = {"title": "Bij het raam", "happened_on": "2024-05-06", "scene": "Ze keek weg.", "question": "Zag ik haar?"}
    kept = post(fenna, f"{home}new/moment", typed)
    assert kept.status_code == 303
    page = words(fenna.get(kept.location))
    assert "Het laat me achter met deze vraag: Zag ik haar?" in page, "its own page"
    assert "Alleen jij ziet dit" in page and ruben.get(kept.location).status_code == 404, "private until shared"

    changed = post(fenna, f"{kept.location}edit", typed | {"seen": "1", "scene": "Ze keek even weg.", "mood": "both"})
    assert changed.status_code == 303
    assert "even" in words(fenna.get(f"{kept.location}texts/1")), "history, with what changed"

    [target] = re.findall(r'name="target" value="([^"]+)"[^>]*><span class="choice__label">Ruben', page)[:1]
    assert post(fenna, f"{kept.location}shares", {"target": target, "last_day": ""}).status_code == 303
    assert "Ze keek even weg." in words(ruben.get(kept.location)), "shared with Ruben"

    with post(fenna, "/account/take-along") as taken:
        assert taken.status_code == 200 and len(taken.get_data()) > 10_000, "taken along"
    app.database.close()


def test_the_list_of_hooks_is_that_of_the_contract():
    page = GUIDE.read_text(encoding="utf-8")
    assert page == hook_list.with_list(page), "run: portfolio plugin hooks --write docs/plugin-guide.md"
    for _spec, name in hook_list.hooks():
        assert f"**`{name}(" in page


def test_everything_that_makes_something_for_a_test_is_named():
    page = GUIDE.read_text(encoding="utf-8")
    assert [name for name in vars(testing) if name.startswith("make_") and f"`{name}`" not in page] == []


def test_a_hook_that_is_missing_or_different_in_the_list_is_noticed(tmp_path):
    page = GUIDE.read_text(encoding="utf-8")
    old = tmp_path / "guide.md"
    old.write_text(page.replace("**`cards(scope: Scope)", "**`cards(scope: Scope, colour: str)"), encoding="utf-8")
    assert hook_list.write_list(old)
    assert old.read_text(encoding="utf-8") == page
    old.write_text("# Without a place\n", encoding="utf-8")
    with pytest.raises(hook_list.NoPlace):
        hook_list.write_list(old)
