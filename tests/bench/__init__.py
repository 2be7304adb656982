"""`make bench`: ours against a bare Textual app, interleaved in one run, on a real pseudo-terminal."""
