"""The contract that every plugin keeps."""

from __future__ import annotations

from typing import Any

from portfolio_plugins.intervisie.settings import NAME

from portfolio.access import MEMBER
from portfolio.testing import Participant
from portfolio.testing_contract import PluginContract


class TestContract(PluginContract):
    plugin = NAME

    def own_pages(self, app: Any, teacher: Participant) -> list[str]:
        """Those of a group lie in the group's portfolio, not in somebody's own."""
        with app.test_request_context():
            return [
                app.url_for(rule.endpoint, portfolio=teacher.portfolio)
                for rule in app.url_map.iter_rules()
                if rule.endpoint.split(".")[0] == self.plugin and rule.arguments == {"portfolio"}
                if app.view_functions[rule.endpoint].needs != MEMBER and "GET" in rule.methods
            ]
