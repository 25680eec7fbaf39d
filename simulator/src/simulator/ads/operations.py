"""The operations that the Ads hosts serve."""

from simulator.ads import accounts, dsp, profiles
from simulator.ads.call import AdsOperation
from simulator.ads.refusal import AdsRefusalError
from simulator.faults import ErrorShape

OPERATIONS = (
    AdsOperation(
        name="listAdsAccounts",
        method="POST",
        path="/adsAccounts/list",
        answer=accounts.list_accounts,
        accepts=accounts.LIST,
        takes=accounts.LIST,
        shape="errors",
    ),
    AdsOperation(
        name="getAdsAccount", method="GET", path="/adsAccounts/{id}", answer=accounts.get_account, accepts=accounts.ONE, shape="message"
    ),
    AdsOperation(
        name="registerAdsAccount",
        method="POST",
        path="/adsAccounts",
        answer=accounts.register_account,
        accepts=accounts.REGISTER,
        takes=accounts.REGISTER,
        shape="message",
    ),
    AdsOperation(
        name="createTermsToken",
        method="POST",
        path="/termsTokens",
        answer=accounts.create_terms,
        accepts=accounts.TERMS,
        takes=accounts.TERMS,
        shape="message",
    ),
    AdsOperation(
        name="getTermsToken",
        method="GET",
        path="/termsTokens/{token}",
        answer=accounts.get_terms,
        accepts=accounts.TERMS,
        shape="message",
    ),
    AdsOperation(name="listProfiles", method="GET", path="/v2/profiles", answer=profiles.list_profiles),
    AdsOperation(name="getProfile", method="GET", path="/v2/profiles/{id}", answer=profiles.get_profile),
    AdsOperation(name="listDspAdvertisers", method="GET", path="/dsp/advertisers", answer=dsp.list_advertisers),
    AdsOperation(name="getDspAdvertiser", method="GET", path="/dsp/advertisers/{id}", answer=dsp.get_advertiser),
)
_SHAPES: tuple[tuple[str, ErrorShape], ...] = (("/reporting/", "detail"), ("/adsApi/v1/", "v1"), ("/adsAccounts", "message"))


def find(method: str, path: str) -> tuple[AdsOperation, dict[str, str]]:
    """The operation and its path values; 404 or 405."""
    segments = tuple(path.strip("/").split("/"))
    fitting = [(operation, found) for operation in OPERATIONS if (found := _match(operation.template, segments)) is not None]
    if not fitting:
        raise AdsRefusalError(404, "There is no such resource.")
    for operation, found in fitting:
        if operation.method == method:
            return operation, found
    raise AdsRefusalError(405, "The method is not allowed here.")


def shape_of(path: str) -> ErrorShape:
    """How the API at a path that is not served words its errors."""
    return next((shape for prefix, shape in _SHAPES if path.startswith(prefix)), "classic")


def _match(template: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    if len(template) != len(segments) or not all(segments):
        return None
    pairs = list(zip(template, segments, strict=True))
    if any(wanted != given for wanted, given in pairs if not wanted.startswith("{")):
        return None
    return {wanted[1:-1]: given for wanted, given in pairs if wanted.startswith("{")}
