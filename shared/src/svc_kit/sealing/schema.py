"""What the database itself guards about sealed values; called by migrations, so what a function returns never changes."""

import re


def data_key_guards(app_role: str) -> tuple[str, ...]:
    """Return the statements that let a table `data_keys` of tenants be rotated and shredded.

    A shredded key stays as a row without the key, so that what it sealed still refers to something. The function tells
    the app role the names of tenants that have keys, and nothing else.
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,62}", app_role):
        raise ValueError("the app role's name must be a plain identifier")
    return (
        "ALTER TABLE data_keys DROP CONSTRAINT IF EXISTS data_keys_state_check",
        "ALTER TABLE data_keys ADD CONSTRAINT data_keys_state CHECK (state IN ('active', 'retired', 'shredded'))",
        "ALTER TABLE data_keys ADD CONSTRAINT data_keys_shredded CHECK ((state = 'shredded') = (wrapped = ''::bytea))",
        "CREATE POLICY directory ON data_keys FOR SELECT TO CURRENT_USER USING (current_setting('app.directory_lookup', true) = 'on')",
        """CREATE FUNCTION tenants_with_data_keys(after text, most integer) RETURNS SETOF text
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
            AS $$
        BEGIN
            PERFORM set_config('app.directory_lookup', 'on', true);
            RETURN QUERY SELECT DISTINCT k.tenant_id COLLATE "C" FROM public.data_keys AS k
                WHERE k.state <> 'shredded' AND k.tenant_id COLLATE "C" > after ORDER BY 1 LIMIT most;
            PERFORM set_config('app.directory_lookup', 'off', true);
        END
        $$""",
        "REVOKE ALL ON FUNCTION tenants_with_data_keys(text, integer) FROM PUBLIC",
        f'GRANT EXECUTE ON FUNCTION tenants_with_data_keys(text, integer) TO "{app_role}"',
    )


def sealed_column_guards(table: str, column: str, *, tenant_column: str = "tenant_id", tenant: str | None = None) -> tuple[str, ...]:
    """Return the statements that tie a column of sealed values to the data keys of its tenant.

    A generated column `<column>_key` shows which data key sealed the value (NULL for what is no sealed value), and refers
    to that key: a key cannot be destroyed while a value is sealed under it, and no value can be stored under a key that is
    gone. For a table without tenant, `tenant` is the one under whose keys all of it is sealed.
    """
    key = f"{column}_key"
    generated = (
        f"ALTER TABLE {table} ADD COLUMN {key} uuid GENERATED ALWAYS AS (CASE WHEN octet_length({column}) >= 17 AND "
        f"substring({column} FROM 1 FOR 1) = '\\x01'::bytea THEN encode(substring({column} FROM 2 FOR 16), 'hex')::uuid END) STORED"
    )
    statements = [generated]
    if tenant is not None:
        tenant_column = "sealing_tenant"
        statements.append(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {tenant_column} text GENERATED ALWAYS AS ('{tenant}') STORED")
    return (
        *statements,
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{key} FOREIGN KEY ({tenant_column}, {key}) REFERENCES data_keys (tenant_id, id)",
        f"CREATE INDEX {table}_by_{key} ON {table} ({tenant_column}, {key})",
    )
