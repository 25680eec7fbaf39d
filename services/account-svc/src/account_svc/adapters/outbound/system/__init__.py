"""What the machine itself gives."""
