"""Chats written as text, settings in front of a prompt, and prompts inside of source code."""

from __future__ import annotations

import pytest

from ftvp.errors import SourceCodeError
from ftvp.prompts import parse_prompt

SAID = [("lamp", "light"), ("tap", "water")]


def turns(user: str, assistant: str, last: str, first: str = "") -> str:
    """Return two pairs and a request, each written with one of the templates."""
    pairs = "".join(user.format(a) + assistant.format(b) for a, b in SAID)
    return first + pairs + last


CHATS = [
    pytest.param(
        turns(
            "<|im_start|>user\n{}<|im_end|>\n",
            "<|im_start|>assistant\n{}<|im_end|>\n",
            "<|im_start|>user\n{{x}}<|im_end|>\n<|im_start|>assistant\n",
            "<|im_start|>system\nRoute it.<|im_end|>\n",
        ),
        "chat.txt",
        id="ChatML",
    ),
    pytest.param(
        turns(
            "<user>{}</user>\n",
            "<assistant>{}</assistant>\n\n",
            "<user>{{x}}</user>\n",
            "<system>Route it.</system>\n\n",
        ),
        "chat.txt",
        id="tags of roles",
    ),
    pytest.param(
        turns(
            "<|start_header_id|>user<|end_header_id|>\n\n{}<|eot_id|>",
            "<|start_header_id|>assistant<|end_header_id|>\n\n{}<|eot_id|>",
            "<|start_header_id|>user<|end_header_id|>\n\n{{x}}<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n",
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nRoute it.<|eot_id|>",
        ),
        "chat.txt",
        id="Llama 3",
    ),
    pytest.param(
        turns(
            "[INST] {} [/INST]",
            " {} </s>",
            "[INST] {{x}} [/INST]",
            "<s>[INST] <<SYS>>\nRoute it.\n<</SYS>>\n\nlamp [/INST] light </s>",
        ).replace("[INST] lamp [/INST] light </s>[INST] tap", "[INST] tap", 1),
        "chat.txt",
        id="Llama 2",
    ),
    pytest.param(
        turns(
            "<start_of_turn>user\n{}<end_of_turn>\n",
            "<start_of_turn>model\n{}<end_of_turn>\n",
            "<start_of_turn>user\n{{x}}<end_of_turn>\n<start_of_turn>model\n",
        ),
        "chat.txt",
        id="Gemma",
    ),
    pytest.param(
        turns(
            "<|user|>\n{}<|end|>\n",
            "<|assistant|>\n{}<|end|>\n",
            "<|user|>\n{{x}}<|end|>\n<|assistant|>\n",
            "<|system|>\nRoute it.<|end|>\n",
        ),
        "chat.txt",
        id="Phi",
    ),
    pytest.param(
        turns("user:\n{}\n", "assistant:\n{}\n\n", "user:\n{{x}}\n", "system:\nRoute it.\n\n"),
        "chat.prompty",
        id="prompty",
    ),
    pytest.param(
        turns("# user:\n{}\n", "# assistant:\n{}\n", "# user:\n{{x}}\n", "# system:\nRoute it.\n"),
        "chat.jinja2",
        id="headings of roles",
    ),
    pytest.param(
        turns(
            '{{{{role "user"}}}}\n{}\n',
            '{{{{role "model"}}}}\n{}\n',
            '{{role "user"}}\n{{x}}\n',
            'Route it.\n{{role "system"}}\nBe brief.\n',
        ),
        "chat.prompt",
        id="dotprompt",
    ),
    pytest.param(
        turns(
            "{{{{#user}}}}{}{{{{/user}}}}",
            "{{{{#assistant}}}}{}{{{{/assistant}}}}",
            "{{#user}}{{x}}{{/user}}{{#assistant}}{{gen 'a'}}{{/assistant}}",
        ),
        "chat.txt",
        id="Guidance",
    ),
    pytest.param(
        turns(
            '<message role="user">{}</message>\n',
            '<message role="assistant">{}</message>\n',
            '<message role="user">{{x}}</message>\n',
        ),
        "chat.txt",
        id="Semantic Kernel's messages",
    ),
]


@pytest.mark.parametrize(("text", "name"), CHATS)
def test_marks_of_speakers_make_a_chat(text: str, name: str) -> None:
    prompt = parse_prompt(text, name)
    assert prompt.format == "chat"
    assert [shot.answer for shot in prompt.shots] == ["light", "water"]
    assert [shot.text for shot in prompt.shots] == ["lamplight", "tapwater"]
    assert "{{x}}" in "".join(part.text for part in prompt.request)
    assert prompt.request_is_slot
    assert "<|" not in prompt.text


@pytest.mark.parametrize(
    "history",
    [
        pytest.param(
            "{% for turn in history %}\n# user:\n{{turn.q}}\n# assistant:\n{{turn.a}}\n"
            "{% endfor %}\n",
            id="a loop over pairs",
        ),
        pytest.param("{{history}}\n", id="a place for all of it"),
        pytest.param("# user:\n{{last_question}}\n# assistant:\n{{last_answer}}\n", id="one pair"),
    ],
)
def test_the_history_of_a_conversation_is_no_shot(history: str) -> None:
    pairs = "".join(f"# user:\n{a}\n# assistant:\n{b}\n" for a, b in SAID)
    prompt = parse_prompt(f"# system:\nRoute.\n{pairs}{history}# user:\n{{{{x}}}}\n", "p.jinja2")
    assert [shot.answer for shot in prompt.shots] == ["light", "water"]
    assert all("{" not in shot.text for shot in prompt.shots)


def test_a_role_spoken_of_makes_no_chat() -> None:
    text = "Begin each turn with <|im_start|>user in it.\n\nQ: a\nA: b\n\nQ: {q}\nA:"
    prompt = parse_prompt(text, "p.txt")
    assert prompt.format == "text"
    assert len(prompt.shots) == 1


@pytest.mark.parametrize(
    ("text", "name", "model"),
    [
        pytest.param(
            "---\nmodel: googleai/gemini-2.5-flash\nconfig:\n  temperature: 0\n---\nHi {{x}}",
            "a.prompt",
            "googleai/gemini-2.5-flash",
            id="dotprompt",
        ),
        pytest.param(
            "---\nname: a\nmodel:\n  api: chat\n  configuration:\n    azure_deployment: gpt-4o\n"
            "sample:\n  x: much longer than the prompt itself is\n---\nHi {{x}}",
            "a.prompty",
            "gpt-4o",
            id="prompty",
        ),
        pytest.param(
            "---\ntitle: a\ntags: [b]\n---\nHi {{x}}", "a.md", None, id="Markdown without a model"
        ),
        pytest.param(
            "---\nmodel: gpt-4.1\n---\nHi {{x}}", "a.txt", "gpt-4.1", id="text with a model"
        ),
    ],
)
def test_settings_in_front_are_no_prompt(text: str, name: str, model: str | None) -> None:
    prompt = parse_prompt(text, name)
    assert prompt.text == "Hi {{x}}"
    assert prompt.model == model


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("---\nText: a\nLabel: b\n---\nText: {t}\nLabel:", id="an example in rules"),
        pytest.param("---\nAnswer briefly.\n---\n{q}", id="a sentence in rules"),
        pytest.param("---\nname: a", id="nothing below"),
    ],
)
def test_rules_around_the_prompt_itself_are_no_settings(text: str) -> None:
    assert parse_prompt(text, "p.txt").text == text


PROMPT = "Route the complaint.\n\n" + "".join(f"Said: {a}\nTeam: {b}\n\n" for a, b in SAID)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param(
            f'import os\n\nPROMPT = """{PROMPT}Said: {{x}}\nTeam:"""\n', "p.py", id="Python"
        ),
        pytest.param(
            f"export const p = (x: string) => `{PROMPT}Said: ${{x}}\nTeam:`;\n",
            "p.ts",
            id="TypeScript",
        ),
        pytest.param(
            f'function R(x: string) -> string {{\n  client "gpt"\n'
            f'  prompt #"{PROMPT}Said: {{{{ x }}}}'
            '\nTeam:"#\n}\n',
            "p.baml",
            id="BAML",
        ),
    ],
)
def test_the_one_text_of_a_code_file_is_the_prompt(code: str, name: str) -> None:
    prompt = parse_prompt(code, name)
    assert len(prompt.shots) == 2
    assert "source code" in prompt.warnings[0]
    assert "import" not in prompt.text


def test_documentation_is_not_taken_for_the_prompt() -> None:
    told = '"""What this does,\n\nin more lines than one, at length."""\n'
    prompt = parse_prompt(f'{told}PROMPT = f"""{PROMPT}Said: {{x}}\nTeam:"""\n', "p.py")
    assert len(prompt.shots) == 2
    assert prompt.text.endswith("Said: {x}\nTeam:")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param(f'A = """{PROMPT}"""\nB = """{PROMPT}"""\n', "p.py", id="two texts"),
        pytest.param(f'A = """{PROMPT}"""\n' + "x = 1\n" * 200, "p.py", id="mostly code"),
        pytest.param("class Prompt { }\n", "Prompt.java", id="another language"),
        pytest.param("export const p = 'short';\n", "p.ts", id="no text"),
    ],
)
def test_other_source_code_is_refused_with_the_way_out(code: str, name: str) -> None:
    with pytest.raises(SourceCodeError, match=r"source code .*\.txt"):
        parse_prompt(code, name)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        pytest.param("<example>", "</example>", id="a tag for one"),
        pytest.param('<sample id="1">', "</sample>", id="a tag with an attribute"),
        pytest.param("<shot>\n", "\n</shot>", id="a tag with empty lines"),
    ],
)
def test_turns_within_tags_of_examples_are_no_chat(opening: str, closing: str) -> None:
    shots = "\n".join(
        f"{opening}\n<user>{said}</user>\n<assistant>{reply}</assistant>\n{closing}"
        for said, reply in (("Is it open?", "Until six."), ("A book on bees?", "Shelf 12."))
    )
    prompt = parse_prompt(f"You are a clerk.\n\n<set>\n{shots}\n</set>\n\nBe brief.\n", "p.txt")
    assert prompt.format == "text"
    assert len(prompt.shots) == 2
    assert "<user>Is it open?</user>" in prompt.shots[0].text
