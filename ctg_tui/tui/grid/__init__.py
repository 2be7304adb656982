"""Grille: the page of notes and comments, and what belongs to it."""
