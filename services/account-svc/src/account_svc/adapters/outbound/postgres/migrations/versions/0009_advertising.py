"""Connections and applications for Amazon Ads."""

from alembic import op

revision = "0009_advertising"
down_revision = "0008_sealed_columns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run = op.get_bind().exec_driver_sql
    for table in ("oauth_states", "applications"):
        run(f"ALTER TABLE {table} ADD COLUMN kind text NOT NULL DEFAULT 'selling_partner'")
        run(f"ALTER TABLE {table} ADD CONSTRAINT {table}_kind CHECK (kind IN ('selling_partner', 'advertising'))")
    # A consent to Amazon Ads is given for a region; the page is Login with Amazon's, not a seller's or vendor's.
    run("ALTER TABLE oauth_states ALTER COLUMN central DROP NOT NULL, ALTER COLUMN marketplace DROP NOT NULL")
