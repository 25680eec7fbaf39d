"""Requests and events over NATS."""
