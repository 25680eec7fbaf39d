"""Login with Amazon: the token endpoint and the consent page."""
