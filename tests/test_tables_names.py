"""A name finds its model by rule: dated, regional, prefixed, tuned, display names, words."""

from __future__ import annotations

import pytest

from ftvp.errors import AmbiguousNameError, FtvpError, UnknownNameError
from tests.rows import of_each
from tests.shipped import pricing

FOUND = {
    # as they stand
    "aws-bedrock/nova-micro": "aws-bedrock/nova-micro",
    "  GPT-4o-Mini ": "openai/gpt-4o-mini",
    # dated snapshots, which no alias lists
    "claude-sonnet-4-5-20250929": "anthropic/claude-sonnet-4-5",
    "claude-sonnet-4-5@20250929": "anthropic/claude-sonnet-4-5",
    "gpt-5.4-mini-2026-03-17": "openai/gpt-5.4-mini",
    "openai/gpt-5-2025-08-07": "openai/gpt-5",
    "claude-opus-4-8-20260101": "anthropic/claude-opus-4-8",
    # a snapshot with a price of its own
    "gpt-4o-2024-05-13": "openai/gpt-4o-2024-05-13",
    "gpt-4o-2024-08-06": "openai/gpt-4o",
    # moving names
    "claude-opus-4-5-latest": "anthropic/claude-opus-4-5",
    "mistral/mistral-small-latest": "mistral/mistral-small",
    "mistral-large-latest": "mistral/mistral-large-3",
    # regions and versions of Bedrock
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0": "anthropic/claude-sonnet-4-5",
    "eu.anthropic.claude-haiku-4-5-20251001-v1:0": "anthropic/claude-haiku-4-5",
    "bedrock/us.anthropic.claude-sonnet-4-6": "anthropic/claude-sonnet-4-6",
    "anthropic.claude-3-haiku-20240307-v1:0": "aws-bedrock/claude-3-haiku",
    "us.amazon.nova-micro-v1:0": "aws-bedrock/nova-micro",
    "amazon.nova-pro-v1:0:300k": "aws-bedrock/nova-pro",
    "us.amazon.nova-2-lite-v1:0": "aws-bedrock/nova-2-lite",
    "global.amazon.nova-2-lite-v1:0": "aws-bedrock/nova-2-lite-global",
    "us.meta.llama3-1-8b-instruct-v1:0": "aws-bedrock/llama-3.1-8b",
    "openai.gpt-oss-120b-1:0": "aws-bedrock/gpt-oss-120b",
    # the prefixes of sellers
    "gemini/gemini-3.8-flash": "google/gemini-3.8-flash",
    "vertex_ai/gemini-3.8-flash": "google-vertex/gemini-3.8-flash",
    "models/gemini-2.5-flash": "google/gemini-2.5-flash",
    "azure/gpt-4.1-mini-2025-04-14": "azure-openai/gpt-4.1-mini",
    "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo": "together/llama-3.3-70b-turbo",
    "groq/openai/gpt-oss-20b": "groq/gpt-oss-20b",
    "tinker/Qwen/Qwen3-8B": "tinker/qwen3-8b",
    "openrouter/anthropic/claude-sonnet-4.5": "anthropic/claude-sonnet-4-5",
    "dashscope/qwen3.8-max": "alibaba/qwen3.8-max",
    # fine-tunes
    "ft:gpt-4o-mini-2024-07-18:acme::x": "openai/gpt-4o-mini",
    "ft:gpt-4.1-nano-2025-04-14:my-org:suffix:abc123": "openai/gpt-4.1-nano",
    # as every screen and every writer spells it
    "GPT-4.1 mini": "openai/gpt-4.1-mini",
    "GPT-4.1 mini on Azure": "azure-openai/gpt-4.1-mini",
    "Claude Sonnet 4.5": "anthropic/claude-sonnet-4-5",
    "gpt 4.1 nano": "openai/gpt-4.1-nano",
    "gpt4o-mini": "openai/gpt-4o-mini",
    "Nova Micro": "aws-bedrock/nova-micro",
    "gemini-2.0-flash-001": "google/gemini-2.0-flash",
}


@pytest.mark.parametrize("name", FOUND)
def test_a_name_is_understood_by_rule(name: str) -> None:
    assert pricing().find(name)[0] == FOUND[name]


AMBIGUOUS = {
    "claude": "anthropic/claude-",
    "sonnet": "anthropic/claude-sonnet-5-5",
    "llama": "llama",
    "haiku": "anthropic/claude-haiku-5-5",
    "luna": "openai/gpt-6-luna",
    "gemini flash": "google/gemini-",
    "llama-3.1-8b": "wandb/llama-3.1-8b",
    "gpt-oss-20b": "fireworks/gpt-oss-20b",
    "openai/gpt-oss-20b": "groq/gpt-oss-20b",
    "amazon.nova-2-lite-v1:0": "aws-bedrock/nova-2-lite-global",
    "amazon.nova-2-lite-v1": "aws-bedrock/nova-2-lite",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_name_of_several_models_lists_them(name: str) -> None:
    with pytest.raises(AmbiguousNameError, match=f"'{name}' fits") as caught:
        pricing().find(name)
    assert AMBIGUOUS[name] in str(caught.value)


def test_what_is_on_sale_stands_before_what_has_ended() -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        pricing().find("haiku")
    told = str(caught.value)
    assert told.index("claude-haiku-5-5") < told.index("claude-haiku-4-5")
    assert told.index("claude-haiku-4-5") < told.index("claude-3-5-haiku (ended 2026-02-19)")
    assert told.index("claude-3-5-haiku") < told.index("Write one of them out")


def test_what_is_about_to_end_stands_behind_what_is_not() -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        pricing().find("sonnet")
    assert str(caught.value).startswith("'sonnet' fits 5 models: anthropic/claude-sonnet-5-5, ")
    told = str(caught.value)
    assert told.index("sonnet-4-6") < told.index("sonnet-4-5") < told.index("3-5-sonnet (ended")


UNKNOWN = {
    "gpt-4o-mni": "Did you mean 'openai/gpt-4o-mini'",
    "astra": "Did you mean 'openai/gpt-6-astra'",
    "azure-openai/gpt-5": "Did you mean 'openai/gpt-5'",
    "eu.amazon.nova-micro-v1:0": "Did you mean 'aws-bedrock/nova-micro'",
    "claude-7": "no model named",
    "davinci-003": "no model named",
    "gpt-4o-mini-audio-preview-2024-12-17": "no model named",
    "": "no model named",
    "///": "no model named",
    "ft::::": "no model named",
    "[/x]\x1b": r"no model named '\[/x\]\\x1b'",
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_name_of_no_model_is_refused_with_the_nearest(name: str) -> None:
    with pytest.raises(UnknownNameError, match=UNKNOWN[name]):
        pricing().find(name)


@of_each({model: model for model in pricing().models})
def test_every_model_is_found_by_its_id_in_any_case_and_by_its_display_name(model: str) -> None:
    assert pricing().find(model.upper())[0] == model
    assert pricing().find(pricing().models[model].name)[0] == model


@pytest.mark.slow
@pytest.mark.parametrize("name", ["x" * 100_000, "-" * 50_000, ":" * 50_000, "a/" * 20_000])
def test_a_long_name_is_refused_soon(name: str) -> None:
    with pytest.raises(FtvpError):
        pricing().find(name)
