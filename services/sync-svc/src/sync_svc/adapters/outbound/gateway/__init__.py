"""Amazon, through the gateway's explicit door."""
