"""The tokens that a chat adds to what its messages say."""

from __future__ import annotations


def chat_overhead(messages: int, names: int = 0) -> int:
    """Return the tokens of a chat prompt beyond the text of its contents and names.

    OpenAI's cookbook ("How to count tokens with tiktoken") counts 3 per message, its role, 1 per
    name and 3 for the reply; each role is one token. It covers gpt-3.5 to gpt-4o: for later
    models, and for other families, this is an assumption.

    >>> chat_overhead(messages=2)
    11
    """
    return 4 * messages + names + 3


def training_overhead(messages: int) -> int:
    """Return the tokens billed for a training example beyond the text of its messages.

    Published totals of OpenAI jobs on three-message examples fit 13 exactly, and 4 per message
    and 1 gives that; for other numbers of messages it is an estimate.

    >>> training_overhead(messages=3)
    13
    """
    return 4 * messages + 1
