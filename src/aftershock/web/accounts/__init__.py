"""Accounts kept: every change a version of its own, the file for people, the article's text, limits."""
