"""Local times: moments are stored in UTC and shown in the time zone of the computer."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)


def local_time(moment: datetime) -> datetime:
    """Convert `moment` to the time zone of this computer, or to UTC when its zone is invalid.

    An odd `TZ` (`XXX+99`) is an offset of more than a day, which `astimezone` refuses. Some systems refuse
    the years that their C library cannot convert.
    """
    try:
        return moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return moment.astimezone(UTC)
