"""The use cases, a module or a folder for each capability: what the interface and the commands ask for."""
