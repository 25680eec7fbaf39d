"""Planted secrets are looked for in every log line, error and figure."""

import logging

import pytest
import structlog

from svc_kit import logs
from svc_kit.errors import Unavailable
from svc_kit.secret import Secret
from token_svc.adapters.outbound.local.journal import LogJournal

PLANTED = ["Atzr|acc-1", "current-secret", "Atza|memory", "planted-client-secret", "planted-code", "planted-handle", "k" * 40, "h" * 40]


@pytest.fixture(autouse=True)
def _restore_logging():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


async def test_neither_logs_nor_refusals_hold_a_secret(service, capsys):
    logs.configure("token-svc", "DEBUG")
    world = service.world
    answers = []
    await service.issue({"account_id": "acc-1"})
    world.lwa.faults = [Unavailable("down", retry_after=None)] * 3
    form = {"grant_type": "refresh_token", "client_id": "sdk", "client_secret": "planted-client-secret", "refresh_token": "planted-handle"}
    answers.append(await service.http.post("/auth/o2/token", data=form))
    answers.append(await service.http.post("/auth/o2/token", data={**form, "client_secret": "secret"}))
    exchange = {"application": "default", "code": "planted-code", "redirect_uri": "https://x", "region": "NA"}
    headers = service.bearer("account-svc", "authorizations:exchange")
    answers.append(await service.http.post("/v1/authorizations", json=exchange, headers=headers))
    await service.http.delete("/v1/cache", headers=service.bearer("operator", "cache:clear"))
    world.lwa.refresh_tokens.clear()
    answers.append(await service.issue({"account_id": "acc-1"}))
    await service.http.delete("/v1/cache", headers=service.bearer("operator", "cache:clear"))
    world.lwa.clients.clear()
    answers.append(await service.issue({"account_id": "acc-1"}))
    answers.append(await service.http.get("/v1/cache", headers=service.bearer("operator", "cache:read")))
    answers.append(await service.http.get("/metrics"))
    shown = capsys.readouterr().out + "".join(answer.text for answer in answers)
    assert "authorization_refused" in shown
    assert '"alarm": true' in shown
    assert [secret for secret in PLANTED if secret in shown] == []


def test_a_journal_line_with_a_token_in_it_is_redacted(capsys):
    logs.configure("token-svc", "DEBUG")
    LogJournal().alarm("test", reason="Atzr|planted-refresh", token=Secret("Atza|planted"), access_token="Atza|planted")
    shown = capsys.readouterr().out
    assert '"event": "test"' in shown
    assert "planted" not in shown
