"""What is shipped inside the package."""
