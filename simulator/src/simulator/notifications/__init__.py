"""What Amazon tells by queue."""
