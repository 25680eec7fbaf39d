"""Secrets under envelope encryption."""
