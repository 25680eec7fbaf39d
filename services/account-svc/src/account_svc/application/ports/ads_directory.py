"""Who knows what an advertiser has."""

from collections.abc import Sequence
from typing import Protocol

from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.ads_registration import AdsRegistration, AdsTerms
from account_svc.domain.advertising import Metadata
from account_svc.domain.region import Region

Finding = tuple[str, Metadata]
"""An id, and all that was told beside it; ids are texts in both."""


class AdsDirectory(Protocol):
    """The regional hosts of the Ads API, asked through the gateway with a grant (`account`).

    A host that has nothing of the grant's answers nothing: that is an empty result, not an error. Every method raises
    `AdsRefusedError` when Amazon, or the gateway, refuses for good, and `RateLimited`, `Unavailable` or `Timeout`.
    """

    async def accounts(self, account: SellingPartnerAccount, region: Region) -> Sequence[Finding]:
        """Return the sponsored-ads accounts that the region's host lists, all pages of them."""
        ...

    async def profiles(self, account: SellingPartnerAccount, region: Region) -> Sequence[Finding]:
        """Return the profiles of the region."""
        ...

    async def dsp_advertisers(self, account: SellingPartnerAccount, region: Region, profile_id: str) -> Sequence[Finding]:
        """Return the DSP advertisers of an agency's profile, all pages; none for a profile that is no DSP's."""
        ...

    async def register(self, account: SellingPartnerAccount, region: Region, wish: AdsRegistration) -> Finding:
        """Register an ads account, which Amazon finishes later; asked twice it may refuse the second."""
        ...

    async def request_terms(self, account: SellingPartnerAccount, region: Region) -> AdsTerms:
        """Return terms to be accepted, new ones each time."""
        ...
