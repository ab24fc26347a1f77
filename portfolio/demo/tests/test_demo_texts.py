"""The texts of the demo world are read strictly: a typing error is told, not lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from portfolio.demo.texts import WORLD, DemoError, read_world

Change = Callable[[str, str], None]


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WORLD, tmp_path / "world"))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('title = "Eén vraag, en dan wachten"\n', "", "r-een-vraag: title is missing"),
        ('with = "circle:', 'wiht = "circle:', "with_ is missing; nobody knows wiht"),
        ('key = "r-geen-spion"', 'key = "r-een-vraag"', "two entries have one key: r-een-vraag"),
        ("[[entry]]", "[[entry", "ruben.toml"),
    ],
)
def test_a_typing_error_is_told_with_its_place(world: Path, before: str, after: str, message: str) -> None:
    path = world / ("fenna.toml" if "circle" in before else "ruben.toml")
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(DemoError, match=message):
        read_world(world)


def test_long_texts_lose_the_newline_at_their_end() -> None:
    told = {text.key: text for text in read_world().texts}
    assert told["r-een-vraag"].own["why"].endswith("Dat is het werk.")
    assert told["r-geen-spion"].own["steps"]["what_i_did"].endswith("zelf vragen.")
