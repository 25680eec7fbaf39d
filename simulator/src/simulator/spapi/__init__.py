"""The Selling Partner API, strict."""
