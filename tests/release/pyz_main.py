# mypy: ignore-errors
"""What runs first in ctg-tui.pyz. Any Python reads these lines, so that an old one answers in a sentence."""

import sys


def main():
    if sys.version_info < (3, 11):  # noqa: UP036 - this is where it says so
        sys.stderr.write(
            "ctg-tui demande au moins Python 3.11 ; celui-ci est Python %d.%d.\n"  # noqa: UP031 - Python 2
            % sys.version_info[:2]
        )
        return 1
    import pyz_importer

    pyz_importer.install(sys.path[0])
    from ctg_tui.__main__ import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
