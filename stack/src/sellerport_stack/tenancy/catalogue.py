"""What PostgreSQL's own catalogue says about who may see what, against what a service declares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg

_MINE: Final = "({column} = current_setting('app.tenant_id'::text, true))"

_TABLES: Final = """
SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
    EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = $1 AND NOT a.attisdropped) AS has_tenant
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1
"""
_POLICIES: Final = """
SELECT c.relname AS name, p.polname AS policy, p.polpermissive AND p.polcmd = '*' AND p.polroles = '{0}' AS is_for_all,
    pg_get_expr(p.polqual, p.polrelid) AS seen, pg_get_expr(p.polwithcheck, p.polrelid) AS written,
    (SELECT array_agg(pg_get_userbyid(role)::text) FROM unnest(p.polroles) AS role WHERE role <> 0) AS roles
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid ORDER BY 1, 2
"""
_GRANTS: Final = """
SELECT c.relname AS name, c.relkind::text AS kind,
    CASE grant_.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grant_.grantee) END AS grantee,
    string_agg(grant_.privilege_type, ', ' ORDER BY grant_.privilege_type) AS privileges, bool_or(grant_.is_grantable) AS may_pass_on
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) AS grant_
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND grant_.grantee <> c.relowner
GROUP BY 1, 2, 3 ORDER BY 1, 3
"""
_COLUMN_GRANTS: Final = """
SELECT c.relname AS name, a.attname AS column FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attacl IS NOT NULL AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""
_FUNCTIONS: Final = """
SELECT p.oid::regprocedure::text AS name, p.prosecdef AS is_definer, has_function_privilege($1, p.oid, 'EXECUTE') AS is_open,
    EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g WHERE g.grantee = 0) AS is_public,
    coalesce(array_to_string(p.proconfig, ','), '') LIKE '%search_path=%' AS has_path
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""
_OTHER_RELATIONS: Final = """
SELECT c.relname AS name, c.relkind::text AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""
_OWNED: Final = """
SELECT pg_describe_object(classid, objid, objsubid) AS what FROM pg_shdepend
WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1::regrole AND deptype = 'o'
    AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_ROLE: Final = """
SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
    EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid) AS is_member FROM pg_roles r WHERE rolname = $1
"""
_CURE: Final = (
    "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY and CREATE POLICY … USING (…) WITH CHECK (…) in its migration"
)


@dataclass(frozen=True, kw_only=True)
class Tenancy:
    """What a service declares of its database.

    `grants` has every table the app role may touch, with exactly its privileges; `without_tenant` the tables that belong to no
    tenant; `owner_policies` the policies, by table, that let the owner look across tenants; `definers` the functions that run
    as the owner.
    """

    owner: str
    app: str
    tenant_column: str
    grants: Mapping[str, str]
    without_tenant: frozenset[str]
    owner_policies: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    definers: frozenset[str] = frozenset()


async def violations(connection: "asyncpg.Connection[asyncpg.Record]", tenancy: Tenancy) -> list[str]:
    """Return one line for each way in which the database is more open than declared, with what to do about it."""
    return [
        *await _tables(connection, tenancy),
        *await _policies(connection, tenancy),
        *await _grants(connection, tenancy),
        *await _functions(connection, tenancy),
        *await _roles(connection, tenancy),
    ]


async def _tables(connection: "asyncpg.Connection[asyncpg.Record]", tenancy: Tenancy) -> list[str]:
    rows = await connection.fetch(_TABLES, tenancy.tenant_column)
    mine = _MINE.format(column=tenancy.tenant_column)
    guarded = {
        row["name"]
        for row in await connection.fetch(_POLICIES)
        if row["is_for_all"] and row["seen"] == mine and row["written"] in {mine, None}
    }
    found: list[str] = []
    for row in rows:
        table = row["name"]
        if not row["has_tenant"]:
            if table not in tenancy.without_tenant:
                found.append(
                    f"{table}: has no column {tenancy.tenant_column}; give it one, or declare it in without_tenant with the reason"
                )
        elif not row["forced"]:
            found.append(f"{table}: row-level security is not forced; {_CURE.format(table=table)}")
        elif table not in guarded:
            found.append(f"{table}: no policy for all commands says {mine}; {_CURE.format(table=table)}")
    others = await connection.fetch(_OTHER_RELATIONS)
    found += [f"{row['name']}: a view or foreign table shows rows as its owner; read the tables instead" for row in others]
    return found


async def _policies(connection: "asyncpg.Connection[asyncpg.Record]", tenancy: Tenancy) -> list[str]:
    mine = _MINE.format(column=tenancy.tenant_column)
    found: list[str] = []
    for row in await connection.fetch(_POLICIES):
        if row["is_for_all"] and row["seen"] == mine and row["written"] in {mine, None}:
            continue
        if row["roles"] != [tenancy.owner] or row["policy"] not in tenancy.owner_policies.get(row["name"], frozenset()):
            found.append(f"{row['name']}: policy {row['policy']} opens it further; only declared owner_policies of {tenancy.owner} may")
    return found


async def _grants(connection: "asyncpg.Connection[asyncpg.Record]", tenancy: Tenancy) -> list[str]:
    given: dict[str, str] = {}
    found: list[str] = []
    for row in await connection.fetch(_GRANTS):
        if row["grantee"] != tenancy.app or row["kind"] != "r" or row["may_pass_on"]:
            found.append(f"{row['name']}: {row['grantee']} may {row['privileges']}; only {tenancy.app} may anything, and on tables only")
        else:
            given[row["name"]] = row["privileges"]
    for table in sorted(given.keys() | tenancy.grants.keys()):
        declared, real = tenancy.grants.get(table, "nothing"), given.get(table, "nothing")
        if declared != real:
            found.append(f"{table}: {tenancy.app} may {real}, declared is {declared}; grant what the service needs and declare it")
    found += [f"{row['name']}: column {row['column']} is granted by itself" for row in await connection.fetch(_COLUMN_GRANTS)]
    if await connection.fetchval("SELECT has_schema_privilege($1, 'public', 'CREATE')", tenancy.app):
        found.append(f"public: {tenancy.app} may create objects in it")
    if await connection.fetchval("SELECT count(*) FROM pg_default_acl"):
        found.append("default privileges are set; grant table by table")
    return found


async def _functions(connection: "asyncpg.Connection[asyncpg.Record]", tenancy: Tenancy) -> list[str]:
    found: list[str] = []
    for row in await connection.fetch(_FUNCTIONS, tenancy.app):
        name = row["name"]
        if row["is_public"]:
            found.append(f"{name}: everybody may call it; REVOKE ALL ON FUNCTION … FROM PUBLIC")
        if row["is_definer"] and name not in tenancy.definers:
            found.append(f"{name}: runs as the owner and is not declared in definers")
        if row["is_definer"] and not row["has_path"]:
            found.append(f"{name}: runs as the owner without a search_path of its own")
    return found


async def _roles(connection: "asyncpg.Connection[asyncpg.Record]", tenancy: Tenancy) -> list[str]:
    found: list[str] = []
    for role in (tenancy.app, tenancy.owner):
        powers: Any = await connection.fetchrow(_ROLE, role)
        found += [f"{role}: {power}" for power, has in dict(powers).items() if has]
    owned = await connection.fetch(_OWNED.replace("$1", _quoted(tenancy.app)))
    found += [f"{tenancy.app} owns {row['what']}; the owner must" for row in owned]
    return found


def _quoted(role: str) -> str:
    return "'\"" + role.replace('"', '""').replace("'", "''") + "\"'"
