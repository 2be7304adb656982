"""Résultats: the page, and its rows."""
