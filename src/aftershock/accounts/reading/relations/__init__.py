"""Who fights, backs or belongs to whom."""
