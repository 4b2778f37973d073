"""A prompt file becomes its parts: instructions, worked examples ("shots") and the request.

What a shot is follows from structure, in any language; when in doubt there are none.
"""

from ftvp.prompts.prompt import Message, Part, Piece, Prompt, Resemblance, Speaker, prompt_tokens
from ftvp.prompts.read import parse_prompt, read_prompt

__all__ = [
    "Message",
    "Part",
    "Piece",
    "Prompt",
    "Resemblance",
    "Speaker",
    "parse_prompt",
    "prompt_tokens",
    "read_prompt",
]
