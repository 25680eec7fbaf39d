"""What operators ask for in a terminal."""
