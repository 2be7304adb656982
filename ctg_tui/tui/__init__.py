"""The interface, in French: the only package that imports Textual."""

import os

FRAMES_A_SECOND = "120"
"""Frames a second. The radar is drawn a frame after the note; this clock stands still while nothing changes.
"""
# Textual reads it when it is imported.
os.environ.setdefault("TEXTUAL_FPS", FRAMES_A_SECOND)
