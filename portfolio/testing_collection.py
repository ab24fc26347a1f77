"""Let pytest collect the tests of folder plugins without importing a plugin under a second name.

pytest's importlib mode imports the packages above a test by its own names (`plugins.<name>`, `<name>`). A plugin is
already there as `portfolio_plugins.<name>`; a second copy would register its tables and kinds twice. So the folder
of a plugin isn't collected as a package, and the name pytest would give it leads to the registered module.
"""

import importlib
import sys
from pathlib import Path

import pytest

from portfolio.places import plugin_folders


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect folders in a plugin as plain folders, with the plugin known under its registered name."""
    home = next((folder for folder in plugin_folders() if folder in path.parents), None)
    if home is None:
        return None
    plugin = home / path.relative_to(home).parts[0]
    if path == plugin and (plugin / "__init__.py").is_file():
        _know_as_registered(plugin, parent.config.rootpath)
    elif path.name == "tests" and (path / "__init__.py").exists():
        raise pytest.UsageError(f"{path}/__init__.py: the tests of a plugin are no package; delete this file")
    return pytest.Dir.from_parent(parent, path=path)


def _know_as_registered(plugin: Path, root: Path) -> None:
    import portfolio.plugins  # noqa: F401 - it puts the package portfolio_plugins in place

    parts = plugin.relative_to(root).parts if plugin.is_relative_to(root) else plugin.parts[1:]
    name = ".".join(part.replace(".", "_") for part in parts)  # as pytest's module_name_from_path does
    sys.modules[name] = importlib.import_module(f"portfolio_plugins.{plugin.name}")
