"""Events as they go over the wire: CloudEvents with a versioned type."""
