"""What a stack keeps between starts: one folder, private to its owner."""
