"""docs/sealing.md is recomputed: its example seals, opens and wraps to the very bytes it shows."""

import re
import uuid
from pathlib import Path

from svc_kit.sealing import DataKey, LocalKeyProvider, Place, WrappedKey
from svc_kit.sealing.aead import Aead
from svc_kit.sealing.sealed_value import key_id_of, open_under

DOCUMENT = (Path(__file__).parents[3] / "docs" / "sealing.md").read_text()
ROWS = re.findall(r"^\| ([^|]+) \| (.+) \|$", DOCUMENT.split("### Example")[1].split("## ")[0], re.MULTILINE)
EXAMPLE = {name: re.findall(r"`([^`]+)`", value) for name, value in ROWS}
PLACE = Place(tenant="acme", table="accounts", row="1", field="refresh_token")


def shown(start: str) -> list[str]:
    """Return what stands in code quotes in the row that begins with these words."""
    (found,) = [values for name, values in EXAMPLE.items() if name.startswith(start)]
    return found


def test_the_sealed_value_opens_and_is_laid_out_as_shown():
    key, sealed = bytes.fromhex(shown("data key")[0]), bytes.fromhex(shown("sealed with")[0])
    nonce = re.search(r"sealed with nonce `([0-9a-f]+)`", DOCUMENT)[1]
    text = shown("text")[0].replace("\\|", "|").encode()
    assert sealed[0] == 1
    assert key_id_of(sealed) == uuid.UUID(shown("its id")[0])
    assert sealed[17:29].hex() == nonce
    assert len(sealed) == 29 + len(text) + 16
    assert open_under(Aead(key), PLACE, sealed) == text


def test_the_additional_data_are_those_shown():
    sealed = bytes.fromhex(shown("sealed with")[0])
    assert shown("place") == [PLACE.tenant, PLACE.table, PLACE.row, PLACE.field]
    assert (sealed[:17] + PLACE.encode()).hex() == shown("additional data")[0]


async def test_the_wrapped_data_key_unwraps_to_the_data_key():
    provider = LocalKeyProvider("k1", {"k1": bytes.fromhex(shown("KEK")[0])})
    wrapped = WrappedKey("k1", bytes.fromhex(shown("wrapped with")[0]))
    context = DataKey.context("acme", uuid.UUID(shown("its id")[0]))
    assert (await provider.unwrap(wrapped, context)).hex() == shown("data key")[0]
