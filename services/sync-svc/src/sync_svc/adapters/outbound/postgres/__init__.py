"""The store: PostgreSQL with forced row-level security."""
