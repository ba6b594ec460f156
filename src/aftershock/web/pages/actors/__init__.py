"""Actors: a system chosen and fitted (start), its results, and their JSON twins (twin)."""
