"""What a chat adds to its texts, against the figures OpenAI published."""

from __future__ import annotations

import pytest

from ftvp.tokens.counting import chat_overhead, count_many
from tests.tokenizers import ENCODINGS

# The example of OpenAI's cookbook, "How to count tokens with tiktoken": content, then name if any.
COOKBOOK = {
    "You are a helpful, pattern-following assistant that translates corporate jargon into plain "
    "English.": None,
    "New synergies will help drive top-line growth.": "example_user",
    "Things working well together will increase revenue.": "example_assistant",
    "Let's circle back when we have more bandwidth to touch base on opportunities for increased "
    "leverage.": "example_user",
    "Let's talk later when we're less busy about how to do better.": "example_assistant",
    "This late pivot means we don't have time to boil the ocean for the client deliverable.": None,
}


@pytest.mark.parametrize(
    ("encoding", "tokens"),
    [
        pytest.param("cl100k_base", 129, id="gpt-4"),
        pytest.param("o200k_base", 124, id="gpt-4o"),
    ],
)
def test_the_cookbooks_six_messages_have_the_tokens_that_the_api_billed(
    encoding: str, tokens: int
) -> None:
    names = [name for name in COOKBOOK.values() if name]
    texts = [*COOKBOOK, *names]
    overhead = chat_overhead(messages=len(COOKBOOK), names=len(names))
    assert sum(count_many(texts, encoding)) + overhead == tokens


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_role_is_one_token(encoding: str) -> None:
    roles = ["system", "user", "assistant", "tool", "developer", "function"]
    assert count_many(roles, encoding) == [1] * 6
