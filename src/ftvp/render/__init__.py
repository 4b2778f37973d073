"""Results become text: for a terminal, a screen reader, a document or a program. Never computes."""

from ftvp.render.formats import FORMATS, text_of, write

__all__ = ["FORMATS", "text_of", "write"]
