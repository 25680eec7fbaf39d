"""AWS STS through aioboto3, loaded when first used."""
