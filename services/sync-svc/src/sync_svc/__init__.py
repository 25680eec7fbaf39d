"""Keeps the dashboard data true and pushes changes live."""
