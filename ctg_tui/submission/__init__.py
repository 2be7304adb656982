"""The submission (*soumission*): the JSON file that goes to the Caf. Built, written, read back, verified."""
