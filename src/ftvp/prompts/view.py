"""What `ftvp tokens` shows: each file's tokens by part, and its text with the parts marked."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.prompts.answer import FileTokens, LookedLike, MarkedPart, TokensAnswer
from ftvp.render.document import (
    Block,
    Items,
    Lead,
    Paragraph,
    Quote,
    Row,
    Table,
    count_of,
    shown,
)
from ftvp.wording import count_text


def view(answer: TokensAnswer) -> tuple[Block, ...]:
    """Return the counts in blocks, then the marked text where it was asked for."""
    return (
        Lead(f"{count_of(answer.total, 'token')}{_files(answer)}, {_counted(answer)}."),
        Table(
            "File",
            ("tokens", "instructions", "shots", "request"),
            tuple(_row(file) for file in answer.files),
        ),
        *_exactness(answer),
        *(block for file in answer.files for block in _found(file)),
    )


def _files(answer: TokensAnswer) -> str:
    return f" in {len(answer.files)} files" if len(answer.files) > 1 else ""


def _counted(answer: TokensAnswer) -> str:
    models = {file.model for file in answer.files}
    return "each as its own model counts" if len(models) > 1 else f"as {answer.model} counts"


def _row(file: FileTokens) -> Row:
    parts = file.parts
    shots = sum(shot.tokens for shot in parts.shots)
    cells = (file.tokens, parts.instructions, shots, parts.request)
    name = "standard input" if file.file == "-" else file.file
    return Row(name, tuple(count_text(tokens) if tokens else None for tokens in cells))


def _exactness(answer: TokensAnswer) -> Iterator[Block]:
    said = {
        f"Counted exactly, with {file.encoding}."
        if file.exact
        else f"Estimated from {file.encoding}, within {file.error_percent:.0f} %: "
        "this model's tokenizer is not public."
        for file in answer.files
    }
    yield Paragraph(" ".join(sorted(said)))


def _found(file: FileTokens) -> Iterator[Block]:
    """Yield what was taken for what, and what a reader of this file should know."""
    title = "standard input" if file.file == "-" else file.file
    shots = ", ".join(count_text(shot.tokens) for shot in file.parts.shots)
    found = [count_of(len(file.parts.shots), "shot") + (f", in tokens: {shots}" if shots else "")]
    found += [f"{count_text(file.characters)} characters, read as {file.format}"]
    found += [_nearly(one) for one in file.looked_like]
    yield Items(title, (*found, *_named(file), *file.warnings))
    for part in file.marked:
        yield Quote(_title(part, file), part.text)


def _nearly(found: LookedLike) -> str:
    """Return what looked like shots, and how to have it counted as such."""
    return (
        f"{count_of(found.count, 'block')} with {found.mark} from line {found.line} look like "
        "shots and were not taken: if they are, put each between <example> and </example>"
    )


def _named(file: FileTokens) -> Iterator[str]:
    """Yield which model the file names, where that is not the one it was counted for."""
    if file.named_model and file.named_model not in file.model:
        yield f"it names the model {shown(file.named_model)}, counted as {file.model}"


def _title(part: MarkedPart, file: FileTokens) -> str:
    """Return what a part was taken for, on which line it begins, and the tokens of a shot.

    Only texts have lines to look up: a chat or a template is read out of a structure.
    """
    line = f", from line {part.line}" if file.format in {"text", "markdown"} else ""
    if part.number is None:
        return f"{part.kind}{line}"
    tokens = count_of(file.parts.shots[part.number - 1].tokens, "token")
    return f"{part.kind} {part.number}{line}, {tokens}"
