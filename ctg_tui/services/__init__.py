"""The use cases, one module each: what the interface and the commands ask for."""
