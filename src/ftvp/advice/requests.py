"""The tokens of one request on each side: from a prompt file, from numbers, or not needed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ftvp.advice.case import Case, Chosen, tokenizer
from ftvp.errors import MissingInputError
from ftvp.lenses.cost.option import RequestTokens
from ftvp.units import PromptTokens, Record

NOTHING = RequestTokens(input=0, output=0)


class TokenCounts(Record):
    """The tokens of one request, as an answer reports them."""

    prompted_input: int | None
    tuned_input: int | None
    output: float | None
    tuned_output: float | None
    shots: int
    shot_tokens: int
    encoding: str | None
    exact: bool
    error_percent: float

    @property
    def removed(self) -> int:
        """Input tokens that tuning makes unnecessary."""
        return (self.prompted_input or 0) - (self.tuned_input or 0)


@dataclass(frozen=True)
class Requests:
    """One request, prompted and tuned."""

    prompted: RequestTokens
    tuned: RequestTokens
    counts: TokenCounts


def requests(case: Case, prompted: Chosen | None, tuned: Chosen | None) -> Requests:
    """Return the tokens of one request on both sides; MissingInputError names what nobody gave."""
    for one, other in (("prompt", "prompt_tokens"), ("tuned_prompt", "tuned_prompt_tokens")):
        case.refuse_both(one, other)
    told = case.scenario
    if told.prompted_request_cost is not None and told.tuned_request_cost is not None:
        return Requests(
            prompted=NOTHING, tuned=NOTHING, counts=_counts(None, None, None, None, None)
        )
    count = case.measure("prompt", tokenizer(case, prompted)) if told.prompt else None
    case.notes.warnings.extend(count.warnings if count else ())
    before = _prompted_input(case, count)
    after = _tuned_input(case, tuned, before)
    output, tuned_output = _outputs(case, count)
    return Requests(
        prompted=replace(before, output=output),
        tuned=replace(after, output=tuned_output),
        counts=_counts(count, before.input, after.input, output, tuned_output),
    )


def _counts(
    count: PromptTokens | None,
    before: int | None,
    after: int | None,
    output: float | None,
    tuned_output: float | None,
) -> TokenCounts:
    return TokenCounts(
        prompted_input=before,
        tuned_input=after,
        output=output,
        tuned_output=tuned_output,
        shots=len(count.shots) if count else 0,
        shot_tokens=sum(count.shots) if count else 0,
        encoding=count.encoding if count else None,
        exact=count.exact if count else True,
        error_percent=count.error_percent if count else 0,
    )


def _prompted_input(case: Case, count: PromptTokens | None) -> RequestTokens:
    told = case.scenario
    if count is not None:
        return _whole(case, count, shots=sum(count.shots))
    if told.prompt_tokens is not None:
        return _numbered(case, told.prompt_tokens)
    if told.prompted_request_cost is not None:
        return NOTHING
    raise MissingInputError("prompt")


def _tuned_input(case: Case, tuned: Chosen | None, before: RequestTokens) -> RequestTokens:
    told = case.scenario
    if told.tuned_request_cost is not None:
        return NOTHING
    if told.tuned_prompt:
        count = case.measure("tuned_prompt", tokenizer(case, tuned))
        return _whole(case, count, shots=sum(count.shots))
    if told.tuned_prompt_tokens is not None:
        return _numbered(case, told.tuned_prompt_tokens)
    if told.prompt:
        return _whole(case, case.measure("prompt", tokenizer(case, tuned)), shots=0)
    if told.prompt_tokens is None:
        raise MissingInputError("tuned_prompt")
    return before


def _whole(case: Case, count: PromptTokens, *, shots: int) -> RequestTokens:
    """Return a counted prompt with so many tokens of shots; its request may be given instead."""
    told = case.scenario.request_tokens
    request = count.request if told is None else told
    fixed = count.instructions + shots
    return RequestTokens(input=fixed + request, output=0, prefix=fixed)


def _numbered(case: Case, tokens: int) -> RequestTokens:
    """Return a prompt given as a number: all of it fixed if its varying part or hits are told."""
    told = case.scenario
    is_fixed = told.request_tokens is not None or isinstance(told.cache, float)
    prefix = tokens if is_fixed else 0
    return RequestTokens(input=tokens + (told.request_tokens or 0), output=0, prefix=prefix)


def _outputs(case: Case, count: PromptTokens | None) -> tuple[float, float]:
    told = case.scenario
    if told.output_tokens is not None:
        output: float = told.output_tokens
    elif count is not None and count.mean_answer is not None:
        what = f"output tokens: the mean answer of the {len(count.shots)} shots"
        output = case.assumed(what, round(count.mean_answer), "output_tokens")
    else:
        output = case.default("output_tokens", "output tokens")
    tuned = told.tuned_output_tokens
    return output, output if tuned is None else tuned
