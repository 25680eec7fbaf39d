"""What token-svc needs from outside, one family a file."""
