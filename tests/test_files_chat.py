"""A message's content is read alike in every provider's spelling."""

from __future__ import annotations

from typing import Any

import pytest

from ftvp.files.chat import (
    Content,
    ContentError,
    ToolCall,
    calls_text,
    read_content,
    tool_calls,
    tool_names,
)

URL = "https://pictures.example/1.png"


@pytest.mark.parametrize(
    ("part", "content"),
    [
        pytest.param("a", Content("a"), id="text alone"),
        pytest.param({"type": "text", "text": "a"}, Content("a"), id="OpenAI"),
        pytest.param({"type": "input_text", "text": "a"}, Content("a"), id="OpenAI Responses"),
        pytest.param({"type": "refusal", "refusal": "no"}, Content("no"), id="OpenAI's refusal"),
        pytest.param({"text": "a"}, Content("a"), id="Bedrock or Gemini"),
        pytest.param({"text": "a", "thought": True}, Content(reasoning="a"), id="Gemini's thought"),
        pytest.param(
            {"type": "thinking", "thinking": "a", "signature": "s"},
            Content(reasoning="a"),
            id="Anthropic's thinking",
        ),
        pytest.param(
            {"type": "thinking", "thinking": [{"type": "text", "text": "a"}]},
            Content(reasoning="a"),
            id="Mistral's thinking",
        ),
        pytest.param(
            {"reasoningContent": {"reasoningText": {"text": "a", "signature": "s"}}},
            Content(reasoning="a"),
            id="Bedrock's reasoning",
        ),
        pytest.param(
            {"toolUse": {"name": "f", "toolUseId": "1", "input": {"x": 1}}},
            Content(calls=(ToolCall("f", "1", {"x": 1}),)),
            id="a call on Bedrock",
        ),
        pytest.param(
            {"type": "tool_use", "name": "f", "id": "1", "input": {}},
            Content(calls=(ToolCall("f", "1", {}),)),
            id="a call at Anthropic",
        ),
        pytest.param(
            {"functionCall": {"name": "f", "args": {"x": 1}}},
            Content(calls=(ToolCall("f", "", {"x": 1}),)),
            id="a call at Gemini",
        ),
        pytest.param(
            {"toolResult": {"toolUseId": "1", "content": [{"json": {"x": 1}}, {"text": "b"}]}},
            Content('{"x": 1}\nb', answered=("1",)),
            id="a result on Bedrock",
        ),
        pytest.param(
            {"type": "tool_result", "tool_use_id": "1", "content": "found"},
            Content("found", answered=("1",)),
            id="a result at Anthropic",
        ),
        pytest.param(
            {"functionResponse": {"name": "f", "response": {"x": 1}}},
            Content('{"x": 1}', answered=("f",)),
            id="a result at Gemini",
        ),
        pytest.param({"cachePoint": {"type": "default"}}, Content(), id="a mark for the cache"),
    ],
)
def test_each_part_becomes_what_it_holds(part: object, content: Content) -> None:
    assert read_content([part], "here") == content


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ({"type": "image_url", "image_url": {"url": URL}}, "image"),
        ({"type": "image_url", "image_url": URL}, "image"),
        ({"type": "image", "source": {"type": "base64", "data": "AA"}}, "image"),
        ({"image": {"format": "png", "source": {"bytes": "AA"}}}, "image"),
        ({"video": {"format": "mp4", "source": {"s3Location": {"uri": "s3://b/1"}}}}, "video"),
        ({"document": {"format": "pdf", "source": {"bytes": "AA"}}}, "document"),
        ({"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}}, "audio"),
        ({"fileData": {"mimeType": "video/mp4", "fileUri": "gs://b/1"}}, "video"),
        ({"inline_data": {"mime_type": "audio/wav", "data": "AA"}}, "audio"),
        ({"fileData": {"mimeType": "application/pdf", "fileUri": "gs://b/1"}}, "file"),
    ],
)
def test_what_is_no_text_is_kept_by_its_kind(part: object, kind: str) -> None:
    content = read_content([{"text": "a"}, part], "here")
    assert ([medium.kind for medium in content.media], content.text) == ([kind], "a")


def test_two_pictures_are_told_apart() -> None:
    one, other = (
        read_content([{"type": "image_url", "image_url": {"url": url}}], "here").media
        for url in (URL, URL + "?2")
    )
    assert one != other


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (7, "here is a number"),
        (True, "here is true or false"),
        (None, "here is null"),
        ({"text": "a"}, "here is an object"),
        ([7], "a part of here is no object"),
        ([{"type": "song"}], "has no known type: use one of text, image_url"),
        ([{"type": "image_url", "image_url": {"url": "C:/1.png"}}], "neither a web address"),
        ([{"functionCall": {"args": {}}}], "a call in here has no name"),
    ],
)
def test_what_is_no_content_says_so(content: object, says: str) -> None:
    with pytest.raises(ContentError, match=says):
        read_content(content, "here")


@pytest.mark.parametrize(
    ("message", "calls"),
    [
        ({"tool_calls": None}, ()),
        ({"tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]}, ("f", "1")),
        ({"tool_calls": [{"id": "1", "name": "f", "arguments": {}}]}, ("f", "1")),
        ({"function_call": {"name": "f", "arguments": "{}"}}, ("f", "")),
    ],
)
def test_calls_stand_beside_the_content_too(
    message: dict[str, Any], calls: tuple[str, ...]
) -> None:
    found = tool_calls(message, "message 1")
    assert tuple(part for call in found for part in (call.name, call.id)) == calls


def test_a_call_without_a_function_says_so() -> None:
    with pytest.raises(ContentError, match="message 1 names no function"):
        tool_calls({"tool_calls": ["f"]}, "message 1")


def test_calls_are_written_as_a_model_would_write_them() -> None:
    assert calls_text([ToolCall("f", "1", "{}")]) == '[{"name": "f", "arguments": "{}"}]'
    assert calls_text([]) == ""


@pytest.mark.parametrize(
    ("tools", "names"),
    [
        ([{"type": "function", "function": {"name": "f"}}], {"f"}),
        ([{"name": "f"}, {"name": "g"}], {"f", "g"}),
        ({"tools": [{"toolSpec": {"name": "f"}}]}, {"f"}),
        ([{"functionDeclarations": [{"name": "f"}, {"name": "g"}]}], {"f", "g"}),
        ([{"googleSearch": {}}], None),
        ("tools", None),
    ],
)
def test_declared_tools_have_names_in_every_spelling(tools: object, names: set[str] | None) -> None:
    assert tool_names(tools) == names
