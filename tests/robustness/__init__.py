"""The fault laboratory: `python -m tests.robustness`. What it injects, how often, and what held."""
