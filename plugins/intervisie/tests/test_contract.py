"""The contract that every plugin keeps."""

from __future__ import annotations

from portfolio_plugins.intervisie.settings import NAME

from portfolio.testing_contract import PluginContract


class TestContract(PluginContract):
    plugin = NAME
