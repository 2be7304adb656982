"""The program's entry. `--version` is answered before anything else is imported."""

from __future__ import annotations

import os
import sys

from ctg_tui import __version__


def main() -> int:
    """Run the command line of this process; gives its exit code. Never lets an exception out."""
    if sys.argv[1:] == ["--version"]:
        return _print_version()
    try:
        from ctg_tui.cli.guard import guarded

        code = guarded(sys.argv[1:])
        _end_in_peace()
    except KeyboardInterrupt:  # while importing, or on the way out
        return 130
    return code


def _end_in_peace() -> None:
    """All is said and written. What is left is Python's own end, which answers Ctrl+C with a traceback."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _print_version() -> int:
    if sys.stdout is None:  # closed before the start
        return 1
    try:
        sys.stdout.write(f"ctg-tui {__version__}\n")
        sys.stdout.flush()
    except OSError:  # a closed pipe, a full disk: nobody reads it, and Python must not try again when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
