"""The rules of the job: frozen values and pure functions. Standard library only, no input or output."""
