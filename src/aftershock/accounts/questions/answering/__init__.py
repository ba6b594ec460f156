"""How questions are answered: whom and when is meant, what the record holds of it, what a model makes of it."""
