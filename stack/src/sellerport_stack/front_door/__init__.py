"""The front door: Caddy's configuration and the page behind it."""
