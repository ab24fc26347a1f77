"""Give every test the fixtures that authors of plugins get from the installed package."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["portfolio.testing_collection", "portfolio.testing"]

# A busy machine makes no test fail: what speed is worth is measured in benchmarks/.
settings.register_profile("portfolio", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portfolio")
