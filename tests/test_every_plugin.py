"""Every folder plugin keeps the contract, also one that forgot to ask for it; and so does the one of the tests."""

from __future__ import annotations

import importlib
import types
from pathlib import Path

from portfolio.plugins import NAMESPACE, found_plugins
from portfolio.testing_contract import PluginContract
from tests.demo_loading import NAME, demo_module


def runs_it_itself(name: str) -> bool:
    """Whether the plugin's own tests run the contract, so that it needn't run twice."""
    tests = Path(str(importlib.import_module(f"{NAMESPACE}.{name}").__file__)).parent / "tests"
    return any("PluginContract" in path.read_text(encoding="utf-8") for path in tests.glob("test_*.py"))


class TestDemoPlugin(PluginContract):
    plugin = NAME

    def extra(self) -> list[tuple[str, types.ModuleType]]:
        return [(NAME, demo_module())]


for _name in found_plugins():
    if not runs_it_itself(_name):
        globals()[f"Test_{_name}"] = type(f"Test_{_name}", (PluginContract,), {"plugin": _name})
