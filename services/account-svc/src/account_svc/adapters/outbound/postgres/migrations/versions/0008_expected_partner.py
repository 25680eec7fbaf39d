"""The selling partner with whom a connection that began at Amazon must end."""

from alembic import op

revision = "0008_expected_partner"
down_revision = "0007_erase_account"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE oauth_states ADD COLUMN selling_partner_id text")
