"""Credentials from token-svc, over NATS and over HTTP."""
