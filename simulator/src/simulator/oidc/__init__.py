"""The identity provider: authorisation code with PKCE, and a sign-in page."""
