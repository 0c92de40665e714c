"""Evidence for D1 to D3 from what the examination found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.topics.common.ranges import Range
from helpers.topics.debt.bill_model import INTERVAL, BillModel
from helpers.topics.debt.input_ranges import any_given
from helpers.topics.debt.who_floats import IN_CUTS, IN_HIKES, PUBLISHED
from helpers.trial import Evidence, load_line

#: One hiking and one cutting phase carry all that filings say about pass-through.
POLICY_SWINGS = 2.0


def more_floating(
    ranges: Mapping[str, tuple[Range, Range]],
    gaps: Mapping[str, np.ndarray],
    quotations: int,
    differences: Sequence[float],
) -> Evidence:
    """D1: the floating share of small-cap debt less that of large-cap debt.

    Parameters
    ----------
    ranges : mapping of definition to (Range, Range)
        Share of small and of large caps.
    gaps : mapping of definition to array
        Draws of the difference, as from `draw_gaps`; the published shares are the primary ones.
    quotations : int
        Published shares.
    differences : sequence of float
        Difference in each publication that gives both, percentage points.
    """
    small, large = ranges[PUBLISHED]
    low, mid, high = np.percentile(gaps[PUBLISHED], INTERVAL)
    given = any_given(ranges[PUBLISHED])
    note = (
        f"{'Given' if given else 'Published'} small-cap shares run from {small.low:g} to {small.high:g} percent, "
        f"large-cap shares from {large.low:g} to {large.high:g}."
    )
    if differences:
        note += (
            f" The {len(differences)} publications that give both agree on the difference, "
            f"{min(differences):g} to {max(differences):g} points."
        )
    if IN_CUTS in gaps:
        note += f" In the one cutting phase that filings cover it was about {np.median(gaps[IN_CUTS]):.0f} points."
    return Evidence(
        unit=load_line("D1", "stated").unit,
        method=f"difference of independent triangular draws over the {'given' if given else 'published'} shares",
        estimate=float(mid),
        ci_low=float(low),
        ci_high=float(high),
        interval="given" if given else "parameters",
        n=float(quotations),
        n_effective=float(max(len(differences), 1)),
        definitions={name: float(np.median(gap)) for name, gap in gaps.items()},
        note=note,
    )


def bill(model: BillModel) -> Evidence:
    """D2: the fall of the small-cap interest bill, net of refinancing."""
    in_hikes, size = (
        model.interval("bill_fall", IN_HIKES),
        load_line("D2", "used").size_that_matters,
    )
    easing = model.easing
    note = (
        f"A cut of {100 * easing.cut:.0f} basis points after {easing.years:.1f} years of refinancing. "
        f"With the pass-through of the hikes: {_spread(in_hikes)}, "
        f"which {'reaches' if in_hikes[2] >= size else 'does not reach'} the {size:g} percent that would matter. "
        f"Before refinancing: {_spread(model.interval('bill_saving'))}. "
        f"Large caps after it: {_spread(model.interval('large_bill_fall'))}."
    )
    over = "ranges, some given by the reader" if _any_given(model) else "the published ranges"
    method = f"floating saving less refinancing drag over the bill before; draws over {over}"
    return _modelled("D2", model, "bill_fall", method, note)


def profits(model: BillModel) -> Evidence:
    """D3: the growth of small-cap net income that lower policy rates explain."""
    before, after = model.easing.average_rates
    note = (
        f"The average policy rate goes from {before:.2f} percent last year to {after:.2f} this year, which explains "
        f"{_spread(model.explained(), 0)} percent of the claimed growth. The whole cut, net of refinancing since it "
        f"began, is worth {_spread(model.interval('uplift_level'))} percent of net income, once."
    )
    method = "change of the year's average rate on profitable firms' balance sheets, net of refinancing, cash, tax"
    return _modelled("D3", model, "uplift_growth", method, note)


def _modelled(claim: str, model: BillModel, column: str, method: str, note: str) -> Evidence:
    low, mid, high = model.interval(column)
    return Evidence(
        unit=load_line(claim, "used").unit,
        method=method,
        estimate=mid,
        ci_low=low,
        ci_high=high,
        interval="given" if _any_given(model) else "parameters",
        n=float(model.small.sheet.firms),
        n_effective=POLICY_SWINGS,
        definitions=model.definitions[column].to_dict(),
        note=note,
    )


def _any_given(model: BillModel) -> bool:
    return any_given([*model.small.ranges.values(), *model.large.ranges.values()])


def _spread(interval: tuple[float, float, float], digits: int = 1) -> str:
    """The middle with its ends, as a sentence needs them."""
    low, mid, high = (
        f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "\N{MINUS SIGN}")
        for value in interval
    )
    return f"{mid} ({low} to {high})"
