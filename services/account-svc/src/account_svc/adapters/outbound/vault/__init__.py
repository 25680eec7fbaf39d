"""Secrets outside the database."""
