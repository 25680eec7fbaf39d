"""The vault over the kit's envelope cipher."""

from account_svc.application.ports.secret_vault import VaultBrokenError
from account_svc.domain.identifiers import TenantId
from account_svc.domain.sealed import Sealed, SecretPlace
from svc_kit.sealing import EnvelopeCipher, Place, SealingError
from svc_kit.secret import Secret


class EnvelopeSecretVault:
    """Seals with the tenant's data key; the place is the additional data."""

    def __init__(self, cipher: EnvelopeCipher) -> None:
        self._cipher = cipher

    async def seal(self, place: SecretPlace, secret: Secret) -> Sealed:
        return Sealed(await self._cipher.seal(_wire(place), secret.reveal().encode()))

    async def open(self, place: SecretPlace, sealed: Sealed) -> Secret:
        try:
            return Secret((await self._cipher.open(_wire(place), sealed)).decode())
        except SealingError as error:
            raise VaultBrokenError(f"{place.table}.{place.field} of row {place.row} cannot be opened: {error}") from error

    async def shred(self, tenant: TenantId) -> None:
        await self._cipher.shred(tenant)


def _wire(place: SecretPlace) -> Place:
    return Place(tenant=place.tenant, table=place.table, row=place.row, field=place.field)
