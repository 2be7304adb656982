"""The commands, keys and exit codes of the docs are those of the program."""

from __future__ import annotations

from tests.make_docs import contents


def test_the_tables_of_the_docs_are_those_of_the_code() -> None:
    for path, expected in contents().items():
        assert path.read_text(encoding="utf-8") == expected, f"{path.name}: run `make docs`"
