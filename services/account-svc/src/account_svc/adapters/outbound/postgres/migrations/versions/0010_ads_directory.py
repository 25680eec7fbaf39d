"""What advertisers have: ads accounts, profiles and DSP advertisers, by region."""

from alembic import context, op

revision = "0010_ads_directory"
down_revision = "0009_advertising"
branch_labels = None
depends_on = None

TABLES = (
    """
CREATE TABLE ads_records (
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    kind text NOT NULL CHECK (kind IN ('ads_account', 'profile', 'dsp_advertiser')),
    id text NOT NULL,
    region text NOT NULL CHECK (region IN ('NA', 'EU', 'FE')),
    account_id text NOT NULL,
    metadata jsonb NOT NULL,
    last_synced_at timestamptz NOT NULL,
    is_default boolean NOT NULL,
    PRIMARY KEY (tenant_id, kind, id, region),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
)""",
    "CREATE INDEX ads_records_by_account ON ads_records (tenant_id, account_id)",
    "CREATE UNIQUE INDEX ads_records_one_default ON ads_records (tenant_id, kind) WHERE is_default",
    """
CREATE TABLE ads_syncs (
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    kind text NOT NULL,
    synced_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, kind)
)""",
)


def upgrade() -> None:
    app = context.config.attributes["app_role"]
    run = op.get_bind().exec_driver_sql
    for statement in TABLES:
        run(statement)
    for table in ("ads_records", "ads_syncs"):
        run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        mine = "tenant_id = current_setting('app.tenant_id', true)"
        run(f"CREATE POLICY tenant ON {table} USING ({mine}) WITH CHECK ({mine})")
        run(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO "{app}"')
