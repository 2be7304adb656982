"""Backups of the database: made, restored, erased from, and its health."""
