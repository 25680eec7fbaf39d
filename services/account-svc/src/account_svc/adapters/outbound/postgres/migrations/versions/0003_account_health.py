"""When the seller consented, and how the synchronisation of each account goes."""

from alembic import context, op

revision = "0003_account_health"
down_revision = "0002_default_account"
branch_labels = None
depends_on = None

# When accounts that are there were last authorised is not known: the owner cannot see them to guess, and need not.
TABLES = (
    "ALTER TABLE accounts ADD COLUMN authorized_at timestamptz",
    "ALTER TABLE accounts ADD CONSTRAINT accounts_of_tenant UNIQUE (tenant_id, id)",
    "DROP INDEX accounts_by_tenant",
    """
CREATE TABLE account_syncs (
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    account_id text NOT NULL,
    dataset text NOT NULL,
    succeeded_at timestamptz,
    failed_at timestamptz,
    failure_code text,
    PRIMARY KEY (tenant_id, account_id, dataset),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE,
    CHECK ((failed_at IS NULL) = (failure_code IS NULL))
)""",
    """
CREATE TABLE account_failure_days (
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    account_id text NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (tenant_id, account_id, day),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
)""",
)


def upgrade() -> None:
    app = context.config.attributes["app_role"]
    run = op.get_bind().exec_driver_sql
    for statement in TABLES:
        run(statement)
    for table in ("account_syncs", "account_failure_days"):
        run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        mine = "tenant_id = current_setting('app.tenant_id', true)"
        run(f"CREATE POLICY tenant ON {table} USING ({mine}) WITH CHECK ({mine})")
        run(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO "{app}"')
