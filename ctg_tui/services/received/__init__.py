"""Files of others: what envelopes hold, what is taken, one's own that come back, and the list."""
