"""One default account per tenant and kind."""

from alembic import op

revision = "0002_default_account"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run = op.get_bind().exec_driver_sql
    run("ALTER TABLE accounts ADD COLUMN is_default boolean NOT NULL DEFAULT false")
    run("ALTER TABLE accounts ADD CONSTRAINT accounts_default_is_connected CHECK (NOT is_default OR status <> 'disconnected')")
    run("CREATE UNIQUE INDEX accounts_one_default ON accounts (tenant_id, kind) WHERE is_default")
