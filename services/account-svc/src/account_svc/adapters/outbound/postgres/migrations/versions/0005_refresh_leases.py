"""Leases of refresh tokens, and which accounts Amazon rotates them for."""

from alembic import context, op

revision = "0005_refresh_leases"
down_revision = "0004_audit_chain"
branch_labels = None
depends_on = None

STATEMENTS = """
ALTER TABLE accounts ADD COLUMN rotates_refresh_tokens boolean NOT NULL DEFAULT false;
CREATE TABLE refresh_leases (
    account_id text PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    id text NOT NULL,
    refresh_token_version integer NOT NULL,
    expires_at timestamptz NOT NULL
);
ALTER TABLE refresh_leases ENABLE ROW LEVEL SECURITY;
ALTER TABLE refresh_leases FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON refresh_leases
    USING (tenant_id = current_setting('app.tenant_id', true)) WITH CHECK (tenant_id = current_setting('app.tenant_id', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_leases TO {app};
"""


def upgrade() -> None:
    app = context.config.attributes["app_role"]
    for statement in STATEMENTS.format(app=f'"{app}"').strip().split(";\n"):
        op.get_bind().exec_driver_sql(statement)
