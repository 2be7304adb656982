"""The answers to the Caf: their form, in the grid and on the page « Réponses »."""
