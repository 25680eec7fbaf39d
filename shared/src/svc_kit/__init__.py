"""Technical kit shared by the four services; it knows no business noun."""
