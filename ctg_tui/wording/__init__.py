"""French for people: numbers, dates, states, sentences shared by every surface."""
