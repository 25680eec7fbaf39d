"""Accounts, states, applications and the record of credential uses in PostgreSQL."""
