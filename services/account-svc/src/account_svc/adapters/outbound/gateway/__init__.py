"""What account-svc asks of spapi-gateway."""
