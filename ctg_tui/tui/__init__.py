"""The interface, in French: the only place that knows Textual."""

import os

# Read by Textual when it is imported: a second frame (the radar's, after the note's) waits for the next
# tick of this clock, which stands still as long as nothing changes.
os.environ.setdefault("TEXTUAL_FPS", "120")
