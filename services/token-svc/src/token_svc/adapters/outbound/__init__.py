"""What token-svc calls."""
