"""The submission (*soumission*), the JSON file sent to the Caf: building, writing, reading, verifying.

`document.build` and `document.fingerprint_of` make it, `document.serialise` spells it, `file.write` puts it
in a folder, `file.read` and `file.verify` take one from outside.
"""
