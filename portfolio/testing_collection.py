"""Let pytest collect the tests of folder plugins without importing a plugin under a second name.

pytest's importlib mode imports the packages above a test by its own names (`plugins.<name>`, `<name>`). A plugin is
already there as `portfolio_plugins.<name>`; a second copy would register its tables and kinds twice. So the folder
of a plugin isn't collected as a package, and the name pytest would give it leads to the registered module.
"""

import contextlib
import importlib
import sys
from pathlib import Path

import pytest

from portfolio.places import plugin_folders
from portfolio.plugins import NAMESPACE, found_plugins


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Import the plugins as soon as this file is loaded: before pytest looks at the first conftest.py of one."""
    config = manager.get_plugin("pytestconfig")
    if getattr(plugin, "__name__", None) != __name__ or config is None:
        return
    for name in found_plugins():
        with contextlib.suppress(Exception):  # a broken plugin fails in its own tests, which import it again
            module = importlib.import_module(f"{NAMESPACE}.{name}")
            name_there = _name_for_pytest(Path(str(module.__file__)).parent, config.rootpath)
            if name_there:  # none for a plugin whose own folder is pytest's root
                sys.modules[name_there] = module


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the folders of a plugin as plain folders. Raises UsageError where its tests are a package."""
    if not any(folder in path.parents for folder in plugin_folders()):
        return None
    if path.name == "tests" and (path / "__init__.py").exists():
        raise pytest.UsageError(f"{path}/__init__.py: the tests of a plugin are no package; delete this file")
    return pytest.Dir.from_parent(parent, path=path)


def _name_for_pytest(folder: Path, root: Path) -> str:
    parts = folder.relative_to(root).parts if folder.is_relative_to(root) else folder.parts[1:]
    return ".".join(part.replace(".", "_") for part in parts)
