"""What the simulated Amazon knows: sellers, orders, stock, credentials, people."""
