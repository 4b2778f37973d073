"""Text becomes counts. The only room that knows tiktoken and where vocabularies lie."""

from ftvp.tokens.chat import chat_overhead, training_overhead
from ftvp.tokens.counting import count, count_many
from ftvp.tokens.estimate import Count, estimate, estimate_many
from ftvp.tokens.folder import data_folder
from ftvp.tokens.hazards import specials

__all__ = [
    "Count",
    "chat_overhead",
    "count",
    "count_many",
    "data_folder",
    "estimate",
    "estimate_many",
    "specials",
    "training_overhead",
]
