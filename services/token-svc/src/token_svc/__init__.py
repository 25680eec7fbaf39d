"""Turns a stored credential into a short-lived one."""
