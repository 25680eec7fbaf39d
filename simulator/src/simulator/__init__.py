"""A strict, stateful stand-in for Amazon and the identity provider."""
