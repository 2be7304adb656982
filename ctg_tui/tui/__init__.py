"""The interface, in French: the only place that knows Textual."""

import os

FRAMES_A_SECOND = "120"
"""A second frame (the radar's, after the note's) waits for the next tick of this clock, which stands still as
long as nothing changes.
"""
# Read by Textual when it is imported.
os.environ.setdefault("TEXTUAL_FPS", FRAMES_A_SECOND)
