"""The contract that every plugin keeps, and what this one promises besides: no field grades anybody."""

from __future__ import annotations

import re
from pathlib import Path

import portfolio_plugins.ontwikkelgesprek as plugin
from portfolio_plugins.ontwikkelgesprek.kinds import KINDS, TALKS, Settled
from portfolio_plugins.ontwikkelgesprek.settings import NAME

from portfolio.testing_contract import PluginContract

FOLDER = Path(plugin.__file__).parent


class TestContract(PluginContract):
    plugin = NAME


def test_nothing_grades_and_no_conversation_is_an_assessment():
    names = {spec.name for kind in (*KINDS, Settled) for spec in kind.fields}
    assert not {name for name in names if re.search(r"score|grade|rating|level|health", name)}
    assert not {name for name in TALKS if "beoordeling" in name}
    words = (FOLDER / "translations" / "nl.po").read_text("utf-8").lower()
    assert re.findall(r"\b(niveau|score|voldoet|compleet|achterstand|cijfer|beste|u|uw)\b", words) == []
