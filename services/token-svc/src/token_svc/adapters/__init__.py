"""Where token-svc meets the world."""
