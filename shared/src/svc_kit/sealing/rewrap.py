"""Rotation of the key-encryption key: every data key is wrapped anew; no row of any other table is touched."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from svc_kit.sealing.data_keys import DataKey, DataKeyRing
from svc_kit.sealing.errors import SealingError
from svc_kit.sealing.key_provider import KeyProvider

_PAGE: Final = 500
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrapped:
    """What a run did: keys wrapped anew, those that were right already, and those that could not be unwrapped."""

    done: int = 0
    right: int = 0
    failed: int = 0


async def all_tenants(ring: DataKeyRing) -> AsyncIterator[str]:
    """Yield every tenant that has data keys, in order."""
    after = ""
    while page := await ring.tenants(after, _PAGE):
        for tenant in page:
            yield tenant
        after = page[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrap:
    """Wraps the data keys under the provider's current key.

    The wrapped keys themselves say what is done: a run that was killed goes on where it stopped, two runs at once agree,
    and a run after the last finds nothing to do. Services go on meanwhile, because both keys unwrap.
    """

    provider: KeyProvider
    ring: DataKeyRing
    say: Say

    async def __call__(self) -> Rewrapped:
        """Rewrap all; a key that cannot be unwrapped is said and counted, and does not stop the others. Raises `PortError`."""
        current = await self.provider.current_key_id()
        done = right = failed = 0
        async for tenant in all_tenants(self.ring):
            for key in await self.ring.keys(tenant):
                if key.wrapped.kek_id == current:
                    right += 1
                    continue
                try:
                    done += await self._rewrap(key)
                except SealingError as error:
                    failed += 1
                    self.say(f"data key {key.id} of tenant {tenant} cannot be unwrapped: {error}")
            if done and not done % _PAGE:
                self.say(f"{done} data keys wrapped under {current}")
        self.say(f"{done} data keys wrapped under {current}, {right} were already, {failed} failed")
        return Rewrapped(done=done, right=right, failed=failed)

    async def _rewrap(self, key: DataKey) -> bool:
        context = DataKey.context(key.tenant, key.id)
        plain = await self.provider.unwrap(key.wrapped, context)
        return await self.ring.rewrap(key, await self.provider.wrap(plain, context))
