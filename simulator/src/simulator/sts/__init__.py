"""The recorder in front of STS: it remembers which session credentials were issued."""
