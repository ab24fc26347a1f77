"""What an operator sets is right, or said to be wrong at start."""

import stat
from pathlib import Path

import pytest

from portfolio.settings import SettingsError, load_settings

KEY = "PORTFOLIO_SECRET_KEY"


def load(folder: Path, **settings: str):
    return load_settings({"PORTFOLIO_DATA": str(folder / "data"), "HOME": "/x", **settings})


def test_with_nothing_set_everything_lies_in_one_folder_that_only_its_owner_reads(tmp_path):
    found = load(tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path / 'data' / 'portfolio.sqlite'}"
    assert stat.S_IMODE(found.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((found.data / "secret_key").stat().st_mode) == 0o600
    assert len(found.secret_key) > 40
    assert not found.https and not found.testing


def test_the_key_is_made_once(tmp_path):
    assert load(tmp_path).secret_key == load(tmp_path).secret_key


def test_a_key_that_is_given_is_not_written_down(tmp_path):
    assert load(tmp_path, **{KEY: "k" * 32}).secret_key == "k" * 32
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("PORTFOLIO_SECRET_KEYS", "x", "is not a setting; known are"),
        (KEY, "short", "at least 32"),
        ("PORTFOLIO_DATABASE_URL", "mysql://x", "must start with sqlite"),
        ("PORTFOLIO_DATABASE_URL", "postgresql://x", "postgresql\\+psycopg"),
        ("PORTFOLIO_SESSION_DAYS", "two", "whole number, not 'two'"),
        ("PORTFOLIO_SESSION_DAYS", "-1", "whole number"),
        ("PORTFOLIO_TESTING", "yes", "must be 0 or 1"),
        ("PORTFOLIO_BASE_URL", "portfolio.example.org", "whole address"),
        ("PORTFOLIO_BASE_URL", "ftp://portfolio.example.org", "whole address"),
        ("PORTFOLIO_SMTP_URL", "http://mail", "must start with smtp"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(tmp_path, variable, value, words):
    with pytest.raises(SettingsError, match=words) as told:
        load(tmp_path, **{variable: value})
    assert variable in str(told.value)


def test_https_in_the_address_means_secure_cookies(tmp_path):
    assert load(tmp_path, PORTFOLIO_BASE_URL="https://portfolio.example.org").https


def test_an_address_with_a_slash_at_its_end_is_the_same_address(tmp_path):
    for typed in ("https://portfolio.example.org", "https://portfolio.example.org/", "https://portfolio.example.org//"):
        assert load(tmp_path, PORTFOLIO_BASE_URL=typed).base_url == "https://portfolio.example.org"


def test_where_plugins_and_themes_lie_is_asked_elsewhere(tmp_path):
    load(tmp_path, PORTFOLIO_PLUGIN_PATH="/a", PORTFOLIO_THEME_PATH="/b")
