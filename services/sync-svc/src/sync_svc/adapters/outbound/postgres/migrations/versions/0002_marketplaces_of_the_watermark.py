"""Which marketplaces a watermark speaks of; unknown for what is there, so that their history is read once more."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE freshness ADD COLUMN marketplaces text[] NOT NULL DEFAULT '{}'")
