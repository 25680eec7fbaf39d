"""The only way out to Amazon: signs, paces, retries and streams."""
