"""Grid files: found, read, checked, and made into a `Grid`."""
