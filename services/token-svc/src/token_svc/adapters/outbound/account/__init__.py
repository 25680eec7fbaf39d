"""account-svc over HTTP."""
