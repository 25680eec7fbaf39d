"""HashiCorp Vault's HTTP API, as far as keys and secrets need it: transit, KV version 2, tokens, seal and unseal."""

from simulator.vault.door import VaultDoor

__all__ = ["VaultDoor"]
