"""Where an actor appears next."""
