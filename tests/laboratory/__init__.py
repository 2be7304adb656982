"""The fault laboratory: `python -m tests.laboratory`. What it injects, how often, and what held."""
