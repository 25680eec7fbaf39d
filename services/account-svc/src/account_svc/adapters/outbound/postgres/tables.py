"""The tables as the queries see them; the migrations say how they are made."""

from typing import Final

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Date, DateTime, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from svc_kit.outbox import outbox_table
from svc_kit.sealing.postgres import data_keys_table

metadata: Final = MetaData()
_TIME: Final = DateTime(timezone=True)

accounts: Final = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tenant_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text),
    Column("selling_partner_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("marketplaces", ARRAY(Text), nullable=False),
    Column("signing", Text, nullable=False),
    Column("role_arn", Text),
    Column("external_id", Text),
    Column("application", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("refresh_token", LargeBinary),
    Column("refresh_token_version", Integer, nullable=False),
    Column("connected_at", _TIME, nullable=False),
    Column("authorized_at", _TIME),
    Column("disconnected_at", _TIME),
    Column("failure_code", Text),
    Column("failure_detail", Text),
    Column("failed_at", _TIME),
    Column("is_default", Boolean, nullable=False),
    Column("rotates_refresh_tokens", Boolean, nullable=False),
    Column("created_at", _TIME, nullable=False),
    Column("updated_at", _TIME, nullable=False),
)

oauth_states: Final = Table(
    "oauth_states",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("browser_proof", Text, nullable=False),
    Column("tenant_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("central", Text),
    Column("region", Text, nullable=False),
    Column("marketplace", Text),
    Column("application", Text, nullable=False),
    Column("return_to", Text, nullable=False),
    Column("expires_at", _TIME, nullable=False),
    Column("selling_partner_id", Text),
)

applications: Final = Table(
    "applications",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("spapi_application_id", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("client_secret", LargeBinary, nullable=False),
    Column("client_secret_next", LargeBinary),
    Column("is_draft", Boolean, nullable=False),
    Column("role_arn", Text),
    Column("external_id", Text),
    Column("secret_expires_at", _TIME),
    Column("next_secret_expires_at", _TIME),
    Column("configured_secret", Text),
    Column("version", Integer, nullable=False),
)

refresh_leases: Final = Table(
    "refresh_leases",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("tenant_id", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("refresh_token_version", Integer, nullable=False),
    Column("expires_at", _TIME, nullable=False),
)

credential_uses: Final = Table(
    "credential_uses",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("account_id", Text),
    Column("application", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("request_id", Text),
    Column("used_at", _TIME, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

credential_use_heads: Final = Table(
    "credential_use_heads",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)

account_syncs: Final = Table(
    "account_syncs",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("dataset", Text, primary_key=True),
    Column("succeeded_at", _TIME),
    Column("failed_at", _TIME),
    Column("failure_code", Text),
)

account_failure_days: Final = Table(
    "account_failure_days",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
)

outbox: Final = outbox_table(metadata)
data_keys: Final = data_keys_table(metadata)

ads_records: Final = Table(
    "ads_records",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("region", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("metadata", JSONB, nullable=False),
    Column("last_synced_at", _TIME, nullable=False),
    Column("is_default", Boolean, nullable=False),
)

ads_syncs: Final = Table(
    "ads_syncs",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("synced_at", _TIME, nullable=False),
)
