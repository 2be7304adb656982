"""The interface, in French: the only place that knows Textual."""

import os

# Textual reads variables of its own when it is imported. One writes every key to a file that others can read,
# one takes pictures of the screen, others forbid the start: none of them is a choice of the person's.
for _name in [name for name in os.environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
    del os.environ[_name]
# A second frame (the radar's, after the note's) waits for the next tick of this clock, which stands still as
# long as nothing changes.
os.environ["TEXTUAL_FPS"] = "120"
