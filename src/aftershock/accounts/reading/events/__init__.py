"""What is said to have happened: who, where, when."""
