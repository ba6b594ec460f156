"""What is said to bring what."""
