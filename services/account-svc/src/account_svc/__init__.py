"""Keeps sellers' accounts, applications and every secret, encrypted."""
