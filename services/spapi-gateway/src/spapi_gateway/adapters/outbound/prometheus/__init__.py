"""Metrics of the calls."""
