"""Finding, reading and checking grid files, and building a `Grid` from them."""
