"""Claim W2 as used: what margins of small and large banks did when short rates and the slope moved, 1984-2020."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from helpers import stats
from helpers.errors import NotKnown
from helpers.topics.rates.cycles import Cycle
from helpers.trial import Evidence, load_line

#: Groups of banks by total assets, and the series of each.
GROUPS = {
    "all banks": "nim_all",
    "small banks": "nim_under_1b",  # under a billion dollars
    "mid-sized banks": "nim_1b_15b",
    "large banks": "nim_over_15b",  # KeyCorp and Huntington would be among these
}
RATES = ("short", "slope")
HAC_LAGS = 8  # quarters, fixed with the claim
FEWEST = 60  # quarters: fewer hold less than two swings of rates
YEAR = 4  # quarters


def quarterly_rates(bill: pd.Series, bond: pd.Series) -> pd.DataFrame:
    """Averages of the quarters whose three months are all known.

    Parameters
    ----------
    bill, bond : Series
        Three-month and ten-year yields, percent, monthly.

    Returns
    -------
    DataFrame
        ``short``, ``long``, and ``slope``, the second less the first; percent and percentage points.

    Examples
    --------
    >>> months = pd.period_range("2025-01", periods=4, freq="M")
    >>> quarterly_rates(pd.Series(4.0, months), pd.Series(4.5, months))["slope"].to_dict()
    {Period('2025Q1', 'Q-DEC'): 0.5}
    """
    monthly = pd.DataFrame({"short": bill, "long": bond}).dropna()
    quarters = monthly.groupby(pd.PeriodIndex(monthly.index).asfreq("Q"))
    rates = quarters.mean()[quarters.size() == 3]
    return rates.assign(slope=rates["long"] - rates["short"])


def respond(
    margin: pd.Series, rates: pd.DataFrame, lags: int, *, hac_lags: int = HAC_LAGS
) -> stats.HacRegression:
    """Change of a margin for one point of the short rate, and for one of the slope, once both have worked through.

    Least squares of the quarterly change of the margin on those of the short rate and of the slope in the same quarter
    and in the `lags` before; the coefficients named `RATES` are the sums over all of them. Newey-West, fixed-b. Null
    hypothesis: the sum is zero. With the short rate held, one point of slope is one point of the ten-year yield.

    Parameters
    ----------
    margin : Series
        Percent, quarterly.
    rates : DataFrame
        As from `quarterly_rates`.
    lags : int
        Quarters.
    hac_lags : int
        Quarters over which errors may be correlated.

    Raises
    ------
    NotKnown
        Fewer than `FEWEST` quarters were known.

    References
    ----------
    Newey and West (1987), doi:10.2307/1913610. Kiefer and Vogelsang (2005), doi:10.1017/S0266466605050565.
    """
    changes = rates[list(RATES)].diff()
    oldest = changes.shift(lags)  # its coefficient is the sum once the others are differences to it
    others = [(changes.shift(lag) - oldest).add_suffix(f", lag {lag}") for lag in range(lags)]
    moved = margin.diff().rename("margin")
    both = pd.concat([moved, oldest, *others], axis=1, join="inner").dropna()
    if len(both) < FEWEST:
        raise NotKnown(
            f"{margin.name}: {len(both)} quarterly changes were known, {FEWEST} are needed; use a later as_of."
        )
    return stats.regress_hac(both["margin"], both.drop(columns="margin"), lags=hac_lags)


def table_responses(
    margins: pd.DataFrame, rates: pd.DataFrame, lags: Iterable[int]
) -> pd.DataFrame:
    """`respond` for each group of banks and number of lags.

    Returns
    -------
    DataFrame
        A row for each group, rate and number of lags: ``banks``, ``rate``, ``quarters`` of lags, ``effect`` with
        ``low`` and ``high`` (95 percent), ``p``, ``n``, and ``p of all``, adjusted for all rows (Benjamini-Hochberg).
    """
    found = {
        (group, quarters): respond(margin.dropna(), rates, quarters)
        for group, margin in margins.items()
        for quarters in lags
    }
    table = pd.DataFrame(
        {
            "banks": group,
            "rate": rate,
            "quarters": quarters,
            "effect": one.coefficients[rate],
            "low": one.ci_low[rate],
            "high": one.ci_high[rate],
            "p": one.p[rate],
            "n": one.n,
        }
        for (group, quarters), one in found.items()
        for rate in RATES
    )
    adjusted = pd.Series(stats.benjamini_hochberg(table["p"].to_dict()))
    return table.assign(**{"p of all": adjusted})


def arrange_responses(responses: pd.DataFrame) -> pd.DataFrame:
    """Effects side by side: a row a group and rate, a column a number of lags.

    Returns
    -------
    DataFrame
        ``banks``, ``rate``, the effect by quarters of lags, and the ``lowest p`` of the row, as it is and adjusted for
        all rows and lags (``adjusted p``).
    """
    rows = ["banks", "rate"]
    effects = responses.pivot(index=rows, columns="quarters", values="effect")
    effects.columns = [f"{quarters} lags" for quarters in effects.columns]
    lowest = responses.groupby(rows)[["p", "p of all"]].min()
    table = effects.join(lowest.set_axis(["lowest p", "adjusted p"], axis=1))
    return table.loc[pd.MultiIndex.from_frame(responses[rows].drop_duplicates())].reset_index()


def table_easings(
    margins: pd.DataFrame, rates: pd.DataFrame, cycles: Iterable[Cycle], after: int
) -> pd.DataFrame:
    """Change of rates and of margins over each easing that has ended, from the quarter before its first cut.

    Parameters
    ----------
    margins, rates : DataFrame
        Quarterly; a column a group, and as from `quarterly_rates`.
    cycles : iterable of Cycle
        Cutting cycles are kept.
    after : int
        Quarters after that of the last cut up to which changes are taken.

    Returns
    -------
    DataFrame
        By year of the first cut: ``from`` and ``to`` quarter, changes of ``short`` and ``slope`` and of each margin
        known at both ends, percentage points, and ``large less small``.
    """
    rows = {}
    for cycle in cycles:
        first, last = cycle.start.to_period("Q") - 1, cycle.end.to_period("Q") + after
        if cycle.direction > 0 or cycle.running or first not in margins.index:
            continue
        ends = margins.reindex([first, last]).diff().iloc[-1]
        if ends.isna().all() or last not in rates.index:
            continue
        moved = rates[list(RATES)].loc[[first, last]].diff().iloc[-1]
        rows[str(cycle.start.year)] = {"from": str(first), "to": str(last), **moved, **ends}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("first cut")
    if table.empty:
        raise NotKnown("No easing that had ended falls into the years of margins known by then.")
    return table.assign(**{"large less small": table["large banks"] - table["small banks"]})


def table_steepenings(margins: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """What margins did over years in which the curve steepened or flattened, by whether long rates fell or rose.

    Years overlap, one ends in each quarter; ``episodes`` counts the spells without a break.

    Returns
    -------
    DataFrame
        A row for bull (the long rate fell) and bear (it rose) steepening and flattening: ``years``, ``episodes``, mean
        change of ``short`` and ``long``, and of each margin, percentage points.
    """
    moved = rates.diff(YEAR).dropna()
    changes = margins.diff(YEAR).dropna(how="all")
    both = moved.join(changes, how="inner")
    steeper, fell = both["slope"] > 0, both["long"] < 0
    kinds = {
        "bull steepening": steeper & fell,
        "bear steepening": steeper & ~fell,
        "bull flattening": ~steeper & fell,
        "bear flattening": ~steeper & ~fell,
    }
    rows = {
        name: {
            "years": int(kind.sum()),
            "episodes": int((kind & ~kind.shift(fill_value=False)).sum()),
            **both.loc[kind, ["short", "long", *margins]].mean(),
        }
        for name, kind in kinds.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def weigh_slope(margins: pd.DataFrame, rates: pd.DataFrame, lags: int) -> Evidence:
    """Evidence that a steeper curve lifts margins, the short rate held; all banks are on trial."""
    line = load_line("W2", "used")
    found = {group: respond(margins[group].dropna(), rates, lags) for group in line.definitions}
    primary, margin = found["all banks"], margins["all banks"].dropna()
    effects = {group: float(one.coefficients["slope"]) for group, one in found.items()}
    estimate, low, high = (
        float(one["slope"]) for one in (primary.coefficients, primary.ci_low, primary.ci_high)
    )
    plain = respond(margin, rates, lags, hac_lags=0)
    middle = len(margin) // 2
    early, late = (
        margin.iloc[:middle],
        margin.iloc[middle - 1 :],
    )  # the middle one ends and begins a change
    return Evidence(
        unit=line.unit,
        method=(
            f"quarterly changes on those of the short rate and of the slope and {lags} lags, long-run sum, "
            f"Newey-West with {HAC_LAGS} lags, fixed-b"
        ),
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        n=primary.n,
        n_effective=float(primary.n * (plain.se["slope"] / primary.se["slope"]) ** 2),
        p=float(primary.p["slope"]),
        mde=stats.minimum_detectable_effect(float(primary.se["slope"]), b=primary.b),
        definitions=effects,
        intervals={
            group: (float(one.ci_low["slope"]), float(one.ci_high["slope"]))
            for group, one in found.items()
        },
        halves=(_slope(early, rates, lags), _slope(late, rates, lags)) if middle > FEWEST else None,
        note=(
            f"With short rates held, one point of slope has moved the margin of all banks by {estimate:+.2f} points "
            f"(95 percent: {low:+.2f} to {high:+.2f}), of small banks by {effects['small banks']:+.2f} and of large "
            f"ones by {effects['large banks']:+.2f}; call reports, {margin.index[0]} to {margin.index[-1]}."
        ),
    )


def _slope(margin: pd.Series, rates: pd.DataFrame, lags: int) -> float:
    return float(respond(margin, rates, lags).coefficients["slope"])
