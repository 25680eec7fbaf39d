"""The small HTTP layer that all doors of the simulator share."""
