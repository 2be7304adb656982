"""Reading strictly what comes from outside; nothing here knows what a submission is."""
