"""Every column that holds a seal, in one place: what a rotation of data keys goes through."""

from typing import Final

from account_svc.adapters.outbound.postgres.tables import accounts, applications
from account_svc.domain.identifiers import SYSTEM_TENANT
from svc_kit.sealing.postgres_sealed_rows import SealedColumn

SEALED_COLUMNS: Final = (
    SealedColumn(table=accounts, column="refresh_token", row="id", field="refresh_token"),
    SealedColumn(table=applications, column="client_secret", row="id", field="client_secret", tenant=SYSTEM_TENANT),
    SealedColumn(table=applications, column="client_secret_next", row="id", field="client_secret", tenant=SYSTEM_TENANT),
)
