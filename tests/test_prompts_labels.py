"""Repeated labelled blocks are shots; the one left open is the request."""

from __future__ import annotations

import pytest

from ftvp.prompts import parse_prompt


@pytest.mark.parametrize(
    ("text", "answers", "request_text"),
    [
        pytest.param("Q: 1\nA: 2\n\nQ: 3\nA: 4\n\nQ: 5\nA:", ["2", "4"], "Q: 5\nA:", id="Q and A"),
        pytest.param(
            "Q: 1\nA: 2\n\nQ: 5\nA:", ["2"], "Q: 5\nA:", id="one block before an open one"
        ),
        pytest.param(
            "Classify.\n\nInput: a\nOutput: b\n\nInput: c\nOutput: d\n",
            ["b", "d"],
            "",
            id="input and output without a request",
        ),
        pytest.param(
            "Answer.\n\nQ: 1+1\nA: 2\n\nQ: 2+2\nA: 4\n",
            ["2", "4"],
            "",
            id="questions and answers to the end of the text",
        ),
        pytest.param(
            "Text: a\nLabel: b\nText: c\nLabel: d\nText: e\nLabel:",
            ["b", "d"],
            "Text: e\nLabel:",
            id="no blank lines between",
        ),
        pytest.param(
            "Text: a\nLabel: b\n---\nText: c\nLabel: d\n---\nText: e\nLabel:",
            ["b", "d"],
            "---\nText: e\nLabel:",
            id="rules between",
        ),
        pytest.param(
            "Text: a\nLabel: b\n###\nText: c\nLabel: d\n###\nText: {t}\nLabel: {l}",
            ["b", "d"],
            "###\nText: {t}\nLabel: {l}",
            id="number signs between, a placeholder in the answer",
        ),
        pytest.param(
            "**Input:** a\n**Output:** b\n\n**Input:** c\n**Output:** d\n\n"
            "**Input:** {{x}}\n**Output:**",
            ["b", "d"],
            "**Input:** {{x}}\n**Output:**",
            id="bold labels",
        ),
        pytest.param(
            "### Input\na\n\n### Output\nb\n\n### Input\nc\n\n### Output\nd\n\n"
            "### Input\n{x}\n\n### Output\n",
            ["b", "d"],
            "### Input\n{x}\n\n### Output\n",
            id="headings as labels",
        ),
        pytest.param(
            "Q: 1\r\nA: 2\r\n\r\nQ: 3\r\nA: 4\r\n\r\nQ: 5\r\nA:",
            ["2", "4"],
            "Q: 5\r\nA:",
            id="Windows line ends",
        ),
        pytest.param(
            "Context: a\nQuestion: b\nAnswer: c\n\nContext: d\nQuestion: e\n"
            "Answer: f\n\nContext: {c}\nQuestion: {q}\nAnswer:",
            ["c", "f"],
            "Context: {c}\nQuestion: {q}\nAnswer:",
            id="three labels",
        ),
        pytest.param(
            "Q1: a\nA1: b\nQ2: c\nA2: d\nQ3: e\nA3:", ["b", "d"], "Q3: e\nA3:", id="numbered labels"
        ),
        pytest.param(
            "Examples:\n- Input: a\n  Output: b\n- Input: c\n  Output: d\n",
            ["b", "d"],
            "",
            id="bullets",
        ),
        pytest.param(
            "Examples:\n1. Input: a\n   Output: b\n2. Input: c\n   Output: d\n",
            ["b", "d"],
            "",
            id="numbered items",
        ),
        pytest.param(
            "Question: a\nA: x\nB: y\nAnswer: A\n\nQuestion: b\nA: x\nB: y\n"
            "Answer: B\n\nQuestion: {q}\nAnswer:",
            ["A", "B"],
            "Question: {q}\nAnswer:",
            id="questions with options",
        ),
        pytest.param(
            "<input>a</input>\n<output>b</output>\n\n<input>c</input>\n"
            "<output>d</output>\n\n<input>{{x}}</input>\n<output>",
            ["b", "d"],
            "<input>{{x}}</input>\n<output>",
            id="tags as labels",
        ),
        pytest.param(
            "User: a\nAssistant: b\nUser: c\nAssistant: d\nUser: {x}\nAssistant:",
            ["b", "d"],
            "User: {x}\nAssistant:",
            id="user and assistant",
        ),
        pytest.param(
            'Input:\n```\nQ: z\n\nfoo: 1\n```\nOutput:\n```json\n{"a": 1}\n```\n\n'
            "Input:\n```\nbar\n```\nOutput:\n```json\n{}\n```\n\nInput:\n```\n"
            "{code}\n```\nOutput:\n",
            ['```json\n{"a": 1}\n```', "```json\n{}\n```"],
            "Input:\n```\n{code}\n```\nOutput:\n",
            id="code fences in examples",
        ),
        pytest.param(
            "Input:\n| a | b |\n|---|---|\n| 1 | 2 |\nOutput: x\n\nInput:\n"
            "| a | b |\n|---|---|\n| 3 | 4 |\nOutput: y\n\nInput: {t}\nOutput:",
            ["x", "y"],
            "Input: {t}\nOutput:",
            id="tables in examples",
        ),
        pytest.param(
            "Q: a\nA: Let's think. So 4.\n\nQ: b\nA: Let's think. So 5.\n\nQ: c\nA: Let's think.",
            ["Let's think. So 4.", "Let's think. So 5."],
            "Q: c\nA: Let's think.",
            id="a request that begins the answer",
        ),
        pytest.param(
            "Input: a\nOutput: one\n\ntwo\n\nInput: b\nOutput: three\n\nfour\n\n"
            "Input: {x}\nOutput:",
            ["one\n\ntwo", "three\n\nfour"],
            "Input: {x}\nOutput:",
            id="answers of several paragraphs",
        ),
        pytest.param(
            "Text: a\nLabel: b\nText: c\nLabel: d\nText: $TEXT\nLabel:",
            ["b", "d"],
            "Text: $TEXT\nLabel:",
            id="a shell-like placeholder",
        ),
        pytest.param(
            "Text: a\nLabel: b\nText: c\nLabel: d\nText: <<text>>\nLabel:",
            ["b", "d"],
            "Text: <<text>>\nLabel:",
            id="a placeholder in angle brackets",
        ),
        pytest.param(
            "Question: a\nAnswer: x The answer is 4.\nQuestion: b\n"
            "Answer: y The answer is 5.\nQuestion: c\nAnswer: z The answer is 6.\n"
            "Question: d\nAnswer:",
            ["x The answer is 4.", "y The answer is 5.", "z The answer is 6."],
            "Question: d\nAnswer:",
            id="answers that end in numbers",
        ),
        pytest.param(
            "Task: Classify.\nLabels: x, y\nText: a\nLabel: x\nText: b\nLabel: y\nText: c\nLabel:",
            ["x", "y"],
            "Text: c\nLabel:",
            id="instructions with labels of their own",
        ),
        pytest.param(
            "Review: a\nSentiment: pos\n\nReview: b\nSentiment: neg\n\n"
            "Classify this review:\n{review}",
            ["pos", "neg"],
            "Classify this review:\n{review}",
            id="a request in other words",
        ),
        pytest.param(
            "- **Q:** a\n- **A:** b\n\n- **Q:** c\n- **A:** d\n\n- **Q:** {q}\n- **A:**",
            ["b", "d"],
            "- **Q:** {q}\n- **A:**",
            id="bold labels in bullets",
        ),
        pytest.param(
            'Tweet: "I hate it"\nSentiment: Negative\n###\nTweet: "Good"\n'
            'Sentiment: Positive\n###\nTweet: "{tweet}"\nSentiment:',
            ["Negative", "Positive"],
            '###\nTweet: "{tweet}"\nSentiment:',
            id="quoted text",
        ),
        pytest.param(
            "### Input\n\na\n\n### Output\n\nb\n\n### Input\n\nc\n\n### Output\n\nd\n",
            ["b", "d"],
            "",
            id="headings as labels, closed",
        ),
        pytest.param(
            "# Few-shot prompt\n\n## Prompt\n\nHere are some examples:\n\nReview:\n"
            '"a"\nSentiment: positive\n\nReview:\n"b"\nSentiment: negative\n\n'
            'Review:\n"c"\nSentiment: positive\n\nReview:\n"d"\n'
            "Sentiment: negative\n\nNow classify.\n\nReturn one word.\n\nReview:\n"
            "{{review_text}}\n",
            ["positive", "negative", "positive", "negative"],
            "Review:\n{{review_text}}\n",
            id="values below their labels",
        ),
        pytest.param(
            "Text: a\nLabel: x\n\nText: b\nLabel: y\n\nText: c",
            ["x", "y"],
            "Text: c",
            id="a request without the answer's label",
        ),
    ],
)
def test_labelled_blocks_are_shots(text: str, answers: list[str | None], request_text: str) -> None:
    prompt = parse_prompt(text, "prompt.txt")
    assert [shot.answer for shot in prompt.shots] == answers
    assert "".join(part.text for part in prompt.request) == request_text
    assert prompt.text == text
