"""Token cache and refresh lock in one JetStream key-value bucket."""
