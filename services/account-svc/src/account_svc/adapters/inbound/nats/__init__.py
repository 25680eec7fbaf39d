"""Messages → use cases."""
