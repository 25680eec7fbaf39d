"""When the secrets of an application expire, which one the settings named, and versions."""

from alembic import op

revision = "0006_applications"
down_revision = "0005_refresh_leases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run = op.get_bind().exec_driver_sql
    for column in ("secret_expires_at timestamptz", "next_secret_expires_at timestamptz", "configured_secret text"):
        run(f"ALTER TABLE applications ADD COLUMN {column}")
    run("ALTER TABLE applications ADD COLUMN version integer NOT NULL DEFAULT 1")
