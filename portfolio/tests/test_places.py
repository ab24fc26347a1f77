"""Where plugins and themes are looked for, in a checkout and in an installed package."""

import os
from pathlib import Path

import pytest

from portfolio import places


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PORTFOLIO_PLUGIN_PATH", raising=False)
    monkeypatch.delenv("PORTFOLIO_THEME_PATH", raising=False)
    package = tmp_path / "portfolio"
    package.mkdir()
    monkeypatch.setattr(places, "PACKAGE", package)
    return package


def test_a_checkout_has_them_beside_the_package(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "themes").mkdir()
    assert places.plugin_folders() == [tmp_path / "plugins"]
    assert places.theme_folders() == [tmp_path / "themes"]


def test_an_installed_package_has_its_own_and_ignores_strangers_beside_it(package: Path, tmp_path: Path) -> None:
    (package / "_bundled/plugins").mkdir(parents=True)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "themes").mkdir()
    assert places.plugin_folders() == [package / "_bundled/plugins"]
    assert places.theme_folders() == []


def test_folders_that_are_missing_are_no_error() -> None:
    assert places.plugin_folders() == places.theme_folders() == []


def test_an_operator_adds_folders_after_the_bundled_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("plugins", "one", "two"):
        (tmp_path / name).mkdir()
    named = [tmp_path / "one", tmp_path / "two", tmp_path / "one"]
    monkeypatch.setenv("PORTFOLIO_PLUGIN_PATH", os.pathsep.join(map(str, named)))
    assert places.plugin_folders() == [tmp_path / "plugins", tmp_path / "one", tmp_path / "two"]


def test_a_misspelt_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTFOLIO_THEME_PATH", str(tmp_path / "thems"))
    with pytest.raises(NotADirectoryError, match="PORTFOLIO_THEME_PATH names .*thems"):
        places.theme_folders()
