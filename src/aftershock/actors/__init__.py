"""Actors: who sides with whom, who follows whom, where an actor spreads, and what becomes of one that loses ground."""
