"""What follows the end of an actor."""
