"""Connects the demo company's accounts through the services' own APIs; done twice it changes nothing."""

import urllib.parse
from dataclasses import dataclass
from typing import Any, Final

import httpx

from sellerport_stack.demo.accounts import ACCOUNTS, EXTERNAL_ID, ROLE_ARN, TENANT, USERNAME, DemoAccount
from sellerport_stack.processes import StartError
from sellerport_stack.state.secret_store import SDK_CLIENT_ID
from sellerport_stack.tokens import LIFETIME_SECONDS, TokenDesk

_PATIENCE_SECONDS: Final = 30.0
_TRUST: Final = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}'
# moto tells its services apart by the scope of a signature it does not check
_FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
_IAM_SCOPE: Final = "AWS4-HMAC-SHA256 Credential=stack/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0"


@dataclass(frozen=True)
class Seeded:
    """What the demo ended up with."""

    seller_token: str
    accounts: list[dict[str, Any]]
    sdk_handle: str


@dataclass(frozen=True, kw_only=True)
class DemoSeed:
    """Addresses of what the seed talks to."""

    account_svc: str
    token_svc: str
    simulator: str
    moto: str
    tokens: TokenDesk

    def run(self, *, renew: bool) -> Seeded:
        """Connect what is not connected (all, with `renew`: the simulator has forgotten its grants); raises `StartError`."""
        with httpx.Client(timeout=_PATIENCE_SECONDS, trust_env=False) as client:
            self._role(client)
            user = {"username": USERNAME, "tenant_id": TENANT, "expires_in": LIFETIME_SECONDS}
            seller_token = str(_done(client.post(f"{self.simulator}/_sim/users/token", json=user))["access_token"])
            headers = {"authorization": f"Bearer {seller_token}"}
            listed = _done(client.get(f"{self.account_svc}/api/v1/accounts", headers=headers))["items"]
            known = {(account["selling_partner_id"], account["region"]): account for account in listed}
            accounts: list[dict[str, Any]] = []
            for wanted in ACCOUNTS:
                account = known.get((wanted.seller, wanted.region))
                if account is None or account["status"] != "active" or renew:
                    account = self._connect(client, wanted, headers)
                accounts.append(account)
            return Seeded(seller_token, accounts, self._handle(client, str(accounts[0]["id"])))

    def _role(self, client: httpx.Client) -> None:
        form = {
            "Action": "CreateRole",
            "Version": "2010-05-08",
            "RoleName": ROLE_ARN.rpartition("/")[2],
            "AssumeRolePolicyDocument": _TRUST,
        }
        made = client.post(self.moto, content=urllib.parse.urlencode(form), headers={"authorization": _IAM_SCOPE} | _FORM)
        if made.is_error and "EntityAlreadyExists" not in made.text:
            raise StartError(f"moto did not make the demo's role: {made.status_code} {made.text[:300]}")
        _done(client.post(f"{self.simulator}/_sim/roles", json={"role_arn": ROLE_ARN, "external_id": EXTERNAL_ID}))

    def _connect(self, client: httpx.Client, wanted: DemoAccount, headers: dict[str, str]) -> dict[str, Any]:
        grant = _done(client.post(f"{self.simulator}/_sim/sellers/{wanted.seller}/grants", json={}))
        body = wanted.body(str(grant["refresh_token"]))
        return _done(client.post(f"{self.account_svc}/api/v1/accounts", json=body, headers=headers))

    def _handle(self, client: httpx.Client, account_id: str) -> str:
        headers = {"authorization": f"Bearer {self.tokens.token('operator', 'token-svc', tenant=TENANT)}"}
        asked = {"account_id": account_id, "client_id": SDK_CLIENT_ID}
        return str(_done(client.post(f"{self.token_svc}/v1/handles", json=asked, headers=headers))["handle"])


def _done(answer: httpx.Response) -> dict[str, Any]:
    """Return the JSON object of a good answer; anything else is told with the words of whoever refused."""
    if answer.is_error:
        raise StartError(
            f"the demo could not be set up: {answer.request.method} {answer.request.url} → {answer.status_code} {answer.text[:500]}"
        )
    content = answer.json() if answer.content else {}
    if not isinstance(content, dict):
        raise StartError(f"the demo could not be set up: {answer.request.url} answered something unexpected: {answer.text[:200]}")
    return content
