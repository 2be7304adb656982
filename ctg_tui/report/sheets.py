"""The sheet « Grille »: the lines of all missions, what was said of them, and what the adviser adds."""
