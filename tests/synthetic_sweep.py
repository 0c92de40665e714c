"""A sweep that never ran: words and numbers follow from the values of its parameters by simple rules."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pandas as pd

COLUMNS = ("line", "word", "estimate", "ci_low", "ci_high", "unit", "n", "n_effective", "p", "mde")
WORDS = ("strong evidence against", "undecided", "evidence for", "strong evidence for")


def synthetic_sweep(
    parameters: Mapping[str, Sequence[Any]],
    *,
    claims: Sequence[str] = ("D2", "D3"),
    size: Callable[[Mapping[str, Any]], float | None],
    failed: Collection[int] = (),
) -> pd.DataFrame:
    """Every combination of the parameters and the claims' lines as used, as ``rebalance sweep`` tells it.

    The estimate of the first claim is ``size`` of the values, that of each further one higher by one; None is not
    testable. The interval is one to each side. The word follows from the estimate alone: strong evidence against
    below -1, undecided up to 0, evidence for below 1, strong evidence for from there. Runs whose number is in
    ``failed`` failed.
    """
    rows = []
    for number, combination in enumerate(itertools.product(*parameters.values())):
        values = dict(zip(parameters, combination, strict=True))
        common = {"run": f"run{number:04}", **values}
        if number in failed:
            blank = dict.fromkeys(("claim", *COLUMNS))
            rows.append(common | blank | {"error": f"ZeroDivisionError: synthetic, {number % 2}"})
            continue
        for k, claim in enumerate(claims):
            estimate = size(values)
            row = dict.fromkeys(COLUMNS) | {"claim": claim, "line": "used", "unit": "percent"}
            row["error"] = ""
            if estimate is None:
                row["word"] = "not testable"
            else:
                estimate += k
                row |= {"estimate": estimate, "ci_low": estimate - 1, "ci_high": estimate + 1}
                row["word"] = WORDS[sum((estimate >= -1, estimate > 0, estimate >= 1))]
            rows.append(common | row)
    return pd.DataFrame(rows)
