"""What a tokenizer cannot count, and what it counts otherwise than its writer may think."""

from __future__ import annotations

import re

from ftvp.errors import BlankRunError

LONGEST_BLANK_RUN = 999_998
"""Characters of white space in a row that tiktoken's pattern search can follow."""
BLANKS = (
    "\t\v\f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Unicode's White_Space less the two characters that end lines."""
SPECIAL = re.compile(
    r"<\|(?:endoftext|endofprompt|fim_(?:prefix|middle|suffix)|im_(?:start|end|sep)"
    r"|(?:begin|end)_of_text|(?:start|end)_header_id|eot_id)\|>"
)
"""Names that OpenAI's and Llama's tokenizers keep for themselves."""


def specials(text: str) -> tuple[str, ...]:
    """Return the special tokens written out in a text, each once, in order of appearance.

    They are counted as ordinary text; a provider may refuse them or read them as control.

    >>> specials("Say <|endoftext|> twice: <|endoftext|>")
    ('<|endoftext|>',)
    """
    return tuple(dict.fromkeys(SPECIAL.findall(text)))


def refuse_blank_runs(text: str) -> None:
    """Raise BlankRunError where a text holds more white space in a row than can be counted."""
    # A run of `step` characters covers exactly one of these positions: look around them alone.
    step = LONGEST_BLANK_RUN + 1
    for middle in range(step - 1, len(text), step):
        before, after = text[middle + 1 - step : middle + 1], text[middle + 1 : middle + step]
        begins = len(before.rstrip(BLANKS))
        if step - begins + len(after) - len(after.lstrip(BLANKS)) >= step > begins:
            raise BlankRunError(text.count("\n", 0, middle + 1 - step + begins) + 1, step)
