"""Many rows, one promise: a table that one test walks."""

from __future__ import annotations

import functools
import inspect
import reprlib
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def each_row(names: str, rows: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a test run once per row, as one case; the failure says which row it was.

    `names` are the arguments that a row gives, separated by commas, as in `pytest.mark.parametrize`. The
    rows share the fixtures: rows that write somewhere take a `new_folder`, or `parametrize`.
    """
    arguments = [name.strip() for name in names.split(",")]
    table = [row if len(arguments) > 1 else (row,) for row in rows]
    assert table, "a table without rows tests nothing"

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def of_every_row(**fixtures: Any) -> None:
            for row in table:
                given = dict(zip(arguments, row, strict=True))
                try:
                    test(**fixtures, **given)
                except BaseException as error:
                    error.add_note(f"the row: {reprlib.repr(given)}")
                    raise

        signature = inspect.signature(test)
        left = [one for one in signature.parameters.values() if one.name not in arguments]
        of_every_row.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
        return of_every_row

    return decorate


def new_folder(parent: Path) -> Path:
    """Return an empty folder under `parent`, for one row."""
    return Path(tempfile.mkdtemp(dir=parent))
