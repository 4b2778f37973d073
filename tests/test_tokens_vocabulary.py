"""The shipped vocabularies are OpenAI's, byte for byte."""

from __future__ import annotations

import importlib.util
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest

from ftvp.tokens.counting import PATTERNS, data_folder, part_ranks, whole_ranks
from tests.tokenizers import ENCODINGS, published, tiktoken_file

pytestmark = pytest.mark.slow

each_encoding = pytest.mark.parametrize("encoding", ENCODINGS)


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    path = Path(__file__).parent.parent / "tools" / "vocabulary.py"
    spec = importlib.util.spec_from_file_location("tools_vocabulary", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.long
@each_encoding
def test_the_file_that_openai_published_can_be_made_again_from_ours(encoding: str) -> None:
    assert sha256(tiktoken_file(encoding)).hexdigest() == published(encoding).sha256


@each_encoding
def test_the_pattern_is_tiktokens(encoding: str) -> None:
    assert PATTERNS[encoding] == published(encoding).pattern


@pytest.mark.long
@each_encoding
def test_the_tool_makes_the_shipped_file_and_knows_its_hash(
    encoding: str, tool: ModuleType
) -> None:
    shipped = (data_folder() / "vocabularies" / f"{encoding}.bin").read_bytes()
    assert tool.indexed(tiktoken_file(encoding)) == shipped
    assert tool.SHA256[encoding] == published(encoding).sha256


def test_the_tool_refuses_a_file_that_openai_did_not_publish(
    tmp_path: Path, tool: ModuleType
) -> None:
    for encoding in ENCODINGS:
        (tmp_path / f"{encoding}.tiktoken").write_bytes(b"IQ== 0\n")
    with pytest.raises(SystemExit, match="not the file that OpenAI published"):
        tool.main(tmp_path)


def test_the_notice_of_tiktoken_lies_beside_the_vocabularies() -> None:
    notice = (data_folder() / "vocabularies" / "LICENSE-tiktoken").read_text(encoding="utf-8")
    assert "MIT License" in notice
    assert "Copyright (c) 2022 OpenAI, Shantanu Jain" in notice


@each_encoding
def test_a_part_holds_exactly_the_ranks_of_the_whole_for_every_token_in_the_text(
    encoding: str,
) -> None:
    text = (
        "def price(tokens: int) -> float:\n    return tokens * 0.15  # 价格, für 'alle'\n".encode()
    )
    occurring = {token: rank for token, rank in whole_ranks(encoding).items() if token in text}
    found = part_ranks(encoding, text)
    assert occurring.items() <= found.items() <= whole_ranks(encoding).items()
    assert len(found) < 2 * len(occurring)
