"""Who says what: quotations, statements that are laid at somebody's door, and their speakers."""
