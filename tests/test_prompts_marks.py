"""Shots that are marked: example tags, headings, arrows, an announcement."""

from __future__ import annotations

import pytest

from ftvp.prompts import parse_prompt


@pytest.mark.parametrize(
    ("text", "answers", "request_text"),
    [
        pytest.param(
            "<example>\na\n</example>\n<example>\nb\n</example>\n",
            [None, None],
            "",
            id="example tags",
        ),
        pytest.param(
            "<example_1>\na\n</example_1>\n<example_2>\nb\n</example_2>\n",
            [None, None],
            "",
            id="numbered example tags",
        ),
        pytest.param(
            "<beispiele>\n<beispiel>\na\n</beispiel>\n<beispiel>\nb\n</beispiel>\n"
            "</beispiele>\nJetzt: {{x}}",
            [None, None],
            "Jetzt: {{x}}",
            id="German example tags",
        ),
        pytest.param(
            '<example id="1">\na\n</example>\n', [None], "", id="an example tag with an attribute"
        ),
        pytest.param(
            "<example>a</example>\n<example>b</example>\n",
            [None, None],
            "",
            id="example tags on one line",
        ),
        pytest.param(
            "# Examples\n\n## Example 1\n\nfoo\n\n## Example 2\n\nbar\n\n"
            "## Example 3\n\nbaz\n\n# Task\n\nDo it for {x}.",
            [None, None, None],
            "# Task\n\nDo it for {x}.",
            id="Markdown headings",
        ),
        pytest.param(
            "Exemple n° 1 :\nTexte : a\nLabel : b\n\nExemple n° 2 :\nTexte : c\n"
            "Label : d\n\nTexte : {t}\nLabel :",
            ["b", "d"],
            "Texte : {t}\nLabel :",
            id="French headings",
        ),
        pytest.param(
            "Ejemplo 1:\nEntrada: a\nSalida: b\n\nEjemplo 2:\nEntrada: c\n"
            "Salida: d\n\nAhora te toca:\nEntrada: {x}\nSalida:",
            ["b", "d"],
            "Ahora te toca:\nEntrada: {x}\nSalida:",
            id="Spanish headings",
        ),
        pytest.param(
            "示例1：\n输入：a\n输出：b\n\n示例2：\n输入：c\n输出：d\n\n输入：{x}\n输出：",
            ["b", "d"],
            "输入：{x}\n输出：",
            id="Chinese headings",
        ),
        pytest.param(
            "例1：\n質問：a\n回答：b\n\n例2：\n質問：c\n回答：d\n\n質問：{x}\n回答：",
            ["b", "d"],
            "質問：{x}\n回答：",
            id="Japanese headings",
        ),
        pytest.param(
            'Examples:\n"fine" -> positive\n"bad" -> negative\n',
            ["positive", "negative"],
            "",
            id="announced arrows",
        ),
        pytest.param(
            "Example:\nInput: a\nOutput: b\n\nNow classify the message you are sent.",
            ["b"],
            "",
            id="one announced example",
        ),
        pytest.param(
            "### Example 1: Refund\nUser: a\nReply: b\n\n### Example 2: Delay\n"
            "User: c\nReply: d\n\n### Your turn\n{msg}",
            ["b", "d"],
            "### Your turn\n{msg}",
            id="headings with titles",
        ),
        pytest.param(
            "**Example 1**\nInput: a\nOutput: b\n\n**Example 2**\nInput: c\nOutput: d\n",
            ["b", "d"],
            "",
            id="bold headings",
        ),
        pytest.param(
            "Example:\nInput: a\nOutput: b\n\nExample:\nInput: c\nOutput: d\n",
            ["b", "d"],
            "",
            id="headings without numbers",
        ),
        pytest.param(
            "Case 1\nStory: a\nVerdict: b\n\nCase 2\nStory: c\nVerdict: d\n\nCase 3\n"
            "Story: e\nVerdict:",
            ["b", "d"],
            "Case 3\nStory: e\nVerdict:",
            id="numbered cases",
        ),
        pytest.param(
            "<examples>\nInput: a\nOutput: b\n\nInput: c\nOutput: d\n</examples>\n\n"
            "Input: {x}\nOutput:",
            ["b", "d"],
            "Input: {x}\nOutput:",
            id="labels inside a tag for all examples",
        ),
        pytest.param(
            "<example>\nQ: a\nA: b\n</example>\n\nQ: What is it?\nA:",
            ["b"],
            "Q: What is it?\nA:",
            id="tags, then an open question",
        ),
        pytest.param(
            "This is awesome! // Negative\nThis is bad! // Positive\n"
            "Wow // Positive\nWhat a show! //",
            ["Negative", "Positive", "Positive"],
            "What a show! //",
            id="double slashes, the last one open",
        ),
        pytest.param(
            "Classify:\n\n1. I loved it. -> Positive\n2. Terrible. -> Negative\n"
            "3. Fast. -> Positive\n4. Cold. ->",
            ["Positive", "Negative", "Positive"],
            "4. Cold. ->",
            id="numbered lines with arrows",
        ),
        pytest.param(
            "<example>\nuser: a\nassistant: b\n</example>\n\n<example>\nuser: c\n"
            "assistant: d\n</example>",
            ["b", "d"],
            "",
            id="turns in example tags",
        ),
        pytest.param(
            "### Beispiel 1\nEingabe: a\nAusgabe: b\n\n### Beispiel 2\nEingabe: c\n"
            "Ausgabe: d\n\n### Aufgabe\nEingabe: {text}\nAusgabe:",
            ["b", "d"],
            "### Aufgabe\nEingabe: {text}\nAusgabe:",
            id="German headings",
        ),
        pytest.param(
            "Write taglines.\n\nExample 1: Soft as a cloud.\nExample 2: Strong as a bull.\n",
            [None, None],
            "",
            id="headings with the example beside them",
        ),
        pytest.param(
            "You are support. Use the knowledge base.\n\n## Example Interactions\n\n"
            '**User**: "How?"\n**You**: "So. See https://e.com/reset."\n\n'
            '**User**: "Phone?"\n**You**: "Call."\n\n**User**: "Plans?"\n'
            '**You**: "Ask."\n',
            ['"So. See https://e.com/reset."', '"Call."', '"Ask."'],
            "",
            id="announced turns",
        ),
    ],
)
def test_marked_examples_are_shots(text: str, answers: list[str | None], request_text: str) -> None:
    prompt = parse_prompt(text, "prompt.txt")
    assert [shot.answer for shot in prompt.shots] == answers
    assert "".join(part.text for part in prompt.request) == request_text
    assert prompt.text == text
