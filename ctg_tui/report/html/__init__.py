"""The HTML report: one file, nothing from outside, no script, printable."""

from ctg_tui.report.html.page import render

__all__ = ["render"]
