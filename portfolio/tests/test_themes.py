"""A theme has a parent; a template is looked for along the chain, or in exactly one theme."""

import os
from pathlib import Path

import pytest
from jinja2 import Environment, TemplateNotFound

from portfolio.i18n import LANGUAGES, speaking
from portfolio.themes import ThemeError, Themes


@pytest.fixture
def make_theme(tmp_path, monkeypatch):
    """Write a theme into a folder of the operator's; `folder` for another one."""

    def make(name: str, facts: str = "", folder: str = "one", **files: str) -> None:
        root = tmp_path / folder / name
        (root / "templates").mkdir(parents=True)
        (root / "static").mkdir()
        (root / "theme.toml").write_text(facts)
        for path, text in files.items():
            place = "templates" if path.endswith("_html") else "static"
            (root / place / path.replace("_", ".")).write_text(text)
        paths = [str(found) for found in sorted(tmp_path.iterdir())]
        monkeypatch.setenv("PORTFOLIO_THEME_PATH", os.pathsep.join(paths))

    return make


def render(themes: Themes, theme: str, template: str) -> str:
    return themes.environment(theme, Environment(autoescape=True)).get_template(template).render()


def test_the_bundled_theme_is_there_and_an_unknown_one_is_the_base():
    themes = Themes([])
    assert [theme.name for theme in themes.chain("nowhere")] == ["base"]
    assert themes.static_file("nowhere", "tokens.css") is not None


def test_the_nearest_theme_has_the_word(make_theme):
    make_theme("warm", page_html="warm", other_html="warm other", a_css="warm")
    make_theme("warmer", 'extends = "warm"\ntitle = "Warmer"', page_html="warmer")
    themes = Themes([])
    assert [theme.name for theme in themes.chain("warmer")] == ["warmer", "warm", "base"]
    assert themes.themes["warmer"].title == "Warmer"
    assert render(themes, "warmer", "page.html") == "warmer"
    assert render(themes, "warmer", "other.html") == "warm other"
    assert themes.static_file("warmer", "a.css").read_text() == "warm"


def test_a_theme_is_called_what_the_readers_language_calls_it(make_theme):
    make_theme("warm", 'title.nl = "Warm papier"\ntitle.en = "Warm paper"')
    make_theme("plain", 'title = "Op z\'n plat"')
    make_theme("bare")
    make_theme("half", 'title.nl = "Half"')
    themes = Themes([]).themes
    for code, words in (("nl", "Warm papier"), ("en", "Warm paper")):
        with speaking(code):
            assert themes["warm"].title == words
            assert (themes["plain"].title, themes["bare"].title) == ("Op z'n plat", "bare")
    with speaking("en"):
        assert themes["half"].title == "Half"


def test_the_bundled_themes_have_a_title_in_every_language():
    for theme in Themes([]).themes.values():
        assert set(theme.titles) == set(LANGUAGES), theme.name


@pytest.mark.parametrize("title", ["title = 3", "title.de = 'Heft'", "title.nl = ['a']"])
def test_a_title_that_is_no_text_or_in_no_language_of_ours_is_refused(make_theme, title):
    make_theme("warm", title)
    with pytest.raises(ThemeError, match="its title is a text"):
        Themes([])


def test_a_template_may_be_that_of_exactly_one_theme(make_theme):
    make_theme("warm", page_html="{% block x %}warm{% endblock %}")
    make_theme(
        "warmer",
        'extends = "warm"',
        page_html='{% extends "warm:page.html" %}{% block x %}[{{ super() }}]{% endblock %}',
    )
    themes = Themes([])
    assert render(themes, "warmer", "page.html") == "[warm]"
    for wrong in ("cold:page.html", "base:page.html"):
        with pytest.raises(TemplateNotFound):
            render(themes, "warmer", wrong)


def test_a_theme_restyles_the_page_of_a_room(make_theme, tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    (room / "page.html").write_text("plain")
    make_theme("warm", page_html="warm")
    themes = Themes([room])
    assert (render(themes, "warm", "page.html"), render(themes, "base", "page.html")) == ("warm", "plain")


def test_a_theme_extends_the_page_of_a_room_as_the_base_shows_it(make_theme, tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    (room / "page.html").write_text("{% block x %}plain{% endblock %}")
    make_theme("warm", page_html='{% extends "base:page.html" %}{% block x %}[{{ super() }}]{% endblock %}')
    again = '{% extends "warm:page.html" %}{% block x %}{{ super() }}!{% endblock %}'
    make_theme("warmer", 'extends = "warm"', page_html=again)
    themes = Themes([room])
    assert render(themes, "warm", "page.html") == "[plain]"
    assert render(themes, "warmer", "page.html") == "[plain]!"
    with pytest.raises(TemplateNotFound):
        render(themes, "warm", "warm:layout.html")


@pytest.mark.parametrize("path", ["../theme.toml", "../../base/theme.toml", "/etc/passwd", "", "nothing.css"])
def test_nothing_outside_a_themes_static_files_is_given(path):
    assert Themes([]).static_file("base", path) is None


def test_a_plugins_own_static_file_is_given_under_its_name_unless_a_theme_has_another(make_theme, tmp_path):
    folder = tmp_path / "moment" / "static"
    folder.mkdir(parents=True)
    (folder / "a.js").write_text("plugin")
    (tmp_path / "moment" / "kinds.py").write_text("secret")
    themes = Themes([], {"moment": folder})
    found = themes.static_file("krijt", "moment/a.js")
    assert found is not None and found.read_text() == "plugin"
    for path in ("a.js", "moment/b.js", "moment/../kinds.py", "moment", "moment/", "other/a.js"):
        assert themes.static_file("base", path) is None, path
    make_theme("warm")
    (tmp_path / "one" / "warm" / "static" / "moment").mkdir()
    (tmp_path / "one" / "warm" / "static" / "moment" / "a.js").write_text("theme")
    restyled = Themes([], {"moment": folder}).static_file("warm", "moment/a.js")
    assert restyled is not None and restyled.read_text() == "theme"


def test_the_address_of_a_static_file_changes_with_its_content(make_theme, tmp_path):
    make_theme("warm", a_css="one")
    before = Themes([]).static_hash("warm", "a.css")
    Path(tmp_path / "one" / "warm" / "static" / "a.css").write_text("two")
    assert Themes([]).static_hash("warm", "a.css") != before
    with pytest.raises(ThemeError, match="no static file"):
        Themes([]).static_hash("warm", "b.css")


@pytest.mark.parametrize("parent", ["nowhere", "warm", "warmer"])
def test_a_parent_that_is_missing_or_a_loop_is_refused_at_start(make_theme, parent):
    make_theme("warm", f'extends = "{parent}"')
    make_theme("warmer", 'extends = "warm"')
    with pytest.raises(ThemeError, match="missing or a loop"):
        Themes([])


def test_two_themes_with_one_name_are_refused(make_theme):
    make_theme("warm")
    make_theme("warm", folder="two")
    with pytest.raises(ThemeError, match="two themes are called 'warm'"):
        Themes([])
