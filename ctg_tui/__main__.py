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

        return guarded(sys.argv[1:])
    except KeyboardInterrupt:  # while importing
        return 130


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
