"""What the handlers reach for; it is filled when the service starts."""

from dataclasses import dataclass

from token_svc.adapters.inbound.token_desk import TokenDesk
from token_svc.application.use_cases import UseCases


@dataclass(slots=True)
class Serving:
    """The use cases once the adapters are open; before that, the OpenAPI document can be made already."""

    filled: tuple[UseCases, TokenDesk] | None = None

    @property
    def use_cases(self) -> UseCases:
        return self._now()[0]

    @property
    def desk(self) -> TokenDesk:
        return self._now()[1]

    def _now(self) -> tuple[UseCases, TokenDesk]:
        if self.filled is None:
            raise RuntimeError("the service has not started")
        return self.filled
