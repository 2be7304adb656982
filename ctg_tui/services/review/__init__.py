"""Gone."""
