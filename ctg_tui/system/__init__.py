"""Files, folders, drives and programs of the computer."""
