"""Time → commands."""
