"""The Selling Partner API, as far as it makes tokens."""
