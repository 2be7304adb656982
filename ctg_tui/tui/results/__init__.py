"""Synthèse and the large radar."""
