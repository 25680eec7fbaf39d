"""The durable log of changes, and the streams this service owns."""
