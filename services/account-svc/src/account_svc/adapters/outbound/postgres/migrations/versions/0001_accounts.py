"""Accounts, applications, states, data keys, the record of credential uses and the outbox."""

import re

from alembic import context, op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TENANT_TABLES = ("accounts", "oauth_states", "data_keys", "credential_uses")

TABLES = """
CREATE TABLE accounts (
    id text PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    kind text NOT NULL,
    name text,
    selling_partner_id text NOT NULL,
    region text NOT NULL CHECK (region IN ('NA', 'EU', 'FE')),
    marketplaces text[] NOT NULL,
    signing text NOT NULL CHECK (signing IN ('none', 'sigv4')),
    role_arn text,
    external_id text,
    application text NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'reauthorization_required', 'disconnected')),
    version integer NOT NULL,
    refresh_token bytea,
    refresh_token_version integer NOT NULL,
    connected_at timestamptz NOT NULL,
    disconnected_at timestamptz,
    failure_code text,
    failure_detail text,
    failed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT accounts_identity UNIQUE (tenant_id, kind, selling_partner_id, region),
    CONSTRAINT accounts_disconnected_without_secrets CHECK (status <> 'disconnected' OR refresh_token IS NULL)
);
CREATE INDEX accounts_by_tenant ON accounts (tenant_id, id);

CREATE TABLE oauth_states (
    hash text PRIMARY KEY,
    browser_proof text NOT NULL CHECK (browser_proof <> ''),
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    user_id text NOT NULL,
    central text NOT NULL,
    region text NOT NULL,
    marketplace text NOT NULL,
    application text NOT NULL,
    return_to text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX oauth_states_by_expiry ON oauth_states (tenant_id, expires_at);

CREATE TABLE applications (
    id text PRIMARY KEY,
    name text NOT NULL,
    spapi_application_id text NOT NULL,
    client_id text NOT NULL,
    redirect_uri text NOT NULL,
    client_secret bytea NOT NULL,
    client_secret_next bytea,
    is_draft boolean NOT NULL,
    role_arn text,
    external_id text
);

CREATE TABLE data_keys (
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    id uuid NOT NULL,
    kek_id text NOT NULL,
    wrapped bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'retired')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX data_keys_one_active ON data_keys (tenant_id) WHERE state = 'active';

CREATE TABLE credential_uses (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    account_id text,
    application text NOT NULL,
    caller text NOT NULL,
    purpose text NOT NULL,
    request_id text,
    used_at timestamptz NOT NULL,
    previous_hash bytea,
    hash bytea
);
CREATE INDEX credential_uses_by_account ON credential_uses (tenant_id, account_id, position);

CREATE TABLE outbox (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id text NOT NULL UNIQUE,
    type text NOT NULL,
    content bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz
);
CREATE INDEX outbox_unsent ON outbox (position) WHERE sent_at IS NULL;
"""

# The only ways across tenants: they tell whose an id is, and nothing else. The policies that let them look hold for the
# owner alone, and only while such a function runs; the app role may set the same setting and gains nothing by it.
DIRECTORY = """
CREATE POLICY directory ON {table} FOR SELECT TO CURRENT_USER USING (current_setting('app.directory_lookup', true) = 'on');

CREATE FUNCTION {function}(wanted text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    found text;
BEGIN
    PERFORM set_config('app.directory_lookup', 'on', true);
    SELECT tenant_id INTO found FROM public.{table} WHERE {column} = wanted;
    PERFORM set_config('app.directory_lookup', 'off', true);
    RETURN found;
END
$$;

REVOKE ALL ON FUNCTION {function}(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION {function}(text) TO {app};
"""

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON accounts TO {app};
GRANT SELECT, INSERT, DELETE ON oauth_states TO {app};
GRANT SELECT, INSERT, UPDATE ON applications TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON data_keys TO {app};
GRANT SELECT, INSERT ON credential_uses TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO {app};
"""


def upgrade() -> None:
    app = context.config.attributes["app_role"]
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,62}", app):
        raise ValueError("the app role's name must be a plain identifier")
    run = op.get_bind().exec_driver_sql
    for statement in TABLES.split(";\n"):
        run(statement)
    for table in TENANT_TABLES:
        run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        mine = "tenant_id = current_setting('app.tenant_id', true)"
        run(f"CREATE POLICY tenant ON {table} USING ({mine}) WITH CHECK ({mine})")
    for table, column, function in (("accounts", "id", "tenant_of_account"), ("oauth_states", "hash", "tenant_of_state")):
        for statement in DIRECTORY.format(table=table, column=column, function=function, app=f'"{app}"').split(";\n\n"):
            run(statement)
    for statement in GRANTS.format(app=f'"{app}"').strip().split(";\n"):
        run(statement)
