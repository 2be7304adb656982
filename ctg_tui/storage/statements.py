"""The statements of an SQL script, and what each creates."""

from __future__ import annotations


def statements(script: str) -> tuple[str, ...]:
    """Return the statements of a script, which has no semicolon elsewhere."""
    return tuple(part.strip() for part in script.split(";") if part.strip())


def name_of(sql: str) -> str:
    """Return the name of the table, index or view that the statement creates."""
    words = sql.removeprefix("CREATE UNIQUE ").removeprefix("CREATE ").split(maxsplit=2)
    return words[1]


def kind_of(sql: str) -> str:
    """Return what the statement creates, as `sqlite_schema` names it: `table`, `index` or `view`."""
    return sql.removeprefix("CREATE UNIQUE ").removeprefix("CREATE ").split(maxsplit=1)[0].lower()


def is_table(sql: str) -> bool:
    """Return whether the statement creates a table rather than an index or a view."""
    return sql.startswith("CREATE TABLE ")
