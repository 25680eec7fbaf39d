"""Where a sealed value lives; it opens nowhere else."""

from dataclasses import dataclass


def unambiguous(*parts: str) -> bytes:
    """Encode texts so that no two different sequences give the same bytes: count, then each length and content."""
    encoded = [part.encode() for part in parts]
    return len(encoded).to_bytes(2, "big") + b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The column of the row of the tenant that holds the value: the additional data of its encryption."""

    tenant: str
    table: str
    row: str
    field: str

    def encode(self) -> bytes:
        """Return the additional authenticated data; different places never encode alike."""
        return unambiguous("sealed-value", self.tenant, self.table, self.row, self.field)
