"""The live feed: the log of changes as server-sent events."""
