"""What the tests of a session share: a database that refuses, and the state to compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ctg_tui.domain.errors import NotSaved
from ctg_tui.services.editing import Session


@contextmanager
def unwritable(session: Session) -> Iterator[None]:
    """Make the database refuse every write, as a full or protected disk does; reading still works."""
    session._store.connection.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        session._store.connection.execute("PRAGMA query_only = OFF")


def refused(edit: Callable[[], object]) -> NotSaved:
    with pytest.raises(NotSaved) as caught:
        edit()
    return caught.value


def everything(session: Session) -> tuple[Any, ...]:
    """Return the values of the assessment, its forecast, thread and answers, without the moment of change."""
    a = session.assessment
    values = (a.answers, a.set_aside, a.comments, a.numbers, a.preparation, a.actions)
    return (*values, a.identity, a.grid_fingerprint, session.forecast, a.said, a.drafts)
