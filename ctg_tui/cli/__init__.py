"""The commands. Data goes to the standard output, messages to the standard error."""
