"""What account-svc asks of token-svc."""
