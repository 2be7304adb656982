"""The XLSX report: the Caf's grid, a sheet per mission, whose figures follow the notes."""

from ctg_tui.report.xlsx.book import render

__all__ = ["render"]
