"""The Amazon accounts of the demo company."""

from dataclasses import dataclass
from typing import Final

TENANT: Final = "harbor"
USERNAME: Final = "harbor@demo.example"
FRESH_USERNAME: Final = "seller@demo.example"
PASSWORD: Final = "demo"  # noqa: S105 - of the simulator's demo users, printed at every start
ROLE_ARN: Final = "arn:aws:iam::123456789012:role/SellerportDemo"
EXTERNAL_ID: Final = "sellerport-harbor"


@dataclass(frozen=True)
class DemoAccount:
    """One authorisation that the demo connects by hand, as a private application would."""

    seller: str
    region: str
    marketplaces: tuple[str, ...]
    name: str
    is_signed: bool = False

    def body(self, refresh_token: str) -> dict[str, object]:
        """Return what account-svc is asked to connect."""
        signing = {"signing": "sigv4", "role_arn": ROLE_ARN, "external_id": EXTERNAL_ID} if self.is_signed else {"signing": "none"}
        return {
            "kind": "selling_partner",
            "name": self.name,
            "selling_partner_id": self.seller,
            "region": self.region,
            "marketplaces": list(self.marketplaces),
            "refresh_token": refresh_token,
            **signing,
        }


ACCOUNTS: Final = (
    DemoAccount("A1HARBORNA", "NA", ("ATVPDKIKX0DER",), "Harbor US"),
    DemoAccount("A1HARBOREU", "EU", ("A1PA6795UKMFR9", "A13V1IB3VIYZZH"), "Harbor EU", is_signed=True),
)
