"""Login with Amazon over HTTP."""
