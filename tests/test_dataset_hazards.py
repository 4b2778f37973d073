"""Whatever a record holds, it is read or refused in words: values of any kind in any place."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftvp.dataset.examples import RecordError, counted_texts
from ftvp.dataset.formats import SHAPES, example_of, request_of

pytestmark = pytest.mark.slow

RECORDS = [json.loads(shape.record) for shape in SHAPES] + [
    {"prompt": "a", "completion": "b", "history": [["c", "d"]], "images": ["1.png"]},
    {
        "contents": [{"role": "user", "parts": [{"text": "a"}]}],
        "completions": [
            {"score": score, "completion": {"role": "model", "parts": [{"text": "b"}]}}
            for score in (0, 1)
        ],
    },
    {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "a"}]},
            {
                "role": "assistant",
                "candidates": [
                    {"content": [{"text": "b"}], "preferenceLabel": label}
                    for label in ("preferred", "non-preferred")
                ],
            },
        ]
    },
    {
        "messages": [
            {"role": "user", "content": "a"},
            {
                "role": "assistant",
                "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}],
            },
            {"role": "tool", "tool_call_id": "1", "content": "b"},
            {"role": "assistant", "content": "c", "weight": 1, "reasoning_content": "d"},
        ],
        "tools": [{"type": "function", "function": {"name": "f"}}],
    },
]
ODD: st.SearchStrategy[object] = st.sampled_from(
    [
        *(None, True, 0, 1.5, 10**30, "", " ", "[{", "\ud800"),
        *([], {}, [None], [1], ["a"], [[]], [{}]),
        *({"type": ["text"]}, {"type": "image_url"}, {"name": 3}, {"role": 3}, [{"from": "gpt"}]),
    ]
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to each value below the first."""
    below = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [place for key, each in below for place in [(*path, key), *places(each, (*path, key))]]


@given(st.data())
def test_a_record_with_odd_values_is_read_or_refused(data: st.DataObject) -> None:
    record = deepcopy(data.draw(st.sampled_from(RECORDS)))
    for *path, last in data.draw(st.lists(st.sampled_from(places(record)), max_size=3)):
        held = record
        for key in path:
            try:
                held = held[key]
            except (KeyError, IndexError, TypeError):  # an odd value stands there already
                held = {}
        if isinstance(held, dict) or (isinstance(held, list) and last in range(len(held))):
            held[last] = deepcopy(data.draw(ODD))
    source = json.dumps(record).encode()
    for read in (example_of, request_of):
        with suppress(RecordError):
            example, issues = read(1, source)
            counted_texts(example)
            assert all(isinstance(issue, str) for issue in issues)
