"""The database: one SQLite file per person. The only package that knows sqlite3 and sqlite-utils."""
