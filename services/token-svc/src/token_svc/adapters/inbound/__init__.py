"""What calls token-svc."""
