"""The audit stream of the calls."""
