"""The submission (*soumission*): the JSON file that goes to the Caf. Built, written, read back, verified.

`document.build` and `document.fingerprint_of` make it, `spelling.serialise` spells it, `writer.write` puts it
in a folder, `reader.read` and `reader.verify` take one from outside, `problems` has the codes of a refusal.
"""
