"""The data keys of every tenant, opened with the key-encryption keys as a service would."""

import asyncpg

from svc_kit.sealing.data_keys import DataKey
from svc_kit.sealing.key_provider import WrappedKey
from svc_kit.sealing.local_key_provider import LocalKeyProvider


async def data_keys(database: str, key_file: bytes) -> dict[str, bytes]:
    """Return the open data keys in `database` by name; `key_file` holds the keys that wrap them."""
    holder = LocalKeyProvider.parse(key_file)
    connection = await asyncpg.connect(database)
    try:
        rows = await connection.fetch("SELECT tenant_id, id, kek_id, wrapped FROM data_keys WHERE state <> 'shredded'")
    finally:
        await connection.close()
    return {
        f"data key of {row['tenant_id']}": await holder.unwrap(
            WrappedKey(row["kek_id"], bytes(row["wrapped"])), DataKey.context(row["tenant_id"], row["id"])
        )
        for row in rows
    }
