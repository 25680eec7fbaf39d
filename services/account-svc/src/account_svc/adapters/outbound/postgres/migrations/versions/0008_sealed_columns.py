"""Data keys can be rotated and shredded; every sealed value refers to the key that opens it."""

from alembic import context, op

from svc_kit.sealing.schema import data_key_guards, sealed_column_guards

revision = "0008_sealed_columns"
down_revision = "0008_expected_partner"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run = op.get_bind().exec_driver_sql
    for statement in (
        *data_key_guards(context.config.attributes["app_role"]),
        *sealed_column_guards("accounts", "refresh_token"),
        *sealed_column_guards("applications", "client_secret", tenant="$system"),
        *sealed_column_guards("applications", "client_secret_next", tenant="$system"),
    ):
        run(statement)
