"""Give every test the fixtures that authors of plugins get from the installed package."""

from pathlib import Path

pytest_plugins = ["portfolio.testing_collection"]
if Path(__file__).with_name("portfolio").joinpath("testing.py").exists():
    pytest_plugins.append("portfolio.testing")
