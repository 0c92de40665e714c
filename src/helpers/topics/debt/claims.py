"""Evidence for D1 to D3 from what the examination found."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.topics.common.weight import is_first_hand
from helpers.topics.debt.bill_model import BillModel
from helpers.topics.debt.input_ranges import any_given
from helpers.topics.debt.rate_changes import InterestPaid
from helpers.topics.debt.who_floats import IN_HIKES
from helpers.trial import Evidence, load_claim, load_line

#: One hiking and one cutting phase carry all that filings say about pass-through.
POLICY_SWINGS = 2.0
NET = "net of refinancing"


def more_floating(pairs: pd.DataFrame, filings: dict[str, float]) -> Evidence:
    """D1 as stated: the floating share of small-cap debt less that of large-cap debt, within one source.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As from `table_share_pairs`: publications that give both shares.
    filings : mapping of str to float
        Difference of the loadings by phase, percentage points.
    """
    line = load_line("D1", "stated")
    gaps = pairs.set_index("publisher")["difference"].astype(float).to_dict() | filings
    # Pages read second-hand say nothing while no publisher was read in its own words, and no filings are known.
    weighs = bool(filings) or bool(is_first_hand(pairs).any())
    checks = {
        str(name): gap >= line.size_that_matters if weighs else None for name, gap in gaps.items()
    }
    published = pairs["difference"]
    span = f"{published.min():g} to {published.max():g}"
    who = f"In each of {len(pairs)} publications that give both"
    if len(pairs) == 1:
        span, who = f"{published.iloc[0]:g}", "In the one publication that gives both"
    if not weighs:
        who += ", read second hand"
    note = f"{who}, {span} points more of small companies' debt floats"
    told = [
        f"{gap:.0f} points in {name.removeprefix('pass-through in ')}"
        for name, gap in filings.items()
    ]
    return Evidence(
        unit=line.unit,
        method="smallest difference within one publication; all of them",
        estimate=float(published.min()),
        ci_low=float(published.min()),
        ci_high=float(published.max()),
        ci_level=1.0,
        interval="parameters",
        n=float(len(gaps)),
        n_effective=float(len(pairs)),
        definitions={str(name): gap for name, gap in gaps.items()},
        checks=checks,
        note=f"{note}; in filings, by what moved with the policy rate, {' and '.join(told)}."
        if told
        else f"{note}.",
    )


def interest_paid(paid: InterestPaid) -> Evidence:
    """D2 as stated: the change of interest in the one record that covers the easing, that of all business."""
    line = load_line("D2", "stated")
    changes = {
        "net interest of corporate business": paid.change,
        "net interest over debt": paid.change_of_rate,
    }
    return Evidence(
        unit=line.unit,
        method=f"national accounts, {paid.before} to {paid.last}; debt from the financial accounts",
        estimate=paid.change,
        interval="none",
        n=float(paid.quarters),
        n_effective=1.0,
        definitions=changes,
        checks={
            name: line.direction * change >= line.size_that_matters
            for name, change in changes.items()
        },
        note=(
            f"Net interest of all corporate business changed by {_signed(paid.change)} percent from {paid.before} to "
            f"{paid.last}, over debt by {_signed(paid.change_of_rate)} percent. No record of small companies alone "
            "reaches into the easing yet."
        ),
    )


def bill(model: BillModel) -> Evidence:
    """D2 as used: the small-cap interest bill against a path without the cuts."""
    easing = model.easing
    size = load_line("D2", "used").size_that_matters
    in_hikes = model.interval("bill_saving", IN_HIKES)
    note = (
        f"The cuts take {_spread(model.interval('bill_saving'))} percent off the bill, against a path without them; "
        f"{_spread(model.interval('bill_fall'))} are left after {easing.years:.1f} years of refinancing at higher "
        f"coupons, which the hikes before are to blame for. With the pass-through of the hikes: {_spread(in_hikes)}, "
        f"which {'reaches' if in_hikes[2] >= size else 'does not reach'} the {size:g} percent that would matter."
    )
    method = (
        f"saving on floating debt over the bill before a cut of {100 * easing.cut:.0f} basis points"
    )
    return _modelled("D2", model, "bill_saving", "bill_fall", method, note)


def pads_profits(model: BillModel) -> Evidence:
    """D3 as stated: does the whole easing raise net income at all."""
    effects = {
        name: float(np.median(drawn)) for name, drawn in model.drawn("uplift_saving").items()
    }
    effects[NET] = model.interval("uplift_level")[1]
    low, mid, high = model.interval("uplift_saving")
    return Evidence(
        unit=load_line("D3", "stated").unit,
        method="after-tax effect of the whole easing on profitable firms' balance sheets, once",
        estimate=mid,
        ci_low=low,
        ci_high=high,
        interval=_interval(model),
        n=float(model.small.sheet.firms),
        n_effective=POLICY_SWINGS,
        definitions=effects,
        checks={name: effect > 0 for name, effect in effects.items()},
        note=(
            f"The whole easing is worth {_spread((low, mid, high))} percent of the net income of profitable small "
            f"companies, once; {_spread(model.interval('uplift_level'))} after refinancing."
        ),
    )


def profits(model: BillModel) -> Evidence:
    """D3 as used: the growth of small-cap net income that lower policy rates explain."""
    before, after = model.easing.average_rates
    claimed = load_claim("E1").claimed_number
    note = (
        f"Of the {claimed:g} percent growth the article counts on, lower rates bring "
        f"{_spread(model.interval('growth_saving'))} points: the average policy rate goes from {before:.2f} percent "
        f"last year to {after:.2f} this year. After refinancing {_spread(model.interval('uplift_growth'))} are left."
    )
    method = (
        "change of the year's average rate on profitable firms' balance sheets, after cash and tax"
    )
    return _modelled("D3", model, "growth_saving", "uplift_growth", method, note)


def _modelled(
    claim: str, model: BillModel, owed: str, net: str, method: str, note: str
) -> Evidence:
    """Evidence from the draws of what is owed to the cuts; net of refinancing is one more definition."""
    over = "ranges, some given by the reader" if _any_given(model) else "the published ranges"
    first = next(iter(model.drawn(net).values()))
    return Evidence.from_draws(
        claim,
        {**model.drawn(owed), NET: first},
        method=f"{method}; draws over {over}",
        interval=_interval(model),
        n=float(model.small.sheet.firms),
        n_effective=POLICY_SWINGS,
        note=note,
    )


def _interval(model: BillModel) -> str:
    return "given" if _any_given(model) else "parameters"


def _any_given(model: BillModel) -> bool:
    return any_given([*model.small.ranges.values(), *model.large.ranges.values()])


def _spread(interval: tuple[float, float, float]) -> str:
    """The middle with its ends, as a sentence needs them."""
    low, mid, high = map(_signed, interval)
    return f"{mid} ({low} to {high})"


def _signed(value: float) -> str:
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "\N{MINUS SIGN}")
