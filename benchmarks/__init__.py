"""Benchmarks: run by hand, in one go, against a floor."""
