"""A vault in memory: sealed values are receipts for what it keeps."""

import itertools

from account_svc.application.ports.secret_vault import VaultBrokenError
from account_svc.domain.identifiers import TenantId
from account_svc.domain.sealed import Sealed, SecretPlace
from svc_kit.errors import Unavailable
from svc_kit.secret import Secret


class MemorySecretVault:
    """Keeps secrets; `is_down` fails every call."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[SecretPlace, Secret]] = {}
        self._numbers = itertools.count(1)
        self.is_down = False

    async def seal(self, place: SecretPlace, secret: Secret) -> Sealed:
        self._answer()
        receipt = Sealed(b"sealed-%d" % next(self._numbers))
        self._kept[receipt] = (place, secret)
        return receipt

    async def open(self, place: SecretPlace, sealed: Sealed) -> Secret:
        self._answer()
        kept_place, secret = self._kept.get(sealed, (None, Secret("")))
        if kept_place != place:
            raise VaultBrokenError("the sealed value does not belong here")
        return secret

    async def shred(self, tenant: TenantId) -> None:
        self._answer()
        self._kept = {receipt: kept for receipt, kept in self._kept.items() if kept[0].tenant != tenant}

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("the vault cannot be reached")
