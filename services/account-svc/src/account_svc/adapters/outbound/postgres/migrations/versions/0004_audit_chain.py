"""The record of credential uses becomes a chain a tenant, with a sealed head."""

import hashlib
import hmac
import json
from datetime import UTC

from alembic import context, op
from sqlalchemy import Connection

revision = "0004_audit_chain"
down_revision = "0003_account_health"
branch_labels = None
depends_on = None

NUMBERED = """
ALTER TABLE credential_uses ADD COLUMN number bigint;

UPDATE credential_uses SET number = earlier.number FROM (
    SELECT position, row_number() OVER (PARTITION BY tenant_id ORDER BY position) AS number FROM credential_uses
) AS earlier WHERE credential_uses.position = earlier.position;

CREATE TABLE credential_use_heads (
    tenant_id text PRIMARY KEY CHECK (tenant_id <> ''),
    number bigint NOT NULL CHECK (number >= 0),
    hash bytea NOT NULL,
    seal bytea NOT NULL
)
"""

CLOSED = """
DROP INDEX credential_uses_by_account;
ALTER TABLE credential_uses DROP COLUMN position;
ALTER TABLE credential_uses ALTER COLUMN number SET NOT NULL;
ALTER TABLE credential_uses ALTER COLUMN previous_hash SET NOT NULL;
ALTER TABLE credential_uses ALTER COLUMN hash SET NOT NULL;
ALTER TABLE credential_uses ADD PRIMARY KEY (tenant_id, number);
CREATE INDEX credential_uses_by_account ON credential_uses (tenant_id, account_id, number);
ALTER TABLE credential_uses FORCE ROW LEVEL SECURITY;
ALTER TABLE credential_use_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE credential_use_heads FORCE ROW LEVEL SECURITY
"""

# Only the owner may read across tenants, and only where it says that it verifies.
VERIFYING = (
    "CREATE POLICY verification ON {table} FOR SELECT TO CURRENT_USER USING (current_setting('app.audit_verification', true) = 'on')"
)


def upgrade() -> None:
    connection = op.get_bind()
    run = connection.exec_driver_sql
    run("ALTER TABLE credential_uses NO FORCE ROW LEVEL SECURITY")  # the rows of all tenants are numbered here
    for statement in NUMBERED.split(";\n\n"):
        run(statement)
    _chain(connection, context.config.attributes["audit_key"])
    for statement in CLOSED.split(";\n"):
        run(statement)
    mine = "tenant_id = current_setting('app.tenant_id', true)"
    run(f"CREATE POLICY tenant ON credential_use_heads USING ({mine}) WITH CHECK ({mine})")
    for table in ("credential_uses", "credential_use_heads"):
        run(VERIFYING.format(table=table))
    run(f'GRANT SELECT, INSERT, UPDATE ON credential_use_heads TO "{context.config.attributes["app_role"]}"')


def _chain(connection: Connection, key: str | None) -> None:
    """Chain what was written before, as the service does it from now on (`credential-use.v1`)."""
    run = connection.exec_driver_sql
    rows = run("SELECT * FROM credential_uses ORDER BY tenant_id <> '$system', tenant_id, number").mappings().all()
    if not rows:
        return
    if key is None:
        raise ValueError("credentials were used before, and AUDIT_HMAC_KEY, which chains these uses, is not set")
    chains: dict[str, tuple[int, bytes]] = {}

    def append(tenant: str, *fields: str | None) -> tuple[int, bytes, bytes]:
        number, previous = chains.get(tenant, (0, bytes(32)))
        hashed = _mac(key, "credential-use.v1", tenant, number + 1, *fields, previous.hex())
        chains[tenant] = (number + 1, hashed)
        return number + 1, previous, hashed

    for row in rows:
        who = (row["account_id"], row["application"], row["caller"])
        at = row["used_at"].astimezone(UTC).isoformat(timespec="microseconds")
        number, previous, hashed = append(row["tenant_id"], *who, row["purpose"], row["request_id"], at)
        change = "UPDATE credential_uses SET previous_hash = $1, hash = $2 WHERE tenant_id = $3 AND number = $4"
        run(change, (previous, hashed, row["tenant_id"], number))
        if number == 1 and row["tenant_id"] != "$system":
            purpose = f"chain_begun:{row['tenant_id']}"
            noted, before, link = append("$system", *who, purpose, row["request_id"], at)
            columns = "tenant_id, number, account_id, application, caller, purpose, request_id, used_at, previous_hash, hash"
            values = ("$system", noted, *who, purpose, row["request_id"], row["used_at"], before, link)
            run(f"INSERT INTO credential_uses ({columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", values)
    for tenant, (number, hashed) in chains.items():
        seal = _mac(key, "credential-use-head.v1", tenant, number, hashed.hex())
        run("INSERT INTO credential_use_heads (tenant_id, number, hash, seal) VALUES ($1, $2, $3, $4)", (tenant, number, hashed, seal))


def _mac(key: str, *fields: str | int | None) -> bytes:
    return hmac.new(key.encode(), json.dumps(fields, separators=(",", ":")).encode(), hashlib.sha256).digest()
