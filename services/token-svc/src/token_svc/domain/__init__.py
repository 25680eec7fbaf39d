"""Accounts, credentials and what is made of them; standard library only."""
