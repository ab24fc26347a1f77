"""What `portfolio plugin new` makes passes the whole contract at once, and the contract notices what breaks it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

BROKEN = "gebroken"
STRAY = """
{% extends "layout.html" %}{% block main %}Nobody marked this.{% endblock %}
"""
MODELS = '''
"""A table that keeps none of the rules."""

import uuid

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.db import Base, new_id


class Note(Base):
    """Something about somebody."""

    __tablename__ = "losse_note"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
'''
VIEWS = '''
"""A page that passes no gate, because it says it needs nothing."""

import uuid

from flask import Blueprint

from portfolio.access import PUBLIC, needs

blueprint = Blueprint("gebroken", __name__)


@blueprint.get("/open")
@needs(PUBLIC)
def open_page(portfolio: uuid.UUID) -> str:
    """For everybody."""
    return "x"
'''


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "plugins").mkdir()
    return tmp_path


def run(work: Path, environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    environ = environment | {"PORTFOLIO_PLUGIN_PATH": str(work / "plugins"), "PORTFOLIO_DATA": str(work / "data")}
    return subprocess.run(command, cwd=work, env=environ, capture_output=True, text=True, check=False)


def test_a_new_plugin_passes_the_whole_contract_at_once(work, author_environment):
    made = run(work, author_environment, "portfolio", "plugin", "new", "mijn_module")
    assert made.returncode == 0, made.stderr
    tried = run(work, author_environment, "pytest", "-q", "-W", "error", "plugins/mijn_module")
    assert tried.returncode == 0, tried.stdout
    assert "passed" in tried.stdout and "skipped" not in tried.stdout and "failed" not in tried.stdout


def test_the_contract_notices_whatever_is_broken(work, author_environment):
    made = run(work, author_environment, "portfolio", "plugin", "new", BROKEN)
    assert made.returncode == 0, made.stderr
    break_everything(work / "plugins" / BROKEN)
    only = "not postgresql and TestContract"
    tried = run(work, author_environment, "pytest", "-q", "--tb=short", "-k", only, f"plugins/{BROKEN}")
    failed = set(re.findall(r"^FAILED .*?::(test_\w+)", tried.stdout, re.MULTILINE))
    assert failed == {
        "test_it_says_in_words_what_it_is",
        "test_it_has_one_name",
        "test_it_imports_no_other_plugin_and_nothing_made_for_tests",
        "test_it_declares_what_it_keeps_of_people",
        "test_every_string_has_its_dutch_and_none_is_left_over",
        "test_every_string_is_marked_for_translation",
        "test_what_is_written_is_read_edited_shared_and_taken_along",
        "test_every_page_is_there_in_every_theme_and_language",
        "test_off_is_404_on_every_route_and_method_and_leaves_no_trace",
        "test_models_equal_migrations_up_down_and_up_again",
        "test_what_is_kept_of_somebody_goes_with_them",
    }, tried.stdout[-6000:]


def break_everything(folder: Path) -> None:
    """One mistake for each test of the contract, as somebody in a hurry makes them."""
    (folder / "README.md").write_text("Later.\n", encoding="utf-8")
    (folder / "templates" / "stray.html").write_text(STRAY, encoding="utf-8")
    (folder / "models.py").write_text(MODELS, encoding="utf-8")
    (folder / "views.py").write_text(VIEWS, encoding="utf-8")
    (folder / "translations" / "nl.po").write_text('msgid "Nobody says this"\nmsgstr "Niemand zegt dit"\n', "utf-8")
    change(folder / "kinds.py", '_l("What will you do with it?")', '"What will you do with it?"')
    change(folder / "templates" / BROKEN / f"{BROKEN}.html", "parts.facts(", "parts.nothing_like_it(")
    init = folder / "__init__.py"
    change(init, "@hookimpl\ndef personal_data()", "def nothing_about_people()")
    change(init, "from portfolio.hookspecs", "from portfolio.testing import PASSWORD\nfrom portfolio.hookspecs")
    more = "@hookimpl\ndef blueprint():\n    from portfolio_plugins.gebroken import models as models\n"
    more += "    from portfolio_plugins.gebroken.views import blueprint\n\n    return blueprint\n"
    init.write_text(f"{init.read_text('utf-8')}\n\n{more}", encoding="utf-8")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old} isn't in {path} any more"
    path.write_text(text.replace(old, new), encoding="utf-8")
