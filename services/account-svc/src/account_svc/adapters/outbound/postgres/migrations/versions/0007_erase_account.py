"""The one way to remove an account; what hangs on it goes by foreign key."""

from alembic import context, op

revision = "0007_erase_account"
down_revision = "0006_applications"
branch_labels = None
depends_on = None

# Runs as the owner, for whom row-level security is forced as well: it finds the account of the caller's tenant or none.
FUNCTION = """
CREATE FUNCTION erase_account(wanted text, expected integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    DELETE FROM public.accounts WHERE id = wanted AND version = expected;
    RETURN FOUND;
END
$$
"""


def upgrade() -> None:
    app = context.config.attributes["app_role"]
    run = op.get_bind().exec_driver_sql
    run(FUNCTION)
    run("REVOKE ALL ON FUNCTION erase_account(text, integer) FROM PUBLIC")
    run(f'GRANT EXECUTE ON FUNCTION erase_account(text, integer) TO "{app}"')
