"""Amazon, over pyreqwest."""
