"""Give every test the fixtures that authors of plugins get from the installed package."""

pytest_plugins = ["portfolio.testing_collection", "portfolio.testing"]
