"""The figures of a radar, for the screen and the reports. Knows nothing of the interface."""
