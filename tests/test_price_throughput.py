"""The throughputs of hosted models are fitted to published runs, and fitted right.

A run states how many requests of I input and O output tokens were served in a second. The time of
one, `I / input + O / output`, is fitted to the runs' times by least squares of the relative error.
"""

from __future__ import annotations

import pytest

from ftvp.tables.entries import Throughput
from tests.shipped import pricing

Run = tuple[float, float, float]
"""Input tokens, output tokens, requests a second."""

LLAMA_8B_H100: list[Run] = [  # output tokens a second over output tokens
    (128, 128, 28_312 / 128),
    (128, 2048, 22_714 / 2048),
    (500, 2000, 17_660 / 2000),
    (1000, 1000, 15_220 / 1000),
    (1000, 2000, 13_899 / 2000),
    (2048, 128, 3_450 / 128),
    (2048, 2048, 9_305 / 2048),
    (5000, 500, 3_459 / 500),
]
LLAMA_70B_TWO_H100: list[Run] = [
    (128, 128, 6378 / 128),
    (128, 2048, 6651 / 2048),
    (500, 2000, 5222 / 2000),
    (1000, 1000, 4205 / 1000),
    (1000, 2000, 4146 / 2000),
    (2048, 128, 762 / 128),
    (2048, 2048, 3082 / 2048),
    (5000, 500, 898 / 500),
]
GPT_OSS_20B_H100: list[Run] = [
    (215.3, 194.0, 7817.03 / 194.0),
    (215.3, 193.9, 9064.40 / 193.9),
    (215.3, 194.6, 9027.14 / 194.6),
    (127.8, 4.0, 851.04 / 4.0),
    (127.8, 4.0, 990.08 / 4.0),
    (32_000, 93.5, 86.62 / 93.5),
    (32_000, 94.0, 87.08 / 94.0),
    (3998.5, 104.6, 847.43 / 104.6),
    (1998.2, 94.0, 1443.44 / 94.0),
    (3998.5, 105.9, 872.95 / 105.9),
    (1998.2, 93.6, 1483.71 / 93.6),
]
GPT_OSS_120B_H100: list[Run] = [
    (215.3, 195.5, 2901.05 / 195.5),
    (215.3, 187.3, 2942.57 / 187.3),
    (215.3, 187.6, 2874.47 / 187.6),
    (32_000, 98.8, 49.65 / 98.8),
    (3998.5, 134.4, 463.35 / 134.4),
    (1998.2, 98.4, 675.11 / 98.4),
]
LLAMA_8B_A100_80GB: list[Run] = [
    (280, 310, 3916.69 / 310),
    (28_000, 28_000 * 65.15 / 7288.67, 7288.67 / 28_000),
]
LLAMA_8B_A100_40GB: list[Run] = [(280, 310, 2415.99 / 310), (28_000, 250.3, 56.79 / 250.3)]
FITTED = {
    "self-hosted/llama-3.1-8b-h100": LLAMA_8B_H100,
    "self-hosted/llama-3.3-70b-2xh100": LLAMA_70B_TWO_H100,
    "self-hosted/llama-3.1-8b-a100-80gb": LLAMA_8B_A100_80GB,
    "self-hosted/llama-3.1-8b-a100-40gb": LLAMA_8B_A100_40GB,
    "together/gpt-oss-20b": GPT_OSS_20B_H100,
    "together/gpt-oss-120b": GPT_OSS_120B_H100,
}


def fitted(runs: list[Run]) -> tuple[float, float]:
    """Return the input and output tokens a second that fit the runs best.

    With x = 1 / input and y = 1 / output, each run says that I*r*x + O*r*y = 1.
    """
    rows = [(i * r, o * r) for i, o, r in runs]
    ii, io, oo = (sum(a[p] * a[q] for a in rows) for p, q in ((0, 0), (0, 1), (1, 1)))
    i1, o1 = (sum(a[p] for a in rows) for p in (0, 1))
    both = ii * oo - io * io
    return both / (i1 * oo - o1 * io), both / (ii * o1 - io * i1)


def throughput(model: str) -> Throughput:
    row = pricing().models[model]
    (found,) = {offer.throughput for offer in (*row.tuned, *row.base)} - {None}
    assert found is not None
    return found


@pytest.mark.parametrize("model", FITTED)
def test_a_throughput_is_that_of_the_published_runs(model: str) -> None:
    found, runs = throughput(model), FITTED[model]
    rates = found.input_tokens_per_second, found.output_tokens_per_second
    assert rates == pytest.approx(fitted(runs), rel=0.01)
    assert found.lengths == len({round(i) for i, _, _ in runs} if "oss" in model else runs)
    assert found.times is None


def test_one_length_alone_is_a_guess_with_its_range() -> None:
    found = throughput("self-hosted/llama-3.1-8b-a10g")
    assert (found.lengths, found.times and (found.times.low, found.times.high)) == (1, (0.2, 5))
    # 973.5 input and 486.8 output tokens a second at 256 in and 128 out: 3.803 requests
    time = 256 / found.input_tokens_per_second + 128 / found.output_tokens_per_second
    assert 1 / time == pytest.approx(973.5 / 256, rel=0.01)


def test_no_rate_of_a_mixed_run_stands_as_it_was_published() -> None:
    published = {8018, 814, 490, 495, 4129}  # output tokens a second, beside input
    offers = [o for row in pricing().models.values() for o in (*row.base, *row.tuned)]
    rates = {o.throughput.output_tokens_per_second for o in offers if o.throughput}
    assert rates
    assert not rates & published
    assert all(o.throughput is None or o.served == "dedicated" for o in offers)
