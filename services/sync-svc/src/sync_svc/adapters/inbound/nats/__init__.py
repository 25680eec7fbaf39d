"""Messages → commands."""
