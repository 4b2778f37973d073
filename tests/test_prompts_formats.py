"""Prompt documents of many tools: one of each, its shots, its model, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ftvp.errors import FileProblemsError, ManyPromptsError, NotAPromptError, PartOfPromptError
from ftvp.prompts import Prompt, parse_prompt

TEXT = (
    "Route it.\n\nSaid: the lamp broke\nTeam: light\n\nSaid: the tap drips\nTeam: water\n\n"
    "Said: {{x}}\nTeam:"
)
PAIRS = [("the lamp broke", "light"), ("the tap drips", "water")]


def chat(user: str, assistant: str, content: Callable[[str], object] = str) -> list[dict[str, Any]]:
    said = [
        (role, text) for pair in PAIRS for role, text in zip((user, assistant), pair, strict=True)
    ]
    return [{"role": role, "content": content(text)} for role, text in [*said, (user, "{x}")]]


def parts(texts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"role": m["role"], "parts": [{"text": m["content"]}]} for m in texts]


def read(document: object) -> Prompt:
    return parse_prompt(json.dumps(document), "prompt.json")


DEMOS = [{"augmented": True, "said": a, "reasoning": "Think.", "team": b} for a, b in PAIRS]
SIGNATURE = {"instructions": "Route it.", "fields": [{"prefix": "Said:", "description": "${said}"}]}
KWARGS = ("lc", "langchain", "prompts", "chat")


def serialised(kind: str, template: str) -> dict[str, Any]:
    inner = {"lc": 1, "type": "constructor", "id": [*KWARGS, "PromptTemplate"]}
    prompt = {**inner, "kwargs": {"template": template, "template_format": "f-string"}}
    return {"lc": 1, "type": "constructor", "id": [*KWARGS, kind], "kwargs": {"prompt": prompt}}


DOCUMENTS = [
    pytest.param(
        {"model": "gpt-4.1", "messages": chat("user", "assistant")}, "gpt-4.1", id="OpenAI chat"
    ),
    pytest.param(
        {
            "model": "gpt-4.1-mini",
            "instructions": "Route it.",
            "input": chat("user", "assistant", lambda t: [{"type": "input_text", "text": t}]),
        },
        "gpt-4.1-mini",
        id="OpenAI Responses",
    ),
    pytest.param(
        {
            "model": "claude-sonnet-4-5",
            "system": [{"type": "text", "text": "Route it."}],
            "messages": chat("user", "assistant", lambda t: [{"type": "text", "text": t}]),
        },
        "claude-sonnet-4-5",
        id="Anthropic",
    ),
    pytest.param(
        {
            "systemInstruction": {"parts": [{"text": "Route it."}]},
            "contents": parts(chat("user", "model")),
            "generationConfig": {"temperature": 0},
        },
        None,
        id="Gemini",
    ),
    pytest.param(
        {
            "system_instruction": {"parts": {"text": "Route it."}},
            "contents": parts(chat("user", "model")),
        },
        None,
        id="Gemini with underscores",
    ),
    pytest.param(
        {
            "modelId": "us.amazon.nova-lite-v1:0",
            "system": [{"text": "Route it."}],
            "messages": chat("user", "assistant", lambda t: [{"text": t}]),
            "inferenceConfig": {"maxTokens": 9},
        },
        "us.amazon.nova-lite-v1:0",
        id="Bedrock Converse",
    ),
    pytest.param(
        {
            "context": "Route it.",
            "examples": [{"input": {"content": a}, "output": {"content": b}} for a, b in PAIRS],
            "messages": [{"author": "user", "content": "{x}"}],
        },
        None,
        id="PaLM chat",
    ),
    pytest.param(
        {
            "custom_id": "1",
            "method": "POST",
            "body": {"model": "gpt-4o", "messages": chat("user", "assistant")},
        },
        "gpt-4o",
        id="a batch request",
    ),
    pytest.param(
        {
            "description": "route",
            "prompts": [TEXT],
            "providers": ["openai:gpt-4o-mini"],
            "tests": [{"vars": {"x": "a b c " * 99}}],
        },
        "openai:gpt-4o-mini",
        id="promptfoo",
    ),
    pytest.param(
        {"prompts": [{"label": "a", "raw": json.dumps(chat("user", "assistant"))}]},
        None,
        id="promptfoo, a chat as text",
    ),
    pytest.param({"prompts": [{"task": "route", "content": TEXT}]}, None, id="NeMo Guardrails"),
    pytest.param({"name": "a/b", "text": TEXT, "tags": ["x"], "version": "1"}, None, id="Haystack"),
    pytest.param(
        {
            "name": "r",
            "template_format": "handlebars",
            "template": TEXT,
            "input_variables": [{"name": "x"}],
        },
        None,
        id="Semantic Kernel",
    ),
    pytest.param(
        {
            "lc": 1,
            "type": "constructor",
            "id": [*KWARGS, "ChatPromptTemplate"],
            "kwargs": {
                "input_variables": ["x"],
                "messages": [
                    serialised("SystemMessagePromptTemplate", "Route it."),
                    *(
                        serialised(kind, text)
                        for pair in PAIRS
                        for kind, text in zip(
                            ("HumanMessagePromptTemplate", "AIMessagePromptTemplate"),
                            pair,
                            strict=True,
                        )
                    ),
                    serialised("HumanMessagePromptTemplate", "{x}"),
                ],
            },
        },
        None,
        id="LangChain, serialised",
    ),
    pytest.param(
        {
            "input_variables": ["x"],
            "output_parser": None,
            "template": TEXT.replace("{{x}}", "{x}"),
            "template_format": "f-string",
        },
        None,
        id="LangChain, of the hub",
    ),
    pytest.param(
        {"predict": {"demos": DEMOS, "signature": SIGNATURE, "train": []}}, None, id="DSPy"
    ),
    pytest.param({"demos": DEMOS, "signature": SIGNATURE, "traces": []}, None, id="DSPy, flat"),
    pytest.param(
        {
            "demos": [{"_store": demo, "_demos": []} for demo in DEMOS],
            "extended_signature": SIGNATURE,
        },
        None,
        id="DSPy, of old",
    ),
    pytest.param(
        {
            "task": "route",
            "dataset_path": "a/b",
            "description": "Route it.\n\n",
            "doc_to_text": "Said: {{said}}\nTeam:",
            "doc_to_target": "{{team}}",
            "fewshot_config": {
                "sampler": "first_n",
                "samples": [{"said": a, "team": b} for a, b in PAIRS],
            },
        },
        None,
        id="lm-eval",
    ),
    pytest.param(
        {
            "doc_to_text": "Q: {{question}}\nA:",
            "doc_to_target": "{{answer.split('#')[-1] if answer is defined else target}}",
            "fewshot_config": {"samples": [{"question": a, "target": b} for a, b in PAIRS]},
        },
        None,
        id="lm-eval with an expression",
    ),
    pytest.param(
        {
            "systemPrompt": "Route it.",
            "fewShotExamples": [{"userInput": a, "chatbotResponse": b} for a, b in PAIRS],
            "chatParameters": {"deploymentName": "x", "maxResponseLength": 800},
        },
        None,
        id="a playground's export",
    ),
    pytest.param(
        {
            "system": "You route.",
            "introduction": "Route what is said.",
            "principles": "* Be brief.\n* Be kind.",
            "examples": "Example 1:\nSaid: lamp\nTeam: light\n\nExample 2:\nSaid: tap\n"
            "Team: water\n",
            "generation": "Now this.\n\nSaid: {{x}}\nTeam:",
            "start_tags": [""],
        },
        None,
        id="sections of one prompt",
    ),
]


@pytest.mark.parametrize(("document", "model"), DOCUMENTS)
def test_a_document_is_read_with_its_shots_and_its_model(
    document: object, model: str | None
) -> None:
    prompt = read(document)
    assert [shot.answer for shot in prompt.shots] == ["light", "water"]
    assert prompt.model == model
    assert prompt.request_is_slot
    assert "augmented" not in prompt.text


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            {
                "summarise": "Sum it up in a line, please.",
                "translate": "Put it into French, please.",
            },
            id="a map of prompts",
        ),
        pytest.param({"prompts": ["Sum it up: {x}", "Translate: {x}"]}, id="promptfoo"),
        pytest.param(
            {"prompts": [{"task": "in", "content": TEXT}, {"task": "out", "content": TEXT}]},
            id="NeMo Guardrails",
        ),
        pytest.param({"a": {"demos": DEMOS}, "b": {"demos": DEMOS}}, id="DSPy with two predictors"),
    ],
)
def test_several_prompts_are_refused_by_name(document: object) -> None:
    with pytest.raises(ManyPromptsError, match=r"holds 2 prompts: .*Which is meant"):
        read(document)


@pytest.mark.parametrize(
    ("document", "key"),
    [
        pytest.param(
            {"prompt": "Route it well.", "stages": ["long text here " * 9]},
            "stages",
            id="a list of texts",
        ),
        pytest.param(
            {"system": "Be brief.", "few_shot_dialogue": "U: hi\nB: hello there " * 9},
            "few_shot_dialogue",
            id="another key",
        ),
        pytest.param(
            {"messages": [{"role": "user", "content": "hi"}], "history_text": "a b c " * 99},
            "history_text",
            id="beside messages",
        ),
    ],
)
def test_a_small_part_of_a_document_is_no_answer(document: object, key: str) -> None:
    with pytest.raises(PartOfPromptError, match=f"'{key}'"):
        read(document)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"task": "route", "dataset_path": "a/b"}, id="a task's identifier"),
        pytest.param({"context": "prod"}, id="one word"),
        pytest.param({"prompt": "file"}, id="a word for a prompt"),
    ],
)
def test_an_identifier_is_no_prompt(document: object) -> None:
    with pytest.raises(NotAPromptError):
        read(document)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        pytest.param(
            {"doc_to_text": "Q: {{q}}", "num_fewshot": 5},
            "its 5 examples from",
            id="lm-eval, examples elsewhere",
        ),
        pytest.param(
            {"doc_to_text": "Q: {{q}}", "num_fewshot": 1},
            "its 1 example from",
            id="lm-eval, one example elsewhere",
        ),
        pytest.param({"prompts": ["file://a.txt"]}, "name a.txt", id="promptfoo, prompt elsewhere"),
    ],
)
def test_what_lies_elsewhere_is_asked_for(document: object, says: str) -> None:
    with pytest.raises(FileProblemsError, match=says):
        read(document)
