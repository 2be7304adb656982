"""One module per screen; each is imported when it is first shown, or in the background after the start."""
