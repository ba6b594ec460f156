"""What is said to come, and by when."""
