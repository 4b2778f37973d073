"""Labelled blocks are shots in any language and script."""

# ruff: noqa: RUF001  the prompts are in many scripts

from __future__ import annotations

import pytest

from ftvp.prompts import parse_prompt


@pytest.mark.parametrize(
    ("text", "answers", "request_text"),
    [
        pytest.param(
            "질문: a\n답변: b\n\n질문: c\n답변: d\n\n질문: e\n답변:",
            ["b", "d"],
            "질문: e\n답변:",
            id="Korean labels",
        ),
        pytest.param(
            "Вопрос: a\nОтвет: b\n\nВопрос: c\nОтвет: d\n\nВопрос: e\nОтвет:",
            ["b", "d"],
            "Вопрос: e\nОтвет:",
            id="Russian labels",
        ),
        pytest.param(
            "سؤال: أ\nجواب: ب\n\nسؤال: ج\nجواب: د\n\nسؤال: ه\nجواب:",
            ["ب", "د"],
            "سؤال: ه\nجواب:",
            id="Arabic labels",
        ),
        pytest.param(
            "प्रश्न: क\nउत्तर: ख\n\nप्रश्न: ग\nउत्तर: घ\n\nप्रश्न: च\nउत्तर:",
            ["ख", "घ"],
            "प्रश्न: च\nउत्तर:",
            id="Hindi labels",
        ),
        pytest.param(
            "คำถาม: a\nคำตอบ: b\n\nคำถาม: c\nคำตอบ: d\n",
            ["b", "d"],
            "",
            id="Thai labels without a request",
        ),
        pytest.param(
            "Sarrera: a\nIrteera: b\n\nSarrera: c\nIrteera: d\n\nSarrera: e\nIrteera:",
            ["b", "d"],
            "Sarrera: e\nIrteera:",
            id="Basque, which has no word list",
        ),
        pytest.param(
            "评论：好 情感：正面\n评论：差 情感：负面\n评论：行 情感：",
            ["正面", "负面"],
            "评论：行 情感：",
            id="Chinese labels in mid-line",
        ),
        pytest.param(
            "Câu hỏi: a\nTrả lời: b\n\nCâu hỏi: c\nTrả lời: d\n\nCâu hỏi: e\nTrả lời:",
            ["b", "d"],
            "Câu hỏi: e\nTrả lời:",
            id="Vietnamese labels",
        ),
    ],
)
def test_labels_work_in_any_language(
    text: str, answers: list[str | None], request_text: str
) -> None:
    prompt = parse_prompt(text, "prompt.txt")
    assert [shot.answer for shot in prompt.shots] == answers
    assert "".join(part.text for part in prompt.request) == request_text
    assert prompt.text == text
