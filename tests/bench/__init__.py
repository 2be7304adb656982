"""`make bench`: the program against a bare Textual app, interleaved, on a real pseudo-terminal."""
