"""The adviser's answer as a file: build, canonical form, hash, strict read."""
