"""The fault laboratory: `python -m tests.laboratory`. It counts the faults injected and the promises kept."""
