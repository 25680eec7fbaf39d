"""HTTP → commands and queries."""
