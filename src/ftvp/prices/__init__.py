"""The price table as an answer, and what others' price lists and overlays would change of it."""
