"""Signing in as a person does: the issuer's page, code flow, PKCE S256 (RFC 7636)."""

import base64
import hashlib
import secrets
from urllib.parse import parse_qs, urlsplit

import httpx

from harness.forms import forms

CLIENT_ID = "sellerport-dashboard"


async def sign_in(issuer: str, redirect_uri: str, *, username: str, password: str) -> str:
    """Return the access token that the page would hold after `username` has signed in on the issuer's page."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    async with httpx.AsyncClient(timeout=60) as browser:
        discovery = (await browser.get(f"{issuer}/.well-known/openid-configuration")).raise_for_status().json()
        page = await browser.get(
            discovery["authorization_endpoint"],
            params={
                "response_type": "code",
                "client_id": CLIENT_ID,
                "redirect_uri": redirect_uri,
                "scope": "openid profile email",
                "state": state,
                "nonce": secrets.token_urlsafe(16),
                "code_challenge": _challenge(verifier),
                "code_challenge_method": "S256",
            },
        )
        form = next(form for form in forms(str(page.url), page.raise_for_status().text) if form.method == "POST")
        arrival = await browser.post(form.action, data={**form.fields, "username": username, "password": password})
        assert arrival.is_redirect, f"sign-in answered {arrival.status_code}: {arrival.text[:300]}"
        location = arrival.headers["location"]
        assert location.startswith(redirect_uri), location
        answer = parse_qs(urlsplit(location).query)
        assert answer["state"] == [state]
        exchange = {
            "grant_type": "authorization_code",
            "client_id": CLIENT_ID,
            "code": answer["code"][0],
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        tokens = (await browser.post(discovery["token_endpoint"], data=exchange)).raise_for_status().json()
        return str(tokens["access_token"])


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
