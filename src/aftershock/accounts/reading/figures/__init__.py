"""Stated quantities, and what they count."""
