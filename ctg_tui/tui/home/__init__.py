"""Accueil: the assessments, and what the chosen one looks like."""
