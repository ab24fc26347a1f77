"""A new plugin's folder can be made, under a name that is nobody else's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from portfolio import places, scaffolding
from portfolio.scaffolding import ScaffoldError, default_place, make_plugin, refuse_name

ROOT = Path(__file__).parents[2]


def test_a_folder_has_its_own_name_everywhere_and_all_its_dutch(tmp_path):
    folder = make_plugin("kleine_stap", tmp_path)
    texts = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert {"README.md", "__init__.py", "kinds.py", "translations/nl.po", "tests/test_contract.py"} <= set(texts)
    assert "templates/kleine_stap/kleine_stap.html" in texts and "class KleineStap(Kind):" in texts["kinds.py"]
    for name, words in texts.items():
        assert "new_plugin" not in words and "NewPlugin" not in words and "New plugin" not in words, name
    with pytest.raises(ScaffoldError, match="is there already"):
        make_plugin("kleine_stap", tmp_path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Kleine", "no name for a plugin"), ("kleine-stap", "no name"), ("_stap", "no name"), ("1stap", "no name"),
        ("class", "no name"), ("x" * 33, "no name"), ("goals", "portfolio's own"), ("people", "portfolio's own"),
        ("gate", "portfolio's own"), ("entry", "own table entry"), ("circle", "own table circle"),
        ("visie", "could be taken for those of 'visie_missie'"), ("visie_missie", "there is a plugin"),
        ("visie_missie_twee", "could be taken"),
    ],
)  # fmt: skip
def test_a_name_that_is_somebody_elses_is_refused(name, words):
    with pytest.raises(ScaffoldError, match=words):
        refuse_name(name, ["visie_missie"])


def test_what_is_made_passes_the_linter_of_the_checkout(tmp_path):
    folder = make_plugin("kleine_stap", tmp_path)
    checker = [sys.executable, "-m", "ruff", "check", "--config", str(ROOT / "ruff.toml"), "--no-cache"]
    tests_of_a_checkout = ["--ignore", "D101,D103"]  # which that file knows by its folder
    command = [*checker, *tests_of_a_checkout, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_goes_where_plugins_are_looked_for(tmp_path, monkeypatch):
    monkeypatch.delenv("PORTFOLIO_PLUGIN_PATH", raising=False)
    assert default_place() == ROOT / "plugins", "in a checkout"
    monkeypatch.setenv("PORTFOLIO_PLUGIN_PATH", str(tmp_path))
    assert default_place() == tmp_path
    monkeypatch.delenv("PORTFOLIO_PLUGIN_PATH")
    monkeypatch.setattr(scaffolding, "PACKAGE", tmp_path)
    monkeypatch.setattr(places, "PACKAGE", tmp_path)
    with pytest.raises(ScaffoldError, match="--into DIR"):
        default_place()
