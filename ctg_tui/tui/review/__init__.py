"""The adviser's review: written, and answered."""
