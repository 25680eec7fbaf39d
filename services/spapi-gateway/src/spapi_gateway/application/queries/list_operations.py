"""All published operations with their usage plans."""

from spapi_gateway.domain.catalogue import Catalogue
from spapi_gateway.domain.operations import Operation


class ListOperations:
    """Returns the catalogue, or the part of one API."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __call__(self, api: str | None = None) -> list[Operation]:
        return [operation for operation in self._catalogue if api is None or operation.api == api]
