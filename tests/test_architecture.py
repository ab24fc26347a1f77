"""The house stands as it was drawn: who may import what, and where things may be. Read from the source, never run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "portfolio"
WEB = {"flask", "flask_login", "flask_wtf", "werkzeug"}
VIEW_SIDE = [
    "app.py", "web.py", "wsgi.py", "menu.py", "preview.py", "templating.py", "*views.py", "*forms.py",
    "blueprint.py", "presenting.py", "overview.py",
]  # fmt: skip
"""What knows Flask: the application, views, forms, what every page has, and what orders facts for a page."""
DECLARES_INPUTS = {"entries/fields.py", "entries/field_rows.py", "entries/inputs.py"}
"""A field is declared once, with its input: these know WTForms, and no Flask."""
USES_FORMS = {
    "entries/kinds.py": "a kind is declared once, and its form is one of the things that come from it",
    "entries/cohort_settings.py": "the same for settings: what every form has is no name of a field",
    "exchange/checking.py": "an archive may hold no longer title than a form takes",
}
LONG = {
    "migrations/versions/0001_first_tables.py": "one step that makes every table",
}
"""Files of more than 350 lines, and why."""
ENVIRONMENT = {
    "settings.py": "the settings",
    "places.py": "where plugins lie is asked before there are settings, also by the tests of a plugin",
    "cli.py": "tells a setting that was made from one that wasn't",
}


def modules(*patterns: str) -> list[str]:
    """The core's modules, without tests, as paths inside `portfolio/`."""
    found = [path.relative_to(CORE).as_posix() for path in sorted(CORE.rglob("*.py"))]
    found = [name for name in found if "tests/" not in name and not name.startswith(("scaffold/", "_bundled/"))]
    return [name for name in found if not patterns or any(fnmatch(Path(name).name, one) for one in patterns)]


@cache
def imports(name: str) -> dict[str, int]:
    """What a module imports, wherever in it, as dotted names with their line; not what only its types need."""
    return dict(_imports(ast.parse((CORE / name).read_text(encoding="utf-8"))))


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    yield from _imports_in(ast.iter_child_nodes(tree))


def _imports_in(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((one.name, node.lineno) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield str(node.module), node.lineno
            yield from ((f"{node.module}.{one.name}", node.lineno) for one in node.names)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from _imports_in(node.orelse)
        else:
            yield from _imports(node)


def offenders(names: list[str], *packages: str) -> list[str]:
    """Modules among `names` that import one of the packages, or something in it."""
    return [
        f"{name}:{line} imports {found}"
        for name in names
        for found, line in imports(name).items()
        if any(found == package or found.startswith(f"{package}.") for package in packages)
    ]


VIEWS = modules(*VIEW_SIDE)
MODELS = [name for name in modules("models.py") if name != "models.py"]  # that one only names the rooms' own
OTHERS = [name for name in modules() if name not in VIEWS]
TESTING = set(modules("testing*.py"))
"""What tests use: it stands above all of it."""


def test_the_walk_sees_the_house():
    assert {"entries/page_views.py", "people/sign_in_views.py", "web.py"} <= set(VIEWS)
    assert {"entries/writing.py", "people/limits.py", "access.py"} <= set(OTHERS)
    assert set(MODELS) >= {"entries/models.py", "people/models.py", "jobs/models.py", "notices/models.py"}
    assert "sqlalchemy" in imports("entries/writing.py") and "flask" in imports("app.py")


def test_imports_only_for_types_and_inside_functions_are_told_apart():
    tree = ast.parse(
        "if TYPE_CHECKING:\n    import flask\nelse:\n    import one\ndef f():\n    from two.three import four"
    )
    assert {name for name, _ in _imports(tree)} == {"one", "two.three", "two.three.four"}


def test_the_core_names_no_plugin():
    assert offenders(modules(), "plugins", "portfolio_plugins", "tests") == []
    plugins = [path.name for path in (ROOT / "plugins").glob("*") if (path / "__init__.py").is_file()]
    named = [(name, one) for name in modules() for one in plugins if f'"{one}"' in (CORE / name).read_text("utf-8")]
    assert named == []


def test_no_plugin_imports_another():
    for folder in (ROOT / "plugins").glob("*/"):
        for path in folder.rglob("*.py"):
            for found, line in _imports(ast.parse(path.read_text(encoding="utf-8"))):
                if found.startswith("portfolio_plugins."):
                    assert found.split(".")[1] == folder.name, f"{path}:{line} imports {found}"


def test_views_know_no_sql():
    """Only app.py, which owns the transactions, does."""
    assert offenders([name for name in VIEWS if name != "app.py"], "sqlalchemy", "psycopg", "sqlite3") == []


def test_services_know_no_flask():
    assert offenders([name for name in OTHERS if name not in TESTING], *WEB) == []
    assert offenders([name for name in OTHERS if name not in DECLARES_INPUTS | TESTING], "wtforms") == []


def test_services_call_no_view():
    above = {f"portfolio.{name.removesuffix('.py').replace('/', '.')}" for name in VIEWS}
    found = offenders([name for name in OTHERS if name not in {*USES_FORMS, *TESTING, "cli.py"}], *above)
    assert found == []
    for name in USES_FORMS:
        assert offenders([name], *above - {"portfolio.entries.forms"}) == [], "forms, and nothing else of the views"


def test_models_know_nothing_above_them():
    for name in MODELS:
        above = [
            found
            for found in imports(name)
            if found.startswith("portfolio.")
            and not found.startswith(("portfolio.db", "portfolio.clock"))
            and found.split(".")[2:3] != ["models"]
        ]
        assert above == [], f"{name} imports {above}"


def test_the_foundations_know_no_room():
    rooms = [f"portfolio.{path.parent.name}" for path in CORE.glob("*/__init__.py")]
    assert "portfolio.people" in rooms
    foundations = ["db.py", "clock.py", "settings.py", "errors.py", "events.py", "i18n.py", "places.py", "markdown.py"]
    assert offenders([*foundations, "contributions.py", "hookspecs.py", "filenames.py"], *rooms) == []


def test_sections_are_shaped_as_plugins_are():
    """They use the contract and the trunk, not each other and not the application."""
    for name in (name for name in modules() if name.startswith("sections/") and name.count("/") > 1):
        section = name.split("/")[1]
        others = [f"portfolio.sections.{one.name}" for one in (CORE / "sections").iterdir() if one.name != section]
        assert offenders([name], "portfolio.app", "portfolio.plugins", *others) == []


def test_only_one_module_calls_plugins():
    assert offenders([name for name in modules() if name not in ("plugins.py", "hookspecs.py")], "pluggy") == []
    uses = [name for name in modules() if "PluginManager(" in (CORE / name).read_text("utf-8")]
    assert uses == ["plugins.py"]


def test_only_the_settings_read_the_environment():
    reads = [
        name
        for name in modules()
        for node in ast.walk(ast.parse((CORE / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
    ]
    assert set(reads) == set(ENVIRONMENT)


@pytest.mark.parametrize("word", ["utils", "helpers", "util", "helper", "manager", "common", "misc", "base"])
def test_no_module_is_named_for_nothing(word):
    assert [name for name in modules() if Path(name).stem == word] == []


def test_no_file_is_long_without_a_reason():
    long = {name for name in modules() if len((CORE / name).read_text("utf-8").splitlines()) > 350}
    assert long - set(LONG) == set()
    assert set(LONG) <= set(modules()), "a reason for a file that isn't there"


@pytest.mark.parametrize("name", modules())
def test_every_module_says_why_it_exists(name):
    words = ast.get_docstring(ast.parse((CORE / name).read_text(encoding="utf-8")))
    empty = not (CORE / name).read_text(encoding="utf-8").strip()
    assert (words and len(words) > 8) or (empty and name.endswith("__init__.py")), name


def test_old_style_queries_are_nowhere():
    """`session.query` is SQLAlchemy 1."""
    found = [name for name in modules() if ".query(" in (CORE / name).read_text("utf-8")]
    assert found == []
