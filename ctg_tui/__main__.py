"""The program's entry. `--version` is answered before anything else is imported."""

import sys

if (
    __name__ == "__main__"
    and __package__ == "ctg_tui"
    and not sys.flags.safe_path
    and sys.path[0] != __file__[: -len("/ctg_tui/__main__.py")]
):
    # `python -m` puts the current folder first on the path: a `json.py` among somebody's downloads would run.
    # Nothing is imported before this, not even `__future__`. The folder stays when ctg_tui itself lies in it.
    del sys.path[0]

import os

from ctg_tui import __version__


def main() -> int:
    """Run the command line of this process; gives its exit code. Never lets an exception out."""
    if sys.argv[1:] == ["--version"]:
        return _print_version()
    try:
        from ctg_tui.cli.terminal import guarded

        code = guarded(sys.argv[1:], _run)
        _end_in_peace()
    except KeyboardInterrupt:  # while importing, or on the way out
        return 130
    return code


def _run(arguments: list[str]) -> int:
    from ctg_tui.cli.commands import run  # with click: not for the interface

    return run(arguments)


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
