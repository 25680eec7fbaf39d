"""Accounts, runs, freshness, orders, inventory and the outbox, isolated by row-level security."""

from alembic import context, op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE accounts (
    tenant text NOT NULL, id text NOT NULL, region text NOT NULL, selling_partner_id text NOT NULL, marketplaces text[] NOT NULL,
    status text NOT NULL, version bigint NOT NULL, changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE TABLE freshness (
    tenant text NOT NULL, account_id text NOT NULL, dataset text NOT NULL, watermark timestamptz, backfilled_at timestamptz,
    as_of timestamptz, last_success_at timestamptz, last_error text, failures integer NOT NULL, paused_until timestamptz, last_slot text,
    PRIMARY KEY (tenant, account_id, dataset)
);
CREATE TABLE runs (
    tenant text NOT NULL, id text NOT NULL, account_id text NOT NULL, dataset text NOT NULL, slot text NOT NULL, trigger text NOT NULL,
    state text NOT NULL, epoch integer NOT NULL, lease_until timestamptz, not_before timestamptz, checkpoint jsonb,
    attempts integer NOT NULL, pages integer NOT NULL, items integer NOT NULL, changed integer NOT NULL, error_code text, error_detail text,
    created_at timestamptz NOT NULL, requested_at timestamptz, started_at timestamptz, finished_at timestamptz,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX runs_one_per_slot ON runs (tenant, account_id, dataset, slot);
CREATE UNIQUE INDEX runs_one_open ON runs (tenant, account_id, dataset) WHERE state IN ('queued', 'running', 'waiting');
CREATE INDEX runs_manual ON runs (tenant, created_at) WHERE trigger = 'manual';
CREATE INDEX runs_ended ON runs (finished_at) WHERE state IN ('completed', 'failed');
CREATE TABLE orders (
    tenant text NOT NULL, account_id text NOT NULL, order_id text NOT NULL, marketplace_id text NOT NULL, status text NOT NULL,
    created_at timestamptz NOT NULL, last_updated timestamptz NOT NULL, currency text, amount numeric, fulfilled_by text,
    units_shipped integer NOT NULL, units_unshipped integer NOT NULL,
    PRIMARY KEY (tenant, account_id, order_id),
    CHECK ((currency IS NULL) = (amount IS NULL))
);
CREATE INDEX orders_by_creation ON orders (tenant, created_at) INCLUDE (marketplace_id, status, currency, amount);
CREATE TABLE inventory (
    tenant text NOT NULL, account_id text NOT NULL, marketplace_id text NOT NULL, seller_sku text NOT NULL, asin text, fn_sku text,
    product_name text, condition text, total_quantity integer NOT NULL, fulfillable_quantity integer NOT NULL,
    reserved_quantity integer NOT NULL, inbound_quantity integer NOT NULL, unfulfillable_quantity integer NOT NULL,
    last_updated timestamptz NOT NULL, reorder_point integer, seen_run text,
    PRIMARY KEY (tenant, account_id, marketplace_id, seller_sku)
);
CREATE TABLE outbox (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id text NOT NULL UNIQUE, type text NOT NULL, content bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), sent_at timestamptz
);
CREATE INDEX outbox_unsent ON outbox (position) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
"""

ISOLATION = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON {table} USING (tenant = current_setting('app.tenant_id', true))
    WITH CHECK (tenant = current_setting('app.tenant_id', true));
"""

# The scheduler must see what is due for every tenant. Only the owner's functions below may look, and they return ids alone.
DIRECTORY = """
CREATE POLICY directory_lookup ON accounts FOR SELECT TO CURRENT_USER USING (current_setting('app.directory_lookup', true) = 'on');
CREATE POLICY directory_lookup ON freshness FOR SELECT TO CURRENT_USER USING (current_setting('app.directory_lookup', true) = 'on');
CREATE POLICY directory_lookup ON runs FOR SELECT TO CURRENT_USER USING (current_setting('app.directory_lookup', true) = 'on');
CREATE POLICY directory_forget ON runs FOR DELETE TO CURRENT_USER USING (current_setting('app.directory_lookup', true) = 'on');

CREATE FUNCTION due_datasets(p_now timestamptz, p_seconds integer, p_datasets text[])
RETURNS TABLE (tenant text, account_id text, dataset text, slot text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('app.directory_lookup', 'on', true);
    RETURN QUERY SELECT a.tenant, a.id, d.dataset, s.slot
    FROM accounts a
    CROSS JOIN unnest(p_datasets) AS d (dataset)
    CROSS JOIN LATERAL (SELECT 'every-' || p_seconds || 's-' || (extract(epoch FROM date_trunc('second', p_now))::bigint
        + ('x' || substr(md5(a.id), 1, 7))::bit(28)::integer % p_seconds) / p_seconds) AS s (slot)
    LEFT JOIN freshness f ON f.tenant = a.tenant AND f.account_id = a.id AND f.dataset = d.dataset
    WHERE a.status = 'active'
      AND f.last_slot IS DISTINCT FROM s.slot
      AND (f.paused_until IS NULL OR f.paused_until <= p_now)
      AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.tenant = a.tenant AND r.account_id = a.id AND r.dataset = d.dataset
        AND r.state IN ('queued', 'running', 'waiting'))
    ORDER BY a.tenant, a.id, d.dataset;
    PERFORM set_config('app.directory_lookup', '', true);
END
$$;

CREATE FUNCTION stalled_runs(p_before timestamptz) RETURNS TABLE (tenant text, id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('app.directory_lookup', 'on', true);
    RETURN QUERY SELECT r.tenant, r.id FROM runs r
    WHERE r.state IN ('queued', 'running', 'waiting') AND coalesce(r.requested_at, r.created_at) < p_before
      AND (r.lease_until IS NULL OR r.lease_until < p_before) AND (r.not_before IS NULL OR r.not_before < p_before)
    ORDER BY r.tenant, r.id LIMIT 1000;
    PERFORM set_config('app.directory_lookup', '', true);
END
$$;

CREATE FUNCTION forget_runs(p_before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE forgotten bigint;
BEGIN
    PERFORM set_config('app.directory_lookup', 'on', true);
    WITH gone AS (
        DELETE FROM runs r USING (
            SELECT o.tenant, o.id FROM runs o WHERE o.state IN ('completed', 'failed') AND o.finished_at < p_before LIMIT 5000
        ) old
        WHERE r.tenant = old.tenant AND r.id = old.id RETURNING 1
    )
    SELECT count(*) INTO forgotten FROM gone;
    PERFORM set_config('app.directory_lookup', '', true);
    RETURN forgotten;
END
$$;
"""


def upgrade() -> None:
    app = '"' + context.config.attributes["app_role"].replace('"', '""') + '"'
    script = TABLES
    for table in ("accounts", "freshness", "runs", "orders", "inventory"):
        script += ISOLATION.format(table=table) + f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {app};\n"
    script += DIRECTORY + f"GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO {app};\n"
    for function in ("due_datasets(timestamptz, integer, text[])", "stalled_runs(timestamptz)", "forget_runs(timestamptz)"):
        script += f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC;\nGRANT EXECUTE ON FUNCTION {function} TO {app};\n"
    for statement in _statements(script):
        op.execute(statement)


def _statements(script: str) -> list[str]:
    """Split at semicolons that end a line, but not inside a function's body."""
    statements: list[str] = []
    current: list[str] = []
    is_body = False
    for line in script.splitlines():
        current.append(line)
        is_body ^= line.count("$$") % 2 == 1
        if line.endswith(";") and not is_body:
            statements.append("\n".join(current))
            current = []
    return [statement for statement in statements if statement.strip()]
