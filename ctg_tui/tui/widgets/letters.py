"""Widgets in which letters are commands."""

from __future__ import annotations


class TakesLetters:
    """A widget, without text to type, in which letters are commands of its page."""
