"""The contract that every plugin keeps: the portfolio brings the tests, this file says whose they are."""

from portfolio.testing_contract import PluginContract


class TestContract(PluginContract):
    plugin = "new_plugin"
